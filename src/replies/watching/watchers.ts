import { setTimeout as sleep } from 'node:timers/promises';
import { retryConflicts } from '../../database/transaction';
import { Collector } from '../../lib/collector';
import { Gate } from '../../lib/gate';
import { Loop } from '../../lib/loop';
import { type Beginning, beginCursors } from '../cursors';
import type { RepliesRoom } from '../repliesRoom';
import { Proofs } from './proofs';
import { type Shared, type WatchedConnection, Watcher } from './watcher';
import {
  forgetDead,
  giveLeaseBack,
  LEASE_SECONDS,
  leaveWatch,
  readOwnLeases,
  readShare,
  readWatch,
  stayAlive,
  takeLeases,
} from './watchLeases';

const RUN_EVERY_MS = 3_000;
/** More is free: some was locked for the milliseconds in which an email is queued, or left for the next helping. */
const RUN_SOON_MS = 100;
/** New sessions in one run. More than one core can log in (6 ms each over TLS), and a gate lets few of them log in at once. */
const BEGIN_AT_ONCE = 50;
/**
 * Logins under way at once, after a start as after a thousand sessions were cut together. At Gmail a login takes most of a
 * second (some twelve round trips), so this is 20 to 30 a second and slower where Gmail is slow: its limits are an
 * account's, and an account sees one. Nothing is published about an address's.
 */
const LOGINS_AT_ONCE = 20;
/** A login that hangs does not hold up others for longer. */
const LOGIN_PATIENCE_MS = 5_000;
/** Sessions that move in one run to a process with fewer: a third of 1,000 takes two minutes, and nobody notices. */
const MOVE_AT_ONCE = 10;
/** How often the share is counted anew though nobody came or went. */
const COUNT_EVERY_MS = 30_000;
/** Stop watching this long before others may think us dead. */
const MARGIN_MS = 1_000;
/** How long a stop waits for sessions and leases to end; what is left then ends with the process. */
const STOP_WITHIN_MS = 4_000;

/**
 * All watchers of this process: takes its share of the connections that nobody watches, and starts and stops a
 * supervisor for each. A connect, a new password or a disconnect raises the generation, and another process the
 * term, which ends the old supervisor and begins another.
 *
 * A process that cannot say that it is alive ends its sessions before others may begin theirs.
 */
export class Watchers {
  private readonly watchers = new Map<string, Watcher>();
  /** Connections whose supervisor is still on its way out: there are never two in one process. */
  private readonly ending = new Map<string, Promise<void>>();
  private readonly loop: Loop;
  private readonly shared: Shared;
  private unlisten: (() => void) | null = null;
  private soon: NodeJS.Timeout | undefined;
  private lapse: NodeJS.Timeout | undefined;
  /** By performance.now(), which also goes on while the process is frozen. */
  private heldUntil: number | null = null;
  /** How many connections this process should watch, among so many processes. */
  private share = 0;
  private processes = 0;
  private shareUntil = 0;
  /** What this process watched when it last read that; a thousand rows are read anew only when they are others. */
  private own: { is: string; connections: ReadonlyMap<string, WatchedConnection> } = {
    is: '',
    connections: new Map(),
  };

  constructor(private readonly room: RepliesRoom) {
    this.shared = {
      logins: new Gate(LOGINS_AT_ONCE, LOGIN_PATIENCE_MS),
      proofs: new Proofs(room),
      beginnings: new Collector<Beginning, undefined>((all) =>
        retryConflicts(() => beginCursors(room.db, all)),
      ),
    };
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
    clearTimeout(this.lapse);
    for (const id of [...this.watchers.keys()]) this.end(id);
    await within(STOP_WITHIN_MS, Promise.all(this.ending.values()));
    await within(STOP_WITHIN_MS, this.leave());
  }

