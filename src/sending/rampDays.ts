import type { Sql } from '../database/database';
import { BadInput } from '../lib/failures';
import type { GmailConnection } from '../slots/connection.entity';
import type { SendingRoom } from './sendingRoom';
import { type ReadSlot, readSlots } from './slotStates';
import { allowanceAfter } from './warmUp';

/** What the ramp allowed on one day, what went out, and why so many. */
export interface RampDay {
  /** YYYY-MM-DD in the workspace's timezone. */
  date: string;
  allowance: number;
  sent: number;
  reason: string;
}

/**
 * Writes down what the ramp allows these accounts today, with the first email of the day; later ones change nothing.
 * Under the accounts' locks.
 */
export async function keepRampDays(tx: Sql, slots: readonly ReadSlot[]): Promise<void> {
  await tx.query(
    `INSERT INTO ramp_days (account_id, date, allowance, reason)
       SELECT * FROM unnest($1::uuid[], $2::date[], $3::int[], $4::text[]) ON CONFLICT DO NOTHING`,
    [
      slots.map(({ state }) => state.accountId),
      slots.map(({ state }) => state.today.date),
      slots.map(({ state }) => state.today.allowance),
      slots.map(({ state }) => state.today.reason),
    ],
  );
}

/**
 * The last `count` days of a connection, oldest first, today included. A day on which nothing went out has no row
 * of its own: it allowed what the ramp had come to.
 *
 * @param count from 1 to 365; 30 when absent
 */
export async function readRampDays(
  room: SendingRoom,
  connection: GmailConnection,
  count: number | null | undefined,
): Promise<RampDay[]> {
  const wanted = count ?? 30;
  if (wanted < 1 || wanted > 365) throw new BadInput([{ path: 'days', message: 'must be from 1 to 365' }]);
  const days = await room.db.query<{
    date: string;
    sent: number;
    allowance: number | null;
    reason: string | null;
  }>(DAYS, [connection.accountId, connection.workspaceId, wanted]);
  const [slot] = await readSlots(room.db, [connection.accountId]);
  if (!slot) throw new Error('A connection without its Gmail account');
  let allowance = allowanceAfter(slot.state.ramp, null, { sent: 0, bounced: 0 }).allowance;
  return days.map((day, index) => {
    const isToday = index === days.length - 1;
    const { reason } = isToday ? slot.state.today : { reason: 'Nothing went out.' };
    if (isToday) allowance = slot.state.today.allowance;
    else allowance = day.allowance ?? allowance;
    return { date: day.date, allowance, sent: day.sent, reason: day.reason ?? reason };
  });
}

const DAYS = `
  WITH zone AS (SELECT timezone AS name FROM workspaces WHERE id = $2),
       days AS (SELECT generate_series((now() AT TIME ZONE zone.name)::date - ($3::int - 1),
                                       (now() AT TIME ZONE zone.name)::date, '1 day')::date AS day FROM zone),
       sent AS (SELECT (s.counted_at AT TIME ZONE zone.name)::date AS day, count(*)::int AS sent
                  FROM counted_sends s, zone
                 WHERE s.account_id = $1 AND s.counted_at > now() - make_interval(days => $3 + 1) GROUP BY 1)
  SELECT to_char(day, 'YYYY-MM-DD') AS date, coalesce(sent.sent, 0) AS sent, r.allowance, r.reason
    FROM days LEFT JOIN sent USING (day) LEFT JOIN ramp_days r ON r.account_id = $1 AND r.date = day ORDER BY day`;
