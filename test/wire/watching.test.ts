import { randomUUID } from 'node:crypto';
import { METERS } from '../../src/lib/meters';
import type { Account } from '../../src/sandbox/accounts';
import type { Sandbox } from '../../src/sandbox/sandbox';
import type { Subscription } from '../support/client';
import { type FaultProxy, openFaultProxy } from '../support/faultProxy';
import {
  answerTo,
  type Desk,
  type MailRoom,
  openMailRoom,
  QUICK,
  type Sent,
  startWatchProcess,
} from '../support/watching';

/** The supervisors: what they show while all is well, and how they take what networks, servers and people do to them. */

interface Setting {
  account: Account;
  desk: Desk;
  slotId: string;
  sent: Sent;
}

interface SlotNow {
  state: string;
  lastProofAt: string | null;
  problem: { code: string; serverReply: string | null } | null;
}

let mail: MailRoom;
let proxy: FaultProxy;
let accounts = 0;
const rejections: unknown[] = [];
const note = (reason: unknown) => rejections.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  mail = await openMailRoom(
    {},
    {
      imapUrl: async (sandbox: Sandbox) => {
        proxy = await openFaultProxy({ port: Number(new URL(sandbox.imapUrl).port) });
        return `imap://127.0.0.1:${proxy.port}`;
      },
      pace: { ...QUICK, spamEvery: 10_000, sentEvery: 10_000, allMailEvery: 10_000 },
    },
  );
});
afterAll(async () => {
  await mail.close();
  await proxy.close();
  process.off('unhandledRejection', note);
  expect(rejections).toEqual([]);
});

/** Somebody whose account is watched, proven by an answer that came. */
async function hire(): Promise<Setting> {
  const account = mail.account(`watch${++accounts}@gmail.com`);
  const desk = await mail.desk();
  const slotId = await desk.connect(account);
  const sent = await desk.send(slotId, `silent${accounts}@example.com`);
  const setting = { account, desk, slotId, sent };
  await answered(setting, 'hello');
  return setting;
}

async function answered({ account, desk, sent }: Setting, text: string): Promise<void> {
  const replies = desk.replies(await desk.cursor());
  account.deliver(answerTo(sent, text));
  while ((await replies.next()).replyReceived.message.text.trim() !== text);
  await replies.stop();
}

const SLOT = 'connection { state lastProofAt problem { code serverReply } }';

async function slotNow({ desk, slotId }: Setting): Promise<SlotNow> {
  const { slot } = await desk.person.ask<{ slot: { connection: SlotNow } }>(
    `query ($id: ID!) { slot(id: $id) { ${SLOT} } }`,
    { id: slotId },
  );
  return slot.connection;
}

function changesOf({ desk, slotId }: Setting): Subscription<{ slotChanged: { connection: SlotNow } }> {
  return desk.socket.subscribe(`subscription ($id: ID!) { slotChanged(slotId: $id) { ${SLOT} } }`, {
    id: slotId,
  });
}

/** Every state from now on, up to and including this one. */
async function statesUntil(changes: ReturnType<typeof changesOf>, state: string): Promise<SlotNow[]> {
  const seen: SlotNow[] = [];
  while (seen.at(-1)?.state !== state) seen.push((await changes.next()).slotChanged.connection);
  return seen;
}

test('WATCHING is shown on proof, and lastProofAt moves with it', async () => {
  const setting = await hire();
  const changes = changesOf(setting);
  const [one] = await statesUntil(changes, 'WATCHING');
  const [two] = await statesUntil(changes, 'WATCHING');
  expect(Date.parse(two?.lastProofAt ?? '')).toBeGreaterThan(Date.parse(one?.lastProofAt ?? ''));
});

test('a half-open socket is not taken for health, and all goes on afterwards', async () => {
  const setting = await hire();
  const changes = changesOf(setting);
  await statesUntil(changes, 'WATCHING'); // an answer may be here before the first proof
  proxy.freeze();
  const { lastProofAt } = await slotNow(setting);
  setting.account.deliver(answerTo(setting.sent, 'meanwhile'));
  const dark = (await statesUntil(changes, 'STALE')).at(-1);
  expect(Date.parse(dark?.lastProofAt ?? '') - Date.parse(lastProofAt ?? '')).toBeLessThan(1_000);
  proxy.resume();
  await statesUntil(changes, 'WATCHING');
  proxy.freeze();
  await statesUntil(changes, 'STALE');
  proxy.resume();
  proxy.reset();
  await statesUntil(changes, 'WATCHING');
  await answered(setting, 'afterwards');
  const events = await setting.desk.events();
  expect(events.map(({ message }) => message.text.trim())).toEqual(['hello', 'meanwhile', 'afterwards']);
});

