import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Sql } from '../database/database';
import type { Notices } from '../database/notices';
import { NEWS_SOON } from '../identity/sessions';
import type { Prospect } from '../prospects/prospect.entity';
import type { Conversation } from '../sending/conversation.entity';
import type { ReceivedMessage } from './received.entity';

/** A notice may be lost with its connection; the feeds' ends are looked at again after so long. */
const LOOK_AGAIN_MS = 10_000;
/** How soon a database that did not answer is asked again. */
const RETRY_MS = 1_000;
/** What was taken in here is handed on without reading it back, if it is wanted within this. */
const FRESH_MS = 1_000;
const FRESH_AT_MOST = 20;
/** A longer one, in characters, is read back: what is kept for speed must not fill the memory. */
const LONGEST_FRESH = 100_000;

/** A message that was just taken in, and what it is asked for beside, as both were then. */
export interface Arrival {
  message: ReceivedMessage;
  conversation: Conversation;
  prospect: Prospect | null;
}

/**
 * Where the feeds of this process's subscribers end. There is one listener and no timer a workspace, whatever the
 * number of its subscribers, and what happens in other workspaces wakes none of them.
 */
export class ReplyFeeds {
  private readonly ends = new Map<string, FeedEnd>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;
  private lookAgain = false;

  constructor(private readonly room: { db: Sql; notices: Notices; log: Logger }) {}

  /** Follows a workspace's feed until `signal` aborts. */
  follow(workspaceId: string, signal: AbortSignal): FeedEnd {
    const end = this.ends.get(workspaceId) ?? this.begin(workspaceId);
    end.followers += 1;
    signal.addEventListener('abort', () => this.leave(workspaceId, end), { once: true });
    this.look();
    return end;
  }

  /** A message is being committed: says so here, if somebody follows the feed. */
  expect(workspaceId: string): void {
    if (this.ends.has(workspaceId)) this.room.notices.publishHere(NEWS_SOON, workspaceId);
  }

  /** Tells who is connected here of a message that was just committed, and everybody else that there is one. */
  announce(arrival: Arrival): void {
    const { message } = arrival;
    this.ends.get(message.workspaceId)?.keep(arrival);
    this.room.notices.publish(`replies:${message.workspaceId}`, message.position);
  }

  private begin(workspaceId: string): FeedEnd {
    const unlisten = this.room.notices.listen(`replies:${workspaceId}`, (position) => {
      if (position === null) this.look();
      else end.reach(BigInt(position));
    });
    const end = new FeedEnd(unlisten);
    this.ends.set(workspaceId, end);
    this.timer ??= setInterval(() => this.look(), LOOK_AGAIN_MS).unref();
    return end;
  }

  private leave(workspaceId: string, end: FeedEnd): void {
    end.followers -= 1;
    if (end.followers > 0) return;
    end.unlisten();
    this.ends.delete(workspaceId);
    if (this.ends.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Looks up where all followed feeds end; once more afterwards if it is asked again meanwhile. */
  private look(): void {
    this.lookAgain = true;
    this.looking ??= this.lookUntilSeen().finally(() => {
      this.looking = null;
    });
  }

  private async lookUntilSeen(): Promise<void> {
    while (this.lookAgain && this.ends.size > 0) {
      this.lookAgain = false;
      for (const end of this.ends.values()) end.forget();
      try {
        const heads = await this.room.db.query<{ workspace_id: string; position: string }>(
          'SELECT workspace_id, position FROM feed_heads WHERE workspace_id = ANY ($1)',
          [[...this.ends.keys()]],
        );
        for (const head of heads) this.ends.get(head.workspace_id)?.reach(BigInt(head.position));
      } catch (error) {
        this.room.log.warn({ err: error }, 'The reply feed waits for the database');
        this.lookAgain = true;
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}

/** The end of one workspace's feed, as far as it is known here. */
export class FeedEnd {
  followers = 0;
  /** Whoever reads the database now sees all up to there. */
  position = 0n;
  private readonly waiting = new Set<() => void>();
  private fresh: { arrival: Arrival; until: number }[] = [];

  constructor(readonly unlisten: () => void) {}

  /** The feed is known to reach to there. */
  reach(position: bigint): void {
    if (position <= this.position) return;
    this.position = position;
    const woken = [...this.waiting];
    this.waiting.clear();
    for (const wake of woken) wake();
  }

  /** Resolves when the feed reaches past `position`, or when `signal` aborts. */
  async past(position: bigint, signal: AbortSignal): Promise<void> {
    if (this.position > position || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.waiting.delete(wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  keep(arrival: Arrival): void {
    const { message } = arrival;
    if (message.text.length + (message.html?.length ?? 0) > LONGEST_FRESH) return;
    const fresh = [...this.fresh, { arrival, until: performance.now() + FRESH_MS }];
    this.fresh = fresh.slice(-FRESH_AT_MOST);
  }

  /** Lets go of what is no longer fresh. */
  forget(): void {
    this.fresh = this.fresh.filter(({ until }) => until > performance.now());
  }

  /** The messages that come next after `position`, without a gap; none where the database must be asked. */
  freshAfter(position: bigint): Arrival[] {
    this.forget();
    const found = new Map(this.fresh.map(({ arrival }) => [arrival.message.position, arrival]));
    const arrivals: Arrival[] = [];
    for (let next = position + 1n; ; next += 1n) {
      const arrival = found.get(String(next));
      if (!arrival) return arrivals;
      arrivals.push(arrival);
    }
  }
}
