import { pino } from 'pino';
import type { Endpoint } from '../../src/gmail/endpoints';
import { type ImapOpening, type ImapSession, openImapSession } from '../../src/gmail/imapSession';
import { ProblemCode } from '../../src/gmail/problem';
import { openFaultProxy } from '../support/faultProxy';
import { type Dovecot, openDovecot, PASSWORD, SENT, SPAM } from './dovecot';

/** Our reading of IMAP against a server that was written by other people. */

const log = pino({ level: 'silent' });

let dovecot: Dovecot;
let people = 0;
/** Each test has a mailbox of its own. */
let address: string;
const sessions = new Set<ImapSession>();

beforeAll(async () => {
  dovecot = await openDovecot();
});

beforeEach(() => {
  address = `person${++people}@gmail.com`;
});

afterEach(async () => {
  await Promise.all([...sessions].map((session) => session.close()));
  sessions.clear();
});

function logIn(appPassword = PASSWORD, port = dovecot.imapPort): Promise<ImapOpening> {
  const endpoint: Endpoint = { host: '127.0.0.1', port, secure: false };
  return openImapSession(endpoint, { email: address, appPassword }, { log });
}

async function openSession(port?: number): Promise<ImapSession> {
  const opening = await logIn(PASSWORD, port);
  if (opening.outcome === 'Failed') throw new Error(JSON.stringify(opening.refusal));
  sessions.add(opening.session);
  return opening.session;
}

function mail({ subject = 'Hello', id = 'one@example.com', text = 'Hi,\r\nhow are you?\r\n' } = {}): string {
  return `From: Bob <bob@example.com>\r\nTo: ${address}\r\nSubject: ${subject}\r\nMessage-ID: <${id}>\r\n\r\n${text}`;
}

describe('the login', () => {
  test('opens a session that knows what the server can', async () => {
    const { features } = await openSession();
    expect(features).toEqual({ idle: true, gmail: false, condstore: true, specialUse: true });
  });

  test('is refused for a wrong password, in the server’s words', async () => {
    expect(await logIn('ponmlkjihgfedcba')).toMatchObject({
      outcome: 'Failed',
      stage: 'LOGIN',
      refusal: {
        needsPerson: true,
        problem: {
          code: ProblemCode.INVALID_CREDENTIALS,
          serverReply: '[AUTHENTICATIONFAILED] Authentication failed.',
        },
      },
    });
  });
});

describe('folders', () => {
  test('are found by attribute; what the server does not have is null', async () => {
    const session = await openSession();
    expect(await session.findFolders()).toEqual({ inbox: 'INBOX', sent: SENT, spam: SPAM, all: null });
  });

  test('are opened under names in any script', async () => {
    await dovecot.command(address, 'CREATE "&UWiQ6JD1TvY- &- K&APw-hn"');
    const session = await openSession();
    expect(await session.openFolder('全部郵件 & Kühn')).toMatchObject({ exists: 0, uidNext: 1 });
  });

  test('get another UIDVALIDITY when they are made anew, which is seen from outside and inside', async () => {
    await dovecot.command(address, 'CREATE Projects');
    await dovecot.deliver(address, mail(), 'Projects');
    const session = await openSession();
    const before = await session.openFolder('Projects');
    expect(before).toMatchObject({ exists: 1, uidNext: 2 });
    expect((await session.lookAt(['INBOX', 'Projects'])).get('Projects')).toEqual(before);
    await session.openFolder('INBOX');

    await dovecot.command(address, 'DELETE Projects', 'CREATE Projects');
    const seen = (await session.lookAt(['INBOX', 'Projects'])).get('Projects');
    expect(seen).toMatchObject({ uidNext: 1, exists: 0 });
    expect(seen?.uidValidity).not.toBe(before.uidValidity);
    expect(await session.openFolder('Projects')).toEqual(seen);
  });
});

