import type { Sandbox } from '../../src/sandbox/sandbox';
import { dial, openSandbox, type Wire } from '../support/sandbox';

// Gmail's IMAP on the wire, line by line, against what public logs show of it.

const ANA = { address: 'ana@gmail.com', appPassword: 'abcdefghijklmnop', accountPassword: 'hunter2!' };
const PLAIN = Buffer.from(`\0${ANA.address}\0${ANA.appPassword}`).toString('base64');

/** Sends a command and answers everything up to its tagged line. */
async function run(wire: Wire, command: string): Promise<string[]> {
  wire.send(`t ${command}`);
  return wire.readUntil(/^t /);
}

async function logIn(sandbox: Sandbox): Promise<Wire> {
  const wire = dial(sandbox.imapUrl);
  await wire.read();
  expect((await run(wire, `AUTHENTICATE PLAIN ${PLAIN}`)).at(-1)).toMatch(/^t OK/);
  return wire;
}

async function openAna(options = {}) {
  const sandbox = await openSandbox(options);
  return { sandbox, account: sandbox.addAccount(ANA) };
}

const mail = (subject: string, headers: Record<string, string> = {}) => ({
  from: 'Bob <bob@example.com>',
  to: ANA.address,
  subject,
  text: `About ${subject}`,
  headers,
});

test('greets, lists and logs in as imap.gmail.com does', async () => {
  const { sandbox } = await openAna();
  const wire = dial(sandbox.imapUrl);
  expect(await wire.read()).toMatch(/^\* OK Gimap ready for requests from 127\.0\.0\.1 \w+$/);
  expect(await run(wire, 'CAPABILITY')).toEqual([
    '* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER',
    expect.stringMatching(/^t OK Thats all she wrote! \w+$/),
  ]);
  wire.send('t AUTHENTICATE PLAIN');
  expect(await wire.read()).toBe('+ ');
  wire.send(PLAIN);
  expect(await wire.readUntil(/^t /)).toEqual([
    '* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584',
    't OK ana@gmail.com authenticated (Success)',
  ]);
  expect(await run(wire, 'NAMESPACE')).toEqual(['* NAMESPACE (("" "/")) NIL NIL', 't OK Success']);
  expect(await run(wire, 'LOGOUT')).toEqual(['* BYE LOGOUT Requested', 't OK 73 good day (Success)']);
  await wire.closed;
});

test('selects as Gmail does, without QRESYNC', async () => {
  const { sandbox, account } = await openAna();
  account.deliver(mail('one'));
  const wire = await logIn(sandbox);
  const modseq = account.store.highestModseq;
  expect(await run(wire, 'SELECT INBOX')).toEqual([
    '* FLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen $NotPhishing $Phishing)',
    '* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen $NotPhishing $Phishing \\*)] Flags permitted.',
    '* OK [UIDVALIDITY 1] UIDs valid.',
    '* 1 EXISTS',
    '* 0 RECENT',
    '* OK [UIDNEXT 2] Predicted next UID.',
    `* OK [HIGHESTMODSEQ ${modseq}]`,
    't OK [READ-WRITE] INBOX selected. (Success)',
  ]);
  expect((await run(wire, 'SELECT "[Gmail]/None"')).at(-1)).toBe(
    't NO [NONEXISTENT] Unknown Mailbox: [Gmail]/None (Failure)',
  );
  expect((await run(wire, 'FETCH 1 UID')).at(-1)).toMatch(/^t BAD /); // a failed SELECT leaves nothing selected
});

