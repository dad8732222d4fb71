import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/database/database';
import { Notices } from '../../src/database/notices';
import { parseEndpoint } from '../../src/gmail/endpoints';
import { Seal } from '../../src/lib/seal';
import { createUnsubscribeLinks } from '../../src/prospects/unsubscribeLinks';
import { Sender } from '../../src/sending/sender';
import type { SendingRoom } from '../../src/sending/sendingRoom';
import { SmtpSessions } from '../../src/sending/smtpSessions';
import type { SlotsRoom } from '../../src/slots/slotsRoom';
import { openOnceMore, testLog } from '../support/database';
import { type Outreach, openOutreach } from '../support/sending';

/** Senders that come and go over one database. The app itself sends nothing here. */

let outreach: Outreach;
let database: Database;
let notices: Notices;
let slotId: string;
let address: string;
let accounts = 0;
const senders: Sender[] = [];

beforeAll(async () => {
  outreach = await openOutreach(async () => ({ ROLES: 'web,watch' }));
  const { databaseUrl } = outreach.app;
  database = await openOnceMore(databaseUrl);
  notices = new Notices({ url: databaseUrl, log: testLog });
  await notices.start();
});

beforeEach(async () => {
  accounts += 1;
  address = `person${accounts}@gmail.com`;
  slotId = await outreach.connect(address);
});

afterEach(async () => {
  outreach.sandbox.account(address).accept();
  await Promise.all(senders.splice(0).map((sender) => sender.stop()));
});

afterAll(async () => {
  await notices.stop();
  await database.close();
  await outreach.stop();
});

/** What another process would work with, as far as the ledger can tell. */
function createRoom(): SendingRoom {
  const seal = new Seal([Buffer.alloc(32, 7)]);
  const { sandbox } = outreach;
  return {
    db: database,
    notices,
    seal,
    endpoints: { smtp: parseEndpoint('smtp', sandbox.smtpUrl), imap: parseEndpoint('imap', sandbox.imapUrl) },
    slots: { db: database, seal } as SlotsRoom, // all of it that the sender works with
    log: testLog,
    now: () => new Date(),
    processId: randomUUID(),
    unsubscribeLinks: createUnsubscribeLinks([Buffer.alloc(32, 7)], null),
  };
}

function createSender(): Sender {
  const sender = new Sender(createRoom());
  senders.push(sender);
  return sender;
}

async function queue(count: number): Promise<{ id: string; messageId: string }[]> {
  const queued = [];
  for (let n = 0; n < count; n += 1)
    queued.push((await outreach.send(slotId, { subject: `Mail ${n}` })).email);
  return queued;
}

async function states(): Promise<Record<string, number>> {
  const { rows } = await outreach.sql.query(
    'SELECT state, count(*)::int FROM outgoing_messages WHERE from_address = $1 GROUP BY 1',
    [address],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

const sentIds = () =>
  outreach.sandbox
    .account(address)
    .sentMessages()
    .map(({ messageId }) => messageId);

test('two at once share the accounts, and never a message', async () => {
  const emails = await queue(60);
  const two = [createSender(), createSender()];
  for (const sender of two) sender.start();
  await Promise.all(emails.map(({ id }) => outreach.settled(id, 'SENT')));
  expect(sentIds()).toEqual(emails.map(({ messageId }) => messageId));
});

test('stopping lets what is on the wire finish, and gives the rest back at once', async () => {
  const emails = await queue(30);
  const sender = createSender();
  sender.start();
  await outreach.settled(emails[3]?.id ?? '', 'SENT');
  await sender.stop();
  const { SENT = 0, QUEUED = 0, ...others } = await states();
  expect(SENT + QUEUED).toBe(30);
  expect(others).toEqual({});
  expect(sentIds()).toHaveLength(SENT);
  await sender.stop();

  sender.start();
  sender.start();
  await Promise.all(emails.map(({ id }) => outreach.settled(id, 'SENT')));
  expect(sentIds()).toHaveLength(30);
});

test.each([
  ['before the final dot it goes back', 'smtpData', { QUEUED: 3 }],
  ['after the final dot it is UNKNOWN', 'smtpEnd', { UNKNOWN: 1, QUEUED: 2 }],
] as const)('stopping cuts off a server that hangs: %s', async (_, stage, expected) => {
  outreach.sandbox.account(address).refuse(stage, 'silence', 1);
  const [first] = await queue(3);
  const sender = createSender();
  sender.start();
  await outreach.settled(first?.id ?? '', 'TRANSMITTING');
  await outreach.sandbox.waitFor('ordered', (event) => event.address === address);
  await sender.stop();
  expect(await states()).toEqual(expected);
  expect(sentIds()).toEqual([]);
});

test('a session serves the next burst too, and is closed when none comes', async () => {
  const sessions = new SmtpSessions(createRoom(), 100);
  const { rows } = await outreach.sql.query('SELECT id, generation FROM connections WHERE slot_id = $1', [
    slotId,
  ]);
  const hold = { connectionId: rows[0].id, generation: rows[0].generation };
  const { signal } = new AbortController();
  const logins = outreach.sandbox.account(address).smtpLogins;
  expect(await sessions.take(hold, signal)).toMatchObject({ outcome: 'Ready' });
  sessions.giveBack(hold.connectionId);
  expect(await sessions.take(hold, signal)).toMatchObject({ outcome: 'Ready' });
  expect(outreach.sandbox.account(address).smtpLogins - logins).toBe(1);

  const { latest } = outreach.sandbox.events;
  sessions.giveBack(hold.connectionId);
  await outreach.sandbox.waitFor(
    'closed',
    (event) => event.address === address && event.protocol === 'smtp',
    {
      since: latest,
    },
  );
  await sessions.take({ ...hold, generation: hold.generation - 1 }, signal);
  expect(outreach.sandbox.account(address).smtpLogins - logins).toBe(2);
  await sessions.endAll();
});

test('a session that nobody uses is closed when another process opens one', async () => {
  const [one, other] = [new SmtpSessions(createRoom()), new SmtpSessions(createRoom())];
  const { rows } = await outreach.sql.query('SELECT id, generation FROM connections WHERE slot_id = $1', [
    slotId,
  ]);
  const hold = { connectionId: rows[0].id, generation: rows[0].generation };
  const { signal } = new AbortController();
  const { latest } = outreach.sandbox.events;
  const closed = outreach.sandbox.waitFor(
    'closed',
    (event) => event.address === address && event.protocol === 'smtp',
    { since: latest },
  );
  await one.take(hold, signal);
  one.giveBack(hold.connectionId);
  await other.take(hold, signal);
  await closed;
  const { sessions } = outreach.sandbox.account(address);
  expect([...sessions].filter(({ protocol }) => protocol === 'smtp')).toHaveLength(1);
  await Promise.all([one.endAll(), other.endAll()]);
});
