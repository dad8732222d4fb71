import { createServer } from 'node:net';
import { pino } from 'pino';
import { ProblemCode } from '../../src/gmail/problem';
import { openSmtpSession, type SmtpSession, type SmtpSessionOptions } from '../../src/gmail/smtpSession';
import { openFaultProxy } from '../support/faultProxy';
import { openScriptedServer, type Peer, type ScriptedServer } from '../support/scriptedServer';

const credentials = { email: 'me@firm.example', appPassword: 'abcdefghijklmnop' };
const envelope = { from: 'me@firm.example', to: 'you@elsewhere.example' };
const raw = Buffer.from('Subject: Hi\r\n\r\n.\r\n..dots\r\nend');
const log = pino({ level: 'silent' });
/** Long enough for any answer that comes on loopback, short enough to wait for one that does not. */
const BRIEF = { connect: 800, greeting: 800, login: 800, command: 800, message: 1_200, farewell: 100 };
/** For a login that is to succeed, however busy the machine is. */
const PATIENT = { connect: 20_000, greeting: 20_000, login: 20_000 };
/** More than the kernel's buffers hold, so that it cannot have left before it was read. */
const HUGE = Buffer.alloc(24 * 1024 * 1024, 'x\r\n');

let server: ScriptedServer;
const sessions: SmtpSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await server.empty();
  await server.close();
});

function open(options: Partial<SmtpSessionOptions> = {}) {
  const endpoint = { host: '127.0.0.1', port: server.port, secure: false };
  return openSmtpSession(endpoint, credentials, { log, timeouts: BRIEF, ...options });
}

async function opened(options: Partial<SmtpSessionOptions> = {}): Promise<SmtpSession> {
  const opening = await open({ ...options, timeouts: { ...(options.timeouts ?? BRIEF), ...PATIENT } });
  if (opening.outcome === 'Failed') throw new Error(JSON.stringify(opening.refusal));
  sessions.push(opening.session);
  return opening.session;
}

