import type { Schedule, Weekday } from '../campaigns/schedule';
import type { Sql } from '../database/database';
import { type Problem, ProblemCode } from '../gmail/problem';
import type { ConnectionState } from '../slots/connectionState';
import { dayOf } from './days';
import { type CampaignQueue, gapEnds, type SlotState, type Today, todayOf } from './engine';
import { allowanceAfter, type RampSettings } from './warmUp';

/** A slot as the engine sees it, and what its claim needs to know. */
export interface ReadSlot {
  state: SlotState;
  connectionId: string | null;
  slotId: string | null;
  workspaceId: string | null;
  generation: number | null;
  isInFlight: boolean;
  sentLast24h: number;
  /** The sending domain, by which caps are counted. */
  domain: string;
  /** The database's clock, which all processes share. */
  now: Date;
}

/** A slot with an account in it. */
export type ConnectedSlot = ReadSlot & {
  connectionId: string;
  slotId: string;
  workspaceId: string;
  generation: number;
};

/** Whether an account is connected now, and so has a connection to send through. */
export function isConnected(slot: ReadSlot): slot is ConnectedSlot {
  return slot.connectionId !== null;
}

/**
 * Reads the state of these accounts for the engine, in their order. Each subquery is one probe of an index:
 * outgoing_counted, outgoing_in_flight, outgoing_due, enrolments_follow_up and enrolments_first_email.
 */
export async function readSlots(db: Sql, accountIds: readonly string[]): Promise<ReadSlot[]> {
  const rows = await db.query<AccountRow>(ACCOUNTS, [accountIds]);
  const queues = await db.query<QueueRow>(QUEUES, [accountIds]);
  const slots = new Map(
    rows.map((row) => [
      row.account_id,
      slotOf(
        row,
        queues.filter((queue) => queue.account_id === row.account_id),
      ),
    ]),
  );
  return accountIds.map((id) => slots.get(id)).filter((slot) => slot !== undefined);
}

interface AccountRow {
  account_id: string;
  domain: string;
  connection_id: string | null;
  slot_id: string | null;
  workspace_id: string | null;
  generation: number | null;
  state: ConnectionState;
  problem: Problem | null;
  paused: boolean;
  daily_limit: number;
  parked_until: Date | null;
  parked_problem: Problem | null;
  ramp_enabled: boolean;
  ramp_start: number;
  ramp_growth: number;
  ramp_ceiling: number;
  gap_min_seconds: number;
  gap_max_seconds: number;
  timezone: string | null;
  now: Date;
  in_flight: boolean;
  counted: number;
  limited_until: Date | null;
  one_off_due_at: Date | null;
  last_step_at: Date | null;
  ramp_date: string | null;
  ramp_allowance: number | null;
  ramp_reason: string | null;
  ramp_throttled: boolean | null;
  ramp_sent: number;
  domain_cap: number | null;
  domain_sent: number;
  week_sent: number;
  week_bounced: number;
}

