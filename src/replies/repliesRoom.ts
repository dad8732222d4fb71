import type { SendingContext, SendingRoom } from '../sending/sendingRoom';
import type { ReplyFeeds } from './replyFeeds';

/** What the replies room works with: all that sending does, since a reply answers what was sent. */
export interface RepliesRoom extends SendingRoom {
  pace: WatchPace;
  feeds: ReplyFeeds;
}

/** How often a watcher looks where nothing was announced; shorter in tests only. Milliseconds. */
export interface WatchPace {
  /** At least so often the inbox is fetched past its cursor, whether or not IDLE said anything. */
  proofEvery: number;
  /** Without proof for so long, a connection is STALE. */
  staleAfter: number;
  /** How often Spam is asked for news, and how often it is read though it told of none. */
  spamEvery: number;
  /** The same for Sent, where what the person writes in Gmail itself shows. */
  sentEvery: number;
  /** All Mail, where filters put what skips the inbox. */
  allMailEvery: number;
}

export const WATCH_PACE: WatchPace = {
  proofEvery: 55_000,
  staleAfter: 80_000,
  spamEvery: 55_000,
  sentEvery: 55_000,
  allMailEvery: 180_000,
};

/**
 * All watchers of a process wake on the same beat, and its loops (`lib/loop.ts`) with them, since waking the processor costs
 * more than a look at an account. At the pace above the beat is a second: of 1,000 accounts some eighteen are looked at
 * together, which takes 5 ms. A longer beat would save more, and let a reply wait behind more of them.
 *
 * @returns milliseconds between two beats
 */
export function beatOf({ proofEvery }: WatchPace): number {
  return proofEvery / 55;
}

export interface RepliesContext extends SendingContext {
  replies: RepliesRoom;
}
