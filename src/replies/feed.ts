import { setTimeout as sleep } from 'node:timers/promises';
import { type FindOptionsWhere, In, MoreThan, Raw } from 'typeorm';
import { findCampaign } from '../campaigns/campaigns';
import { follow } from '../database/follow';
import type { Viewer } from '../identity/context';
import { decodeCursor, encodeCursor, type Page, type PageRequest, pageOf, pageSize } from '../lib/cursor';
import { BadInput } from '../lib/failures';
import { stream } from '../lib/stream';
import { findSlot } from '../slots/integration';
import { ReceivedKind } from './classification';
import { ReceivedMessage } from './received.entity';
import type { RepliesRoom } from './repliesRoom';

export interface ReplyFilter {
  slotId?: string | null;
  campaignId?: string | null;
  kinds?: ReceivedKind[] | null;
}

/** One received message at its place in the workspace's feed. */
export interface ReplyEvent {
  cursor: string;
  message: ReceivedMessage;
}

/** What a subscriber is told of unless they ask for other kinds. */
const DEFAULT_KINDS: readonly ReceivedKind[] = [
  ReceivedKind.REPLY,
  ReceivedKind.OUT_OF_OFFICE,
  ReceivedKind.AUTO_REPLY,
  ReceivedKind.UNSUBSCRIBE,
  ReceivedKind.OTHER,
];

/** Read at a time; a slow subscriber holds no more than this in memory. */
const BATCH = 25;
/** How soon a database that did not answer is asked again. */
const RETRY_MS = 1_000;
/** A notice may be lost with its connection; the feed's end is looked at again after so long. */
const LOOK_AGAIN_MS = 10_000;

/** The end of the workspace's feed as it stands. */
export async function readFeedEnd(room: RepliesRoom, workspaceId: string): Promise<string> {
  return cursorOf(await readHead(room, workspaceId));
}

/** A page of the feed, oldest first; its cursors are the subscription's. */
export async function listReplyEvents(
  room: RepliesRoom,
  viewer: Viewer,
  request: PageRequest & { filter?: ReplyFilter | null },
): Promise<Page<ReplyEvent>> {
  const size = pageSize(request);
  const matching = await whereOf(room, viewer, request.filter);
  const messages = await readAfter(
    room,
    matching,
    isGiven(request.after) ? positionOf(request.after) : '0',
    size + 1,
  );
  const totalCount = await room.db.manager.countBy(ReceivedMessage, matching);
  return pageOf(messages.map(eventOf), size, ({ message }) => [message.position], totalCount);
}

/**
 * The feed from `after` on, and then live; without `after`, from its end as it is now. Every event is read
 * from the database in the order of its position, and a notice only says that there may be more: so there is
 * no seam between what was kept and what comes, and nothing that another process took in is missed.
 *
 * The next events are read when those before are taken: a client that reads slowly costs one batch of memory.
 */
export async function followReplies(
  room: RepliesRoom,
  viewer: Viewer,
  after: string | null | undefined,
  filter: ReplyFilter | null | undefined,
): Promise<AsyncIterable<ReplyEvent>> {
  const { workspaceId } = viewer;
  const matching = await whereOf(room, viewer, filter);
  const start = isGiven(after) ? positionOf(after) : await readHead(room, workspaceId);
  return stream(async function* (signal) {
    const news = new FeedNews(room, workspaceId, signal);
    for (let position = start; !signal.aborted; ) {
      const { newest } = news;
      const messages = await readSoon(room, matching, position);
      for (const message of messages ?? []) {
        position = message.position;
        yield eventOf(message);
      }
      if (messages === null) await nap(RETRY_MS, signal);
      else if (messages.length < BATCH) {
        // All up to there was seen, also what the filter leaves out: it need not be passed once more.
        position = later(position, newest);
        await news.next();
      }
    }
  });
}

