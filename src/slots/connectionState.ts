import { prepare, type Sql } from '../database/database';
import type { Problem } from '../gmail/problem';

/**
 * The life of a connection, as its watcher sees it:
 *
 *   CONNECTING ──► WATCHING ◄──► STALE
 *       │             │  ▲         │
 *       │             ▼  │         │
 *       ├────────► RECONNECTING ◄──┤         PAUSED: Gmail locks the account out for hours
 *       │             │   ▲        │
 *       ▼             ▼   └─ PAUSED (from any of them)
 *   REJECTED (a person must act; a new connect leads back to CONNECTING)
 */
export type ConnectionState = 'CONNECTING' | 'WATCHING' | 'STALE' | 'RECONNECTING' | 'REJECTED' | 'PAUSED';

export const connectionMoves = {
  CONNECTING: ['WATCHING', 'STALE', 'RECONNECTING', 'REJECTED', 'PAUSED'],
  WATCHING: ['STALE', 'RECONNECTING', 'REJECTED', 'PAUSED'],
  STALE: ['WATCHING', 'RECONNECTING', 'REJECTED', 'PAUSED'],
  RECONNECTING: ['WATCHING', 'STALE', 'REJECTED', 'PAUSED'],
  REJECTED: ['CONNECTING'],
  PAUSED: ['RECONNECTING', 'WATCHING', 'STALE', 'REJECTED'],
} as const satisfies Record<ConnectionState, readonly ConnectionState[]>;

/** Who may move a connection: the one begun under this generation, and none before. */
export interface ConnectionHold {
  connectionId: string;
  generation: number;
  /** For a watcher: the process that must still hold the connection, and in the same term. */
  watchedBy?: string;
  watchTerm?: number;
}

/**
 * Moves a connection and persists it, if it still is of the generation that the caller began under.
 *
 * @returns whether anything changed: false also for an illegal move or an older generation
 */
export async function moveConnection(
  db: Sql,
  hold: ConnectionHold,
  to: ConnectionState,
  problem: Problem | null,
): Promise<boolean> {
  return (await moveConnections(db, [hold], to, problem)) > 0;
}

/** The same for many in one statement. @returns how many changed */
export async function moveConnections(
  db: Sql,
  holds: readonly ConnectionHold[],
  to: ConnectionState,
  problem: Problem | null,
): Promise<number> {
  const moved = await db.query(MOVE, [
    holds.map(({ connectionId }) => connectionId),
    holds.map(({ generation }) => generation),
    holds.map(({ watchedBy }) => watchedBy ?? null),
    holds.map(({ watchTerm }) => watchTerm ?? null),
    to,
    problem === null ? null : JSON.stringify(problem),
    statesThatLeadTo(to),
  ]);
  return moved.length;
}

/** Locked in one order, as other statements over many connections may run at the same time. */
const MOVE = prepare(`WITH hold AS (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::int[]) AS h (id, generation, watched_by, watch_term)
  ), held AS (
    SELECT c.id FROM connections c JOIN hold h USING (id, generation)
     WHERE c.slot_id IS NOT NULL
       AND (h.watched_by IS NULL OR c.watched_by = h.watched_by AND c.watch_term = h.watch_term)
       AND (c.state = ANY($7) OR (c.state = $5 AND c.problem IS DISTINCT FROM $6))
     ORDER BY c.id FOR NO KEY UPDATE OF c
  )
  UPDATE connections c SET state = $5, problem = $6 FROM held WHERE c.id = held.id RETURNING c.id`);

function statesThatLeadTo(to: ConnectionState): ConnectionState[] {
  const states = Object.keys(connectionMoves) as ConnectionState[];
  return states.filter((state) => (connectionMoves[state] as readonly ConnectionState[]).includes(to));
}
