import type { Sql } from '../../database/database';
import type { WatchedConnection } from './watcher';

/**
 * A process that has not been heard of for so long is dead, and its connections are up for others: with the run
 * that finds them, within 12 seconds.
 */
export const LEASE_SECONDS = 9;

/** What a process sees of the watching of all processes. */
export interface WatchOverview {
  /** How many processes are alive. */
  processes: number;
  /** How many connections are watched by nobody that is alive. */
  free: number;
  /** Another text whenever what this process watches is not what it was, by the connections, their generations and terms. */
  own: string;
}

/** Renews all leases of this process at once: they hold as long as it is alive. */
export async function stayAlive(db: Sql, processId: string): Promise<void> {
  await db.query(
    `INSERT INTO watch_processes (id, alive_until) VALUES ($1, clock_timestamp() + make_interval(secs => $2))
     ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until`,
    [processId, LEASE_SECONDS],
  );
}

/** The dead are kept for as long as a connection names them, which is how those are found. */
export async function forgetDead(db: Sql): Promise<void> {
  await db.query(
    `DELETE FROM watch_processes p WHERE alive_until < statement_timestamp() - interval '1 day'
        AND NOT EXISTS (SELECT FROM connections WHERE watched_by = p.id)`,
  );
}

/** Stands on connections_to_watch: it probes for each process that is dead, and for nobody. */
export async function readWatch(db: Sql, processId: string): Promise<WatchOverview> {
  const [watch] = await db.query<WatchOverview>(
    `SELECT (SELECT concat(count(*), ' ', sum(hashtextextended(concat(id, ' ', generation, ' ', watch_term), 0)))
               FROM connections WHERE watched_by = $1 AND ${IS_WATCHABLE}) AS own,
            count(*) FILTER (WHERE ${IS_ALIVE})::int AS processes,
            (coalesce(sum((SELECT count(*) FROM connections WHERE watched_by = p.id AND ${IS_WATCHABLE}))
                        FILTER (WHERE NOT ${IS_ALIVE}), 0)
              + (SELECT count(*) FROM connections WHERE watched_by IS NULL AND ${IS_WATCHABLE}))::int AS free
       FROM watch_processes p`,
    [processId],
  );
  return watch ?? { processes: 0, free: 0, own: '' };
}

/** How many connections each of so many processes has to watch. Counts them all: 50 ms for 100,000. */
export async function readShare(db: Sql, processes: number): Promise<number> {
  const [all] = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM connections WHERE ${IS_WATCHABLE}`,
  );
  return Math.ceil((all?.count ?? 0) / Math.max(1, processes));
}

/** What this process watches, those that it has had the longest first. Stands on connections_to_watch. */
export async function readOwnLeases(db: Sql, processId: string): Promise<WatchedConnection[]> {
  return db.query(
    `SELECT ${LEASE_COLUMNS} FROM connections WHERE watched_by = $1 AND ${IS_WATCHABLE} ORDER BY connected_at, id`,
    [processId],
  );
}

/**
 * Takes free connections, the darkest first, each under a new term. What is locked is left for a moment later:
 * whoever holds it may be frozen, and nobody else waits for that.
 */
export async function takeLeases(db: Sql, processId: string, most: number): Promise<WatchedConnection[]> {
  return db.query(
    `UPDATE connections SET watched_by = $1, watch_term = watch_term + 1
      WHERE id IN (SELECT id FROM connections WHERE ${IS_FREE} AND ${IS_WATCHABLE}
                    ORDER BY last_proof_at NULLS FIRST LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)
      RETURNING ${LEASE_COLUMNS}`,
    [processId, most],
  );
}

/** Frees one connection for others. */
export async function giveLeaseBack(db: Sql, processId: string, connectionId: string): Promise<void> {
  await db.query('UPDATE connections SET watched_by = NULL WHERE id = $1 AND watched_by = $2', [
    connectionId,
    processId,
  ]);
}

/** This process watches nothing any more: what it watched is free. */
export async function leaveWatch(db: Sql, processId: string): Promise<void> {
  await db.query(`UPDATE watch_processes SET alive_until = '-infinity' WHERE id = $1`, [processId]);
}

/** All leases are void: for the start of a process that has the database to itself. */
export async function voidLeases(db: Sql): Promise<void> {
  await db.query(`UPDATE watch_processes SET alive_until = '-infinity'`);
}

const IS_WATCHABLE = `slot_id IS NOT NULL AND state <> 'REJECTED'`;
// Not clock_timestamp(): with a volatile function PostgreSQL would ask row by row instead of joining.
const IS_ALIVE = 'alive_until > statement_timestamp()';
const IS_FREE = `NOT EXISTS (SELECT FROM watch_processes p WHERE p.id = watched_by AND ${IS_ALIVE})`;

const LEASE_COLUMNS = `id AS "connectionId", workspace_id AS "workspaceId", slot_id AS "slotId", generation,
  watched_by AS "watchedBy", watch_term AS "watchTerm", connected_at AS "connectedAt", last_proof_at AS "lastProofAt"`;
