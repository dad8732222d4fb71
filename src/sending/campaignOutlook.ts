import type { Campaign } from '../campaigns/campaign.entity';
import { addDays, DAY_MS } from '../campaigns/wallClock';
import type { Sql } from '../database/database';
import { BadInput } from '../lib/failures';
import { givingWay } from '../lib/givingWay';
import { type Blocker, blocker } from './blockers';
import { dayOf } from './days';
import { blockersAt } from './engine';
import { simulate } from './forecast';
import { readWorld } from './forecastWorld';
import type { SendingRoom } from './sendingRoom';
import { readSlots } from './slotStates';

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
 * ahead as if nobody answered. All that the workspace sends is in it, since slots and domains are shared.
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
  const { now, ...world } = await readWorld(room.db, campaign, count * DAY_MS);
  const until = new Date(now.getTime() + count * DAY_MS);
  const dates = Array.from({ length: count }, (_, day) =>
    dayOf(addDays(now, day, campaign.timezone), campaign.timezone),
  );
  const sends = new Map(dates.map((date) => [date, 0]));
  for await (const send of givingWay(simulate(world, now, until))) {
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

function isSooner(one: Blocker, other: Blocker): boolean {
  return one.until !== null && (other.until === null || one.until < other.until);
}