test('lists folders by attribute, with status, and hides what is hidden', async () => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount({ ...ANA, locale: 'zh-TW' });
  account.hideFolder('\\Important');
  account.deliver(mail('one'));
  const wire = await logIn(sandbox);
  expect(
    await run(wire, 'LIST "" "*" RETURN (SPECIAL-USE CHILDREN SUBSCRIBED STATUS (MESSAGES UIDNEXT))'),
  ).toEqual([
    '* LIST (\\HasNoChildren \\Subscribed) "/" "INBOX"',
    '* STATUS "INBOX" (MESSAGES 1 UIDNEXT 2)',
    '* LIST (\\HasChildren \\Noselect) "/" "[Gmail]"',
    '* LIST (\\HasNoChildren \\All \\Subscribed) "/" "[Gmail]/&UWiQ6JD1TvY-"',
    '* STATUS "[Gmail]/&UWiQ6JD1TvY-" (MESSAGES 1 UIDNEXT 2)',
    '* LIST (\\HasNoChildren \\Drafts \\Subscribed) "/" "[Gmail]/&g0l6Pw-"',
    '* STATUS "[Gmail]/&g0l6Pw-" (MESSAGES 0 UIDNEXT 1)',
    '* LIST (\\HasNoChildren \\Sent \\Subscribed) "/" "[Gmail]/&W8RO9lCZTv0-"',
    '* STATUS "[Gmail]/&W8RO9lCZTv0-" (MESSAGES 0 UIDNEXT 1)',
    '* LIST (\\HasNoChildren \\Junk \\Subscribed) "/" "[Gmail]/&V4NXPpD1TvY-"',
    '* STATUS "[Gmail]/&V4NXPpD1TvY-" (MESSAGES 0 UIDNEXT 1)',
    '* LIST (\\HasNoChildren \\Flagged \\Subscribed) "/" "[Gmail]/&XfJSoGYfhl8-"',
    '* STATUS "[Gmail]/&XfJSoGYfhl8-" (MESSAGES 0 UIDNEXT 1)',
    '* LIST (\\HasNoChildren \\Trash \\Subscribed) "/" "[Gmail]/&V4NXPmh2-"',
    '* STATUS "[Gmail]/&V4NXPmh2-" (MESSAGES 0 UIDNEXT 1)',
    't OK Success',
  ]);
  expect(await run(wire, 'LIST "" "%"')).toHaveLength(3);
  expect((await run(wire, 'SELECT "[Gmail]/&UWiQ6JD1TvY-"')).at(-1)).toMatch(/^t OK \[READ-WRITE\]/);
});

test('tells of new mail during IDLE or a command, and never otherwise', async () => {
  const { sandbox, account } = await openAna();
  const wire = await logIn(sandbox);
  const witness = await logIn(sandbox);
  await run(wire, 'SELECT INBOX');
  account.deliver(mail('one'));
  await run(witness, 'NOOP'); // the server has had its time to say something
  expect(wire.pending()).toEqual([]);
  expect(await run(wire, 'NOOP')).toEqual(['* 1 EXISTS', 't OK Success']);
  wire.send('t IDLE');
  expect(await wire.read()).toBe('+ idling');
  account.deliver(mail('two'));
  expect(await wire.read()).toBe('* 2 EXISTS');
  const [entry] = account.folder('INBOX').entries;
  if (entry) account.store.remove(entry.message);
  expect(await wire.read()).toBe('* 1 EXPUNGE');
  wire.send('DONE');
  expect(await wire.read()).toBe('t OK IDLE terminated (Success)');
  account.deliver(mail('three'));
  await run(witness, 'NOOP');
  expect(wire.pending()).toEqual([]);
});

test('announces late when told to, though a new session sees the mail at once', async () => {
  const { sandbox, account } = await openAna();
  const wire = await logIn(sandbox);
  await run(wire, 'SELECT INBOX');
  account.delayExists(40);
  wire.send('t IDLE');
  await wire.read();
  account.deliver(mail('one'));
  const other = await logIn(sandbox);
  expect(await run(other, 'EXAMINE INBOX')).toContain('* 1 EXISTS');
  expect(wire.pending()).toEqual([]);
  expect(await wire.read()).toBe('* 1 EXISTS');
});

