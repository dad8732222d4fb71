import { Client } from 'pg';
import { WEEKDAYS } from '../../src/campaigns/schedule';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { createTestDatabase } from '../support/database';
import { openFaultProxy } from '../support/faultProxy';
import { signUp, type TestPerson } from '../support/people';
import { startProduct } from '../support/productProcess';
import { openSandbox } from '../support/sandbox';
import { APP_PASSWORD, connectSlot, readFreeSlots } from '../support/sending';

/**
 * The promise, under everything at once: 150 emails over four slots, answers lost after the final dot with the
 * message stored or not, connections reset, six processes killed at random moments and one put to sleep past
 * its lease. In the end every email is at Gmail exactly once.
 */

const SLOTS = 4;
const EMAILS = 150;
const KILLS = 6;

let sandbox: Sandbox;
let sql: Client;
let env: Record<string, string>;
let drop: () => Promise<void>;
let closeProxy: () => Promise<void>;
let reset: () => void;

beforeAll(async () => {
  sandbox = await openSandbox();
  const proxy = await openFaultProxy({ port: Number(new URL(sandbox.smtpUrl).port) });
  closeProxy = () => proxy.close();
  reset = () => proxy.reset();
  const database = await createTestDatabase();
  drop = database.drop;
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  env = {
    DATABASE_URL: database.url,
    GMAIL_SMTP_URL: `smtp://127.0.0.1:${proxy.port}`,
    GMAIL_IMAP_URL: sandbox.imapUrl,
  };
});

afterAll(async () => {
  await sql.end();
  await drop();
  await closeProxy();
});

/** Lets the leases of the dead end now. */
const passLease = () =>
  sql.query('UPDATE outgoing_messages SET claimed_until = now() WHERE claimed_until IS NOT NULL');
/** Lets what could only wait for two minutes to pass have waited, but for what Sent may still come to show. */
const passTwoMinutes = () =>
  sql.query(
    `UPDATE outgoing_messages SET unknown_since = unknown_since - interval '120 seconds', due_at = now()
      WHERE state = 'UNKNOWN' AND unknown_since < now() - interval '2 seconds'`,
  );
/** Lets refusals of the slot, such as a reset connection, be forgotten. */
const passParking = () =>
  sql.query('UPDATE gmail_accounts SET parked_until = now() WHERE parked_until > now()');

async function count(where: string): Promise<number> {
  const { rows } = await sql.query(`SELECT count(*)::int AS count FROM outgoing_messages WHERE ${where}`);
  return rows[0].count;
}

/** Waits until it is true; every round moves time on for what waits. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) {
    await passParking();
    await passTwoMinutes();
    await pauseFor(100);
  }
}

const pauseFor = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function queueAll(person: TestPerson): Promise<void> {
  const slots = await readFreeSlots(person);
  for (let n = 0; n < SLOTS; n += 1) {
    const address = `chaos${n}@gmail.com`;
    const account = sandbox.addAccount({ address, appPassword: APP_PASSWORD });
    account.sentLagMs = n * 200; // far below the two seconds of passTwoMinutes
    await connectSlot(person, slots[n] ?? '', address);
  }
  const pausing =
    'mutation ($id: ID!) { updateSendingSettings(slotId: $id, input: { paused: true }) { id } }';
  for (const id of slots.slice(0, SLOTS)) await person.ask(pausing, { id });
  for (let n = 0; n < EMAILS; n += 1) {
    await person.ask(
      'mutation ($input: SendEmailInput!) { sendEmail(input: $input) { ... on EmailQueued { email { id } } } }',
      { input: { slotId: slots[n % SLOTS], to: `silent${n}@example.com`, subject: `Mail ${n}`, text: 'Hi' } },
    );
  }
}

/** One fault at random, for one of the accounts. */
function doHarm(): void {
  const account = sandbox.accounts[Math.floor(Math.random() * SLOTS)];
  const stages = ['smtpMail', 'smtpData', 'smtpEnd', 'smtpStored', 'smtpStored', 'smtpStored'] as const;
  const stage = stages[Math.floor(Math.random() * stages.length)];
  if (stage) account?.refuse(stage, 'close', 1);
  if (Math.random() < 0.05) reset();
}

