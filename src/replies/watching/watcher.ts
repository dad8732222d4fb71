import { type FolderStanding, ImapFailure, openImapSession } from '../../gmail/imapSession';
import { ProblemCode } from '../../gmail/problem';
import type { Refusal } from '../../gmail/refusals';
import { backoffDelay } from '../../lib/backoff';
import type { Collector } from '../../lib/collector';
import type { Gate } from '../../lib/gate';
import { pushSeconds, refusals } from '../../lib/meters';
import { nap } from '../../lib/nap';
import { type ConnectionState, moveConnection } from '../../slots/connectionState';
import { openCredentials } from '../../slots/credentials';
import { announceState } from '../../slots/slotsRoom';
import { type Beginning, LeaseLost, readMarks, type WatchLease } from '../cursors';
import type { RepliesRoom } from '../repliesRoom';
import { FolderReader, type Watch } from './folderReader';
import type { Proofs } from './proofs';
import { Rounds } from './rounds';

/** First within a second, since Gmail drops sessions at random; in the end five minutes. Milliseconds. */
const RECONNECT = { first: 1_000, most: 300_000 };
/** A session has to stay proven for so long before the next loss counts as the first again. */
const SURVIVAL_MS = 120_000;
/** Without a database there is no login, so nothing to spare Gmail: it is asked again soon. */
const DATABASE_RETRY_MS = { first: 1_000, most: 4_000 };
/** Refusals that say themselves how long to stay away. */
const LOCK_OUTS: ReadonlySet<ProblemCode> = new Set([
  ProblemCode.TOO_MANY_CONNECTIONS,
  ProblemCode.TOO_MANY_LOGINS,
  ProblemCode.BANDWIDTH_EXCEEDED,
]);
/** Those of them that last for hours, and so are shown as a pause. */
const HOURS_AWAY: ReadonlySet<ProblemCode> = new Set([
  ProblemCode.TOO_MANY_LOGINS,
  ProblemCode.BANDWIDTH_EXCEEDED,
]);

/** The connection as it is watched under one lease. */
export interface WatchedConnection extends WatchLease {
  slotId: string;
  connectedAt: Date;
  lastProofAt: Date | null;
}

/** What all watchers of a process share. */
export interface Shared {
  logins: Gate;
  proofs: Proofs;
  beginnings: Collector<Beginning, undefined>;
}

/** How a session ended. */
type End =
  /** The connection is another's by now, or disconnected. */
  | { how: 'LEASE_LOST' }
  /** There was no login: our own database did not answer. */
  | { how: 'NOT_BEGUN' }
  | { how: 'LOST'; refusal: Refusal | null; survived: boolean };

/**
 * The supervisor of one connection: connect, catch up, wait for news, catch up, and so on, until the session
 * dies; then the same again after a while. A session is never repaired. What a session says is only a wake-up:
 * after every wake, every reconnect and at least once a minute the folders are fetched past their cursors, and
 * only a fetch that succeeded moves lastProofAt.
 */