test('fetches what is asked, in parts, and marks as read only without PEEK', async () => {
  const { sandbox, account } = await openAna();
  account.deliver(
    [
      'From: "Lee, Bob" <bob@example.com>',
      'To: ana@gmail.com, Team: x@example.com, y@example.com;',
      'Subject: parts',
      'Message-ID: <parts@example.com>',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      'preamble',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Hello',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Subject: inner',
      '',
      'inner text',
      '--b--',
      '',
    ].join('\r\n'),
    { receivedAt: new Date('2026-11-23T04:05:06Z') },
  );
  const wire = await logIn(sandbox);
  await run(wire, 'SELECT INBOX');
  const [entry] = account.folder('INBOX').entries;
  const id = entry?.message.id;
  expect(await run(wire, 'UID FETCH 1 (FLAGS INTERNALDATE X-GM-MSGID X-GM-THRID X-GM-LABELS)')).toEqual([
    `* 1 FETCH (UID 1 FLAGS () INTERNALDATE "23-Nov-2026 04:05:06 +0000" X-GM-MSGID ${id} X-GM-THRID ${id} X-GM-LABELS (\\Inbox))`,
    't OK Success',
  ]);
  expect(await run(wire, 'FETCH 1 BODYSTRUCTURE')).toEqual([
    '* 1 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 5 0 NIL NIL NIL NIL)' +
      '("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 28 (NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) ' +
      '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 10 0 NIL NIL NIL NIL) 2 NIL NIL NIL NIL) "MIXED" ("BOUNDARY" "b") NIL NIL NIL))',
    't OK Success',
  ]);
  expect((await run(wire, 'FETCH 1 ENVELOPE'))[0]).toBe(
    '* 1 FETCH (ENVELOPE (NIL "parts" (("Lee, Bob" NIL "bob" "example.com")) (("Lee, Bob" NIL "bob" "example.com")) ' +
      '(("Lee, Bob" NIL "bob" "example.com")) ((NIL NIL "ana" "gmail.com")(NIL NIL "Team" NIL)' +
      '(NIL NIL "x" "example.com")(NIL NIL "y" "example.com")(NIL NIL NIL NIL)) NIL NIL NIL "<parts@example.com>"))',
  );
  expect(
    await run(
      wire,
      'FETCH 1 (BODY.PEEK[1] BODY.PEEK[2.HEADER] BODY.PEEK[2.1] BODY.PEEK[9] BODY.PEEK[1.MIME]<0.12>)',
    ),
  ).toEqual([
    '* 1 FETCH (BODY[1] {5}',
    'Hello BODY[2.HEADER] {18}',
    'Subject: inner',
    '',
    ' BODY[2.1] {10}',
    'inner text BODY[9] NIL BODY[1.MIME]<0> {12}',
    'Content-Type)',
    't OK Success',
  ]);
  expect(await run(wire, 'FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT message-id)]')).toEqual([
    '* 1 FETCH (BODY[HEADER.FIELDS (SUBJECT message-id)] {51}',
    'Subject: parts',
    'Message-ID: <parts@example.com>',
    '',
    ')',
    't OK Success',
  ]);
  expect(entry?.message.flags.has('\\Seen')).toBe(false);
  const read = await run(wire, 'FETCH 1 BODY[TEXT]<0.8>');
  expect(read.slice(0, 2)).toEqual(['* 1 FETCH (BODY[TEXT]<0> {8}', 'preamble)']);
  expect(read[2]).toMatch(/^\* 1 FETCH \(UID 1 .*FLAGS \(\\Seen\)\)$/);
});

test('n:* holds the last message even when its UID is lower', async () => {
  const { sandbox, account } = await openAna();
  account.deliver(mail('one'));
  account.deliver(mail('two'));
  const wire = await logIn(sandbox);
  await run(wire, 'SELECT INBOX');
  expect(await run(wire, 'UID FETCH 100:* (UID)')).toEqual(['* 2 FETCH (UID 2)', 't OK Success']);
  expect(await run(wire, 'UID SEARCH UID 100:*')).toEqual(['* SEARCH 2', 't OK SEARCH completed (Success)']);
  expect(await run(wire, 'UID FETCH 100:200 (UID)')).toEqual(['t OK Success']);
});