test.each(['drop', 'BYE Session expired, please login again.', 'BYE System Error'])(
  'a session that ends with %s is followed by another one',
  async (end) => {
    const setting = await hire();
    const changes = changesOf(setting);
    if (end === 'drop') setting.account.dropSessions();
    else setting.account.expireSessions(end.slice(4));
    const states = await statesUntil(changes, 'RECONNECTING');
    expect(states.map(({ state }) => state)).not.toContain('REJECTED');
    await statesUntil(changes, 'WATCHING');
    await answered(setting, 'again');
  },
);

test.each([
  ['unavailable', 'RECONNECTING', 'TEMPORARY_FAILURE'],
  ['systemError', 'RECONNECTING', 'TEMPORARY_FAILURE'],
  ['unavailableBye', 'RECONNECTING', 'TEMPORARY_FAILURE'],
  ['tooManyConnections', 'RECONNECTING', 'TOO_MANY_CONNECTIONS'],
  ['overQuota', 'PAUSED', 'BANDWIDTH_EXCEEDED'],
] as const)('%s at the login is passing: %s', async (refusal, state, code) => {
  const setting = await hire();
  const changes = changesOf(setting);
  const counted = () => METERS.getSingleMetricAsString('connectionsphere_refusals_total');
  const line = new RegExp(`imap.*${code}.* (\\d+)`);
  const before = Number(line.exec(await counted())?.[1] ?? 0);
  setting.account.refuse('imapLogin', refusal, 1);
  setting.account.dropSessions();
  for (;;) {
    const [now] = (await statesUntil(changes, state)).slice(-1);
    if (now?.problem?.code === code) break;
  }
  expect(Number(line.exec(await counted())?.[1])).toBeGreaterThan(before);
  if (code === 'TEMPORARY_FAILURE') {
    await statesUntil(changes, 'WATCHING');
    await answered(setting, 'again');
  }
});

test('a refused folder is no refused account', async () => {
  const setting = await hire();
  const changes = changesOf(setting);
  for (const stage of ['imapSelect', 'imapList'] as const) setting.account.refuse(stage, 'systemError', 1);
  setting.account.dropSessions();
  const states = [
    ...(await statesUntil(changes, 'RECONNECTING')),
    ...(await statesUntil(changes, 'WATCHING')),
  ];
  expect(states.map(({ state }) => state)).not.toContain('REJECTED');
  await answered(setting, 'again');
});

test('a revoked App Password stops the watcher, without one login more; a new one sets it going', async () => {
  const setting = await hire();
  const { account, desk, slotId } = setting;
  const other = await hire();
  const changes = changesOf(setting);
  const since = mail.sandbox.events.latest;
  account.changeAppPassword('qrstuvwxyzabcdef');
  account.dropSessions();
  const rejected = (await statesUntil(changes, 'REJECTED')).at(-1);
  expect(rejected?.problem).toMatchObject({
    code: 'INVALID_CREDENTIALS',
    serverReply: expect.stringContaining('Invalid credentials'),
  });
  const proofs = changesOf(other);
  for (let n = 0; n < 15; n++) await statesUntil(proofs, 'WATCHING');
  const logins = mail.sandbox.events
    .after(since)
    .filter((event) => event.name === 'login' && event.address === account.address);
  expect(logins).toHaveLength(1);
  expect((await slotNow(setting)).state).toBe('REJECTED');

  const { connectGmail } = await desk.person.ask<{ connectGmail: object }>(
    `mutation ($input: ConnectGmailInput!) { connectGmail(input: $input) { __typename } }`,
    { input: { slotId, email: account.address, appPassword: 'qrst uvwx yzab cdef' } },
  );
  expect(connectGmail).toEqual({ __typename: 'GmailConnected' });
  await statesUntil(changes, 'WATCHING');
  await answered(setting, 'again');
});

