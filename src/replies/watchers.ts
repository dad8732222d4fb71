import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../database/database';
import { Loop } from '../lib/loop';
import type { RepliesRoom } from './repliesRoom';
import { type WatchedConnection, Watcher } from './watcher';

/**
 * A process that has not renewed its leases for so long is dead, and its connections are up for others: with
 * the run that finds them, within 12 seconds.
 */
const LEASE_SECONDS = 9;
const RUN_EVERY_MS = 3_000;
/** An email that is being queued locks its connection for some milliseconds, often the one that was just made. */
const RUN_SOON_MS = 100;
/** New sessions in one run, so that a thousand connections do not log in at the same moment. */
const BEGIN_AT_ONCE = 50;
/** How long a stop waits for sessions and leases to end; what is left then ends with the process. */
const STOP_WITHIN_MS = 4_000;

/**
 * All watchers of this process: takes connections that nobody watches, keeps their leases, and starts and stops
 * a supervisor for each. A connect, a new password or a disconnect raises the generation, which ends the old
 * supervisor and begins another.
 */
export class Watchers {
  private readonly watchers = new Map<string, Watcher>();
  /** Connections whose supervisor is still on its way out: there are never two in one process. */
  private readonly ending = new Map<string, Promise<void>>();
  private readonly loop: Loop;
  private unlisten: (() => void) | null = null;
  private soon: NodeJS.Timeout | undefined;

  constructor(private readonly room: RepliesRoom) {
    this.loop = new Loop(() => this.runOnce(), { name: 'watchers', everyMs: RUN_EVERY_MS, log: room.log });
  }

  start(): void {
    this.unlisten ??= this.room.notices.listen('connections', () => this.loop.wake());
    this.loop.start();
  }

  /** Ends all sessions and gives the leases back, so that others go on at once. */
  async stop(): Promise<void> {
    this.unlisten?.();
    this.unlisten = null;
    await this.loop.stop();
    clearTimeout(this.soon);
    for (const id of [...this.watchers.keys()]) this.end(id);
    await within(STOP_WITHIN_MS, Promise.all(this.ending.values()));
    await within(STOP_WITHIN_MS, this.giveLeasesBack());
  }

  /** Never waits for a session: the hung server of one slot must not hold up the others. */
  async runOnce(): Promise<void> {
    const renewed = await this.renewLeases();
    const taken = await this.takeLeases();
    const held = [...renewed, ...taken];
    const wanted = new Map(held.map((connection) => [connection.connectionId, connection]));
    for (const [id, watcher] of this.watchers) {
      if (wanted.get(id)?.generation !== watcher.connection.generation || watcher.hasEnded) this.end(id);
    }
    for (const [id, connection] of wanted) {
      if (this.watchers.has(id) || this.ending.has(id)) continue;
      const watcher = new Watcher(this.room, connection);
      this.watchers.set(id, watcher);
      watcher.start();
    }
    if (taken.length < BEGIN_AT_ONCE && (await this.hasLeftSome())) this.runSoon();
  }

  private runSoon(): void {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.loop.wake(), RUN_SOON_MS);
  }

  private end(id: string): void {
    const watcher = this.watchers.get(id);
    if (!watcher) return;
    this.watchers.delete(id);
    const end = watcher.stop().then(() => {
      this.ending.delete(id);
      this.loop.wake();
    });
    this.ending.set(id, end);
  }

  private async renewLeases(): Promise<WatchedConnection[]> {
    const rows = await this.room.db.query<LeaseRow>(
      `UPDATE connections SET watched_until = clock_timestamp() + make_interval(secs => $2)
        WHERE watched_by = $1 AND slot_id IS NOT NULL AND state <> 'REJECTED' RETURNING ${LEASE_COLUMNS}`,
      [this.room.processId, LEASE_SECONDS],
    );
    return rows.map(leaseOf);
  }

  /** What is locked is left for a moment later: whoever holds it may be frozen, and nobody else waits for that. */
  private async takeLeases(): Promise<WatchedConnection[]> {
    const rows = await this.room.db.query<LeaseRow>(
      `UPDATE connections SET watched_by = $1, watched_until = clock_timestamp() + make_interval(secs => $2)
        WHERE id IN (SELECT id FROM connections
                      WHERE watched_by IS DISTINCT FROM $1 AND ${IS_FREE}
                      ORDER BY last_proof_at NULLS FIRST LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)
        RETURNING ${LEASE_COLUMNS}`,
      [this.room.processId, LEASE_SECONDS, BEGIN_AT_ONCE],
    );
    return rows.map(leaseOf);
  }

  private async hasLeftSome(): Promise<boolean> {
    const free = await this.room.db.query(
      `SELECT 1 FROM connections WHERE watched_by IS DISTINCT FROM $1 AND ${IS_FREE} LIMIT 1`,
      [this.room.processId],
    );
    return free.length > 0;
  }

  private async giveLeasesBack(): Promise<void> {
    await this.room.db
      .query('UPDATE connections SET watched_by = NULL, watched_until = NULL WHERE watched_by = $1', [
        this.room.processId,
      ])
      .catch((error) => this.room.log.warn({ err: error }, 'The leases could not be given back'));
  }
}

/** All leases are void: for the start of a process that has the database to itself. */
export async function voidLeases(db: Sql): Promise<void> {
  await db.query('UPDATE connections SET watched_until = NULL WHERE watched_until IS NOT NULL');
}

const IS_FREE = `slot_id IS NOT NULL AND state <> 'REJECTED'
  AND coalesce(watched_until, '-infinity') < clock_timestamp()`;

interface LeaseRow {
  id: string;
  workspace_id: string;
  slot_id: string;
  generation: number;
  watched_by: string;
  connected_at: Date;
  last_proof_at: Date | null;
}

const LEASE_COLUMNS = 'id, workspace_id, slot_id, generation, watched_by, connected_at, last_proof_at';

function leaseOf(row: LeaseRow): WatchedConnection {
  return {
    connectionId: row.id,
    workspaceId: row.workspace_id,
    slotId: row.slot_id,
    generation: row.generation,
    watchedBy: row.watched_by,
    connectedAt: row.connected_at,
    lastProofAt: row.last_proof_at,
  };
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work, sleep(milliseconds, undefined, { ref: false })]);
}
