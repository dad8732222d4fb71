import type { Campaign } from '../campaigns/campaign.entity';
import type { Weekday } from '../campaigns/schedule';
import { loadSteps } from '../campaigns/steps';
import type { Sql } from '../database/database';
import type { Waiting, World } from './forecast';
import { readSlots } from './slotStates';

/**
 * All that decides the coming days of a campaign: the slots of its workspace and all that runs on them. The campaign
 * itself is taken as running, so that a draft shows what would come of it.
 *
 * @param aheadMs who is due later than that is left out
 * @returns the world, and the moment at which it stands so, by the database's clock
 */
export async function readWorld(
  db: Sql,
  campaign: Pick<Campaign, 'id' | 'workspaceId'>,
  aheadMs: number,
): Promise<World & { now: Date }> {
  const now = await readClock(db);
  const campaigns = await db.query<CampaignRow>(CAMPAIGNS, [campaign.workspaceId, campaign.id]);
  const ids = campaigns.map(({ id }) => id);
  const steps = await loadSteps(db, ids);
  const waiting = await db.query<Waiting & { campaignId: string }>(WAITING, [
    ids,
    now,
    new Date(now.getTime() + aheadMs),
  ]);
  const accounts = await db.query<{ id: string }>(
    'SELECT account_id AS id FROM connections WHERE workspace_id = $1 AND slot_id IS NOT NULL ORDER BY account_id',
    [campaign.workspaceId],
  );
  const accountIds = accounts.map(({ id }) => id);
  const slots = await readSlots(db, accountIds);
  const counted = await db.query<{ accountId: string; at: Date }>(COUNTED, [accountIds, now]);
  return {
    now,
    slots: slots.map(({ state, domain }) => ({
      state,
      domain,
      counted: counted.filter(({ accountId }) => accountId === state.accountId).map(({ at }) => at),
    })),
    campaigns: campaigns.map(({ id, isRunning, chosen, ...schedule }, index) => ({
      id,
      isRunning,
      schedule,
      accountIds: chosen,
      waitDays: (steps[index] ?? []).map(({ waitDays }) => waitDays),
      waiting: waiting.filter(({ campaignId }) => campaignId === id),
    })),
  };
}

async function readClock(db: Sql): Promise<Date> {
  const [clock] = await db.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return clock?.now ?? new Date();
}

interface CampaignRow {
  id: string;
  isRunning: boolean;
  timezone: string;
  days: Weekday[];
  fromMinute: number;
  toMinute: number;
  /** The accounts in its slots. */
  chosen: string[];
}

const CAMPAIGNS = `
  SELECT c.id, c.state = 'RUNNING' OR c.id = $2 AS "isRunning", c.timezone, c.days, c.from_minute AS "fromMinute",
         c.to_minute AS "toMinute",
         ARRAY(SELECT k.account_id FROM campaign_slots s JOIN connections k ON k.slot_id = s.slot_id
                WHERE s.campaign_id = c.id) AS chosen
    FROM campaigns c WHERE c.workspace_id = $1 AND (c.state = 'RUNNING' OR c.id = $2) ORDER BY c.id`;

/**
 * Who waits, by when and for what. Who is due already counts as due now, an email that came back into the ledger goes
 * on from there, and who is suppressed gets nothing.
 */
const WAITING = `
  SELECT e.campaign_id AS "campaignId", k.account_id AS "accountId", e.steps_done AS "stepsDone",
         greatest(coalesce(e.next_at, o.due_at), $2) AS "dueAt", count(*)::int AS count
    FROM enrolments e
    LEFT JOIN outgoing_messages o ON e.next_at IS NULL AND o.enrolment_id = e.id AND o.state = 'QUEUED'
    LEFT JOIN connections k ON k.id = coalesce(o.connection_id, e.connection_id)
    JOIN prospects p ON p.id = e.prospect_id
   WHERE e.campaign_id = ANY ($1) AND e.state = 'WAITING' AND coalesce(e.next_at, o.due_at) < $3
     AND NOT EXISTS (SELECT FROM suppressions s WHERE s.workspace_id = e.workspace_id
                        AND s.value IN (p.email, '@' || split_part(p.email, '@', 2)))
   GROUP BY 1, 2, 3, 4`;

const COUNTED = `
  SELECT account_id AS "accountId", counted_at AS at FROM counted_sends
   WHERE account_id = ANY ($1) AND counted_at > $2::timestamptz - interval '24 hours' ORDER BY counted_at`;
