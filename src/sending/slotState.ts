import type { Sql } from '../database/database';
import { type Problem, reviveProblem } from '../gmail/problem';
import type { ConnectionState } from '../slots/connectionState';
import type { SlotSendingState } from './blockers';

/** What decides over an account's sending, and what it has sent in the rolling 24 hours. */
export interface AccountState extends SlotSendingState {
  accountId: string;
  connectionId: string | null;
  /** Of the connection, as the slot and the workspace are. */
  generation: number | null;
  slotId: string | null;
  workspaceId: string | null;
  /** Whether something is RESERVED or TRANSMITTING, by whichever process. */
  isInFlight: boolean;
  sentLast24h: number;
  /** The database's clock, which all processes share. */
  now: Date;
}

interface Row {
  account_id: string;
  connection_id: string | null;
  generation: number | null;
  slot_id: string | null;
  workspace_id: string | null;
  in_flight: boolean;
  state: ConnectionState;
  problem: Problem | null;
  paused: boolean;
  daily_limit: number;
  parked_until: Date | null;
  parked_problem: Problem | null;
  sent: number;
  limited_until: Date | null;
  next_due_at: Date | null;
  now: Date;
}

/**
 * Reads the state of these accounts. Each subquery is one probe of an index: outgoing_counted (twice),
 * outgoing_in_flight and outgoing_due. statement_timestamp() is stable, so that an index can be searched with
 * it; clock_timestamp() would be asked of every row.
 */
export async function readAccountStates(db: Sql, accountIds: readonly string[]): Promise<AccountState[]> {
  const rows = await db.query<Row>(
    `SELECT a.id AS account_id, c.id AS connection_id, c.generation, c.slot_id, c.workspace_id, c.state,
            c.problem, a.paused, a.daily_limit, a.parked_until, a.parked_problem, clock_timestamp() AS now,
            EXISTS (SELECT FROM outgoing_messages o
                     WHERE o.account_id = a.id AND o.state IN ('RESERVED', 'TRANSMITTING')) AS in_flight,
            (SELECT count(*)::int FROM counted_sends o
              WHERE o.account_id = a.id AND o.counted_at > statement_timestamp() - interval '24 hours') AS sent,
            (SELECT o.counted_at + interval '24 hours' FROM counted_sends o
              WHERE o.account_id = a.id AND o.counted_at > statement_timestamp() - interval '24 hours'
              ORDER BY o.counted_at DESC OFFSET a.daily_limit - 1 LIMIT 1) AS limited_until,
            (SELECT o.due_at FROM outgoing_messages o
              WHERE o.connection_id = c.id AND o.state = 'QUEUED' ORDER BY o.due_at LIMIT 1) AS next_due_at
       FROM gmail_accounts a LEFT JOIN connections c ON c.account_id = a.id AND c.slot_id IS NOT NULL
      WHERE a.id = ANY($1)`,
    [accountIds],
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    connectionId: row.connection_id,
    generation: row.generation,
    slotId: row.slot_id,
    workspaceId: row.workspace_id,
    isInFlight: row.in_flight,
    connection: row.connection_id
      ? { state: row.state, problem: row.problem && reviveProblem(row.problem) }
      : null,
    paused: row.paused,
    dailyLimit: row.daily_limit,
    sentLast24h: row.sent,
    limitedUntil: row.limited_until,
    parkedUntil: row.parked_until,
    parkedProblem: row.parked_problem && reviveProblem(row.parked_problem),
    nextDueAt: row.next_due_at,
    now: row.now,
  }));
}