test.each([
  ['ALL', '1 2 3'],
  ['UNSEEN', '1 3'],
  ['SEEN', '2'],
  ['FROM bob', '1 2 3'],
  ['SUBJECT "gr\u00fc\u00dfe"', '3'],
  ['TEXT "about one"', '1'],
  ['NOT SUBJECT one', '2 3'],
  ['OR SUBJECT one SUBJECT two', '1 2'],
  ['(SUBJECT one) SINCE 1-Jan-2026', '1'],
  ['BEFORE 23-Nov-2026', '1'],
  ['HEADER X-Tag blue', '2'],
  ['X-GM-RAW "rfc822msgid:two@example.com"', '2'],
  ['X-GM-RAW "rfc822msgid:<two@example.com>"', '2'],
  ['X-GM-RAW "subject:one -from:ana"', '1'],
  ['HEADER Message-ID <two@example.com>', '2'],
])('UID SEARCH %s', async (criteria, expected) => {
  const { sandbox, account } = await openAna();
  const at = (day: string) => ({ receivedAt: new Date(`2026-11-${day}T12:00:00Z`) });
  account.deliver(mail('one'), at('22'));
  account.deliver({ ...mail('two', { 'X-Tag': 'Blue' }), messageId: '<two@example.com>' }, at('23'));
  account.deliver(mail('Grüße'), at('24'));
  const wire = await logIn(sandbox);
  await run(wire, 'SELECT INBOX');
  await run(wire, 'UID STORE 2 +FLAGS.SILENT (\\Seen)');
  const [found] = await run(wire, `UID SEARCH ${criteria}`);
  expect(found).toBe(`* SEARCH ${expected}`);
});

test('searches with ESEARCH, by thread and by id', async () => {
  const { sandbox, account } = await openAna();
  account.deliver({ ...mail('one'), messageId: '<one@example.com>' });
  account.deliver(mail('Re: one', { 'In-Reply-To': '<one@example.com>' }));
  account.deliver(mail('else', { 'In-Reply-To': '<one@example.com>' }));
  const wire = await logIn(sandbox);
  await run(wire, 'SELECT INBOX');
  const [first] = account.folder('INBOX').entries;
  expect((await run(wire, `UID SEARCH X-GM-THRID ${first?.message.threadId}`))[0]).toBe('* SEARCH 1 2');
  expect((await run(wire, `UID SEARCH X-GM-MSGID ${first?.message.id}`))[0]).toBe('* SEARCH 1');
  expect((await run(wire, 'UID SEARCH RETURN (MIN MAX COUNT ALL) ALL'))[0]).toBe(
    '* ESEARCH (TAG "t") UID MIN 1 MAX 3 COUNT 3 ALL 1:3',
  );
  expect((await run(wire, 'SEARCH RETURN () SUBJECT none'))[0]).toBe('* ESEARCH (TAG "t")');
});

test('keeps mod-sequences: CHANGEDSINCE, UNCHANGEDSINCE, and no echo of one’s own silent change', async () => {
  const { sandbox, account } = await openAna();
  account.deliver(mail('one'));
  account.deliver(mail('two'));
  const wire = await logIn(sandbox);
  await run(wire, 'SELECT INBOX');
  const before = account.store.highestModseq;
  expect(await run(wire, 'UID STORE 1 +FLAGS.SILENT (\\Flagged)')).toEqual(['t OK Success']);
  expect(await run(wire, `UID FETCH 1:* (FLAGS) (CHANGEDSINCE ${before})`)).toEqual([
    `* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (${before + 1}))`,
    't OK Success',
  ]);
  expect(await run(wire, `UID STORE 1 (UNCHANGEDSINCE ${before}) +FLAGS (\\Seen)`)).toEqual([
    't OK [MODIFIED 1] Conditional STORE failed',
  ]);
  expect((await run(wire, `UID FETCH 1 (FLAGS) (CHANGEDSINCE 1 VANISHED)`)).at(-1)).toMatch(/^t BAD /);
  expect((await run(wire, 'STATUS "[Gmail]/Starred" (MESSAGES)'))[0]).toBe(
    '* STATUS "[Gmail]/Starred" (MESSAGES 1)',
  );
});

