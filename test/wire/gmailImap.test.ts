import { pino } from 'pino';
import {
  ImapFailure,
  type ImapSession,
  type ImapSessionOptions,
  openImapSession,
} from '../../src/gmail/imapSession';
import { ProblemCode } from '../../src/gmail/problem';
import { openFaultProxy } from '../support/faultProxy';
import { openScriptedServer, type Peer, type ScriptedServer } from '../support/scriptedServer';

const credentials = { email: 'me@gmail.com', appPassword: 'abcdefghijklmnop' };
const log = pino({ level: 'silent' });
const BRIEF = {
  connect: 800,
  greeting: 800,
  login: 800,
  command: 800,
  message: 800,
  farewell: 100,
  poll: 20,
};
/** For a login that is to succeed, however busy the machine is. */
const PATIENT = { connect: 20_000, greeting: 20_000, login: 20_000 };
const GMAIL = 'IDLE X-GM-EXT-1 CONDSTORE SPECIAL-USE';

let server: ScriptedServer;
const sessions: ImapSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await server.empty();
  await server.close();
});

function open(options: Partial<ImapSessionOptions> = {}, port = server.port) {
  const endpoint = { host: '127.0.0.1', port, secure: false };
  return openImapSession(endpoint, credentials, { log, timeouts: BRIEF, ...options });
}

async function opened(options: Partial<ImapSessionOptions> = {}, port = server.port): Promise<ImapSession> {
  const opening = await open({ ...options, timeouts: { ...(options.timeouts ?? BRIEF), ...PATIENT } }, port);
  if (opening.outcome === 'Failed') throw new Error(JSON.stringify(opening.refusal));
  sessions.push(opening.session);
  return opening.session;
}

async function greet(peer: Peer): Promise<string> {
  peer.say('* OK Gimap ready for requests from 127.0.0.1 x');
  const [, capability] = await peer.hear(/^(\S+) CAPABILITY$/);
  peer.say('* CAPABILITY IMAP4rev1 AUTH=PLAIN', `${capability} OK Thats all she wrote! x`);
  const [, auth] = await peer.hear(/^(\S+) AUTHENTICATE PLAIN$/);
  peer.say('+ ');
  const [token] = await peer.hear(/^\S+$/);
  expect(Buffer.from(token, 'base64').toString()).toBe('\0me@gmail.com\0abcdefghijklmnop');
  return auth ?? '';
}

async function login(peer: Peer, capabilities = GMAIL): Promise<void> {
  const tag = await greet(peer);
  peer.say(`* CAPABILITY IMAP4rev1 ${capabilities}`, `${tag} OK me@gmail.com authenticated (Success)`);
  // imapflow asks for the delimiter where there is no NAMESPACE.
  await serve(peer, [[/ LIST "" ""$/, '* LIST (\\Noselect) "/" ""', 'TAG OK Success']]);
}

/** Plays the server of an open session: one answer a command, `BYE` and cuts among them. */
async function serve(peer: Peer, answers: readonly [RegExp, ...string[]][]): Promise<void> {
  for (const [pattern, ...lines] of answers) {
    const { input: line } = await peer.hear(pattern);
    const tag = line.split(' ')[0] ?? '';
    peer.say(...lines.map((text) => text.replace(/^TAG\b/, tag)));
  }
}

