import { type FindOptionsWhere, In, MoreThan, Raw } from 'typeorm';
import { findCampaign } from '../campaigns/campaigns';
import type { Viewer } from '../identity/context';
import { loadTogether } from '../lib/batch';
import {
  type CountedLater,
  decodeCursor,
  encodeCursor,
  type PageRequest,
  pageCountedLater,
  pageSize,
} from '../lib/cursor';
import { BadInput } from '../lib/failures';
import { nap } from '../lib/nap';
import { stream } from '../lib/stream';
import { findSlot } from '../slots/integration';
import { ReceivedKind } from './classifying/classification';
import { ReceivedMessage } from './received.entity';
import type { RepliesRoom } from './repliesRoom';
import type { Arrival, FeedEnd } from './replyFeeds';

export interface ReplyFilter {
  slotId?: string | null;
  campaignId?: string | null;
  kinds?: ReceivedKind[] | null;
}

/** One received message at its place in the workspace's feed. */
export interface ReplyEvent {
  cursor: string;
  message: ReceivedMessage;
  /** While it is news: whoever is told of it at once needs nothing read. */
  arrival: Arrival | null;
}

/** What a subscriber is told of unless they ask for other kinds. */
const DEFAULT_KINDS: readonly ReceivedKind[] = [
  ReceivedKind.REPLY,
  ReceivedKind.OUT_OF_OFFICE,
  ReceivedKind.AUTO_REPLY,
  ReceivedKind.UNSUBSCRIBE,
  ReceivedKind.OTHER,
];

/** Read at a time, and so many bytes of words where it is more than one message: what a slow subscriber holds in memory. */
const BATCH = 25;
const BATCH_BYTES = 512 * 1024;
/** How soon a database that did not answer is asked again. */
const RETRY_MS = 1_000;

/** The end of the workspace's feed as it stands. */
export async function readFeedEnd(room: RepliesRoom, workspaceId: string): Promise<string> {
  return cursorOf(await readHead(room, workspaceId));
}

/** A page of the feed, oldest first; its cursors are the subscription's. */
export async function listReplyEvents(
  room: RepliesRoom,
  viewer: Viewer,
  request: PageRequest & { filter?: ReplyFilter | null },
): Promise<CountedLater<ReplyEvent>> {
  const size = pageSize(request);
  const { where } = await wantedBy(room, viewer, request.filter);
  const start = isGiven(request.after) ? await placeOf(room, viewer, request.after) : '0';
  const messages = await readAfter(room, where, start, size + 1);
  return pageCountedLater(
    messages.map((message) => eventOf(message)),
    size,
    ({ message }) => [message.position],
    () => room.db.manager.countBy(ReceivedMessage, where),
  );
}

/**
 * The feed from `after` on, and then live; without `after`, from its end as it is now. Events come in the order of
 * their positions, without a gap: from the database, or as they were just committed here, where they are the very
 * next. So there is no seam between what was kept and what comes, and nothing that another process took in is missed.
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
  const wanted = await wantedBy(room, viewer, filter);
  const start = isGiven(after) ? await placeOf(room, viewer, after) : await readHead(room, workspaceId);
  return stream(async function* (signal) {
    const end = room.feeds.follow(workspaceId, signal);
    for (let position = BigInt(start); !signal.aborted; await end.past(position, signal)) {
      while (position < end.position && !signal.aborted) {
        const next = await readNext(room, wanted, position, end);
        if (next === null) await nap(RETRY_MS, signal);
        yield* next?.events ?? [];
        position = next?.upTo ?? position;
      }
    }
  });
}

/**
 * What comes next after `position`, and how far into the feed that reaches, with what the filter leaves out; null
 * while the database cannot be reached, which ends nobody's subscription.
 */
async function readNext(
  room: RepliesRoom,
  wanted: Wanted,
  position: bigint,
  end: FeedEnd,
): Promise<{ events: ReplyEvent[]; upTo: bigint } | null> {
  const { accepts } = wanted;
  const fresh = accepts ? end.freshAfter(position) : [];
  const newest = fresh.at(-1);
  if (accepts && newest) {
    const events = fresh.flatMap((arrival) =>
      accepts(arrival.message) ? eventOf(arrival.message, arrival) : [],
    );
    return { events, upTo: BigInt(newest.message.position) };
  }
  const known = end.position;
  try {
    const isNext = known === position + 1n;
    const place = { wanted, position: String(position), isNext };
    const { messages, isLast } = await loadTogether(room, readBatches, place);
    const read = BigInt(messages.at(-1)?.position ?? position);
    const events = messages.map((message) => eventOf(message));
    return { events, upTo: isLast && read < known ? known : read };
  } catch (error) {
    room.log.warn({ err: error }, 'The reply feed waits for the database');
    return null;
  }
}

/** Where a subscriber stands, and what they want from there on. */
interface Place {
  wanted: Wanted;
  position: string;
  /** No more than the very next message is known to be there. */
  isNext: boolean;
}

interface Batch {
  messages: ReceivedMessage[];
  /** Nothing that is wanted was known behind it. */
  isLast: boolean;
}

/** Who wants the same from the same place on gets it from one query, a thousand subscribers as well as one. */
async function readBatches(room: RepliesRoom, places: readonly Place[]): Promise<Batch[]> {
  const batches = new Map<string, Promise<Batch>>();
  return Promise.all(
    places.map((place) => {
      const key = `${place.position} ${place.isNext} ${place.wanted.key}`;
      const batch = batches.get(key) ?? readBatch(room, place);
      batches.set(key, batch);
      return batch;
    }),
  );
}

