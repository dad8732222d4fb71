import type { Campaign } from '../campaigns/campaign.entity';
import { loadSteps } from '../campaigns/steps';
import { DAY_MS } from '../campaigns/wallClock';
import type { Sql } from '../database/database';
import { BadInput } from '../lib/failures';
import { type Blocker, blocker } from './blockers';
import { dayOf } from './days';
import { blockersAt } from './engine';
import { simulate, type Waiting, type World } from './forecast';
import type { SendingRoom } from './sendingRoom';
import { type ReadSlot, readSlots } from './slotStates';

export interface ForecastDay {
  /** YYYY-MM-DD in the campaign's timezone. */
  date: string;
  sends: number;
}

/** Why nothing of a campaign goes out now; empty while one of its slots could send. */
export async function readCampaignBlockers(room: SendingRoom, campaign: Campaign): Promise<Blocker[]> {
  if (campaign.state !== 'RUNNING') {
    return [blocker('CAMPAIGN_NOT_RUNNING', `The campaign is ${campaign.state.toLowerCase()}.`)];
  }
  const slots = await readSlots(room.db, await accountsOf(room.db, campaign.id));
  if (slots.length === 0) return [blocker('NOT_CONNECTED', 'No Gmail account is connected in its slots.')];
  const bySlot = slots.map(({ state, now }) => {
    const campaigns = state.campaigns.filter(({ id }) => id === campaign.id);
    return blockersAt({ ...state, oneOffDueAt: null, campaigns }, now);
  });
  if (bySlot.some((blockers) => blockers.length === 0)) return [];
  const soonest = new Map<string, Blocker>();
  for (const each of bySlot.flat()) {
    const known = soonest.get(each.code);
    if (!known || isSooner(each, known)) soonest.set(each.code, each);
  }
  return [...soonest.values()];
}

/**
 * How many emails of a campaign go out on each of the coming days, today included: the engine that sends, run
 * ahead as if nobody answered. The other campaigns on its slots are in it, since they share what a slot may send.
 *
 * @param days from 1 to 90; 14 when absent
 */
export async function forecastCampaign(
  room: SendingRoom,
  campaign: Campaign,
  days: number | null | undefined,
): Promise<ForecastDay[]> {
  const count = days ?? 14;
  if (count < 1 || count > 90) throw new BadInput([{ path: 'days', message: 'must be from 1 to 90' }]);
  const now = room.now();
  const until = new Date(now.getTime() + count * DAY_MS);
  const dates = Array.from({ length: count }, (_, day) =>
    dayOf(new Date(now.getTime() + day * DAY_MS), campaign.timezone),
  );
  const sends = new Map(dates.map((date) => [date, 0]));
  const world = await readWorld(room.db, campaign, now, until);
  for (const send of simulate(world, now, until)) {
    const date = dayOf(send.at, campaign.timezone);
    const known = sends.get(date);
    if (send.campaignId === campaign.id && known !== undefined) sends.set(date, known + 1);
  }
  return dates.map((date) => ({ date, sends: sends.get(date) ?? 0 }));
}

async function accountsOf(db: Sql, campaignId: string): Promise<string[]> {
  const rows = await db.query<{ account_id: string }>(
    `SELECT DISTINCT k.account_id FROM connections k
      WHERE k.slot_id IN (SELECT slot_id FROM campaign_slots WHERE campaign_id = $1)
         OR (k.slot_id IS NOT NULL AND k.id IN (
               SELECT connection_id FROM enrolments WHERE campaign_id = $1 AND state = 'WAITING'))`,
    [campaignId],
  );
  return rows.map((row) => row.account_id);
}

/** The campaign is taken as running, so that a draft shows what would come of it. */
async function readWorld(db: Sql, campaign: Campaign, now: Date, until: Date): Promise<World> {
  const slots = await readSlots(db, await accountsOf(db, campaign.id));
  const ids = [
    ...new Set([campaign.id, ...slots.flatMap(({ state }) => state.campaigns.map(({ id }) => id))]),
  ];
  const steps = await loadSteps(db, ids);
  const waiting = await readWaiting(db, ids, now, until);
  const chosen = await readChosen(db, ids);
  const counted = await readCounted(db, slots);
  return {
    slots: slots.map(({ state }) => ({
      state,
      counted: counted.filter((row) => row.account_id === state.accountId).map((row) => row.counted_at),
      domain: chosen.domains.get(state.accountId) ?? state.accountId,
    })),
    campaigns: ids.map((id, index) => ({
      id,
      isRunning:
        id === campaign.id ||
        slots.some(({ state }) => state.campaigns.some((c) => c.id === id && c.isRunning)),
      schedule:
        id === campaign.id
          ? campaign
          : (slots.flatMap(({ state }) => state.campaigns).find((each) => each.id === id)?.schedule ??
            campaign),
      accountIds: chosen.accounts.get(id) ?? [],
      waitDays: (steps[index] ?? []).map(({ waitDays }) => waitDays),
      waiting: waiting.get(id) ?? [],
    })),
  };
}

/** Who waits, by when and for what; those who are due already count as due now. */
async function readWaiting(
  db: Sql,
  campaignIds: readonly string[],
  now: Date,
  until: Date,
): Promise<Map<string, Waiting[]>> {
  const rows = await db.query<Waiting & { campaignId: string }>(
    `SELECT e.campaign_id AS "campaignId", k.account_id AS "accountId", e.steps_done AS "stepsDone",
            greatest(e.next_at, $2) AS "dueAt", count(*)::int AS count
       FROM enrolments e LEFT JOIN connections k ON k.id = e.connection_id
      WHERE e.campaign_id = ANY ($1) AND e.state = 'WAITING' AND e.next_at < $3
      GROUP BY 1, 2, 3, 4`,
    [campaignIds, now, until],
  );
  const byCampaign = new Map<string, Waiting[]>();
  for (const { campaignId, ...waiting } of rows) {
    byCampaign.set(campaignId, [...(byCampaign.get(campaignId) ?? []), waiting]);
  }
  return byCampaign;
}

/** Which accounts send for these campaigns, and under which domain. */
async function readChosen(
  db: Sql,
  campaignIds: readonly string[],
): Promise<{ accounts: Map<string, string[]>; domains: Map<string, string> }> {
  const rows = await db.query<{ campaign_id: string; account_id: string; domain: string }>(
    `SELECT cs.campaign_id, k.account_id, split_part(a.canonical_address, '@', 2) AS domain
       FROM campaign_slots cs JOIN connections k ON k.slot_id = cs.slot_id
       JOIN gmail_accounts a ON a.id = k.account_id
      WHERE cs.campaign_id = ANY ($1) ORDER BY k.account_id`,
    [campaignIds],
  );
  const accounts = new Map<string, string[]>();
  for (const row of rows) {
    accounts.set(row.campaign_id, [...(accounts.get(row.campaign_id) ?? []), row.account_id]);
  }
  return { accounts, domains: new Map(rows.map((row) => [row.account_id, row.domain])) };
}

async function readCounted(
  db: Sql,
  slots: readonly ReadSlot[],
): Promise<{ account_id: string; counted_at: Date }[]> {
  return db.query(
    `SELECT account_id, counted_at FROM counted_sends
      WHERE account_id = ANY ($1) AND counted_at > statement_timestamp() - interval '24 hours' ORDER BY counted_at`,
    [slots.map(({ state }) => state.accountId)],
  );
}

function isSooner(one: Blocker, other: Blocker): boolean {
  return one.until !== null && (other.until === null || one.until < other.until);
}
