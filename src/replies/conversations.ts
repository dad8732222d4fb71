import { Brackets, In } from 'typeorm';
import { findCampaign } from '../campaigns/campaigns';
import { follow } from '../database/follow';
import type { Viewer } from '../identity/context';
import { parseEmailAddress } from '../identity/emailAddress';
import { decodeCursor, encodeCursor, type Page, type PageRequest, pageOf, pageSize } from '../lib/cursor';
import { BadInput, NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { stream } from '../lib/stream';
import { Conversation } from '../sending/conversation.entity';
import { OutgoingMessage } from '../sending/outgoing.entity';
import { queueEmail, type SendResult } from '../sending/sendEmail';
import { notConnected } from '../slots/connect';
import { findSlot, loadConnections } from '../slots/integration';
import { ReceivedKind } from './classification';
import { ReceivedMessage } from './received.entity';
import type { RepliesRoom } from './repliesRoom';

export interface ConversationFilter {
  unread?: boolean | null;
  slotId?: string | null;
  campaignId?: string | null;
  prospectId?: string | null;
  search?: string | null;
}

export type ConversationEntry = OutgoingMessage | ReceivedMessage;

export interface EntryPage {
  edges: { cursor: string; node: ConversationEntry }[];
  pageInfo: { hasPreviousPage: boolean; startCursor: string | null };
  totalCount: number;
}

/** @throws NotFound also when it is another workspace's */
export async function findConversation(room: RepliesRoom, viewer: Viewer, id: string): Promise<Conversation> {
  const { workspaceId } = viewer;
  const conversation = isId(id) ? await room.db.manager.findOneBy(Conversation, { id, workspaceId }) : null;
  if (!conversation) throw new NotFound('conversation');
  return conversation;
}

/** These conversations in the order of their ids. */
export async function loadConversations(
  room: RepliesRoom,
  ids: readonly string[],
): Promise<(Conversation | null)[]> {
  const found = await room.db.manager.findBy(Conversation, { id: In([...new Set(ids)]) });
  return ids.map((id) => found.find((conversation) => conversation.id === id) ?? null);
}

/** The unified inbox, newest first. Stands on conversations_newest. */
export async function listConversations(
  room: RepliesRoom,
  viewer: Viewer,
  request: PageRequest & ConversationFilter,
): Promise<Page<Conversation>> {
  const size = pageSize(request);
  const matching = room.db.manager
    .createQueryBuilder(Conversation, 'c')
    .where('c.workspace_id = :workspaceId', { workspaceId: viewer.workspaceId });
  if (typeof request.unread === 'boolean')
    matching.andWhere('c.unread = :unread', { unread: request.unread });
  if (request.prospectId) {
    if (!isId(request.prospectId)) throw new NotFound('prospect');
    matching.andWhere('c.prospect_id = :prospectId', { prospectId: request.prospectId });
  }
  if (request.slotId) {
    const slot = await findSlot(room.slots, viewer.workspaceId, request.slotId);
    matching.andWhere('c.connection_id IN (SELECT k.id FROM connections k WHERE k.slot_id = :slotId)', {
      slotId: slot.id,
    });
  }
  if (request.campaignId) {
    const { id } = await findCampaign(room, viewer, request.campaignId);
    matching.andWhere(
      'c.id IN (SELECT o.conversation_id FROM outgoing_messages o WHERE o.campaign_id = :id)',
      {
        id,
      },
    );
  }
  if (request.search?.trim()) {
    const pattern = `%${request.search.trim().replace(/[\\%_]/g, '\\$&')}%`;
    matching.andWhere(
      new Brackets((either) =>
        either
          .where('c.subject ILIKE :pattern OR c.snippet ILIKE :pattern', { pattern })
          .orWhere('EXISTS (SELECT FROM prospects p WHERE p.id = c.prospect_id AND p.email ILIKE :pattern)'),
      ),
    );
  }
  const page = matching
    .clone()
    .orderBy('c.last_message_at', 'DESC')
    .addOrderBy('c.id', 'DESC')
    .take(size + 1);
  if (request.after) {
    const [at, id] = decodeKey(request.after, 'after');
    page.andWhere('(c.last_message_at, c.id) < (:at::timestamptz, :id::uuid)', { at, id });
  }
  const totalCount = await matching.getCount();
  return pageOf(
    await page.getMany(),
    size,
    ({ lastMessageAt, id }) => [lastMessageAt.toISOString(), id],
    totalCount,
  );
}

/** What was written in a conversation, newest last; `before` pages backwards. */
export async function readEntries(
  room: RepliesRoom,
  conversation: Conversation,
  { last, before }: { last?: number | null; before?: string | null },
): Promise<EntryPage> {
  const size = pageSize({ first: last ?? null }, 'last');
  const [at, id] = before ? decodeKey(before, 'before') : [null, null];
  const keys = await room.db.query<{ id: string; at: Date; kind: 'out' | 'in'; total: number }>(
    `WITH entries AS (
       SELECT id, coalesce(sent_at, queued_at)::timestamptz(3) AS at, 'out' AS kind
         FROM outgoing_messages WHERE conversation_id = $1
       UNION ALL
       -- INTERNALDATE has whole seconds: an answer within the second must not stand before what it answers.
       SELECT r.id, greatest(r.received_at, o.sent_at + interval '1 ms')::timestamptz(3), 'in'
         FROM received_messages r LEFT JOIN outgoing_messages o ON o.id = r.outgoing_id
        WHERE r.conversation_id = $1)
     SELECT *, (SELECT count(*)::int FROM entries) AS total FROM entries
      WHERE $2::timestamptz IS NULL OR (at, id) < ($2::timestamptz, $3::uuid)
      ORDER BY at DESC, id DESC LIMIT $4`,
    [conversation.id, at, id, size + 1],
  );
  const shown = keys.slice(0, size).reverse();
  const idsOf = (kind: 'out' | 'in') => shown.filter((key) => key.kind === kind).map((key) => key.id);
  const entries: ConversationEntry[] = [
    ...(await room.db.manager.findBy(OutgoingMessage, { id: In(idsOf('out')) })),
    ...(await room.db.manager.findBy(ReceivedMessage, { id: In(idsOf('in')) })),
  ];
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const edges = shown.flatMap((key) => {
    const node = byId.get(key.id);
    return node ? [{ cursor: encodeCursor([key.at.toISOString(), key.id]), node }] : [];
  });
  return {
    edges,
    pageInfo: { hasPreviousPage: keys.length > size, startCursor: edges[0]?.cursor ?? null },
    totalCount: keys[0]?.total ?? 0,
  };
}

export async function markConversationRead(
  room: RepliesRoom,
  viewer: Viewer,
  id: string,
  read: boolean,
): Promise<Conversation> {
  const conversation = await findConversation(room, viewer, id);
  await room.db.manager.update(Conversation, { id }, { unread: !read });
  room.notices.publish(`conversations:${viewer.workspaceId}`, id);
  return { ...conversation, unread: !read };
}

/** Answers the last message of a conversation, in its thread and from its address, through the ledger. */
export async function replyToConversation(
  room: RepliesRoom,
  viewer: Viewer,
  request: { conversationId: string; text: string; idempotencyKey?: string | null },
): Promise<SendResult> {
  const conversation = await findConversation(room, viewer, request.conversationId);
  const [row] = await room.db.query<{ slot_id: string | null }>(
    'SELECT slot_id FROM connections WHERE id = $1',
    [conversation.connectionId],
  );
  const [connection] = row?.slot_id ? await loadConnections(room.slots, [row.slot_id]) : [];
  if (!connection) return notConnected();
  const { edges } = await readEntries(room, conversation, { last: THREAD_LENGTH });
  const thread = edges.map((edge) => edge.node).filter((entry) => !isReport(entry));
  const parent = thread.findLast((entry) => entry instanceof ReceivedMessage) ?? thread.at(-1);
  if (!parent) throw new NotFound('conversation');
  const messageIds = thread.map((entry) => entry.messageId).filter(isMessageId);
  return queueEmail(
    room,
    connection,
    {
      to: recipientOf(parent, thread),
      subject: replySubject(conversation.subject),
      text: request.text,
      idempotencyKey: request.idempotencyKey ?? null,
    },
    {
      conversationId: conversation.id,
      inReplyTo: isMessageId(parent.messageId) ? parent.messageId : (messageIds.at(-1) ?? parent.messageId),
      references: messageIds,
    },
  );
}

/** Each conversation of the workspace as it changes. */
export function followConversations(room: RepliesRoom, viewer: Viewer): AsyncIterable<Conversation> {
  const { workspaceId } = viewer;
  return stream(async function* (signal) {
    for await (const ids of follow(room.notices, `conversations:${workspaceId}`, signal)) {
      const changed = ids
        ? await room.db.manager.findBy(Conversation, { id: In(ids), workspaceId })
        : await room.db.manager.find(Conversation, {
            where: { workspaceId },
            order: { lastMessageAt: 'DESC' },
            take: 100,
          });
      yield* changed;
    }
  });
}

/** A thread of years has more; In-Reply-To and the latest ids are what mail programs go by. */
const THREAD_LENGTH = 50;

/** What mail systems say is read in a conversation, and not answered. */
const REPORTS: ReadonlySet<ReceivedKind> = new Set([
  ReceivedKind.BOUNCE,
  ReceivedKind.DELAY,
  ReceivedKind.COMPLAINT,
  ReceivedKind.SENDING_REFUSED,
]);

function isReport(entry: ConversationEntry): boolean {
  return entry instanceof ReceivedMessage && REPORTS.has(entry.kind);
}

/** Whoever wrote last; where that is no address to write to, whom we wrote to. */
function recipientOf(parent: ConversationEntry, thread: readonly ConversationEntry[]): string {
  const sender = parent instanceof ReceivedMessage ? parseEmailAddress(parent.fromAddress) : null;
  if (sender) return sender;
  const sent = thread.findLast((entry) => entry instanceof OutgoingMessage);
  if (!sent) throw new NotFound('conversation');
  return sent.toAddress;
}

/** RFC 5322 section 3.6.5: one "Re: ", however long the thread. */
function replySubject(subject: string): string {
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`;
}

/** A derived id is our own name for a mail without one: it means nothing to the recipient's mail program. */
function isMessageId(id: string): boolean {
  return !id.endsWith('@derived.invalid>');
}

function decodeKey(cursor: string, path: string): readonly [string, string] {
  const [at = '', id = ''] = decodeCursor(cursor, 2, path);
  if (!Number.isNaN(Date.parse(at)) && isId(id)) return [at, id];
  throw new BadInput([{ path, message: 'is no cursor of this list' }]);
}
