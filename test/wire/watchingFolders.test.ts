import { METERS } from '../../src/lib/meters';
import type { Account } from '../../src/sandbox/accounts';
import {
  answerTo,
  type Desk,
  type MailRoom,
  openMailRoom,
  type Sent,
  START,
  startWatchProcess,
} from '../support/watching';

/** What servers do with folders and UIDs: nothing is lost by it, nothing is doubled, nothing old is announced. */

interface Setting {
  account: Account;
  desk: Desk;
  slotId: string;
  sent: Sent;
}

let mail: MailRoom;
let accounts = 0;

beforeAll(async () => {
  mail = await openMailRoom();
});
afterEach(() => mail.sandbox.without.clear());
afterAll(() => mail.close());

async function hire(): Promise<Setting> {
  const account = mail.account(`uid${++accounts}@gmail.com`);
  const desk = await mail.desk();
  const slotId = await desk.connect(account);
  const sent = await desk.send(slotId, `silent${accounts}@example.com`);
  return { account, desk, slotId, sent };
}

/** Delivers an answer and waits for it; what was delivered before has been looked at by then. */
async function answered({ account, desk, sent }: Setting, text: string, folder = '\\Inbox'): Promise<void> {
  const replies = desk.replies(await desk.cursor());
  account.deliver(answerTo(sent, text), { folder });
  await comes(replies, text);
}

/** Resolves when this text has come, by whatever news it was found. */
async function comes(replies: ReturnType<Desk['replies']>, text: string): Promise<void> {
  while ((await replies.next()).replyReceived.message.text.trim() !== text);
  await replies.stop();
}

async function textsOf(desk: Desk): Promise<string[]> {
  return (await desk.events()).map(({ message }) => message.text.trim());
}

test.each([
  [['X-GM-EXT-1']],
  [['CONDSTORE']],
  [['SPECIAL-USE', 'XLIST']],
  [['IDLE']],
  [
    [
      'X-GM-EXT-1',
      'CONDSTORE',
      'SPECIAL-USE',
      'XLIST',
      'IDLE',
      'UIDPLUS',
      'ESEARCH',
      'ENABLE',
      'LIST-EXTENDED',
    ],
  ],
])('a server without %j is watched all the same', async (without) => {
  for (const capability of without) mail.sandbox.without.add(capability);
  const setting = await hire();
  await answered(setting, 'inbox');
  await answered(setting, 'inbox again');
  await answered(setting, 'spam', '\\Spam');
  const expected = ['inbox', 'inbox again', 'spam'];
  if (!without.includes('SPECIAL-USE')) {
    // What was in the inbox is in All Mail too, and known by its Message-ID where there is no X-GM-MSGID.
    await answered(setting, 'archived', '\\All');
    expected.unshift('archived');
  }
  expect((await textsOf(setting.desk)).toSorted()).toEqual(expected);
});

test('a changed UIDVALIDITY announces nothing old and loses nothing new, in the middle of a session or between two', async () => {
  const setting = await hire();
  const { account, desk, sent } = setting;
  await answered(setting, 'one');
  account.changeUidValidity();
  await answered(setting, 'two');
  await mail.process.watchers.stop();
  account.changeUidValidity('\\All');
  account.changeUidValidity();
  account.deliver(answerTo(sent, 'three'));
  mail.process.watchers.start();
  await answered(setting, 'four');
  await answered(setting, 'five', '\\All');
  expect(await textsOf(desk)).toEqual(['one', 'two', 'three', 'four', 'five']);
});

test('a UIDNEXT that was a lie, and left the cursor beyond all mail, keeps nothing out', async () => {
  const setting = await hire();
  await answered(setting, 'one');
  await mail.process.watchers.stop();
  await mail.process.db.query('UPDATE folder_cursors SET last_uid = last_uid + 4000000000');
  setting.account.deliver(answerTo(setting.sent, 'two'));
  mail.process.watchers.start();
  await answered(setting, 'three');
  expect(await textsOf(setting.desk)).toEqual(['one', 'two', 'three']);
});