const EXAMINE: [RegExp, ...string[]][] = [
  [/ LIST "" "?INBOX/, '* LIST (\\HasNoChildren) "/" "INBOX"', 'TAG OK Success'],
  [/ LSUB "" "?INBOX/, '* LSUB () "/" "INBOX"', 'TAG OK Success'],
  [
    / EXAMINE INBOX/,
    '* FLAGS (\\Seen)',
    '* OK [UIDVALIDITY 633655512] UIDs valid.',
    '* 2 EXISTS',
    '* OK [UIDNEXT 8] Predicted next UID.',
    'TAG OK [READ-ONLY] INBOX selected. (Success)',
  ],
];

const LISTING = `${GMAIL} LIST-EXTENDED LIST-STATUS`;
const STANDING = '* STATUS "INBOX" (MESSAGES 2 UIDNEXT 8 UIDVALIDITY 633655512)';
const STANDS = [['INBOX', { uidValidity: '633655512', uidNext: 8, exists: 2 }]];

const tagOf = (command: string) => command.split(' ')[0];

/** @returns the tag of the IDLE that the client is in */
async function goIdle(peer: Peer): Promise<string> {
  const [, tag = ''] = await peer.hear(/^(\S+) IDLE$/);
  peer.say('+ idling');
  return tag;
}

describe('opening', () => {
  test('logs in, and tells when it was greeted and what the server can do', async () => {
    const stages: string[] = [];
    server = await openScriptedServer(async (peer) => {
      await login(peer);
      await serve(peer, [[/ LOGOUT$/, '* BYE LOGOUT Requested', 'TAG OK 73 good day (Success)']]);
    });
    const session = await opened({ onStage: (stage) => stages.push(stage) });
    expect(stages).toEqual(['CONNECTED']);
    expect(session.features).toEqual({ idle: true, gmail: true, condstore: true, specialUse: true });
    await session.close();
    expect(session.isOpen).toBe(false);
    expect(await session.closed).toBeNull();
  });

  test.each<[string, (peer: Peer, tag: string) => void, ProblemCode, string]>([
    [
      'the wrong credentials',
      (peer, tag) => peer.say(`${tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)`),
      ProblemCode.INVALID_CREDENTIALS,
      '[AUTHENTICATIONFAILED] Invalid credentials (Failure)',
    ],
    [
      'the account’s password',
      (peer, tag) =>
        peer.say(
          `${tag} NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)`,
        ),
      ProblemCode.APP_PASSWORD_REQUIRED,
      '[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
    ],
    [
      'a browser sign-in that is due',
      (peer, tag) =>
        peer.say(
          '* NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1] Web login required.',
          `${tag} NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)`,
        ),
      ProblemCode.WEB_LOGIN_REQUIRED,
      '* NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1] Web login required.\n[ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)',
    ],
    [
      'one connection too many',
      (peer, tag) => peer.say(`${tag} NO [ALERT] Too many simultaneous connections. (Failure)`),
      ProblemCode.TOO_MANY_CONNECTIONS,
      '[ALERT] Too many simultaneous connections. (Failure)',
    ],
    [
      'a system error',
      (peer, tag) => peer.say(`${tag} NO System Error (Failure)`),
      ProblemCode.TEMPORARY_FAILURE,
      'System Error (Failure)',
    ],
    [
      'a BYE',
      (peer) => peer.say('* BYE [OVERQUOTA] Account exceeded command or bandwidth limits.'),
      ProblemCode.BANDWIDTH_EXCEEDED,
      '* BYE [OVERQUOTA] Account exceeded command or bandwidth limits.',
    ],
    [
      'an echo of the credential',
      (peer, tag) => peer.say(`${tag} NO [AUTHENTICATIONFAILED] AGFiY2RlZmdoaWprbG1ub3A= abcdefghijklmnop`),
      ProblemCode.INVALID_CREDENTIALS,
      '[AUTHENTICATIONFAILED] AG[hidden]A= [hidden]',
    ],
  ])('a login refused for %s', async (_, refuse, code, serverReply) => {
    server = await openScriptedServer(async (peer) => {
      refuse(peer, await greet(peer));
      await peer.hang();
    });
    const opening = await open();
    expect(opening).toMatchObject({ outcome: 'Failed', stage: 'LOGIN', refusal: { problem: { code } } });
    expect(opening.outcome === 'Failed' && opening.refusal.problem.serverReply).toBe(serverReply);
  });

  test.each<[string, (peer: Peer) => unknown, 'CONNECT' | 'LOGIN', ProblemCode]>([
    ['says nothing', (peer) => peer.hang(), 'CONNECT', ProblemCode.UNREACHABLE],
    ['hangs up', (peer) => peer.cut(), 'CONNECT', ProblemCode.UNREACHABLE],
    ['resets', (peer) => peer.reset(), 'CONNECT', ProblemCode.UNREACHABLE],
    ['speaks HTTP', (peer) => peer.say('HTTP/1.1 400 Bad Request', ''), 'CONNECT', ProblemCode.UNREACHABLE],
    [
      'greets with BYE',
      (peer) => peer.say('* BYE [UNAVAILABLE] Temporary System Error'),
      'CONNECT',
      ProblemCode.TEMPORARY_FAILURE,
    ],
    ['floods', (peer) => peer.write('* OK '.repeat(200_000)), 'CONNECT', ProblemCode.UNREACHABLE],
    [
      'hangs at the login',
      (peer) => greet(peer).then(() => peer.hang()),
      'LOGIN',
      ProblemCode.TEMPORARY_FAILURE,
    ],
    [
      'dies at the login',
      (peer) => greet(peer).then(() => peer.reset()),
      'LOGIN',
      ProblemCode.TEMPORARY_FAILURE,
    ],
    [
      'answers in noise',
      async (peer) => {
        await greet(peer);
        peer.say('* (((', 'nonsense {{{', '\u0001\u0002');
        await peer.hang();
      },
      'LOGIN',
      ProblemCode.TEMPORARY_FAILURE,
    ],
  ])('a server that %s', async (_, play, stage, code) => {
    server = await openScriptedServer(async (peer) => {
      await play(peer);
    });
    expect(await open()).toMatchObject({ outcome: 'Failed', stage, refusal: { problem: { code } } });
  });

  test('is stopped at any moment', async () => {
    server = await openScriptedServer((peer) => peer.hang());
    expect(await open({ signal: AbortSignal.abort() })).toMatchObject({ outcome: 'Failed' });
    const stop = new AbortController();
    const opening = open({ signal: stop.signal, timeouts: {} });
    stop.abort();
    expect(await opening).toMatchObject({ outcome: 'Failed', stage: 'CONNECT' });
  });
});

/** Opens a session on a server that plays these answers, and opens its inbox. */
async function inbox(
  answers: readonly [RegExp, ...string[]][],
  capabilities = GMAIL,
  timeouts: ImapSessionOptions['timeouts'] = BRIEF,
): Promise<ImapSession> {
  server = await openScriptedServer(async (peer) => {
    await login(peer, capabilities);
    await serve(peer, [...EXAMINE, ...answers]);
    await peer.hang();
  });
  const session = await opened({ timeouts });
  expect(await session.openFolder('INBOX')).toEqual({ uidValidity: '633655512', uidNext: 8, exists: 2 });
  return session;
}

describe('reading', () => {
  test('`n:*` gives the last message, which is not news', async () => {
    const session = await inbox([
      [/ UID SEARCH UID 8:\*$/, '* SEARCH 7', 'TAG OK Success'],
      [/ UID SEARCH UID 3:\*$/, '* SEARCH 7 3 5', 'TAG OK Success'],
    ]);
    expect(await session.uidsSince(8)).toEqual([]);
    expect(await session.uidsSince(3)).toEqual([3, 5, 7]);
  });

  test('a refused search is never an empty one', async () => {
    const session = await inbox([
      [/ UID SEARCH/, 'TAG NO System Error (Failure)'],
      [/ UID SEARCH/, 'TAG BAD Could not parse command'],
    ]);
    await expect(session.uidsSince(1)).rejects.toThrow(ImapFailure);
    await expect(session.findByMessageId('<a@b>')).rejects.toThrow(ImapFailure);
    expect(session.isOpen).toBe(true);
  });

  test('heads come with Gmail’s ids, and without what is not asked for', async () => {
    const headers = 'Subject: Hi\r\n\r\n';
    const session = await inbox([
      [
        / UID FETCH 3,5,6 .*BODY\.PEEK\[HEADER\]<0\.65536>/,
        '* 9 FETCH (UID 9 FLAGS (\\Seen))',
        `* 1 FETCH (UID 3 RFC822.SIZE 99 INTERNALDATE "22-Nov-2026 10:00:00 +0000" FLAGS (\\Seen) X-GM-MSGID 1850253462839492608 X-GM-THRID 18446744073709551615 X-GM-LABELS (\\Inbox "Muy Importante") BODY[HEADER]<0> {${headers.length}}`,
        `${headers})`,
        '* 1 FETCH (UID 3 FLAGS (\\Answered))',
        '* 2 FETCH (UID 5 RFC822.SIZE 4 INTERNALDATE "nonsense" FLAGS () BODY[HEADER]<0> "")',
        'TAG OK Success',
      ],
    ]);
    const heads = await session.fetchHeads([3, 5, 6]);
    expect(heads.map(({ uid }) => uid)).toEqual([3, 5]);
    expect(heads[0]).toEqual({
      uid: 3,
      size: 99,
      internalDate: new Date('2026-11-22T10:00:00Z'),
      headers: Buffer.from(headers),
      gmailMessageId: '1850253462839492608',
      gmailThreadId: '18446744073709551615',
      labels: ['\\Inbox', 'Muy Importante'],
      flags: ['\\Seen'],
    });
    expect(heads[1]).toMatchObject({ headers: Buffer.alloc(0), gmailMessageId: null, labels: [] });
    expect(await session.fetchHeads([])).toEqual([]);
  });

  test('a source is read in part, and what has vanished is null', async () => {
    const session = await inbox([
      [
        / UID FETCH 3 .*BODY\.PEEK\[\]<0\.5>/,
        '* 1 FETCH (UID 3 BODY[]<0> "more than five")',
        'TAG OK Success',
      ],
      [/ UID FETCH 4 /, 'TAG OK Success'],
    ]);
    expect((await session.fetchSource(3, 5))?.toString()).toBe('more ');
    expect(await session.fetchSource(4, 5)).toBeNull();
  });

  test('a message is found by its id, by Gmail’s own index where the headers are not indexed yet', async () => {
    const session = await inbox([
      [/ UID SEARCH HEADER MESSAGE-ID "?<a@b>"?$/i, '* SEARCH', 'TAG OK Success'],
      [/ UID SEARCH X-GM-RAW "?rfc822msgid:a@b"?$/, '* SEARCH 7', 'TAG OK Success'],
    ]);
    expect(await session.findByMessageId('<a@b>')).toEqual([7]);
  });

  test('a folder is looked at without opening it', async () => {
    const session = await inbox([
      [
        / STATUS Spam \(UIDNEXT UIDVALIDITY MESSAGES\)/,
        '* STATUS "Spam" (UIDNEXT 12 UIDVALIDITY 5 MESSAGES 4)',
        'TAG OK Success',
      ],
      [/ STATUS Gone/, 'TAG NO [NONEXISTENT] Unknown Mailbox: Gone (Failure)'],
      [/ LIST "" "?Gone/, 'TAG OK Success'],
    ]);
    // The open folder is left to be opened anew, as a STATUS of it may not tell what is new (RFC 3501 §6.3.10).
    expect(await session.lookAt(['INBOX', 'Spam', 'Gone'])).toEqual(
      new Map([['Spam', { uidValidity: '5', uidNext: 12, exists: 4 }]]),
    );
  });

  test('folders are looked at in one command where the server can, the open one and those in any script among them', async () => {
    const session = await inbox(
      [
        [
          / LIST "" \("INBOX" "&UWiQ6JD1TvY-" "Spam"\) RETURN \(STATUS \(MESSAGES UIDNEXT UIDVALIDITY\)\)/,
          '* LIST () "/" "Inbox"',
          '* STATUS "Inbox" (MESSAGES 2 UIDNEXT 8 UIDVALIDITY 633655512)',
          '* LIST () "/" "&UWiQ6JD1TvY-"',
          '* STATUS "&UWiQ6JD1TvY-" (UIDVALIDITY 5 MESSAGES 4 UIDNEXT 12)',
          '* STATUS "Never asked for" (UIDVALIDITY 5 MESSAGES 4 UIDNEXT 12)',
          '* STATUS "Spam" (MESSAGES 4 UIDNEXT 12)',
          'TAG OK Success',
        ],
        [/ STATUS Spam/, '* STATUS "Spam" (UIDNEXT 12 UIDVALIDITY 7 MESSAGES 0)', 'TAG OK Success'],
        [/ LIST .* RETURN \(STATUS/, 'TAG BAD Could not parse command'],
        [/ STATUS Spam/, '* STATUS "Spam" (UIDNEXT 12 UIDVALIDITY 7 MESSAGES 0)', 'TAG OK Success'],
      ],
      LISTING,
    );
    const spam = ['Spam', { uidValidity: '7', uidNext: 12, exists: 0 }];
    expect([...(await session.lookAt(['INBOX', '全部郵件', 'Spam']))]).toEqual([
      ['INBOX', { uidValidity: '633655512', uidNext: 8, exists: 2 }],
      ['全部郵件', { uidValidity: '5', uidNext: 12, exists: 4 }],
      spam,
    ]);
    // Refused, it asks for each as on a server that has no such command.
    expect([...(await session.lookAt(['INBOX', 'Spam']))]).toEqual([spam]);
  });

  test.each<[string, string, string[], object]>([
    [
      'by attribute, in any language',
      GMAIL,
      [
        '* LIST (\\HasNoChildren) "/" "INBOX"',
        '* LIST (\\HasChildren \\Noselect) "/" "[Gmail]"',
        '* LIST (\\HasNoChildren) "/" "Sent"',
        '* LIST (\\All \\HasNoChildren) "/" "[Gmail]/&UWiQ6JD1TvY-"',
        '* LIST (\\HasNoChildren \\Sent) "/" "[Gmail]/Gesendet"',
      ],
      { inbox: 'INBOX', sent: '[Gmail]/Gesendet', spam: null, all: '[Gmail]/全部郵件' },
    ],
    [
      'by name, on a server without attributes',
      'IDLE',
      ['* LIST () "/" "INBOX"', '* LIST () "/" "Sent"', '* LIST () "/" "Junk"'],
      { inbox: 'INBOX', sent: 'Sent', spam: 'Junk', all: null },
    ],
  ])('folders are found %s', async (_, capabilities, lines, folders) => {
    server = await openScriptedServer(async (peer) => {
      await login(peer, capabilities);
      await serve(peer, [
        [/ LIST "" "?\*"?/, ...lines, 'TAG OK Success'],
        [/ LSUB "" "?\*"?/, 'TAG OK Success'],
      ]);
      await peer.hang();
    });
    const session = await opened();
    expect(await session.findFolders()).toEqual(folders);
  });

  test('a command without an answer ends the session', async () => {
    const session = await inbox([[/ UID SEARCH/]]);
    await expect(session.uidsSince(1)).rejects.toMatchObject({
      refusal: { needsPerson: false, problem: { code: ProblemCode.TEMPORARY_FAILURE } },
    });
    expect(session.isOpen).toBe(false);
    expect((await session.closed)?.problem.code).toBe(ProblemCode.TEMPORARY_FAILURE);
    await expect(session.uidsSince(1)).rejects.toThrow(ImapFailure);
    expect(await session.waitForNews(10_000)).toBe('CLOSED');
  });
});

describe('waiting for news', () => {
  const LONG = { ...BRIEF, command: 10_000 };

  test('IDLE begins at once, and wakes', async () => {
    const session = await inbox([[/ IDLE$/, '+ idling', '* 3 EXISTS'], [/^DONE$/]]);
    expect(await session.waitForNews(10_000)).toBe('NEWS');
  });

  test('after IDLE the next command has its turn', async () => {
    server = await openScriptedServer(async (peer) => {
      await login(peer);
      await serve(peer, EXAMINE);
      for (const uid of [8, 9]) {
        const { input: line } = await peer.hear(/ IDLE$/);
        peer.say('+ idling', `* ${uid - 5} EXISTS`);
        await peer.hear(/^DONE$/);
        peer.say(`${line.split(' ')[0]} OK IDLE terminated (Success)`);
        await serve(peer, [[/ UID SEARCH/, `* SEARCH ${uid}`, 'TAG OK Success']]);
      }
      await peer.hang();
    });
    const session = await opened({ timeouts: LONG });
    await session.openFolder('INBOX');
    for (const uid of [8, 9]) {
      expect(await session.waitForNews(10_000)).toBe('NEWS');
      expect(await session.uidsSince(uid)).toEqual([uid]);
    }
  });

  test('news that came beside an answer is not lost', async () => {
    const session = await inbox([
      [/ UID SEARCH/, '* SEARCH 7', '* 3 EXISTS', 'TAG OK Success'],
      [/ UID SEARCH/, '* SEARCH 7 8', 'TAG OK Success'],
      [/ IDLE$/, '+ idling'],
    ]);
    await session.uidsSince(7);
    expect(await session.waitForNews(10_000)).toBe('NEWS');
    await session.uidsSince(7);
    expect(await session.waitForNews(30)).toBe('TIMEOUT');
  });

  test.each([
    ['* BYE Session expired, please login again.', ProblemCode.TEMPORARY_FAILURE],
    ['* BYE [OVERQUOTA] Account exceeded command or bandwidth limits.', ProblemCode.BANDWIDTH_EXCEEDED],
  ])('%s', async (bye, code) => {
    const session = await inbox([[/ IDLE$/, '+ idling', bye]]);
    expect(await session.waitForNews(10_000)).toBe('CLOSED');
    expect((await session.closed)?.problem.code).toBe(code);
  });

  test('a drop without a word closes it without a reason', async () => {
    server = await openScriptedServer(async (peer) => {
      await login(peer);
      await serve(peer, [...EXAMINE, [/ IDLE$/, '+ idling']]);
      peer.cut();
    });
    const session = await opened();
    await session.openFolder('INBOX');
    expect(await session.waitForNews(10_000)).toBe('CLOSED');
    expect(await session.closed).toBeNull();
  });

  test('a session’s signal ends all', async () => {
    server = await openScriptedServer(async (peer) => {
      await login(peer);
      await serve(peer, [...EXAMINE, [/ IDLE$/, '+ idling']]);
      stop.abort();
      await peer.hang();
    });
    const stop = new AbortController();
    const session = await opened({ signal: stop.signal });
    await session.openFolder('INBOX');
    expect(await session.waitForNews(10_000)).toBe('CLOSED');
    expect(await session.closed).toBeNull();
  });

  test.each([
    ['without IDLE', 'CONDSTORE', []],
    ['that refuses IDLE', GMAIL, [[/ IDLE$/, 'TAG NO Not now']]],
    ['that ends IDLE by itself', GMAIL, [[/ IDLE$/, '+ idling', 'TAG OK IDLE terminated']]],
  ] as [string, string, [RegExp, ...string[]][]][])(
    'a server %s is looked at',
    async (_, capabilities, idle) => {
      const session = await inbox([...idle, [/ NOOP$/, '* 3 EXISTS', 'TAG OK Success']], capabilities, LONG);
      expect(await session.waitForNews(10_000)).toBe('NEWS');
    },
  );

  test('DONE leaves with what follows it, and a look goes back into IDLE in the same write', async () => {
    server = await openScriptedServer(async (peer) => {
      await login(peer, LISTING);
      await serve(peer, EXAMINE);
      let idle = await goIdle(peer);
      peer.say('* 3 EXISTS');
      await peer.hear(/^DONE$/);
      const { input: search } = await peer.hear(/ UID SEARCH/);
      peer.say(`${idle} OK IDLE terminated`, '* SEARCH 8', `${tagOf(search)} OK Success`);
      idle = await goIdle(peer);
      await peer.hear(/^DONE$/);
      const { input: list } = await peer.hear(/ LIST .* RETURN \(STATUS/);
      const { input: again } = await peer.hear(/ IDLE$/);
      // News may come with any of the three answers.
      peer.say('* 4 EXISTS', `${idle} OK IDLE terminated`, '* LIST () "/" "INBOX"', STANDING);
      peer.say(`${tagOf(list)} OK Success`, '* 5 EXISTS', '+ idling');
      await peer.hear(/^DONE$/);
      const { input: second } = await peer.hear(/ UID SEARCH/);
      peer.say(`${tagOf(again)} OK IDLE terminated`, '* SEARCH 9 10', `${tagOf(second)} OK Success`);
      await peer.hang();
    });
    const session = await opened({ timeouts: LONG });
    await session.openFolder('INBOX');
    expect(await session.waitForNews(10_000)).toBe('NEWS');
    expect(await session.uidsSince(8)).toEqual([8]);
    expect(await session.waitForNews(50)).toBe('TIMEOUT');
    expect([...(await session.lookAt(['INBOX']))]).toEqual(STANDS);
    expect(await session.waitForNews(10_000)).toBe('NEWS');
    expect(await session.uidsSince(9)).toEqual([9, 10]);
  });

  test('DONE is not sent before the server is in IDLE', async () => {
    let mayEnter: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      mayEnter = resolve;
    });
    server = await openScriptedServer(async (peer) => {
      await login(peer);
      await serve(peer, EXAMINE);
      const { input: idle } = await peer.hear(/ IDLE$/);
      peer.say('* 3 EXISTS');
      await asked;
      expect(peer.forget()).toBe(0);
      peer.say('+ idling');
      await peer.hear(/^DONE$/);
      peer.say(`${tagOf(idle)} OK IDLE terminated`);
      await serve(peer, [[/ UID SEARCH/, '* SEARCH 8', 'TAG OK Success']]);
      await peer.hang();
    });
    const session = await opened({ timeouts: LONG });
    await session.openFolder('INBOX');
    expect(await session.waitForNews(10_000)).toBe('NEWS');
    const found = session.uidsSince(8);
    mayEnter();
    expect(await found).toEqual([8]);
  });

  test('a server that refuses the IDLE behind a look is looked at', async () => {
    server = await openScriptedServer(async (peer) => {
      await login(peer, LISTING);
      await serve(peer, EXAMINE);
      const idle = await goIdle(peer);
      await peer.hear(/^DONE$/);
      peer.say(`${idle} OK IDLE terminated`);
      await serve(peer, [
        [/ LIST .* RETURN \(STATUS/, STANDING, 'TAG OK Success'],
        [/ IDLE$/, 'TAG NO Not now'],
        [/ NOOP$/, '* 3 EXISTS', 'TAG OK Success'],
      ]);
      await peer.hang();
    });
    const session = await opened({ timeouts: LONG });
    await session.openFolder('INBOX');
    expect(await session.waitForNews(50)).toBe('TIMEOUT');
    expect([...(await session.lookAt(['INBOX']))]).toEqual(STANDS);
    expect(await session.waitForNews(10_000)).toBe('NEWS');
  });

  test.each<[string, (peer: Peer, idle: string) => Promise<void>]>([
    [
      'drops what comes behind DONE',
      async (peer, idle) => {
        await peer.hear(/^DONE$/);
        peer.forget();
        peer.say(`${idle} OK IDLE terminated`);
        await peer.hang();
      },
    ],
    [
      'drops the IDLE behind a look',
      async (peer, idle) => {
        await peer.hear(/^DONE$/);
        const { input: list } = await peer.hear(/ LIST .* RETURN \(STATUS/);
        peer.forget();
        peer.say(`${idle} OK IDLE terminated`, STANDING, `${tagOf(list)} OK Success`);
        await peer.hang();
      },
    ],
    [
      'does not understand what comes behind DONE',
      async (peer, idle) => {
        await peer.hear(/^DONE$/);
        const { input: list } = await peer.hear(/ LIST .* RETURN \(STATUS/);
        const { input: again } = await peer.hear(/ IDLE$/);
        peer.say(`${idle} OK IDLE terminated`, `${tagOf(list)} BAD x`, `${tagOf(again)} BAD x`);
        await peer.hang();
      },
    ],
  ])('a server that %s is asked one thing after the other', async (_, misbehave) => {
    server = await openScriptedServer(async (peer, visit) => {
      await login(peer, LISTING);
      await serve(peer, EXAMINE);
      const idle = await goIdle(peer);
      if (visit === 1) return misbehave(peer, idle);
      await peer.hear(/^DONE$/);
      expect(peer.forget()).toBe(0);
      peer.say(`${idle} OK IDLE terminated`);
      await serve(peer, [
        [/ LIST .* RETURN \(STATUS/, STANDING, 'TAG OK Success'],
        [/ IDLE$/, '+ idling', '* 3 EXISTS'],
      ]);
      await peer.hang();
    });
    const session = await opened({ timeouts: { ...BRIEF, command: 1_500 } });
    await session.openFolder('INBOX');
    expect(await session.waitForNews(50)).toBe('TIMEOUT');
    for (let looks = 0; looks < 2; looks += 1) await session.lookAt(['INBOX']).catch(() => undefined);
    expect(session.pipelines).toBe(false);
    const next = await opened({ timeouts: LONG, pipelines: session.pipelines });
    await next.openFolder('INBOX');
    expect(await next.waitForNews(50)).toBe('TIMEOUT');
    expect([...(await next.lookAt(['INBOX']))]).toEqual(STANDS);
    expect(await next.waitForNews(10_000)).toBe('NEWS');
  });

  test('a network that freezes is noticed at the next command, and one that thaws in time is not', async () => {
    server = await openScriptedServer(async (peer) => {
      await login(peer);
      await serve(peer, EXAMINE);
      const { input: line } = await peer.hear(/ IDLE$/);
      peer.say('+ idling');
      await peer.hear(/^DONE$/);
      peer.say(`${line.split(' ')[0]} OK IDLE terminated (Success)`);
      await serve(peer, [[/ UID SEARCH/, '* SEARCH 8', 'TAG OK Success']]);
      await peer.hang();
    });
    const proxy = await openFaultProxy({ port: server.port });
    const patient = await opened({ timeouts: LONG }, proxy.port);
    const hasty = await opened({}, proxy.port);
    for (const session of [patient, hasty]) {
      await session.openFolder('INBOX');
      expect(await session.waitForNews(50)).toBe('TIMEOUT');
    }
    proxy.freeze();
    const found = patient.uidsSince(8);
    await expect(hasty.uidsSince(8)).rejects.toThrow(ImapFailure);
    expect(hasty.isOpen).toBe(false);
    proxy.resume();
    expect(await found).toEqual([8]);
    proxy.reset();
    expect((await patient.closed)?.problem.code).toBe(ProblemCode.TEMPORARY_FAILURE);
    await proxy.close();
  });
});
