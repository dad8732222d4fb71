import type { Logger } from 'pino';
import { nextBeat, timeUntil } from '../lib/beat';
import { NoticeChannel } from './noticeChannel';
import { EVERYTHING, type Notice, packNotices, unpackNotices } from './noticePayload';

/** Something to be announced after the commit: which topic, and the id of what changed. */
export interface Change {
  topic: string;
  id: string;
}

/** Called with the id of what changed, or with null: anything may have changed, catch up. */
export type NoticeListener = (id: string | null) => void;

/** A commit that notifies takes a lock over the whole server: 50 a second per process at most. */
const FLUSH_AFTER_MS = 20;

/** What nobody waits for shares its commit with a second of others. */
const LATER_MS = 1_000;

/** So many unsent notices mean that PostgreSQL is gone; "everything may have changed" then says the same. */
const UNSENT_AT_MOST = 10_000;

/**
 * Hints that a row changed: to listeners in this process at once, to other processes by LISTEN/NOTIFY.
 * The row is the truth. A hint may come twice, and after PostgreSQL was gone one null stands for all that
 * was missed.
 */
export class Notices {
  private readonly log: Logger;
  private readonly channel: NoticeChannel;
  private readonly listeners = new Map<string, Set<NoticeListener>>();
  private unsent = new Map<string, Notice>();
  private flushTimer: NodeJS.Timeout | undefined;
  /** When the timer ends, by performance.now(). */
  private flushAt = 0;
  private isFlushing = false;
  private flushing = Promise.resolve();

  constructor({ url, log }: { url: string; log: Logger }) {
    this.log = log;
    this.channel = new NoticeChannel({
      url,
      log,
      onPayload: (payload) => this.receive(payload),
      onListening: () => {
        this.deliverEverything();
        this.flushBy(performance.now() + FLUSH_AFTER_MS);
      },
    });
  }

  /** Says that `id` changed: here before it returns, in other processes within some 20 ms. Call it after the commit. */
  publish(topic: string, id: string): void {
    this.note(topic, id);
    this.flushBy(performance.now() + FLUSH_AFTER_MS);
  }

  publishAll(changes: readonly Change[]): void {
    for (const { topic, id } of changes) this.publish(topic, id);
  }

  /** Says it here only, before it returns. */
  publishHere(topic: string, id: string): void {
    this.deliver(topic, id);
  }

  /** The same as publish, in other processes within a second: for what is said all the time, and hardly news. */
  publishLater(topic: string, id: string): void {
    this.note(topic, id);
    this.flushBy(nextBeat(LATER_MS));
  }

  /** Hears of one topic, until the returned function is called. */
  listen(topic: string, onNotice: NoticeListener): () => void {
    const listener: NoticeListener = (id) => onNotice(id); // its own, should one function listen twice
    const ofTopic = this.listeners.get(topic) ?? new Set<NoticeListener>();
    this.listeners.set(topic, ofTopic.add(listener));
    return () => {
      ofTopic.delete(listener);
      if (ofTopic.size === 0 && this.listeners.get(topic) === ofTopic) this.listeners.delete(topic);
    };
  }

  /** Resolves once other processes are heard, and stays so. Twice without harm. */
  start(): Promise<void> {
    return this.channel.start();
  }

  /** Sends what is unsent, if it can, and resolves when the connection is closed. Twice without harm. */
  async stop(): Promise<void> {
    clearTimeout(this.flushTimer);
    await this.flushing;
    await this.flush();
    await this.channel.stop();
  }

  private note(topic: string, id: string): void {
    this.deliver(topic, id);
    if (this.unsent.size < UNSENT_AT_MOST) this.unsent.set(`${topic}\n${id}`, [topic, id]);
  }

  private flushBy(at: number): void {
    if (this.unsent.size === 0 || this.isFlushing || !this.channel.isListening) return;
    if (this.flushTimer && this.flushAt <= at) return;
    clearTimeout(this.flushTimer);
    this.flushAt = at;
    this.flushTimer = setTimeout(() => {
      this.flushing = this.flush();
    }, timeUntil(at));
  }

  private async flush(): Promise<void> {
    this.flushTimer = undefined;
    const batch = this.unsent;
    if (batch.size > 0 && this.channel.isListening) {
      this.isFlushing = true;
      this.unsent = new Map();
      const payloads = batch.size < UNSENT_AT_MOST ? packNotices(batch.values()) : [EVERYTHING];
      // What could not be sent waits for the next connection; twice is harmless.
      await this.channel.send(payloads).catch(() => {
        this.unsent = new Map([...batch, ...this.unsent]);
      });
      this.isFlushing = false;
    }
    this.flushBy(performance.now() + FLUSH_AFTER_MS);
  }

  private receive(payload: string): void {
    const notices = unpackNotices(payload);
    if (notices) for (const [topic, id] of notices) this.deliver(topic, id);
    else this.deliverEverything();
  }

  private deliver(topic: string, id: string | null): void {
    for (const listener of [...(this.listeners.get(topic) ?? [])]) {
      try {
        listener(id);
      } catch (error) {
        this.log.error({ err: error, topic }, 'A listener failed on a notice');
      }
    }
  }

  private deliverEverything(): void {
    for (const topic of [...this.listeners.keys()]) this.deliver(topic, null);
  }
}