/** Whether the feed has grown, by notices; and now and then without one, since a notice can be lost. */
class FeedNews {
  /** The latest place that is known to be taken: whoever reads now sees all up to it. */
  newest = '0';
  private readonly notices: AsyncIterator<string[] | null>;
  private coming: Promise<IteratorResult<string[] | null>>;

  constructor(
    room: RepliesRoom,
    workspaceId: string,
    private readonly signal: AbortSignal,
  ) {
    this.notices = follow(room.notices, `replies:${workspaceId}`, signal);
    this.coming = this.notices.next();
  }

  /** Resolves at the next notice, after a while without one, or at the end. */
  async next(): Promise<void> {
    const waiting = new AbortController();
    const signal = AbortSignal.any([waiting.signal, this.signal]);
    const came = await Promise.race([this.coming, nap(LOOK_AGAIN_MS, signal)]);
    waiting.abort();
    if (!came) return;
    this.newest = (came.done ? null : came.value)?.reduce(later, this.newest) ?? this.newest;
    this.coming = this.notices.next();
  }
}

function later(one: string, other: string): string {
  return BigInt(one) > BigInt(other) ? one : other;
}

async function nap(milliseconds: number, signal: AbortSignal): Promise<undefined> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}

/** The next batch; null while the database cannot be reached, which ends nobody's subscription. */
async function readSoon(
  room: RepliesRoom,
  matching: FindOptionsWhere<ReceivedMessage>,
  position: string,
): Promise<ReceivedMessage[] | null> {
  try {
    return await readAfter(room, matching, position, BATCH);
  } catch (error) {
    room.log.warn({ err: error }, 'The reply feed waits for the database');
    return null;
  }
}

/** Stands on the unique index over (workspace_id, position). */
function readAfter(
  room: RepliesRoom,
  matching: FindOptionsWhere<ReceivedMessage>,
  position: string,
  count: number,
): Promise<ReceivedMessage[]> {
  return room.db.manager.find(ReceivedMessage, {
    where: { ...matching, position: MoreThan(position) },
    order: { position: 'ASC' },
    take: count,
  });
}

/** Stands on outgoing_of_campaign. */
const CONVERSATIONS_OF_CAMPAIGN = 'SELECT conversation_id FROM outgoing_messages WHERE campaign_id = :id';

async function whereOf(
  room: RepliesRoom,
  viewer: Viewer,
  filter: ReplyFilter | null | undefined,
): Promise<FindOptionsWhere<ReceivedMessage>> {
  const { workspaceId } = viewer;
  const where: FindOptionsWhere<ReceivedMessage> = {
    workspaceId,
    kind: In([...(filter?.kinds ?? DEFAULT_KINDS)]),
  };
  if (filter?.campaignId) {
    const { id } = await findCampaign(room, viewer, filter.campaignId);
    where.conversationId = Raw((column) => `${column} IN (${CONVERSATIONS_OF_CAMPAIGN})`, { id });
  }
  if (!filter?.slotId) return where;
  const slot = await findSlot(room.slots, workspaceId, filter.slotId);
  const rows = await room.db.query<{ id: string }>('SELECT id FROM connections WHERE slot_id = $1', [
    slot.id,
  ]);
  return { ...where, connectionId: In(rows.map((row) => row.id)) };
}

async function readHead(room: RepliesRoom, workspaceId: string): Promise<string> {
  const [head] = await room.db.query<{ position: string }>(
    'SELECT position FROM feed_heads WHERE workspace_id = $1',
    [workspaceId],
  );
  return head?.position ?? '0';
}

function eventOf(message: ReceivedMessage): ReplyEvent {
  return { cursor: cursorOf(message.position), message };
}

function cursorOf(position: string): string {
  return encodeCursor([position]);
}

function isGiven(cursor: string | null | undefined): cursor is string {
  return cursor !== null && cursor !== undefined;
}

function positionOf(cursor: string): string {
  const [position = ''] = decodeCursor(cursor, 1);
  if (/^\d{1,18}$/.test(position)) return position;
  throw new BadInput([{ path: 'after', message: 'is no cursor of the reply feed' }]);
}
