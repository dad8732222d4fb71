import { BadInput } from '../lib/failures';
import type { GmailConnection } from '../slots/connection.entity';
import { type Blocker, blockersOf, nextSendAt } from './blockers';
import { type RampDay, rampAllowance, rampDaysOf } from './ramp';
import type { SendingRoom } from './sendingRoom';
import { readAccountStates } from './slotState';

export interface SendingStatus {
  sentLast24h: number;
  dailyLimit: number;
  rampAllowance: number | null;
  nextSendAt: Date | null;
  blockers: Blocker[];
}

/** What these connections may send, and why they are not sending now, in their order. */
export async function readSendingStatuses(
  room: SendingRoom,
  connections: readonly GmailConnection[],
): Promise<SendingStatus[]> {
  const accountIds = connections.map((connection) => connection.accountId);
  const states = new Map(
    (await readAccountStates(room.db, accountIds)).map((state) => [state.accountId, state]),
  );
  const warmedUp = await countSendingDays(room, accountIds);
  return connections.map(({ accountId, account }) => {
    const state = states.get(accountId);
    if (!state) throw new Error('A connection without its Gmail account');
    const blockers = blockersOf(state, state.now);
    return {
      sentLast24h: state.sentLast24h,
      dailyLimit: state.dailyLimit,
      rampAllowance: account.rampEnabled ? rampAllowance(account, warmedUp.get(accountId) ?? 0) : null,
      nextSendAt: nextSendAt(blockers, state.now),
      blockers,
    };
  });
}

/**
 * The last `count` days of a connection, oldest first, today included: what the ramp allowed and what went out.
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
  const days = await room.db.query<{ date: string; sent: number }>(
    `WITH zone AS (SELECT timezone AS name FROM workspaces WHERE id = $2),
          sent AS (SELECT (o.sent_at AT TIME ZONE zone.name)::date AS day, count(*)::int AS sent
                     FROM outgoing_messages o, zone WHERE o.account_id = $1 AND o.sent_at IS NOT NULL GROUP BY 1)
     SELECT to_char(day, 'YYYY-MM-DD') AS date, coalesce(sent.sent, 0) AS sent
       FROM (SELECT generate_series((now() AT TIME ZONE zone.name)::date - ($3::int - 1),
                                    (now() AT TIME ZONE zone.name)::date, '1 day')::date AS day FROM zone) days
       LEFT JOIN sent USING (day) ORDER BY day`,
    [connection.accountId, connection.workspaceId, wanted],
  );
  const all = (await countSendingDays(room, [connection.accountId], true)).get(connection.accountId) ?? 0;
  const before = all - days.filter((day) => day.sent > 0).length;
  return rampDaysOf(connection.account, days, before);
}

/** On how many days mail went out of each account: before today, or today too. */
async function countSendingDays(
  room: SendingRoom,
  accountIds: readonly string[],
  todayToo = false,
): Promise<Map<string, number>> {
  const rows = await room.db.query<{ account_id: string; days: number }>(
    `SELECT o.account_id, count(DISTINCT (o.sent_at AT TIME ZONE w.timezone)::date)::int AS days
       FROM outgoing_messages o JOIN workspaces w ON w.id = o.workspace_id
      WHERE o.account_id = ANY($1) AND o.sent_at IS NOT NULL
        AND ($2 OR (o.sent_at AT TIME ZONE w.timezone)::date < (now() AT TIME ZONE w.timezone)::date)
      GROUP BY o.account_id`,
    [accountIds, todayToo],
  );
  return new Map(rows.map((row) => [row.account_id, row.days]));
}