test('appends with a literal, moves and expunges with UIDPLUS', async () => {
  const { sandbox, account } = await openAna();
  const wire = await logIn(sandbox);
  await run(wire, 'SELECT INBOX');
  wire.send('t APPEND INBOX (\\Seen) "01-Feb-2026 10:00:00 +0100" {14}');
  expect(await wire.read()).toBe('+ go ahead');
  wire.send('Subject: x\r\n\r\n');
  expect(await wire.readUntil(/^t /)).toEqual(['* 1 EXISTS', 't OK [APPENDUID 1 1] (Success)']);
  expect(account.folder('INBOX').entries[0]?.message.receivedAt).toEqual(new Date('2026-02-01T09:00:00Z'));
  wire.send('t APPEND INBOX {14+}', 'Subject: y\r\n\r\n');
  expect(await wire.readUntil(/^t /)).toEqual(['* 2 EXISTS', 't OK [APPENDUID 1 2] (Success)']);
  expect(await run(wire, 'UID MOVE 1 "[Gmail]/Spam"')).toEqual([
    '* OK [COPYUID 6 1 1] (Success)',
    '* 1 EXPUNGE',
    't OK (Success)',
  ]);
  await run(wire, 'UID STORE 2 +FLAGS.SILENT (\\Deleted)');
  expect(await run(wire, 'UID EXPUNGE 2')).toEqual(['* 1 EXPUNGE', 't OK Success']);
  expect(account.folder('\\All').entries).toHaveLength(1); // archived; Spam is not in All Mail
  expect(account.folder('\\Spam').entries).toHaveLength(1);
});

test.each([
  [
    'imapDisabled',
    [
      't NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)',
    ],
  ],
  [
    'webLoginRequired',
    [
      expect.stringMatching(
        /^\* NO \[WEBALERT https:\/\/accounts\.google\.com\/signin\/continue\?\S+\] Web login required\.$/,
      ),
      't NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)',
    ],
  ],
  ['systemError', ['t NO System Error (Failure)']],
  ['unavailable', ['t NO [UNAVAILABLE] Temporary System Error (Failure)']],
] as const)('refuses a login as ordered: %s', async (which, expected) => {
  const { sandbox, account } = await openAna();
  account.refuse('imapLogin', which, 1);
  const wire = dial(sandbox.imapUrl);
  await wire.read();
  expect(await run(wire, `LOGIN ${ANA.address} ${ANA.appPassword}`)).toEqual(expected);
  const refused = await sandbox.waitFor('ordered');
  expect(refused).toMatchObject({ address: ANA.address, stage: 'imapLogin', which });
  expect((await run(wire, `LOGIN ${ANA.address} ${ANA.appPassword}`)).at(-1)).toMatch(/^t OK/);
});

test('refuses wrong passwords by their kind', async () => {
  const { sandbox } = await openAna();
  const wire = dial(sandbox.imapUrl);
  await wire.read();
  expect(await run(wire, 'LOGIN ana@gmail.com wrong')).toEqual([
    't NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)',
  ]);
  expect(await run(wire, 'LOGIN ana@gmail.com "hunter2!"')).toEqual([
    't NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
  ]);
  const failed = await sandbox.waitFor('login', (event) => !event.accepted);
  expect(failed.protocol).toBe('imap');
});

test('lets 15 sessions in and no more', async () => {
  const { sandbox, account } = await openAna();
  const wires = await Promise.all(Array.from({ length: 15 }, () => logIn(sandbox)));
  const wire = dial(sandbox.imapUrl);
  await wire.read();
  const attempt = () => run(wire, `LOGIN ${ANA.address} ${ANA.appPassword}`);
  expect(await attempt()).toEqual(['t NO [ALERT] Too many simultaneous connections. (Failure)']);
  expect(account.openSessions).toBe(15);
  wires[0]?.close();
  await sandbox.waitFor('closed');
  expect((await attempt()).at(-1)).toMatch(/^t OK/);
});

