import type { Sql } from '../database/database';
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
  const from = statesThatLeadTo(to);
  const moved = await db.query<{ id: string }>(
    `UPDATE connections SET state = $3, problem = $4
      WHERE id = $1 AND generation = $2 AND slot_id IS NOT NULL
        AND ($6::uuid IS NULL OR watched_by = $6 AND watch_term = $7)
        AND (state = ANY($5) OR (state = $3 AND problem IS DISTINCT FROM $4))
      RETURNING id`,
    [
      hold.connectionId,
      hold.generation,
      to,
      problem === null ? null : JSON.stringify(problem),
      from,
      hold.watchedBy ?? null,
      hold.watchTerm ?? null,
    ],
  );
  return moved.length > 0;
}

function statesThatLeadTo(to: ConnectionState): ConnectionState[] {
  const states = Object.keys(connectionMoves) as ConnectionState[];
  return states.filter((state) => (connectionMoves[state] as readonly ConnectionState[]).includes(to));
}
