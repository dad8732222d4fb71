import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { Pool } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded';
import type { Account } from '../../src/sandbox/accounts';
import { ImapSession } from '../../src/sandbox/imapSession';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { openSocket } from '../support/client';
import { testLog } from '../support/database';
import { type FaultProxy, openFaultProxy } from '../support/faultProxy';
import { signUp, type TestPerson } from '../support/people';
import { type ProductProcess, startProduct } from '../support/productProcess';
import { openSandbox } from '../support/sandbox';
import { APP_PASSWORD, connectSlot, readFreeSlots } from '../support/sending';

/**
 * Several processes of the product over one PostgreSQL, under load all the while: one is killed, one is frozen for
 * 40 seconds, one is cut off from the database, PostgreSQL itself is started anew. In the end nothing is lost or
 * doubled, and at no moment did two live processes watch one account.
 */

const SLOTS = 6;
const FROZEN_MS = 40_000;
/** What the last slot may send, and what lies between two campaign emails of the first. */
const LIMIT = 8;
const GAP_SECONDS = 2;

let directory: string;
let postgres: EmbeddedPostgres;
let wire: FaultProxy;
let sandbox: Sandbox;
let pool: Pool;
let keeper: ProductProcess;
let person: TestPerson;
let slots: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'connectionsphere-several-'));
  postgres = await startEmbeddedPostgres(directory, testLog, { fsync: 'off', full_page_writes: 'off' });
  wire = await openFaultProxy({ port: Number(new URL(postgres.url).port) });
  sandbox = await openSandbox();
  pool = new Pool({ connectionString: postgres.url, max: 2 });
  pool.on('error', () => undefined); // PostgreSQL is started anew below
  keeper = await startProduct(environment());
  person = await signUp(keeper.url);
  slots = await readFreeSlots(person);
  for (const [n, slotId] of slots.entries()) {
    const { address } = sandbox.addAccount({ address: `slot${n}@gmail.com`, appPassword: APP_PASSWORD });
    await connectSlot(person, slotId, address);
  }
}, 60_000);

afterAll(async () => {
  await pool.end();
  await wire.close();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

/** What a process of the product has in its environment; `databaseUrl` may lead through a wire of its own. */
function environment(databaseUrl = postgres.url): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    GMAIL_SMTP_URL: sandbox.smtpUrl,
    GMAIL_IMAP_URL: sandbox.imapUrl,
    DEFAULT_SELF_SLOTS: String(SLOTS),
    LOG_LEVEL: 'info',
  };
}

function throughTheWire(): string {
  const url = new URL(postgres.url);
  url.port = String(wire.port);
  return url.href;
}

async function rows<Row>(text: string): Promise<Row[]> {
  return (await pool.query(text)).rows as Row[];
}

/** Polls until it is true; a database that is away answers no. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue().catch(() => false))) await pauseFor(100);
}

/** How many connections each process that is alive watches, the fewest first. */
async function shares(): Promise<number[]> {
  const counted = await rows<{ count: number }>(
    `SELECT count(c.id)::int AS count FROM watch_processes p LEFT JOIN connections c ON c.watched_by = p.id
      WHERE p.alive_until > now() GROUP BY p.id ORDER BY 1`,
  );
  return counted.map(({ count }) => count);
}

const watchedBy = () =>
  rows<{ email: string; process: string }>('SELECT email, watched_by AS process FROM connections');

/** Each process that is alive has so many, and each account somebody. */
const sharedOut = (...wanted: number[]) =>
  until(async () => {
    const found = await shares();
    return found.join() === wanted.join() && sandbox.accounts.every((account) => watchersOf(account) > 0);
  });

/** Sessions in the inbox: a watcher's. Looking up a lost answer, which may go on beside it, is done in Sent. */
function watchersOf(account: Account): number {
  const sessions = [...account.sessions].filter((session) => session instanceof ImapSession);
  return sessions.filter(({ view }) => view?.folder.label === '\\Inbox').length;
}