async function greet(peer: Peer, ...capabilities: string[]): Promise<void> {
  peer.say('220 smtp.gmail.com ESMTP x - gsmtp');
  await peer.hear(/^EHLO firm\.example$/);
  const lines = ['smtp.gmail.com at your service', 'AUTH PLAIN', ...capabilities, 'SMTPUTF8'];
  peer.say(...lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}`));
}

async function login(peer: Peer, ...capabilities: string[]): Promise<void> {
  await greet(peer, ...capabilities);
  const [, token] = await peer.hear(/^AUTH PLAIN (\S+)$/);
  expect(Buffer.from(token ?? '', 'base64').toString()).toBe('\0me@firm.example\0abcdefghijklmnop');
  peer.say('235 2.7.0 Accepted');
}

async function takeEnvelope(peer: Peer): Promise<void> {
  await peer.hear(/^MAIL FROM:<me@firm\.example>/);
  peer.say('250 2.1.0 OK');
  await peer.hear(/^RCPT TO:<you@elsewhere\.example>$/);
  peer.say('250 2.1.5 OK');
  await peer.hear(/^DATA$/);
}

async function takeMessage(peer: Peer): Promise<string> {
  await takeEnvelope(peer);
  peer.say('354 Go ahead');
  return peer.hearMessage();
}

describe('opening', () => {
  test('logs in with a real name, and tells when it was greeted', async () => {
    const stages: string[] = [];
    server = await openScriptedServer(async (peer) => {
      await login(peer, 'STARTTLS');
      await peer.hear(/^QUIT$/);
      peer.say('221 2.0.0 closing connection');
    });
    const session = await opened({ onStage: (stage) => stages.push(stage) });
    expect(stages).toEqual(['CONNECTED']);
    expect(session.isOpen).toBe(true);
    await session.close();
    expect(session.isOpen).toBe(false);
    await session.close();
  });

  const refusal =
    '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials x - gsmtp';

  test('a refused login keeps the server’s lines', async () => {
    server = await openScriptedServer(async (peer) => {
      await greet(peer);
      await peer.hear(/^AUTH PLAIN/);
      peer.say(...refusal.split('\n'));
      await peer.hang();
    });
    expect(await open()).toMatchObject({
      outcome: 'Failed',
      stage: 'LOGIN',
      refusal: {
        needsPerson: true,
        problem: { code: ProblemCode.INVALID_CREDENTIALS, serverReply: refusal },
      },
    });
  });

  test('a server that echoes the credential teaches nobody', async () => {
    server = await openScriptedServer(async (peer) => {
      await greet(peer);
      const [line] = await peer.hear(/^AUTH PLAIN.*/);
      peer.say(`535-5.7.8 You said ${line}`, '535 5.7.8 that is abcd efgh ijkl mnop');
      await peer.hang();
    });
    const opening = await open();
    const reply = (opening.outcome === 'Failed' && opening.refusal.problem.serverReply) || '';
    expect(reply).toContain('535-5.7.8 You said AUTH PLAIN');
    expect(reply).not.toContain(Buffer.from('\0me@firm.example\0abcdefghijklmnop').toString('base64'));
    expect(reply).not.toContain('ijkl');
  });

  test.each<[string, (peer: Peer) => unknown, 'CONNECT' | 'LOGIN', ProblemCode]>([
    ['says nothing', (peer) => peer.hang(), 'CONNECT', ProblemCode.UNREACHABLE],
    ['hangs up', (peer) => peer.cut(), 'CONNECT', ProblemCode.UNREACHABLE],
    ['resets', (peer) => peer.reset(), 'CONNECT', ProblemCode.UNREACHABLE],
    ['speaks HTTP', (peer) => peer.say('HTTP/1.1 400 Bad Request', ''), 'CONNECT', ProblemCode.UNREACHABLE],
    ['floods', (peer) => peer.write('220-x'.repeat(100_000)), 'CONNECT', ProblemCode.UNREACHABLE],
    ['never ends its greeting', (peer) => drip(peer, '220-and more'), 'CONNECT', ProblemCode.UNREACHABLE],
    [
      'greets with 421',
      (peer) => peer.say('421 4.7.0 Try again later'),
      'CONNECT',
      ProblemCode.TEMPORARY_FAILURE,
    ],
    ['greets with 554', (peer) => peer.say('554 5.7.1 No'), 'CONNECT', ProblemCode.TEMPORARY_FAILURE],
    [
      'answers EHLO with 421',
      async (peer) => {
        peer.say('220 x');
        await peer.hear(/^EHLO/);
        peer.say('421-4.7.0 Try again later, closing connection. (EHLO)', '421 4.7.0 x - gsmtp');
      },
      'CONNECT',
      ProblemCode.TEMPORARY_FAILURE,
    ],
    ['hangs at AUTH', (peer) => greet(peer).then(() => peer.hang()), 'LOGIN', ProblemCode.TEMPORARY_FAILURE],
    [
      'dies at AUTH',
      async (peer) => {
        await greet(peer);
        await peer.hear(/^AUTH/);
        peer.reset();
      },
      'LOGIN',
      ProblemCode.TEMPORARY_FAILURE,
    ],
    [
      'has seen too many logins',
      async (peer) => {
        await greet(peer);
        await peer.hear(/^AUTH/);
        peer.say('454 4.7.0 Too many login attempts, please try again later.');
      },
      'LOGIN',
      ProblemCode.TOO_MANY_LOGINS,
    ],
  ])('a server that %s', async (_, play, stage, code) => {
    server = await openScriptedServer(async (peer) => {
      await play(peer);
    });
    expect(await open()).toMatchObject({ outcome: 'Failed', stage, refusal: { problem: { code } } });
  });

  test('nobody listens', async () => {
    server = await openScriptedServer((peer) => peer.hang());
    const port = await freePort();
    const endpoint = { host: '127.0.0.1', port, secure: false };
    expect(await openSmtpSession(endpoint, credentials, { log, timeouts: BRIEF })).toMatchObject({
      outcome: 'Failed',
      stage: 'CONNECT',
      refusal: {
        problem: {
          code: ProblemCode.UNREACHABLE,
          message: `Nothing accepts connections at 127.0.0.1:${port}.`,
        },
      },
    });
  });

  test('a server without TLS where TLS is due', async () => {
    server = await openScriptedServer(async (peer) => peer.say('220 plain'));
    const endpoint = { host: '127.0.0.1', port: server.port, secure: true };
    expect(await openSmtpSession(endpoint, credentials, { log, timeouts: BRIEF })).toMatchObject({
      refusal: {
        problem: { code: ProblemCode.UNREACHABLE, message: expect.stringContaining('No secure connection') },
      },
    });
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

describe.each([
  ['one command at a time', []],
  ['with PIPELINING', ['PIPELINING']],
])('sending %s', (_, capabilities) => {
  test('reuses one session, and keeps dots at line starts', async () => {
    const messages: string[] = [];
    server = await openScriptedServer(async (peer) => {
      await login(peer, ...capabilities);
      for (let count = 0; count < 2; count += 1) {
        messages.push(await takeMessage(peer));
        peer.say('250 2.0.0 OK  1790990086 x - gsmtp');
      }
      await peer.hear(/^QUIT$/);
      peer.say('221 2.0.0 Bye');
    });
    const session = await opened();
    for (let count = 0; count < 2; count += 1) {
      expect(await session.send(envelope, raw)).toEqual({
        outcome: 'Sent',
        reply: '250 2.0.0 OK  1790990086 x - gsmtp',
      });
    }
    await session.close();
    expect(messages).toEqual(Array(2).fill('Subject: Hi\r\n\r\n..\r\n...dots\r\nend'));
    expect(server.visits).toBe(1);
  });

  /** Each place where the wire can be cut, or go silent, before the final dot is out: nothing was accepted. */
  const beforeTheBody: [string, (peer: Peer) => Promise<unknown>][] = [
    ['at MAIL', (peer) => peer.hear(/^MAIL/)],
    [
      'at RCPT',
      async (peer) => {
        await peer.hear(/^MAIL/);
        peer.say('250 2.1.0 OK');
        await peer.hear(/^RCPT/);
      },
    ],
    ['at DATA', takeEnvelope],
  ];
  const ends: [string, (peer: Peer) => unknown][] = [
    ['is cut', (peer) => peer.cut()],
    ['is reset', (peer) => peer.reset()],
    ['goes silent', (peer) => peer.hang()],
    ['is ended by 421', (peer) => peer.say('421 4.4.5 Server busy, try again later.')],
  ];
  const cases = beforeTheBody.flatMap(([where, play]) =>
    ends.map(([how, end]) => [`${how} ${where}`, play, end] as const),
  );
  test.each(cases)('a line that %s leaves the message Deferred', async (_name, play, end) => {
    server = await openScriptedServer(async (peer) => {
      await login(peer, ...capabilities);
      await play(peer);
      await end(peer);
    });
    const session = await opened();
    expect(await session.send(envelope, raw)).toMatchObject({
      outcome: 'Deferred',
      refusal: { problem: { code: ProblemCode.TEMPORARY_FAILURE } },
    });
    expect(session.isOpen).toBe(false);
  });

  test.each(ends.slice(0, 3))(
    'a line that %s in the middle of the body leaves it Deferred',
    async (_name, end) => {
      server = await openScriptedServer(async (peer) => {
        await login(peer, ...capabilities);
        await takeEnvelope(peer);
        peer.say('354 Go ahead');
        await peer.hear(/^x/);
        peer.freeze();
        await end(peer);
      });
      const session = await opened();
      expect(await session.send(envelope, HUGE)).toMatchObject({ outcome: 'Deferred' });
      expect(session.isOpen).toBe(false);
    },
  );

  test.each(ends.slice(0, 3))('a line that %s after the final dot leaves it Unknown', async (_name, end) => {
    server = await openScriptedServer(async (peer) => {
      await login(peer, ...capabilities);
      await takeMessage(peer);
      await end(peer);
    });
    const session = await opened();
    expect(await session.send(envelope, raw)).toMatchObject({ outcome: 'Unknown' });
    expect(session.isOpen).toBe(false);
  });

  test.each([
    ['421 4.7.0 Temporary System Problem', 'Deferred', ProblemCode.TEMPORARY_FAILURE, false],
    ['451 4.4.2 Timeout - closing connection.', 'Deferred', ProblemCode.TEMPORARY_FAILURE, true],
    ['550 5.7.1 this message is likely unsolicited mail', 'Rejected', ProblemCode.MESSAGE_REJECTED, true],
    [
      '552 5.3.4 Your message exceeded Google’s message size limits',
      'Rejected',
      ProblemCode.MESSAGE_REJECTED,
      true,
    ],
    ['550 5.4.5 Daily user sending limit exceeded.', 'Deferred', ProblemCode.SENDING_LIMIT_REACHED, true],
    ['250garbage', 'Unknown', ProblemCode.UNREACHABLE, false],
    ['354 What?', 'Unknown', ProblemCode.UNREACHABLE, false],
    ['hello', 'Unknown', ProblemCode.UNREACHABLE, false],
  ])('the answer %j to the final dot', async (answer, outcome, code, isOpen) => {
    server = await openScriptedServer(async (peer) => {
      await login(peer, ...capabilities);
      await takeMessage(peer);
      peer.say(answer);
      await peer.hang();
    });
    const session = await opened();
    expect(await session.send(envelope, raw)).toMatchObject({
      outcome,
      refusal: { problem: { code, serverReply: answer } },
    });
    expect(session.isOpen).toBe(isOpen);
    await session.close();
  });

  test('the sending limit comes instead of 354, and the session goes on', async () => {
    server = await openScriptedServer(async (peer) => {
      await login(peer, ...capabilities);
      await takeEnvelope(peer);
      peer.say(
        '550-5.4.5 Daily user sending limit exceeded.',
        '550 5.4.5  https://support.google.com/a/answer/166852',
      );
      await peer.hear(/^RSET$/);
      peer.say('250 2.1.5 Flushed');
      await takeMessage(peer);
      peer.say('250 2.0.0 OK');
      await peer.hang();
    });
    const session = await opened();
    expect(await session.send(envelope, raw)).toMatchObject({
      outcome: 'Deferred',
      refusal: { scope: 'SLOT', problem: { code: ProblemCode.SENDING_LIMIT_REACHED } },
    });
    expect(await session.send(envelope, raw)).toMatchObject({ outcome: 'Sent' });
    await session.close();
  });

  test('a login that is revoked meanwhile', async () => {
    server = await openScriptedServer(async (peer) => {
      await login(peer, ...capabilities);
      await peer.hear(/^MAIL/);
      peer.say('535 5.7.8 Username and Password not accepted.');
      if (capabilities.length > 0) peer.say('503 5.5.1 MAIL first.', '503 5.5.1 RCPT first.');
      await peer.hang();
    });
    const session = await opened();
    expect(await session.send(envelope, raw)).toMatchObject({
      outcome: 'AuthFailed',
      refusal: { needsPerson: true, problem: { code: ProblemCode.INVALID_CREDENTIALS } },
    });
    expect(session.isOpen).toBe(false);
  });

  test('the final dot is kept back when it may no longer go out', async () => {
    const heard: string[] = [];
    server = await openScriptedServer(async (peer) => {
      await login(peer, ...capabilities);
      heard.push(await takeMessage(peer));
    });
    const session = await opened();
    const questions: boolean[] = [];
    const mayFinish = () => questions.push(session.isOpen) < 0;
    expect(await session.send(envelope, raw, { mayFinish })).toMatchObject({ outcome: 'Deferred' });
    expect(questions).toEqual([true]);
    expect(session.isOpen).toBe(false);
    await server.empty();
    expect(heard).toEqual([]);
  });

  test('a stop in the middle of the answer leaves it Unknown', async () => {
    const stop = new AbortController();
    server = await openScriptedServer(async (peer) => {
      await login(peer, ...capabilities);
      await takeMessage(peer);
      stop.abort();
      await peer.hang();
    });
    const session = await opened({ signal: stop.signal, timeouts: {} });
    expect(await session.send(envelope, raw)).toMatchObject({ outcome: 'Unknown' });
  });
});

test('a refused recipient is Rejected, and the session goes on, one command at a time', async () => {
  server = await openScriptedServer(async (peer) => {
    await login(peer);
    await refuseRecipient(peer);
    await peer.hear(/^RSET$/);
    peer.say('250 2.1.5 Flushed');
    await takeMessage(peer);
    peer.say('250 2.0.0 OK');
    await peer.hang();
  });
  await expectRejectedThenSent();
});

test.each([
  ['refuses DATA', '503 5.5.1 RCPT first.'],
  ['takes an empty message', '354 Go ahead'],
])('a refused recipient is Rejected with PIPELINING where the server %s', async (_, answer) => {
  server = await openScriptedServer(async (peer) => {
    await login(peer, 'PIPELINING');
    await refuseRecipient(peer);
    await peer.hear(/^DATA$/);
    peer.say(answer);
    if (answer.startsWith('354')) {
      expect(await peer.hearMessage()).toBe('');
      peer.say('554 5.5.1 No valid recipients');
    }
    await peer.hear(/^RSET$/);
    peer.say('250 2.1.5 Flushed');
    await takeMessage(peer);
    peer.say('250 2.0.0 OK');
    await peer.hang();
  });
  await expectRejectedThenSent();
});

test('a server that lies about an answer before the dot is out is not believed', async () => {
  server = await openScriptedServer(async (peer) => {
    await login(peer);
    await takeEnvelope(peer);
    peer.freeze();
    peer.say('354 Go ahead', '250 2.0.0 OK');
    await peer.hang();
  });
  const session = await opened();
  expect(await session.send(envelope, HUGE)).toMatchObject({ outcome: 'Deferred' });
  expect(session.isOpen).toBe(false);
});

test('an idle session that the server ends is closed, and says so', async () => {
  server = await openScriptedServer(async (peer) => {
    await login(peer);
    await takeMessage(peer);
    peer.say('250 2.0.0 OK', '421 4.4.2 Connection expired, try reconnecting.');
    peer.cut();
  });
  const session = await opened();
  expect(await session.send(envelope, raw)).toMatchObject({ outcome: 'Sent' });
  await server.empty();
  expect(await session.send(envelope, raw)).toMatchObject({ outcome: 'Deferred' });
  expect(session.isOpen).toBe(false);
});

test('an address that could end the command is refused before it is said', async () => {
  server = await openScriptedServer(async (peer) => {
    await login(peer);
    await peer.hang();
  });
  const session = await opened();
  const to = 'you@x.example>\r\nRCPT TO:<other@x.example';
  expect(await session.send({ ...envelope, to }, raw)).toMatchObject({
    outcome: 'Rejected',
    refusal: { scope: 'RECIPIENT', problem: { code: ProblemCode.RECIPIENT_REJECTED } },
  });
  await session.close();
});

test('the fault proxy loses the answer to the final dot once, and the server has the message', async () => {
  const messages: string[] = [];
  server = await openScriptedServer(async (peer) => {
    await login(peer, 'PIPELINING');
    messages.push(await takeMessage(peer));
    peer.say('250 2.0.0 OK');
    await peer.hang();
  });
  const proxy = await openFaultProxy({ port: server.port });
  const endpoint = { host: '127.0.0.1', port: proxy.port, secure: false };
  proxy.cutAfterFinalDot();
  for (const outcome of ['Unknown', 'Sent']) {
    const opening = await openSmtpSession(endpoint, credentials, { log, timeouts: BRIEF });
    if (opening.outcome === 'Failed') throw new Error(JSON.stringify(opening.refusal));
    expect(await opening.session.send(envelope, raw)).toMatchObject({ outcome });
    await opening.session.close();
  }
  expect(messages).toHaveLength(2);
  expect(proxy).toMatchObject({ cutsLeft: 0, taken: 2 });
  await proxy.close();
});

async function refuseRecipient(peer: Peer): Promise<void> {
  await peer.hear(/^MAIL/);
  peer.say('250 2.1.0 OK');
  await peer.hear(/^RCPT/);
  peer.say('553 5.1.3 The recipient address is not a valid RFC 5321 address.');
}

async function expectRejectedThenSent(): Promise<void> {
  const session = await opened();
  expect(await session.send(envelope, raw)).toMatchObject({
    outcome: 'Rejected',
    refusal: { scope: 'RECIPIENT', problem: { code: ProblemCode.RECIPIENT_REJECTED } },
  });
  expect(await session.send(envelope, raw)).toMatchObject({ outcome: 'Sent' });
  await session.close();
}

/** A line now and then, for ever: no silence that a socket's timeout could notice. */
async function drip(peer: Peer, line: string): Promise<void> {
  const timer = setInterval(() => peer.say(line), 20);
  await peer.hang();
  clearInterval(timer);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