/** A connection that is being released is none any more. Days are the workspace's. The last counted day of the ramp brings its own count, whatever day it was. */
const ACCOUNTS = `
  SELECT a.id AS account_id, here.domain, c.id AS connection_id, c.slot_id, c.workspace_id, c.generation, c.state, c.problem,
         a.paused, a.daily_limit, a.parked_until, a.parked_problem, a.ramp_enabled, a.ramp_start, a.ramp_growth,
         a.ramp_ceiling, a.gap_min_seconds, a.gap_max_seconds, w.timezone, clock_timestamp() AS now,
         EXISTS (SELECT FROM outgoing_messages o
                  WHERE o.account_id = a.id AND o.state IN ('RESERVED', 'TRANSMITTING')) AS in_flight,
         (SELECT count(*)::int FROM counted_sends s
           WHERE s.account_id = a.id AND s.counted_at > statement_timestamp() - interval '24 hours') AS counted,
         (SELECT s.counted_at + interval '24 hours' FROM counted_sends s
           WHERE s.account_id = a.id AND s.counted_at > statement_timestamp() - interval '24 hours'
           ORDER BY s.counted_at DESC OFFSET a.daily_limit - 1 LIMIT 1) AS limited_until,
         (SELECT o.due_at FROM outgoing_messages o
           WHERE o.connection_id = c.id AND o.state = 'QUEUED' AND o.campaign_id IS NULL
           ORDER BY o.due_at LIMIT 1) AS one_off_due_at,
         (SELECT o.counted_at FROM outgoing_messages o
           WHERE o.account_id = a.id AND o.counted_at IS NOT NULL AND o.campaign_id IS NOT NULL
           ORDER BY o.counted_at DESC LIMIT 1) AS last_step_at,
         to_char(ramp.date, 'YYYY-MM-DD') AS ramp_date, ramp.allowance AS ramp_allowance,
         ramp.reason AS ramp_reason, ramp.throttled AS ramp_throttled,
         (SELECT count(*)::int FROM counted_sends s
           WHERE s.account_id = a.id AND s.counted_at >= ramp.begins AND s.counted_at < ramp.ends) AS ramp_sent,
         cap.daily_cap AS domain_cap,
         CASE WHEN cap.daily_cap IS NULL THEN 0 ELSE (
           SELECT count(*)::int FROM counted_sends s JOIN gmail_accounts d ON d.id = s.account_id
            WHERE split_part(d.canonical_address, '@', 2) = here.domain
              AND s.counted_at >= date_trunc('day', statement_timestamp() AT TIME ZONE w.timezone) AT TIME ZONE w.timezone
         ) + (
           SELECT count(*)::int FROM outgoing_messages o JOIN gmail_accounts d ON d.id = o.account_id
            WHERE o.state = 'RESERVED' AND o.counted_at IS NULL
              AND split_part(d.canonical_address, '@', 2) = here.domain) END AS domain_sent,
         week.sent AS week_sent, week.bounced AS week_bounced
    FROM gmail_accounts a
   CROSS JOIN LATERAL (SELECT split_part(a.canonical_address, '@', 2) AS domain) here
    LEFT JOIN connections c ON c.account_id = a.id AND c.slot_id IS NOT NULL
      AND coalesce(c.releasing_until, '-infinity') <= statement_timestamp()
    LEFT JOIN workspaces w ON w.id = c.workspace_id
    LEFT JOIN domain_caps cap
      ON cap.workspace_id = c.workspace_id AND cap.domain = here.domain
    LEFT JOIN LATERAL (
      SELECT date, allowance, reason, throttled, date::timestamp AT TIME ZONE coalesce(w.timezone, 'UTC') AS begins,
             (date + 1)::timestamp AT TIME ZONE coalesce(w.timezone, 'UTC') AS ends -- days of 23 or 25 hours too
        FROM ramp_days WHERE account_id = a.id ORDER BY date DESC LIMIT 1) ramp ON true
   CROSS JOIN LATERAL (
      SELECT count(*)::int AS sent, count(o.bounced_at)::int AS bounced FROM outgoing_messages o
       WHERE o.account_id = a.id AND o.counted_at > statement_timestamp() - interval '7 days') week
   WHERE a.id = ANY ($1)`;

interface QueueRow {
  account_id: string;
  campaign_id: string;
  is_running: boolean;
  timezone: string;
  days: Weekday[];
  from_minute: number;
  to_minute: number;
  ledger_due_at: Date | null;
  follow_up_due_at: Date | null;
  first_due_at: Date | null;
}