/** Looks all the time for accounts that two watch. Those of a frozen process are let pass: it can close nothing. */
function countWatchers() {
  const seen = { ofFrozen: [] as string[], violations: [] as string[] };
  const timer = setInterval(() => {
    for (const account of sandbox.accounts) {
      const count = watchersOf(account);
      const most = seen.ofFrozen.includes(account.address) ? 2 : 1;
      if (count > most) seen.violations.push(`${account.address} has ${count}`);
    }
  }, 20);
  return { seen, stop: () => clearInterval(timer) };
}

/** Queues emails, half of them answered, one after the other, and each until it is certain that it was queued. */
function keepQueueing() {
  let queued = 0;
  let isOver = false;
  const mutation = `mutation ($input: SendEmailInput!) { sendEmail(input: $input) {
    ... on EmailQueued { email { id } } ... on Failure { code } } }`;
  const running = (async () => {
    while (!isOver) {
      const to = `${queued % 2 ? 'silent' : 'talker'}${queued}@example.com`;
      const slotId = slots[queued % SLOTS];
      const input = { slotId, to, subject: `Mail ${queued}`, text: 'Hi', idempotencyKey: `key ${queued}` };
      const { data } = await person
        .send<{ sendEmail: { email?: object } }>(mutation, { input })
        .catch(() => ({ data: null }));
      if (data?.sendEmail.email) queued += 1;
      await pauseFor(20);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await running;
      return queued;
    },
  };
}

/** Everything that a subscriber is told, by its place in the feed, and in the order in which it came. */
async function subscribe(url: string) {
  const socket = await openSocket(url, { payload: { authorization: `Bearer ${person.token}` } });
  const replies = socket.subscribe<{ replyReceived: { cursor: string } }>(
    'subscription { replyReceived(after: "WyIwIl0") { cursor } }',
  );
  const cursors: string[] = [];
  void (async () => {
    for (;;) cursors.push((await replies.next()).replyReceived.cursor);
  })().catch(() => undefined); // the socket was closed
  return { cursors, close: () => socket.close() };
}

async function startCampaign(): Promise<void> {
  const settings = `mutation ($slotId: ID!, $input: SendingSettingsInput!) {
    updateSendingSettings(slotId: $slotId, input: $input) { id } }`;
  const pace = { rampEnabled: false, gapMinSeconds: GAP_SECONDS, gapMaxSeconds: GAP_SECONDS + 1 };
  await person.ask(settings, { slotId: slots[0], input: pace });
  await person.ask(settings, { slotId: slots[SLOTS - 1], input: { dailyLimit: LIMIT } });
  const days = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
  const { createCampaign } = await person.ask<{ createCampaign: { campaign: { id: string } } }>(
    `mutation ($input: CreateCampaignInput!) {
      createCampaign(input: $input) { ... on CampaignSaved { campaign { id } } ... on Failure { message } } }`,
    {
      input: {
        name: 'Paced',
        schedule: { timezone: 'UTC', days, from: '00:00', to: '24:00' },
        steps: [{ waitDays: 0, variants: [{ subject: 'Hello', body: 'A word?' }] }],
        slotIds: [slots[0]],
      },
    },
  );
  const { id } = createCampaign.campaign;
  const people = Array.from({ length: 60 }, (_, n) => ({ email: `silent.paced${n}@example.com` }));
  const { saveProspects } = await person.ask<{ saveProspects: { id: string }[] }>(
    'mutation ($people: [ProspectInput!]!) { saveProspects(prospects: $people) { id } }',
    { people },
  );
  await person.ask(
    `mutation ($id: ID!, $ids: [ID!]!) {
      enrolProspects(campaignId: $id, selection: { ids: $ids }) { enrolled }
      startCampaign(id: $id) { __typename } }`,
    { id, ids: saveProspects.map((prospect) => prospect.id) },
  );
}

async function restartPostgres(): Promise<void> {
  const [pid] = (await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
  const [before] = await rows<{ at: Date }>('SELECT pg_postmaster_start_time() AS at');
  process.kill(Number(pid), 'SIGINT');
  await until(async () => {
    const [now] = await rows<{ at: Date }>('SELECT pg_postmaster_start_time() AS at');
    return now?.at.getTime() !== before?.at.getTime();
  });
}

/** Lets what could only wait for two minutes to pass have waited, and refusals of the slot be forgotten. */
async function letTimePass(): Promise<void> {
  await pool.query(
    `UPDATE outgoing_messages SET unknown_since = unknown_since - interval '120 seconds', due_at = now()
      WHERE state = 'UNKNOWN' AND unknown_since < now() - interval '2 seconds'`,
  );
  await pool.query('UPDATE gmail_accounts SET parked_until = now() WHERE parked_until > now()');
}

test('processes are killed, frozen and cut off, and PostgreSQL restarts: nothing is lost, doubled or watched twice', async () => {
  const { seen, stop: stopCounting } = countWatchers();
  let victim = await startProduct(environment());
  await sharedOut(3, 3);
  const others = await watchedBy();
  const sleeper = await startProduct(environment());
  await sharedOut(2, 2, 2);
  const ofSleeper = (await watchedBy()).filter(
    ({ process }) => !others.some((other) => other.process === process),
  );

  const subscribers = await Promise.all([keeper, sleeper].map(({ url }) => subscribe(url)));
  await startCampaign();
  const load = keepQueueing();
  await until(async () => sandbox.accounts.every((account) => account.sentMessages().length > 2));

  seen.ofFrozen = ofSleeper.map(({ email }) => email);
  sleeper.freeze();
  const thawed = pauseFor(FROZEN_MS).then(() => sleeper.thaw());
  await victim.end('SIGKILL');
  await sharedOut(SLOTS);

  victim = await startProduct(environment(throughTheWire()));
  await sharedOut(3, 3);
  wire.freeze();
  await sharedOut(SLOTS);
  wire.resume();
  wire.reset();
  await sharedOut(3, 3);
  await restartPostgres();

  await thawed;
  await sharedOut(2, 2, 2);
  await until(async () => sandbox.accounts.every((account) => watchersOf(account) === 1));
  seen.ofFrozen = [];

  const queued = await load.stop();
  await until(async () => {
    await letTimePass();
    const unsettled = await rows(
      `SELECT 1 FROM outgoing_messages WHERE state NOT IN ('SENT', 'QUEUED') OR
         (state = 'QUEUED' AND from_address <> 'slot${SLOTS - 1}@gmail.com' AND campaign_id IS NULL) LIMIT 1`,
    );
    return unsettled.length === 0;
  });
  const answers = sandbox.accounts.flatMap((account) => account.folder('\\Inbox').entries);
  await until(async () => {
    const received = await rows('SELECT 1 FROM received_messages');
    return (
      received.length === answers.length &&
      subscribers.every(({ cursors }) => cursors.length === answers.length)
    );
  });

  expect(seen.violations).toEqual([]);
  const sent = await rows<{ message_id: string }>(
    `SELECT message_id FROM outgoing_messages WHERE state = 'SENT'`,
  );
  const atGmail = sandbox.accounts.flatMap((account) =>
    account.sentMessages().map(({ messageId }) => messageId),
  );
  expect(atGmail.toSorted()).toEqual(sent.map(({ message_id }) => message_id).toSorted());
  const [{ count } = { count: 0 }] = await rows<{ count: number }>(
    'SELECT count(*)::int FROM outgoing_messages WHERE campaign_id IS NULL',
  );
  expect(count).toBe(queued);

  const feed = await rows<{ position: string }>('SELECT position FROM received_messages ORDER BY position');
  const cursors = feed.map(({ position }) => Buffer.from(JSON.stringify([position])).toString('base64url'));
  for (const subscriber of subscribers) expect(subscriber.cursors).toEqual(cursors);

  expect(sandbox.account(`slot${SLOTS - 1}@gmail.com`).sentMessages()).toHaveLength(LIMIT);
  const [gap] = await rows<{ least: number }>(
    `SELECT min(gap)::float8 AS least FROM (
       SELECT extract(epoch FROM sent_at - lag(sent_at) OVER (ORDER BY sent_at)) AS gap
         FROM outgoing_messages WHERE campaign_id IS NOT NULL AND state = 'SENT') gaps`,
  );
  expect(gap?.least).toBeGreaterThan(GAP_SECONDS);

  // Told to end, a process hands over at once: it is not waited for until it may be dead.
  await victim.end('SIGTERM');
  expect(await shares()).toHaveLength(2);
  await sharedOut(3, 3);
  stopCounting();
  await Promise.all(subscribers.map((subscriber) => subscriber.close()));
}, 180_000);