describe('reading', () => {
  test('only what lies past a UID, also after gaps', async () => {
    for (const id of ['1@x', '2@x', '3@x', '4@x']) await dovecot.deliver(address, mail({ id }));
    await dovecot.command(address, 'SELECT INBOX', 'UID STORE 2,4 +FLAGS (\\Deleted)', 'EXPUNGE');
    const session = await openSession();
    expect(await session.openFolder('INBOX')).toMatchObject({ exists: 2, uidNext: 5 });
    expect(await session.uidsSince(1)).toEqual([1, 3]);
    expect(await session.uidsSince(2)).toEqual([3]);
    expect(await session.uidsSince(4)).toEqual([]);
    expect((await session.fetchHeads([1, 2, 3])).map(({ uid }) => uid)).toEqual([1, 3]);
    expect(await session.uidsReceivedSince(new Date())).toEqual([1, 3]);
    expect(await session.fetchSource(2, 1_000)).toBeNull();
  });

  test('headers as they stand, also where they are raw UTF-8, and never marks mail as read', async () => {
    const subject = 'Größe 🙂 全部';
    await dovecot.deliver(address, mail({ subject, text: 'Grüße\r\n' }));
    const session = await openSession();
    await session.openFolder('INBOX');
    const [head] = await session.fetchHeads([1]);
    expect(head?.headers.toString()).toContain(`\r\nSubject: ${subject}\r\n`);
    expect(head).toMatchObject({ uid: 1, gmailMessageId: null, gmailThreadId: null, labels: [] });
    expect(Math.abs(Date.now() - Number(head?.internalDate))).toBeLessThan(60_000);
    const source = await session.fetchSource(1, 100_000);
    expect(source?.toString().endsWith('\r\n\r\nGrüße\r\n')).toBe(true);
    expect(source).toHaveLength(head?.size ?? 0);
    expect((await session.fetchHeads([1]))[0]?.flags).not.toContain('\\Seen');
  });

  test('the beginning of a message of 30 MB', async () => {
    const line = `${'0123456789'.repeat(7)}\r\n`;
    await dovecot.deliver(address, mail({ text: line.repeat(30_000_000 / line.length) }));
    const session = await openSession();
    await session.openFolder('INBOX');
    const [head] = await session.fetchHeads([1]);
    expect(head?.size).toBeGreaterThan(29_000_000);
    const source = await session.fetchSource(1, 1_000_000);
    expect(source).toHaveLength(1_000_000);
    expect(source?.toString()).toContain(`\r\n\r\n${line}${line}`);
    expect(session.isOpen).toBe(true);
  });

  test('a message by its Message-ID, in the folder that is open', async () => {
    await dovecot.deliver(address, mail({ id: 'a.b+c@example.com' }), SENT);
    const session = await openSession();
    await session.openFolder(SENT);
    expect(await session.findByMessageId('<a.b+c@example.com>')).toEqual([1]);
    expect(await session.findByMessageId('<b+c@example.com>')).toEqual([]);
    await session.openFolder('INBOX');
    expect(await session.findByMessageId('<a.b+c@example.com>')).toEqual([]);
  });
});

describe('waiting for news', () => {
  test('is ended by each mail that comes in, one after the other', async () => {
    const session = await openSession();
    await session.openFolder('INBOX');
    for (const uid of [1, 2, 3]) {
      const news = session.waitForNews(30_000);
      await dovecot.deliver(address, mail({ id: `${uid}@x` }));
      expect(await news).toBe('NEWS');
      expect(await session.uidsSince(uid)).toEqual([uid]);
    }
    expect(await session.waitForNews(100)).toBe('TIMEOUT');
  });

  test('goes on behind a look at the folders, which breaks IDLE for a moment', async () => {
    const session = await openSession();
    await session.openFolder('INBOX');
    for (const uid of [1, 2]) {
      expect(await session.waitForNews(100)).toBe('TIMEOUT');
      const standings = await session.lookAt(['INBOX', SENT]);
      expect(standings.get('INBOX')).toMatchObject({ exists: uid - 1, uidNext: uid });
      expect(standings.has(SENT)).toBe(true);
      const news = session.waitForNews(30_000);
      await dovecot.deliver(address, mail({ id: `${uid}@x` }));
      expect(await news).toBe('NEWS');
      expect(await session.uidsSince(uid)).toEqual([uid]);
    }
    expect(session.pipelines).toBe(true);
  });

  test('is ended by mail that came in between', async () => {
    const session = await openSession();
    await session.openFolder('INBOX');
    expect(await session.uidsSince(1)).toEqual([]);
    await dovecot.deliver(address, mail());
    expect(await session.waitForNews(30_000)).toBe('NEWS');
  });

  test('is ended by the server’s own end, and says so', async () => {
    const other = await openDovecot();
    const session = await openSession(other.imapPort);
    await session.openFolder('INBOX');
    const news = session.waitForNews(30_000);
    await other.stop();
    expect(await news).toBe('CLOSED');
    expect((await session.closed)?.problem.serverReply).toContain('Server shutting down.');
    expect(session.isOpen).toBe(false);
  });

  test('is ended by a network that breaks', async () => {
    const proxy = await openFaultProxy({ port: dovecot.imapPort });
    const session = await openSession(proxy.port);
    await session.openFolder('INBOX');
    const news = session.waitForNews(30_000);
    proxy.reset();
    expect(await news).toBe('CLOSED');
    await proxy.close();
  });
});

describe('a server without CONDSTORE, SPECIAL-USE and IDLE', () => {
  let bare: Dovecot;
  beforeAll(async () => {
    bare = await openDovecot('bare');
  });

  test('is asked again and again', async () => {
    const session = await openSession(bare.imapPort);
    expect(session.features).toEqual({ idle: false, gmail: false, condstore: false, specialUse: false });
    await session.openFolder('INBOX');
    await bare.deliver(address, mail());
    expect(await session.waitForNews(30_000)).toBe('NEWS');
    expect(await session.uidsSince(1)).toEqual([1]);
  });

  test('has its folders by the names that mail programs give them', async () => {
    await bare.command(address, 'CREATE Spam');
    const session = await openSession(bare.imapPort);
    expect(await session.findFolders()).toEqual({ inbox: 'INBOX', sent: SENT, spam: 'Spam', all: null });
  });
});
