import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig';
import { type Database, openDatabase } from '../../src/database/database';
import { claimBatches } from '../../src/sending/claim';
import { claimStep } from '../../src/sending/claimStep';
import type { SendingRoom } from '../../src/sending/sendingRoom';
import { bench, type Figure, type Ground, median, takeTurns, timed } from './bench';
import { createSlots, loadQuickly, openSendingRoom, queueEmails } from './populate';

const SLOTS = 1_000;
const [FEW, MANY] = [10_000, 1_000_000];
const CAMPAIGNS = 100;
/** Claims of a turn, each of another slot. */
const CLAIMS = 25;
const ROUNDS = 7;

/**
 * What a claim costs with 1,000,000 waiting over 1,000 slots. The peer is the same claim with 10,000 waiting, in a
 * second database of the same server. Both kinds: one-off emails that wait in the ledger, of which a claim takes ten;
 * and campaign steps, of which it takes one, from a hundred campaigns that share the slots.
 */
bench(async (ground) => {
  const few = await openSecondGround(ground);
  const [ours, peer] = [await openWorld(ground, MANY), await openWorld(few, FEW)];
  const oneOffs = await takeTurns(
    ROUNDS,
    () => timed(() => claimOneOffs(ours)),
    () => timed(() => claimOneOffs(peer)),
  );
  const steps = await takeTurns(
    ROUNDS,
    () => timed(() => claimSteps(ours)),
    () => timed(() => claimSteps(peer)),
  );
  await few.db.close();
  return [figureOf('one-offs: a claim', oneOffs), figureOf('campaign steps: a claim', steps)];
});

function figureOf(what: string, turns: readonly { ours: number; peer: number }[]): Figure {
  const each = (seconds: number[]) => `${((median(seconds) * 1000) / CLAIMS).toFixed(2)} ms`;
  return {
    what,
    value: median(turns.map(({ ours, peer }) => ours / peer)),
    bound: { atMost: 1.5 },
    ours: each(turns.map(({ ours }) => ours)),
    peer: each(turns.map(({ peer }) => peer)),
  };
}

/** A sending room, and the accounts that have not claimed yet. */
interface World {
  room: SendingRoom;
  withOneOffs: string[];
  withSteps: string[];
}

async function claimOneOffs({ room, withOneOffs }: World): Promise<void> {
  for (const accountId of withOneOffs.splice(0, CLAIMS)) {
    const [claim] = await claimBatches(room, [accountId]);
    if (claim?.messages.length !== 10) throw new Error('Ten emails were to be claimed');
  }
}

async function claimSteps({ room, withSteps }: World): Promise<void> {
  for (const accountId of withSteps.splice(0, CLAIMS)) {
    const { claim } = await claimStep(room, accountId);
    if (claim === null) throw new Error('A step was to be claimed');
  }
}

async function openSecondGround({ db, url, log }: Ground): Promise<Ground> {
  await db.query('CREATE DATABASE few');
  const second = Object.assign(new URL(url), { pathname: '/few' }).href;
  const dataSource = new DataSource(dataSourceOptions());
  return { db: await openDatabase({ url: second, log, dataSource }), url: second, log };
}

/** So many one-off emails on 1,000 slots, and so many enrolments whose first emails another 1,000 share. */
async function openWorld(ground: Ground, waiting: number): Promise<World> {
  const room = openSendingRoom(ground, 1);
  const withOneOffs = await createSlots(room.db, SLOTS, room.seal, 'writer');
  const withSteps = await createSlots(room.db, SLOTS, room.seal, 'campaigner');
  await room.db.query('UPDATE gmail_accounts SET daily_limit = 10');
  await createCampaigns(room.db, withSteps);
  await loadQuickly(ground.url, async (client) => {
    await queueEmails(client, withOneOffs, waiting / SLOTS, { text: 'Hello', html: null });
    await enrol(client, withSteps, waiting / CAMPAIGNS);
  });
  return {
    room,
    withOneOffs: await readAccounts(room.db, withOneOffs),
    withSteps: await readAccounts(room.db, withSteps),
  };
}

/** Campaigns of one step, always open; each slot sends for one of them. */
async function createCampaigns(db: Database, workspaceId: string): Promise<void> {
  await db.query(
    `WITH campaign AS (
       INSERT INTO campaigns (workspace_id, name, state, timezone, days, from_minute, to_minute)
         SELECT $1, 'Campaign ' || n, 'RUNNING', 'UTC', '{MON,TUE,WED,THU,FRI,SAT,SUN}', 0, 1440
           FROM generate_series(0, $2::int - 1) n RETURNING id, name),
     step AS (
       INSERT INTO campaign_steps (campaign_id, position, wait_days) SELECT id, 0, 0 FROM campaign RETURNING id),
     slot AS (
       INSERT INTO campaign_slots (campaign_id, slot_id)
         SELECT campaign.id, slots.id FROM slots JOIN campaign ON name = 'Campaign ' || position % $2
          WHERE workspace_id = $1)
     INSERT INTO campaign_variants (step_id, position, subject, body, weight)
       SELECT id, 0, 'Hello {{ first_name }}', 'How are you, {{ first_name }}?', 1 FROM step`,
    [workspaceId, CAMPAIGNS],
  );
}

/** The same so many people in every campaign. */
async function enrol(client: Client, workspaceId: string, people: number): Promise<void> {
  await client.query(
    `INSERT INTO prospects (workspace_id, email, first_name)
       SELECT $1, 'person' || n || '@example.com', 'Ann' FROM generate_series(1, $2::int) n`,
    [workspaceId, people],
  );
  await client.query(
    `INSERT INTO enrolments (workspace_id, campaign_id, prospect_id)
       SELECT $1, campaigns.id, prospects.id FROM campaigns CROSS JOIN prospects ORDER BY prospects.id`,
    [workspaceId],
  );
}

async function readAccounts(db: Database, workspaceId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'SELECT account_id AS id FROM connections WHERE workspace_id = $1 ORDER BY email',
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}