/** Also campaigns that the slot was taken out of: who was written to from here is followed up from here. */
const QUEUES = `
  SELECT k.account_id, c.id AS campaign_id, c.state = 'RUNNING' AS is_running, c.timezone, c.days, c.from_minute,
         c.to_minute,
         (SELECT o.due_at FROM outgoing_messages o
           WHERE o.connection_id = k.id AND o.state = 'QUEUED' AND o.campaign_id = c.id
           ORDER BY o.due_at LIMIT 1) AS ledger_due_at,
         (SELECT e.next_at FROM enrolments e
           WHERE e.connection_id = k.id AND e.campaign_id = c.id AND e.state = 'WAITING' AND e.next_at IS NOT NULL
           ORDER BY e.next_at LIMIT 1) AS follow_up_due_at,
         CASE WHEN mine.is_chosen THEN (
           SELECT e.next_at FROM enrolments e
            WHERE e.campaign_id = c.id AND e.connection_id IS NULL AND e.state = 'WAITING' AND e.next_at IS NOT NULL
            ORDER BY e.next_at LIMIT 1) END AS first_due_at
    FROM connections k
   CROSS JOIN LATERAL (
     SELECT campaign_id, bool_or(is_chosen) AS is_chosen FROM (
       SELECT campaign_id, true AS is_chosen FROM campaign_slots WHERE slot_id = k.slot_id
       UNION ALL
       SELECT DISTINCT campaign_id, false FROM enrolments WHERE connection_id = k.id AND state = 'WAITING') any_of
      GROUP BY campaign_id) mine
    JOIN campaigns c ON c.id = mine.campaign_id
   WHERE k.account_id = ANY ($1) AND k.slot_id IS NOT NULL AND c.state IN ('RUNNING', 'PAUSED')
   ORDER BY c.id`;

function slotOf(row: AccountRow, queues: readonly QueueRow[]): ReadSlot {
  const timezone = row.timezone ?? 'UTC';
  const ramp = {
    rampEnabled: row.ramp_enabled,
    rampStart: row.ramp_start,
    rampGrowth: row.ramp_growth,
    rampCeiling: row.ramp_ceiling,
  };
  const gap = { minSeconds: row.gap_min_seconds, maxSeconds: row.gap_max_seconds };
  const health = { sent: row.week_sent, bounced: row.week_bounced };
  const state: SlotState = {
    accountId: row.account_id,
    connection: row.connection_id ? { needsAttention: attentionOf(row) } : null,
    paused: row.paused,
    parked: row.parked_until
      ? {
          until: row.parked_until,
          message: row.parked_problem?.message ?? 'Gmail asked to come back later.',
          limit: row.parked_problem?.code === ProblemCode.SENDING_LIMIT_REACHED,
        }
      : null,
    dailyLimit: row.daily_limit,
    limitedUntil: row.limited_until,
    ramp,
    health,
    timezone,
    today: lastDayOf(row, ramp, timezone),
    domainCap: row.domain_cap,
    gap,
    pacedUntil: row.last_step_at && gapEnds(row.account_id, gap, row.last_step_at),
    oneOffDueAt: row.one_off_due_at,
    campaigns: queues.map(queueOf),
  };
  return {
    state: { ...state, today: { ...todayOf(state, row.now), domainSent: row.domain_sent } },
    connectionId: row.connection_id,
    slotId: row.slot_id,
    workspaceId: row.workspace_id,
    generation: row.generation,
    isInFlight: row.in_flight,
    sentLast24h: row.counted,
    domain: row.domain,
    now: row.now,
  };
}

/** The last day that the ramp has counted, or a first one. A timezone moved westwards may have counted tomorrow. */
function lastDayOf(row: AccountRow, ramp: RampSettings, timezone: string): Today {
  const date = dayOf(row.now, timezone);
  if (row.ramp_date === null || row.ramp_allowance === null) {
    return { date, ...allowanceAfter(ramp, null, NO_HEALTH), sent: 0, domainSent: 0, throttled: false };
  }
  return {
    date: row.ramp_date,
    allowance: row.ramp_allowance,
    reason: row.ramp_reason ?? '',
    sent: row.ramp_sent,
    domainSent: 0,
    throttled: row.ramp_throttled ?? false,
  };
}

const NO_HEALTH = { sent: 0, bounced: 0 };

function attentionOf({ state, problem }: AccountRow): string | null {
  return state === 'REJECTED' ? (problem?.message ?? 'Gmail refused this account.') : null;
}

function queueOf(row: QueueRow): CampaignQueue {
  const schedule: Schedule = {
    timezone: row.timezone,
    days: row.days,
    fromMinute: row.from_minute,
    toMinute: row.to_minute,
  };
  return {
    id: row.campaign_id,
    isRunning: row.is_running,
    schedule,
    ledgerDueAt: row.ledger_due_at,
    followUpDueAt: row.follow_up_due_at,
    firstDueAt: row.first_due_at,
  };
}
