import { setTimeout as sleep } from 'node:timers/promises';
import { type Folders, ImapFailure, openImapSession } from '../gmail/imapSession';
import { ProblemCode } from '../gmail/problem';
import type { Refusal } from '../gmail/refusals';
import { backoffDelay } from '../lib/backoff';
import { type ConnectionState, moveConnection } from '../slots/connectionState';
import { openCredentials } from '../slots/credentials';
import { announceSlot } from '../slots/slotsRoom';
import { catchUp, type Watch, type WatchedFolder } from './catchUp';
import { LeaseLost, type WatchLease } from './cursors';
import type { RepliesRoom } from './repliesRoom';

/** First within a second, since Gmail drops sessions at random; in the end five minutes. Milliseconds. */
const RECONNECT = { first: 1_000, most: 300_000 };
/** A session has to live so long before the next loss counts as the first again. */
const SURVIVAL_MS = 120_000;
/** Refusals that say themselves how long to stay away. */
const LOCK_OUTS: ReadonlySet<ProblemCode> = new Set([
  ProblemCode.TOO_MANY_CONNECTIONS,
  ProblemCode.TOO_MANY_LOGINS,
  ProblemCode.BANDWIDTH_EXCEEDED,
]);

/** The connection as it is watched under one lease. */
export interface WatchedConnection extends WatchLease {
  slotId: string;
  connectedAt: Date;
  lastProofAt: Date | null;
}

/**
 * The supervisor of one connection: connect, catch up, wait for news, catch up, and so on, until the session
 * dies; then the same again after a while. A session is never repaired. What a session says is only a wake-up:
 * after every wake, every reconnect and at least once a minute the folders are fetched past their cursors, and
 * only a fetch that succeeded moves lastProofAt.
 */
export class Watcher {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly room: RepliesRoom,
    readonly connection: WatchedConnection,
  ) {}

  start(): void {
    this.running ??= this.run(this.stopping.signal).catch((error) => {
      this.room.log.error({ err: error, connectionId: this.connection.connectionId }, 'A watcher broke down');
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const beganAt = performance.now();
      const end = await this.watchOnce(signal);
      if (end === 'LEASE_LOST' || signal.aborted) return;
      failures = performance.now() - beganAt >= SURVIVAL_MS ? 1 : failures + 1;
      if (!(await this.heed(end))) return;
      await sleep(reconnectDelay(end, failures), undefined, { signal }).catch(() => {});
    }
  }

  /** One session from its login to its end; never rejects. */
  private async watchOnce(signal: AbortSignal): Promise<Refusal | 'LEASE_LOST' | null> {
    const { room, connection } = this;
    try {
      const held = await openCredentials(room.slots, connection.connectionId);
      if (held?.generation !== connection.generation) return 'LEASE_LOST';
      const { email } = held.credentials;
      const log = room.log.child({ connectionId: connection.connectionId });
      const opening = await openImapSession(room.endpoints.imap, held.credentials, { signal, log });
      if (opening.outcome === 'Failed') return opening.refusal;
      const { session } = opening;
      try {
        await this.watch({ room, session, lease: { ...connection, email } }, signal);
        return signal.aborted ? null : await session.closed;
      } finally {
        await session.close();
      }
    } catch (error) {
      if (error instanceof LeaseLost) return 'LEASE_LOST';
      room.log.info({ err: error, connectionId: connection.connectionId }, 'A watcher lost its session');
      return refusalIn(error);
    }
  }

  /** Until the session closes: the inbox at every wake, the other folders at their pace. */
  private async watch(watch: Watch, signal: AbortSignal): Promise<void> {
    const { room, session } = watch;
    const folders = await session.findFolders();
    const inbox = { path: folders.inbox, inSpam: false };
    const rounds = new Rounds(folders, room.pace);
    await catchUp(watch, inbox, true);
    await this.proved();
    while (session.isOpen && !signal.aborted) {
      for (const folder of rounds.due()) {
        await catchUp(watch, folder, true);
        await catchUp(watch, inbox, true);
      }
      const news = await session.waitForNews(rounds.nextIn(room.pace.proofEvery), signal);
      if (news === 'CLOSED' || signal.aborted) return;
      await catchUp(watch, inbox, news === 'TIMEOUT');
      await this.proved();
    }
  }

  private async proved(): Promise<void> {
    const { connectionId, generation, watchedBy } = this.connection;
    const [proof] = await this.room.db.query<{ was: ConnectionState }>(
      `UPDATE connections c SET last_proof_at = clock_timestamp() FROM connections before
        WHERE c.id = $1 AND c.generation = $2 AND c.watched_by = $3 AND c.slot_id IS NOT NULL AND before.id = c.id
        RETURNING before.state AS was`,
      [connectionId, generation, watchedBy],
    );
    if (!proof) throw new LeaseLost();
    if (proof.was !== 'WATCHING') await moveConnection(this.room.db, this.connection, 'WATCHING', null);
    announceSlot(this.room.notices, this.connection.workspaceId, this.connection.slotId);
  }

  /** Shows the end of a session in the connection's state. @returns whether to try again */
  private async heed(refusal: Refusal | null): Promise<boolean> {
    const { room, connection } = this;
    const state = refusal?.needsPerson ? 'REJECTED' : stateAfter(refusal);
    try {
      const moved = await moveConnection(room.db, connection, state, refusal?.problem ?? null);
      if (moved) announceSlot(room.notices, connection.workspaceId, connection.slotId);
    } catch (error) {
      room.log.warn({ err: error, connectionId: connection.connectionId }, 'A state could not be kept');
      return true;
    }
    return state !== 'REJECTED';
  }
}

/** When the folders beside the inbox are looked at. */
class Rounds {
  private readonly rounds: { folder: WatchedFolder; every: number; nextAt: number }[];

  constructor({ spam, all }: Folders, pace: RepliesRoom['pace']) {
    const watched = [
      { path: spam, inSpam: true, every: pace.spamEvery },
      { path: all, inSpam: false, every: pace.allMailEvery },
    ];
    this.rounds = watched
      .filter((each): each is typeof each & { path: string } => each.path !== null)
      .map(({ path, inSpam, every }) => ({ folder: { path, inSpam }, every, nextAt: 0 }));
  }

  /** What is due now; asking takes it as done. */
  due(now = performance.now()): WatchedFolder[] {
    const due = this.rounds.filter((round) => round.nextAt <= now);
    for (const round of due) round.nextAt = now + round.every;
    return due.map((round) => round.folder);
  }

  nextIn(most: number, now = performance.now()): number {
    return Math.max(0, Math.min(most, ...this.rounds.map((round) => round.nextAt - now)));
  }
}

function reconnectDelay(refusal: Refusal | null, failures: number): number {
  const delay = backoffDelay(RECONNECT, failures);
  if (!refusal || !LOCK_OUTS.has(refusal.problem.code)) return delay;
  return Math.max(delay, refusal.retryAfterMs ?? 0);
}

function stateAfter(refusal: Refusal | null): ConnectionState {
  return refusal?.problem.code === ProblemCode.BANDWIDTH_EXCEEDED ? 'PAUSED' : 'RECONNECTING';
}

/** The refusal behind a failed command, where the server gave one. */
function refusalIn(error: unknown): Refusal | null {
  return error instanceof ImapFailure ? error.refusal : null;
}
