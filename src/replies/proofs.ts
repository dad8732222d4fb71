import { prepare } from '../database/database';
import { type ConnectionState, moveConnection } from '../slots/connectionState';
import { announceProof, announceSlot } from '../slots/slotsRoom';
import { LeaseLost } from './cursors';
import type { RepliesRoom } from './repliesRoom';
import type { WatchedConnection } from './watcher';

/** This part of the time between two proofs: with 50 s, one statement a second does for 20 of a thousand connections. */
const TOGETHER = 1 / 50;

interface Waiting {
  connection: WatchedConnection;
  at: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** Keeps the proofs of all watchers of a process, and shows those connections as watched. */
export class Proofs {
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly room: RepliesRoom) {}

  /** A connection has just proven itself, for the first time since it was dark. @throws LeaseLost */
  keepNow(connection: WatchedConnection): Promise<void> {
    return this.keep(connection, 0);
  }

  /** The same for one that was not dark: soon, together with others. @throws LeaseLost */
  keepSoon(connection: WatchedConnection): Promise<void> {
    return this.keep(connection, this.room.pace.proofEvery * TOGETHER);
  }

  private keep(connection: WatchedConnection, withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ connection, at: performance.now(), resolve, reject });
      if (withinMs === 0) clearTimeout(this.timer);
      if (withinMs === 0 || this.waiting.length === 1) {
        this.timer = setTimeout(() => void this.keepAll(this.waiting.splice(0)), withinMs);
      }
    });
  }

  private async keepAll(proofs: readonly Waiting[]): Promise<void> {
    const { db, notices } = this.room;
    try {
      const kept = await db.transaction((tx) =>
        tx.query<{ id: string; state: ConnectionState }>(KEEP, [
          proofs.map(({ connection }) => connection.connectionId),
          proofs.map(({ connection }) => connection.generation),
          proofs.map(({ connection }) => connection.watchTerm),
          proofs.map(({ at }) => performance.now() - at),
          this.room.processId,
        ]),
      );
      const states = new Map(kept.map(({ id, state }) => [id, state]));
      for (const { connection, resolve, reject } of proofs) {
        const state = states.get(connection.connectionId);
        if (state === undefined) reject(new LeaseLost());
        else {
          const { workspaceId, slotId } = connection;
          if (state === 'WATCHING') announceProof(notices, workspaceId, slotId);
          else {
            await moveConnection(db, connection, 'WATCHING', null);
            announceSlot(notices, workspaceId, slotId);
          }
          resolve();
        }
      }
    } catch (error) {
      for (const { reject } of proofs) reject(error);
    }
  }
}

/** Locked in one order, as other statements over many connections may run at the same time. */
const KEEP = prepare(`
  WITH proof AS (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::float8[]) AS p (id, generation, watch_term, age)
  ), held AS (
    SELECT c.id, p.age FROM connections c JOIN proof p USING (id, generation, watch_term)
     WHERE c.watched_by = $5 AND c.slot_id IS NOT NULL ORDER BY c.id FOR NO KEY UPDATE OF c
  )
  UPDATE connections c SET last_proof_at = clock_timestamp() - held.age * interval '1 millisecond'
    FROM held WHERE c.id = held.id RETURNING c.id, c.state`);