test('ends sessions with BYE, drops them, and voids UIDs', async () => {
  const { sandbox, account } = await openAna();
  account.deliver(mail('one'));
  const expired = await logIn(sandbox);
  account.expireSessions();
  expect(await expired.read()).toBe('* BYE Session expired, please login again.');
  await expired.closed;
  const dropped = await logIn(sandbox);
  account.dropSessions();
  await dropped.closed;
  expect(dropped.pending()).toEqual([]);
  const wire = await logIn(sandbox);
  await run(wire, 'SELECT INBOX');
  account.changeUidValidity();
  await wire.closed;
  expect(await run(await logIn(sandbox), 'SELECT INBOX')).toContain('* OK [UIDVALIDITY 1001] UIDs valid.');
});

test('never greets, or falls silent in the middle, with the socket open', async () => {
  const { sandbox, account } = await openAna();
  sandbox.refuse('imapGreeting', 'silence', 1);
  const silent = dial(sandbox.imapUrl);
  const silenced = await sandbox.waitFor('ordered');
  expect(silenced).toMatchObject({ address: undefined, stage: 'imapGreeting', which: 'silence' });
  const wire = await logIn(sandbox); // dialled later, and greeted
  silent.send('t NOOP');
  await run(wire, 'SELECT INBOX');
  wire.send('t IDLE');
  expect(await wire.read()).toBe('+ idling');
  account.freezeSessions();
  account.deliver(mail('unheard'));
  await run(await logIn(sandbox), 'NOOP');
  expect([...silent.pending(), ...wire.pending()]).toEqual([]);
  account.dropSessions();
  await wire.closed;
});

test('is a server without X-GM-EXT-1, CONDSTORE, SPECIAL-USE and IDLE when told to', async () => {
  const { sandbox } = await openAna({ without: ['X-GM-EXT-1', 'CONDSTORE', 'SPECIAL-USE', 'IDLE'] });
  const wire = await logIn(sandbox);
  expect((await run(wire, 'CAPABILITY'))[0]).not.toMatch(/X-GM-EXT-1|CONDSTORE|SPECIAL-USE|IDLE/);
  expect(await run(wire, 'LIST "" "*"')).toContain('* LIST (\\HasNoChildren) "/" "[Gmail]/Sent Mail"');
  expect((await run(wire, 'SELECT INBOX')).join()).not.toContain('HIGHESTMODSEQ');
  expect(await run(wire, 'IDLE')).toEqual([expect.stringMatching(/^t BAD Unknown command/)]);
  expect(await run(wire, 'FETCH 1:* X-GM-MSGID')).toEqual([expect.stringMatching(/^t BAD /)]);
  expect(await run(wire, 'SEARCH X-GM-RAW "x"')).toEqual([expect.stringMatching(/^t BAD /)]);
});

test('bounds what a client may send', async () => {
  const { sandbox } = await openAna();
  const stranger = dial(sandbox.imapUrl);
  await stranger.read();
  expect(await run(stranger, 'LOGIN {5000}')).toEqual(['t NO [TOOBIG] Literal too large (Failure)']);
  stranger.send('x'.repeat(70_000));
  expect(await stranger.read()).toBe('* BAD Command line too long');
  await stranger.closed;
  const wire = await logIn(sandbox);
  wire.send('t APPEND INBOX {99999+}');
  expect(await wire.read()).toBe('* BYE [TOOBIG] Literal too large');
  await wire.closed;
});

test.each([
  '',
  't',
  't FETCH',
  't UID',
  't FETCH 1 (',
  't SEARCH {x}',
  't LIST',
  't LOGIN "a',
  't SELECT ()',
])('answers BAD to %j and lives on', async (line) => {
  const { sandbox } = await openAna();
  const wire = await logIn(sandbox);
  await run(wire, 'SELECT INBOX');
  wire.send(line);
  expect(await wire.read()).toMatch(/^(t|\*) BAD /);
  expect(await run(wire, 'NOOP')).toEqual(['t OK Success']);
});