export class Watcher {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private ended = false;
  private readonly bewareOf = new Set<string>();
  /** Kept over sessions, too: whether the server bears several commands at once. */
  private pipelines = true;
  /** The session that runs has no proof yet. */
  private isDark = true;
  /** A proof of it could not be kept. */
  private unproven: { because: unknown } | null = null;
  /** Settles when the latest proof is kept, or could not be. */
  private keeping: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly room: RepliesRoom,
    readonly connection: WatchedConnection,
    private readonly shared: Shared,
  ) {}

  start(): void {
    this.running ??= this.run(this.stopping.signal).finally(() => {
      this.ended = true;
    });
  }

  /** It stopped by itself: the connection is no longer its own, or a person must act. */
  get hasEnded(): boolean {
    return this.ended;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0, unbegun = 0; !signal.aborted; ) {
      const end = await this.watchOnce(signal);
      if (end.how === 'LEASE_LOST' || signal.aborted) return;
      if (end.how === 'NOT_BEGUN') {
        await nap(backoffDelay(DATABASE_RETRY_MS, ++unbegun), signal);
        continue;
      }
      unbegun = 0;
      if (end.refusal) refusals.inc({ protocol: 'imap', code: end.refusal.problem.code });
      failures = end.survived ? 1 : failures + 1;
      if (!(await this.heed(end.refusal))) return;
      await nap(reconnectDelay(end.refusal, failures), signal);
    }
  }

  /** One session from its login to its end; never rejects. */
  private async watchOnce(signal: AbortSignal): Promise<End> {
    const { room, connection } = this;
    const log = room.log.child({ connectionId: connection.connectionId });
    const read = await Promise.all([
      openCredentials(room.slots, connection.connectionId),
      readMarks(room.db, connection.connectionId),
    ]).catch((error) => {
      log.info({ err: error }, 'A watcher waits for the database');
      return null;
    });
    if (!read) return { how: 'NOT_BEGUN' };
    const [held, marks] = read;
    if (held?.generation !== connection.generation) return { how: 'LEASE_LOST' };
    const opening = await this.shared.logins.pass(
      () =>
        openImapSession(room.endpoints.imap, held.credentials, { signal, log, pipelines: this.pipelines }),
      signal,
    );
    if (opening.outcome === 'Failed') return { how: 'LOST', refusal: opening.refusal, survived: false };
    const { session } = opening;
    const beganAt = performance.now();
    const lost = (refusal: Refusal | null): End => ({
      how: 'LOST',
      refusal,
      survived: performance.now() - beganAt >= SURVIVAL_MS,
    });
    try {
      const lease = { ...connection, email: held.credentials.email };
      const { beginnings } = this.shared;
      await this.watch({ room, session, lease, marks, beginnings, bewareOf: this.bewareOf }, signal);
      return lost(signal.aborted ? null : await session.closed);
    } catch (error) {
      if (error instanceof LeaseLost) return { how: 'LEASE_LOST' };
      log.info({ err: error }, 'A watcher lost its session');
      return lost(refusalIn(error));
    } finally {
      await session.close();
      this.pipelines = session.pipelines;
    }
  }

  /** Until the session closes: the inbox at every wake, and each folder at its pace. */
  private async watch(watch: Watch, signal: AbortSignal): Promise<void> {
    const { session } = watch;
    const inbox = new FolderReader(watch, { path: INBOX, inSpam: false });
    const rounds = new Rounds(watch);
    this.isDark = true;
    this.unproven = null;
    await inbox.reopen();
    await this.proved();
    while (session.isOpen && !signal.aborted) {
      const news = await session.waitForNews(rounds.nextIn);
      if (news === 'CLOSED' || signal.aborted) return;
      if (news === 'NEWS') {
        const stop = pushSeconds.startTimer();
        if (await inbox.glance()) stop();
        await inbox.read();
        await this.proved();
      }
      if (!rounds.areDue) continue;
      await this.lookAround(watch, inbox, await rounds.take());
      await this.proved();
    }
  }

  /** Looks at the inbox and these, in one command. Whichever of them it opens, the inbox is open again after it. */
  private async lookAround(
    watch: Watch,
    inbox: FolderReader,
    others: readonly FolderReader[],
  ): Promise<void> {
    const standings = await watch.session.lookAt([INBOX, ...others.map(({ folder }) => folder.path)]);
    let isElsewhere = false;
    for (const other of others) {
      const standing = standings.get(other.folder.path);
      // As it nearly always is: a thousand looks a minute cost least where nothing is awaited.
      if (!standing || other.isUnchanged(standing)) continue;
      if (await this.lookAside(watch, other, standing)) isElsewhere = true;
    }
    const standing = standings.get(INBOX);
    if (isElsewhere || !standing) await inbox.reopen();
    else if (!inbox.isUnchanged(standing)) await inbox.heed(standing);
  }

  /**
   * A folder that cannot be read, or was hidden meanwhile, must not take the inbox with it.
   *
   * @returns whether another folder than the inbox is open now
   */
  private async lookAside(
    { room, session, lease }: Watch,
    reader: FolderReader,
    standing: FolderStanding,
  ): Promise<boolean> {
    try {
      return await reader.heed(standing);
    } catch (error) {
      if (!(error instanceof ImapFailure) || !session.isOpen) throw error;
      room.log.info({ err: error, connectionId: lease.connectionId }, 'A folder could not be read');
      return true;
    }
  }

  /**
   * The first proof of a session ends the darkness, and is waited for. A later one is kept while the session goes on;
   * where that fails the next one says so, and whatever else is written meanwhile has a fence of its own.
   */
  private async proved(): Promise<void> {
    const { proofs } = this.shared;
    if (this.unproven) throw this.unproven.because;
    if (this.isDark) await proofs.keepNow(this.connection);
    else {
      this.keeping = proofs.keepSoon(this.connection).catch((because: unknown) => {
        this.unproven = { because };
      });
    }
    this.isDark = false;
  }

  /**
   * Shows the end of a session in the connection's state, after its last proof: kept later, that would show a light which
   * has gone out.
   *
   * @returns whether to try again
   */
  private async heed(refusal: Refusal | null): Promise<boolean> {
    const { room, connection, shared } = this;
    shared.proofs.hurry();
    await this.keeping;
    const state = refusal?.needsPerson ? 'REJECTED' : stateAfter(refusal);
    try {
      const moved = await moveConnection(room.db, connection, state, refusal?.problem ?? null);
      if (moved) announceState(room.notices, connection.workspaceId, connection.slotId);
    } catch (error) {
      room.log.warn({ err: error, connectionId: connection.connectionId }, 'A state could not be kept');
      return true;
    }
    return state !== 'REJECTED';
  }
}

/** What it is called on every server, in whatever case (RFC 9051 §5.1). */
const INBOX = 'INBOX';

function reconnectDelay(refusal: Refusal | null, failures: number): number {
  const delay = backoffDelay(RECONNECT, failures);
  if (!refusal || !LOCK_OUTS.has(refusal.problem.code)) return delay;
  return Math.max(delay, refusal.retryAfterMs ?? 0);
}

function stateAfter(refusal: Refusal | null): ConnectionState {
  return refusal && HOURS_AWAY.has(refusal.problem.code) ? 'PAUSED' : 'RECONNECTING';
}

/** The refusal behind a failed command, where the server gave one. */
function refusalIn(error: unknown): Refusal | null {
  return error instanceof ImapFailure ? error.refusal : null;
}
