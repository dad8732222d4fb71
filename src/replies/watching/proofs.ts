import { prepare } from '../../database/database';
import { retryConflicts } from '../../database/transaction';
import { Collector } from '../../lib/collector';
import { type ConnectionState, moveConnections } from '../../slots/connectionState';
import { announceProof, announceState } from '../../slots/slotsRoom';
import { LeaseLost } from '../cursors';
import type { RepliesRoom } from '../repliesRoom';
import type { WatchedConnection } from './watcher';

/** The proofs of this part of their time share a statement: five seconds, which lastProofAt may be behind. */
const TOGETHER = 1 / 11;
/** The first proofs of accounts that log in at the same time share a statement. Milliseconds. */
const FIRST_WITHIN = 50;

interface Proof {
  connection: WatchedConnection;
  at: number;
}

/** Keeps the proofs of all watchers of a process, and shows those connections as watched. */
export class Proofs {
  private readonly proofs: Collector<Proof, undefined>;

  constructor(private readonly room: RepliesRoom) {
    this.proofs = new Collector<Proof, undefined>((proofs) => this.keep(proofs));
  }

  /** A connection has just proven itself, for the first time since it was dark. @throws LeaseLost */
  keepNow(connection: WatchedConnection): Promise<undefined> {
    return this.proofs.add({ connection, at: performance.now() }, FIRST_WITHIN);
  }

  /** The same for one that was not dark: soon, together with others. @throws LeaseLost */
  keepSoon(connection: WatchedConnection): Promise<undefined> {
    const within = this.room.pace.proofEvery * TOGETHER;
    return this.proofs.add({ connection, at: performance.now() }, within);
  }

  /** Keeps at once what was to be kept soon. */
  hurry(): void {
    this.proofs.hurry();
  }

  private async keep(proofs: readonly Proof[]): Promise<(LeaseLost | undefined)[]> {
    const { db, notices, processId } = this.room;
    const kept = await retryConflicts(() =>
      db.query<{ id: string; state: ConnectionState }>(KEEP, [
        proofs.map(({ connection }) => connection.connectionId),
        proofs.map(({ connection }) => connection.generation),
        proofs.map(({ connection }) => connection.watchTerm),
        proofs.map(({ at }) => performance.now() - at),
        processId,
      ]),
    );
    const states = new Map(kept.map(({ id, state }) => [id, state]));
    const held = proofs.map(({ connection }) => connection).filter((each) => states.has(each.connectionId));
    const dark = held.filter(({ connectionId }) => states.get(connectionId) !== 'WATCHING');
    if (dark.length > 0) await retryConflicts(() => moveConnections(db, dark, 'WATCHING', null));
    for (const { workspaceId, slotId } of dark) announceState(notices, workspaceId, slotId);
    for (const connection of held) {
      if (!dark.includes(connection)) announceProof(notices, connection.workspaceId, connection.slotId);
    }
    return proofs.map(({ connection }) =>
      states.has(connection.connectionId) ? undefined : new LeaseLost(),
    );
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