test('a disconnected account is left at once', async () => {
  const setting = await hire();
  const { account, desk, slotId } = setting;
  const since = mail.sandbox.events.latest;
  await desk.person.ask('mutation ($id: ID!) { disconnectGmail(slotId: $id) { __typename } }', {
    id: slotId,
  });
  await mail.sandbox.waitFor(
    'closed',
    ({ address, protocol }) => address === account.address && protocol === 'imap',
    { since },
  );
  expect([...account.sessions].filter(({ protocol }) => protocol === 'imap')).toEqual([]);
});

test('the hung server of one account holds up neither the others nor the end', async () => {
  const hung = await hire();
  const changes = changesOf(hung);
  hung.account.freezeSessions();
  await statesUntil(changes, 'STALE');
  const fine = await hire();
  await answered(fine, 'still here');
  await mail.process.watchers.stop();
  mail.process.watchers.start();
  await statesUntil(changes, 'WATCHING');
  await answered(hung, 'again');
});

test('two processes never watch one account twice; the second takes over when the first gives up', async () => {
  const setting = await hire();
  const second = await startWatchProcess(mail.app.databaseUrl, mail.sandbox.imapUrl);
  try {
    await answered(setting, 'with two');
    const watching = () => [...setting.account.sessions].filter(({ protocol }) => protocol === 'imap').length;
    expect(watching()).toBeLessThan(2); // none while it moves
    await mail.process.watchers.stop();
    await answered(setting, 'second');
    mail.process.watchers.start();
    expect(watching()).toBeLessThan(2);
  } finally {
    await second.stop();
  }
  await answered(setting, 'first again');
});

test('a process that lost its lease while it was frozen writes nothing, and is followed by another', async () => {
  const setting = await hire();
  const { account, desk, sent } = setting;
  const other = randomUUID();
  const since = mail.sandbox.events.latest;
  const [lost] = await mail.process.db.query<{ proof: Date | null }>(
    `WITH other AS (INSERT INTO watch_processes VALUES ($2, clock_timestamp() + interval '1 hour'))
     UPDATE connections SET watched_by = $2 WHERE email = $1 RETURNING last_proof_at AS proof`,
    [account.address, other],
  );
  account.deliver(answerTo(sent, 'for the next'));
  await mail.sandbox.waitFor(
    'closed',
    ({ address, protocol }) => address === account.address && protocol === 'imap',
    { since },
  );
  expect((await desk.events()).map(({ message }) => message.text.trim())).toEqual(['hello']);
  const now = await slotNow(setting);
  // An answer may be here before the first proof.
  expect(now.lastProofAt).toBe(lost?.proof?.toISOString() ?? null);
  await mail.process.db.query(`UPDATE watch_processes SET alive_until = '-infinity' WHERE id = $1`, [other]);
  const replies = desk.replies(await desk.cursor());
  await replies.next();
  await answered(setting, 'again');
});

test('PostgreSQL may go away and come back', async () => {
  const setting = await hire();
  const { desk, account, sent } = setting;
  await mail.process.watchers.stop();
  const url = new URL(mail.app.databaseUrl);
  const wire = await openFaultProxy({ host: url.hostname, port: Number(url.port) });
  url.hostname = '127.0.0.1';
  url.port = String(wire.port);
  const second = await startWatchProcess(url.href, mail.sandbox.imapUrl);
  try {
    await answered(setting, 'through the wire');
    const replies = desk.replies(await desk.cursor());
    wire.freeze();
    wire.reset();
    account.deliver(answerTo(sent, 'meanwhile'));
    await mail.sandbox.waitFor('delivered', (event) => event.address === account.address);
    const since = mail.sandbox.events.latest;
    // The session ends, since nothing can be kept; without a database there is no login.
    await mail.sandbox.waitFor('closed', ({ address }) => address === account.address, { since });
    wire.resume();
    wire.reset();
    expect((await replies.next()).replyReceived.message.text.trim()).toBe('meanwhile');
    await answered(setting, 'again');
  } finally {
    await second.stop();
    await wire.close();
    mail.process.watchers.start();
  }
});