test('a UID that shows late, below the cursor or at its beginning, is taken in', async () => {
  const setting = await hire();
  const { account, sent, desk } = setting;
  const inbox = account.folder('\\Inbox');
  await answered(setting, 'first');
  account.deliver(answerTo(sent, 'late'));
  const late = inbox.entries.splice(-1);
  await answered(setting, 'second');
  inbox.entries.splice(-1, 0, ...late);
  await answered(setting, 'third');
  // By the thorough look, which follows the glance that found the third; or from All Mail before.
  await comes(desk.replies(START), 'late');
  expect((await textsOf(desk)).toSorted()).toEqual(['first', 'late', 'second', 'third']);
});

test('a UID that was given out and not shown when the folder was first opened is taken in', async () => {
  await mail.process.watchers.stop();
  const setting = await hire();
  const { account, sent, desk } = setting;
  const inbox = account.folder('\\Inbox');
  account.deliver(answerTo(sent, 'late'));
  const late = inbox.entries.splice(-1);
  mail.process.watchers.start();
  await answered(setting, 'second');
  inbox.entries.splice(-1, 0, ...late);
  await answered(setting, 'third');
  // By the thorough look, which follows the glance that found the third; or from All Mail before.
  await comes(desk.replies(START), 'late');
  expect((await textsOf(desk)).toSorted()).toEqual(['late', 'second', 'third']);
});

test('2,000 mails of strangers are passed over together, and the answer behind them is found', async () => {
  const setting = await hire();
  await answered(setting, 'before');
  const transaction = jest.spyOn(mail.process.db, 'transaction');
  for (let n = 0; n < 2_000; n++) {
    setting.account.deliver({
      from: `stranger${n}@elsewhere.test`,
      to: setting.account.address,
      subject: `News ${n}`,
      text: 'Nothing for you.',
    });
  }
  await answered(setting, 'behind');
  const { length } = transaction.mock.calls;
  transaction.mockRestore();
  expect(length).toBeLessThan(100);
  expect(await textsOf(setting.desk)).toEqual(['before', 'behind']);
  const [{ seen } = { seen: 0 }] = await mail.process.db.query<{ seen: number }>(
    `SELECT count(*)::int AS seen FROM seen_mail s JOIN connections c ON c.id = s.connection_id
      WHERE c.email = $1 AND s.folder = 'INBOX'`,
    [setting.account.address],
  );
  expect(seen).toBeLessThan(400);
});

test('a message that vanishes while it is looked at hurts nobody; one that comes back is taken in', async () => {
  const setting = await hire();
  const { account, sent, desk } = setting;
  await answered(setting, 'before');
  const inbox = account.folder('\\Inbox');
  // Whatever the session asks next finds the message gone, after it has been told of it.
  account.deliver(answerTo(sent, 'gone'));
  const gone = inbox.entries.splice(-1);
  await answered(setting, 'between');
  inbox.entries.splice(-1, 0, ...gone);
  await answered(setting, 'after');
  const texts = await textsOf(desk);
  expect(texts.filter((text) => text !== 'gone')).toEqual(['before', 'between', 'after']);
});

test('an answer is pushed by IDLE, also right after another one', async () => {
  await mail.process.watchers.stop();
  const pace = {
    proofEvery: 60_000,
    staleAfter: 80_000,
    spamEvery: 60_000,
    sentEvery: 60_000,
    allMailEvery: 60_000,
  };
  const patient = await startWatchProcess(mail.app.databaseUrl, mail.sandbox.imapUrl, { pace });
  try {
    const setting = await hire();
    const pushed = await pushes();
    const { address } = setting.account;
    const idling = { since: 0, timeoutMs: 10_000 }; // imapflow itself would idle again after 15 s
    for (const text of ['one', 'two', 'three']) {
      const fits = (event: { address: string; folder: string }) =>
        event.address === address && event.folder === 'INBOX';
      idling.since = (await mail.sandbox.waitFor('idle', fits, idling)).sequence;
      await answered(setting, text);
    }
    // Counted before it waited for the next one; the third may still be on its way to the meter.
    expect(await pushes()).toBeGreaterThanOrEqual(pushed + 2);
  } finally {
    await patient.stop();
    mail.process.watchers.start();
  }
});

/** How many pushes /metrics tells of. */
async function pushes(): Promise<number> {
  const [, count] = /^connectionsphere_push_seconds_count (\d+)$/m.exec(await METERS.metrics()) ?? [];
  return Number(count);
}
