import { setTimeout as sleep } from 'node:timers/promises';
import { type FindOptionsWhere, In, MoreThan } from 'typeorm';
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
const BATCH = 100;
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
  const messages = await readAfter(room, matching, positionOf(request.after), size + 1);
  const totalCount = await room.db.manager.countBy(ReceivedMessage, matching);
  return pageOf(messages.map(eventOf), size, ({ message }) => [message.position], totalCount);
}

/**
 * The feed from `after` on, and then live; without `after`, from its end as it is now. Every event is read
 * from the database in the order of its position, and a notice only says that there may be more: so there is
 * no seam between what was kept and what comes, and nothing that another process took in is missed.
 */
export async function followReplies(
  room: RepliesRoom,
  viewer: Viewer,
  after: string | null | undefined,
  filter: ReplyFilter | null | undefined,
): Promise<AsyncIterable<ReplyEvent>> {
  const { workspaceId } = viewer;
  const matching = await whereOf(room, viewer, filter);
  const start = after ? positionOf(after) : await readHead(room, workspaceId);
  return stream(async function* (signal) {
    const notices = follow(room.notices, `replies:${workspaceId}`, signal);
    for (let position = start; !signal.aborted; ) {
      const messages = await readAfter(room, matching, position, BATCH);
      for (const message of messages) {
        position = message.position;
        yield eventOf(message);
      }
      if (messages.length < BATCH) await notice(notices, signal);
    }
  });
}

/** Resolves at the next notice, after a while without one, or at the end. */
async function notice(notices: AsyncIterator<unknown>, signal: AbortSignal): Promise<void> {
  const waiting = new AbortController();
  const stop = () => waiting.abort();
  signal.addEventListener('abort', stop, { once: true });
  await Promise.race([
    notices.next(),
    sleep(LOOK_AGAIN_MS, undefined, { signal: waiting.signal }).catch(() => {}),
  ]);
  signal.removeEventListener('abort', stop);
  stop();
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

async function whereOf(
  room: RepliesRoom,
  { workspaceId }: Viewer,
  filter: ReplyFilter | null | undefined,
): Promise<FindOptionsWhere<ReceivedMessage>> {
  const where = { workspaceId, kind: In([...(filter?.kinds ?? DEFAULT_KINDS)]) };
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

function positionOf(cursor: string | null | undefined): string {
  if (!cursor) return '0';
  const [position = ''] = decodeCursor(cursor, 1);
  if (/^\d{1,18}$/.test(position)) return position;
  throw new BadInput([{ path: 'after', message: 'is no cursor of the reply feed' }]);
}
