import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded';
import { testLog } from '../support/database';
import { type FaultProxy, openFaultProxy, through } from '../support/faultProxy';
import { type Fleet, openFleet } from '../support/fleet';
import { until, untilDespiteOutages } from '../support/until';

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
let fleet: Fleet;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'connectionsphere-several-'));
  postgres = await startEmbeddedPostgres(directory, testLog, { fsync: 'off', full_page_writes: 'off' });
  wire = await openFaultProxy({ port: Number(new URL(postgres.url).port) });
  fleet = await openFleet({ databaseUrl: postgres.url, slots: SLOTS });
}, 60_000);

afterAll(async () => {
  await fleet.close();
  await wire.close();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

async function startCampaign({ person, slots }: Fleet): Promise<void> {
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
  const startedAt = async () => {
    const [row] = await fleet.rows<{ at: Date }>('SELECT pg_postmaster_start_time() AS at');
    return row?.at.getTime();
  };
  const before = await startedAt();
  process.kill(Number(pid), 'SIGINT');
  await untilDespiteOutages(async () => (await startedAt()) !== before);
}

test('processes are killed, frozen and cut off, and PostgreSQL restarts: nothing is lost, doubled or watched twice', async () => {
  const watching = fleet.countWatchers();
  let victim = await fleet.start();
  await fleet.sharedOut(3, 3);
  const others = await fleet.watchedBy();
  const sleeper = await fleet.start();
  await fleet.sharedOut(2, 2, 2);
  const ofSleeper = (await fleet.watchedBy()).filter(
    ({ process }) => !others.some((other) => other.process === process),
  );

  const subscribers = await Promise.all([fleet.keeper, sleeper].map((each) => fleet.subscribe(each)));
  await startCampaign(fleet);
  const load = fleet.keepQueueing();
  await until(async () => fleet.sandbox.accounts.every((account) => account.sentMessages().length > 2));

  fleet.forgive(ofSleeper.map(({ email }) => email));
  sleeper.freeze();
  const thawed = pauseFor(FROZEN_MS).then(() => sleeper.thaw());
  await victim.end('SIGKILL');
  await fleet.sharedOut(SLOTS);

  victim = await fleet.start({ DATABASE_URL: through(wire, postgres.url) });
  await fleet.sharedOut(3, 3);
  wire.freeze();
  await fleet.sharedOut(SLOTS);
  wire.resume();
  wire.reset();
  await fleet.sharedOut(3, 3);
  await restartPostgres();

  await thawed;
  await fleet.sharedOut(2, 2, 2);
  await until(async () => fleet.everyAccount((watchers) => watchers === 1));
  fleet.forgive([]);

  const queued = await load.stop();
  await fleet.untilSettled(`from_address = 'slot${SLOTS - 1}@gmail.com' OR campaign_id IS NOT NULL`);
  await fleet.untilAnswered(subscribers);

  expect(watching.violations).toEqual([]);
  await fleet.expectNothingLostOrDoubled(subscribers);
  const oneOffs = await fleet.rows('SELECT 1 FROM outgoing_messages WHERE campaign_id IS NULL');
  expect(oneOffs).toHaveLength(queued);
  expect(fleet.sandbox.account(`slot${SLOTS - 1}@gmail.com`).sentMessages()).toHaveLength(LIMIT);
  const [gap] = await fleet.rows<{ least: number }>(
    `SELECT min(gap)::float8 AS least FROM (
       SELECT extract(epoch FROM sent_at - lag(sent_at) OVER (ORDER BY sent_at)) AS gap
         FROM outgoing_messages WHERE campaign_id IS NOT NULL AND state = 'SENT') gaps`,
  );
  expect(gap?.least).toBeGreaterThan(GAP_SECONDS);

  // Told to end, a process hands over at once: it is not waited for until it may be dead.
  await victim.end('SIGTERM');
  expect(await fleet.shares()).toHaveLength(2);
  await fleet.sharedOut(3, 3);
  watching.stop();
  await Promise.all(subscribers.map((subscriber) => subscriber.close()));
}, 180_000);