test('every email is at Gmail exactly once, whatever was killed, cut or frozen', async () => {
  let current = await startProduct(env);
  await queueAll(await signUp(current.url));
  const harm = setInterval(doHarm, 40);
  await sql.query('UPDATE gmail_accounts SET paused = false');

  for (let kills = 1; kills <= KILLS; kills += 1) {
    const before = await count(`state = 'SENT'`);
    const goal = Math.min(before + 1 + Math.floor(Math.random() * 15), EMAILS - 10);
    await until(async () => (await count(`state = 'SENT'`)) >= goal);
    await pauseFor(Math.random() * 40);
    if (kills === KILLS / 2) {
      // Two at once over one database: one is put to sleep, and wakes when its lease has long been void.
      const second = await startProduct(env);
      current.freeze();
      await pauseFor(20_000);
      current.thaw();
      await pauseFor(Math.random() * 200);
      await current.end('SIGKILL');
      current = second;
    } else {
      await current.end('SIGKILL');
      if (kills > 1) await passLease(); // once for real: others take over when it has ended by itself
      current = await startProduct(env);
    }
  }
  clearInterval(harm);
  for (const account of sandbox.accounts) account.accept();
  await until(async () => (await count(`state = 'SENT'`)) === EMAILS);

  const { rows } = await sql.query<{ message_id: string }>('SELECT message_id FROM outgoing_messages');
  const atGmail = sandbox.accounts.flatMap((account) =>
    account.sentMessages().map(({ messageId }) => messageId),
  );
  expect(atGmail.toSorted()).toEqual(rows.map(({ message_id }) => message_id).toSorted());
  expect(await count('counted_at IS NOT NULL')).toBe(EMAILS);
  expect(await count('claimed_by IS NOT NULL OR claimed_until IS NOT NULL')).toBe(0);
  await current.end('SIGKILL');
}, 240_000);

test('a process that is killed in the middle of a campaign doubles nobody, and forgets nobody', async () => {
  const people = Array.from({ length: 40 }, (_, n) => `silent.killed${n}@example.com`);
  const first = await startProduct(env);
  const person = await signUp(first.url);
  const slots = (await readFreeSlots(person)).slice(0, 2);
  for (const [n, slotId] of slots.entries()) {
    sandbox.addAccount({ address: `killed${n}@gmail.com`, appPassword: APP_PASSWORD });
    await connectSlot(person, slotId, `killed${n}@gmail.com`);
  }
  await sql.query('UPDATE gmail_accounts SET ramp_enabled = false, gap_min_seconds = 0, gap_max_seconds = 0');
  const id = await startCampaign(person, slots, people);
  const sent = () => count(`campaign_id IS NOT NULL AND state = 'SENT'`);
  await until(async () => (await sent()) >= 10);
  await first.end('SIGKILL');
  await passLease();
  const second = await startProduct(env);
  await until(async () => (await sent()) === people.length);
  const recipients = sandbox.accounts
    .filter(({ address }) => address.startsWith('killed'))
    .flatMap((account) => account.sentMessages().flatMap((mail) => mail.recipients));
  expect(recipients.toSorted()).toEqual(people.toSorted());
  await until(async () => {
    const { rows } = await sql.query('SELECT state FROM campaigns WHERE id = $1', [id]);
    return rows[0]?.state === 'FINISHED';
  });
  await second.end('SIGKILL');
}, 120_000);

async function startCampaign(person: TestPerson, slotIds: string[], people: string[]): Promise<string> {
  const { createCampaign } = await person.ask<{ createCampaign: { campaign: { id: string } } }>(
    'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { ... on CampaignSaved { campaign { id } } } }',
    {
      input: {
        name: 'Spring',
        slotIds,
        schedule: { timezone: 'UTC', days: [...WEEKDAYS], from: '00:00', to: '24:00' },
        steps: [{ waitDays: 0, variants: [{ subject: 'Hello', body: 'A word?' }] }],
      },
    },
  );
  const { saveProspects } = await person.ask<{ saveProspects: { id: string }[] }>(
    'mutation ($prospects: [ProspectInput!]!) { saveProspects(prospects: $prospects) { id } }',
    { prospects: people.map((email) => ({ email })) },
  );
  const { id } = createCampaign.campaign;
  await person.ask(
    `mutation ($id: ID!, $ids: [ID!]!) {
      enrolProspects(campaignId: $id, selection: { ids: $ids }) { enrolled }
      startCampaign(id: $id) { __typename } }`,
    { id, ids: saveProspects.map((prospect) => prospect.id) },
  );
  return id;
}
