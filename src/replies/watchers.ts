import { Loop } from '../lib/loop';
import { announceSlot } from '../slots/slotsRoom';
import type { RepliesRoom } from './repliesRoom';
import { type WatchedConnection, Watcher } from './watcher';

/** A process that has not renewed its leases for so long is dead, and its connections are up for others. */
const LEASE_SECONDS = 15;
const RUN_EVERY_MS = 3_000;
/** New sessions in one run, so that a thousand connections do not log in at the same moment. */
const BEGIN_AT_ONCE = 50;

/**
 * All watchers of this process: takes connections that nobody watches, keeps their leases, and starts and stops
 * a supervisor for each. A connect, a new password or a disconnect raises the generation, which ends the old
 * supervisor and begins another.
 */
export class Watchers {
  private readonly watchers = new Map<string, Watcher>();
  private readonly loop: Loop;
  private unlisten: () => void = () => {};

  constructor(private readonly room: RepliesRoom) {
    this.loop = new Loop(() => this.runOnce(), { name: 'watchers', everyMs: RUN_EVERY_MS, log: room.log });
  }

  start(): void {
    this.unlisten = this.room.notices.listen('connections', () => this.loop.wake());
    this.loop.start();
  }

  /** Ends all sessions and gives the leases back, so that others go on at once. */
  async stop(): Promise<void> {
    this.unlisten();
    await this.loop.stop();
    await Promise.all([...this.watchers.values()].map((watcher) => watcher.stop()));
    this.watchers.clear();
    await this.room.db
      .query('UPDATE connections SET watched_by = NULL, watched_until = NULL WHERE watched_by = $1', [
        this.room.processId,
      ])
      .catch((error) => this.room.log.warn({ err: error }, 'The leases could not be given back'));
  }

  async runOnce(): Promise<void> {
    await this.declareStale();
    const held = [...(await this.renewLeases()), ...(await this.takeLeases())];
    const wanted = new Map(held.map((connection) => [connection.connectionId, connection]));
    for (const [id, watcher] of this.watchers) {
      if (wanted.get(id)?.generation === watcher.connection.generation) continue;
      this.watchers.delete(id);
      // Not waited for: a hung session of one slot must not hold up the others.
      void watcher.stop();
    }
    for (const [id, connection] of wanted) {
      if (this.watchers.has(id)) continue;
      const watcher = new Watcher(this.room, connection);
      this.watchers.set(id, watcher);
      watcher.start();
    }
  }

  /**
   * Silence is never health: whoever watched, and whether they live or not, without a proof the light goes out.
   */
  private async declareStale(): Promise<void> {
    const rows = await this.room.db.query<{ workspace_id: string; slot_id: string }>(
      `UPDATE connections SET state = 'STALE'
        WHERE slot_id IS NOT NULL AND state = 'WATCHING'
          AND last_proof_at < clock_timestamp() - make_interval(secs => $1)
        RETURNING workspace_id, slot_id`,
      [this.room.pace.staleAfter / 1000],
    );
    for (const row of rows) announceSlot(this.room.notices, row.workspace_id, row.slot_id);
  }

  private async renewLeases(): Promise<WatchedConnection[]> {
    const rows = await this.room.db.query<LeaseRow>(
      `UPDATE connections SET watched_until = clock_timestamp() + make_interval(secs => $2)
        WHERE watched_by = $1 AND slot_id IS NOT NULL AND state <> 'REJECTED' RETURNING ${LEASE_COLUMNS}`,
      [this.room.processId, LEASE_SECONDS],
    );
    return rows.map(leaseOf);
  }

  private async takeLeases(): Promise<WatchedConnection[]> {
    const rows = await this.room.db.query<LeaseRow>(
      `UPDATE connections SET watched_by = $1, watched_until = clock_timestamp() + make_interval(secs => $2)
        WHERE id IN (SELECT id FROM connections
                      WHERE slot_id IS NOT NULL AND state <> 'REJECTED' AND watched_by IS DISTINCT FROM $1
                        AND coalesce(watched_until, '-infinity') < clock_timestamp()
                      ORDER BY last_proof_at NULLS FIRST LIMIT $3 FOR UPDATE SKIP LOCKED)
        RETURNING ${LEASE_COLUMNS}`,
      [this.room.processId, LEASE_SECONDS, BEGIN_AT_ONCE],
    );
    return rows.map(leaseOf);
  }
}

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