async function readBatch(room: RepliesRoom, { wanted, position, isNext }: Place): Promise<Batch> {
  const { where } = wanted;
  if (isNext) return { messages: await readAfter(room, where, position, 1), isLast: true };
  const sizes = await readSizes(room, where, position);
  const count = countWithin(BATCH_BYTES, sizes);
  const messages = count === 0 ? [] : await readAfter(room, where, position, count);
  return { messages, isLast: count === sizes.length && count < BATCH };
}

/** Stands on the unique index over (workspace_id, position). */
function readAfter(
  room: RepliesRoom,
  where: FindOptionsWhere<ReceivedMessage>,
  position: string,
  count: number,
): Promise<ReceivedMessage[]> {
  return room.db.manager.find(ReceivedMessage, {
    where: { ...where, position: MoreThan(position) },
    order: { position: 'ASC' },
    take: count,
  });
}

/** How many of these fit in; one always does. */
function countWithin(most: number, sizes: readonly number[]): number {
  let sum = 0;
  const tooMuch = sizes.findIndex((size, index) => {
    sum += size;
    return sum > most && index > 0;
  });
  return tooMuch < 0 ? sizes.length : tooMuch;
}

/** How many bytes of words the next messages have; PostgreSQL knows without reading them. */
async function readSizes(
  room: RepliesRoom,
  where: FindOptionsWhere<ReceivedMessage>,
  position: string,
): Promise<number[]> {
  const rows = await room.db.manager
    .createQueryBuilder(ReceivedMessage, 'm')
    .select('octet_length(m.text) + octet_length(m.reply_text) + coalesce(octet_length(m.html), 0)', 'bytes')
    .where({ ...where, position: MoreThan(position) })
    .orderBy('m.position')
    .limit(BATCH)
    .getRawMany<{ bytes: number }>();
  return rows.map(({ bytes }) => bytes);
}

/** What somebody asks for of a workspace's feed. */
interface Wanted {
  where: FindOptionsWhere<ReceivedMessage>;
  /** The same for two who ask for the same. */
  key: string;
  /** The same rule without the database; null where only that can tell. */
  accepts: ((message: ReceivedMessage) => boolean) | null;
}

/** Stands on outgoing_of_campaign. */
const CONVERSATIONS_OF_CAMPAIGN = 'SELECT conversation_id FROM outgoing_messages WHERE campaign_id = :id';

async function wantedBy(
  room: RepliesRoom,
  viewer: Viewer,
  filter: ReplyFilter | null | undefined,
): Promise<Wanted> {
  const { workspaceId } = viewer;
  const kinds = [...(filter?.kinds ?? DEFAULT_KINDS)];
  const where: FindOptionsWhere<ReceivedMessage> = { workspaceId, kind: In(kinds) };
  if (filter?.campaignId) {
    const { id } = await findCampaign(room, viewer, filter.campaignId);
    where.conversationId = Raw((column) => `${column} IN (${CONVERSATIONS_OF_CAMPAIGN})`, { id });
  }
  const connectionIds = filter?.slotId ? await connectionsOf(room, workspaceId, filter.slotId) : null;
  if (connectionIds) where.connectionId = In(connectionIds);
  return {
    where,
    key: JSON.stringify([workspaceId, kinds, connectionIds, filter?.campaignId]),
    accepts: filter?.campaignId
      ? null
      : ({ kind, connectionId }) =>
          kinds.includes(kind) && (connectionIds === null || connectionIds.includes(connectionId)),
  };
}

async function connectionsOf(room: RepliesRoom, workspaceId: string, slotId: string): Promise<string[]> {
  const slot = await findSlot(room.slots, workspaceId, slotId);
  const rows = await room.db.query<{ id: string }>('SELECT id FROM connections WHERE slot_id = $1', [
    slot.id,
  ]);
  return rows.map((row) => row.id);
}

async function readHead(room: RepliesRoom, workspaceId: string): Promise<string> {
  const [head] = await room.db.query<{ position: string }>(
    'SELECT position FROM feed_heads WHERE workspace_id = $1',
    [workspaceId],
  );
  return head?.position ?? '0';
}

/** One object for all who get the message as it was read once, so that what they ask about it is looked up once. */
const events = new WeakMap<ReceivedMessage, ReplyEvent>();

function eventOf(message: ReceivedMessage, arrival: Arrival | null = null): ReplyEvent {
  const event = events.get(message) ?? { cursor: cursorOf(message.position), message, arrival };
  events.set(message, event);
  return event;
}

function cursorOf(position: string): string {
  return encodeCursor([position]);
}

function isGiven(cursor: string | null | undefined): cursor is string {
  return cursor !== null && cursor !== undefined;
}

/** A cursor from before a backup was restored would hide all that comes until the feed is as long again. */
async function placeOf(room: RepliesRoom, { workspaceId }: Viewer, cursor: string): Promise<string> {
  const position = positionOf(cursor);
  if (BigInt(position) <= BigInt(await readHead(room, workspaceId))) return position;
  throw new BadInput([
    {
      path: 'after',
      message: 'lies past the end of the reply feed: ask for replyCursor and go on from there',
    },
  ]);
}

function positionOf(cursor: string): string {
  const [position = ''] = decodeCursor(cursor, 1);
  if (/^\d{1,18}$/.test(position)) return position;
  throw new BadInput([{ path: 'after', message: 'is no cursor of the reply feed' }]);
}