  /** Never waits for a session: the hung server of one slot must not hold up the others. */
  async runOnce(): Promise<void> {
    const { processId } = this.room;
    const db = this.room.db.urgent;
    const wasAway = this.heldUntil !== null && this.heldUntil < performance.now();
    await this.renewLeases();
    const { processes, free, own: is } = await readWatch(db, processId);
    const hasNews = free > 0 || processes !== this.processes;
    if (hasNews || performance.now() > this.shareUntil) await this.countShare(processes);
    if (is !== this.own.is) this.own = { is, connections: byId(await readOwnLeases(db, processId)) };
    const { share } = this;
    const { connections: own } = this.own;
    // Whoever was away may be the first to come back: the others have until the next run to say that they live.
    const wanted = wasAway ? 0 : Math.min(free, share - own.size);
    const taken = wanted > 0 ? await takeLeases(db, processId, Math.min(wanted, BEGIN_AT_ONCE)) : [];
    const leaving = own.size > share ? [...own.keys()].slice(share, share + MOVE_AT_ONCE) : [];
    for (const connectionId of leaving) this.handOver(connectionId);
    this.watch(taken.length > 0 ? new Map([...own, ...byId(taken)]) : own);
    if (taken.length < wanted) this.runSoon();
  }

  private async countShare(processes: number): Promise<void> {
    const db = this.room.db.urgent;
    await forgetDead(db);
    this.share = await readShare(db, processes);
    this.processes = processes;
    this.shareUntil = performance.now() + COUNT_EVERY_MS;
  }

  /** What could not be renewed may be another's, so all sessions end shortly before the lease does. */
  private async renewLeases(): Promise<void> {
    const { db, processId, log } = this.room;
    const askedAt = performance.now();
    await stayAlive(db.urgent, processId);
    this.heldUntil = askedAt + LEASE_SECONDS * 1000 - MARGIN_MS;
    clearTimeout(this.lapse);
    this.lapse = setTimeout(() => {
      log.warn('The database was away for too long: others may watch now, so all sessions end here');
      for (const id of [...this.watchers.keys()]) this.end(id);
    }, this.heldUntil - performance.now());
  }

  /** Watches these and nothing else. */
  private watch(wanted: ReadonlyMap<string, WatchedConnection>): void {
    for (const { connection, hasEnded } of this.watchers.values()) {
      const now = wanted.get(connection.connectionId);
      const isSame = now?.generation === connection.generation && now.watchTerm === connection.watchTerm;
      if (!isSame || hasEnded) this.end(connection.connectionId);
    }
    for (const connection of wanted.values()) {
      const { connectionId: id } = connection;
      if (this.watchers.has(id) || this.ending.has(id)) continue;
      const watcher = new Watcher(this.room, connection, this.shared);
      this.watchers.set(id, watcher);
      watcher.start();
    }
  }

  private runSoon(): void {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.loop.wake(), RUN_SOON_MS);
  }

  private end(id: string, andThen: () => Promise<void> = async () => {}): void {
    if (this.ending.has(id)) return;
    const watcher = this.watchers.get(id);
    this.watchers.delete(id);
    const end = Promise.resolve(watcher?.stop())
      .then(andThen)
      .finally(() => {
        this.ending.delete(id);
        this.loop.wake();
      });
    this.ending.set(id, end);
  }

  /** To a process with fewer, only once our own session has ended. */
  private handOver(id: string): void {
    const { db, processId, notices, log } = this.room;
    this.end(id, () =>
      giveLeaseBack(db.urgent, processId, id).then(
        () => notices.publish('connections', id),
        (error) => log.warn({ err: error, connectionId: id }, 'A lease could not be handed over'),
      ),
    );
  }

  private async leave(): Promise<void> {
    const { db, processId, notices, log } = this.room;
    await leaveWatch(db.urgent, processId).then(
      () => notices.publish('connections', processId),
      (error) => log.warn({ err: error }, 'The leases could not be given back'),
    );
  }
}

function byId(connections: readonly WatchedConnection[]): Map<string, WatchedConnection> {
  return new Map(connections.map((connection) => [connection.connectionId, connection]));
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work, sleep(milliseconds, undefined, { ref: false })]);
}
