import { In } from 'typeorm';
import { findCampaign } from '../../campaigns/campaigns';
import { follow } from '../../database/follow';
import { readRows } from '../../database/readRows';
import { whenBack } from '../../database/whenBack';
import type { Viewer } from '../../identity/context';
import { type CountedLater, type PageRequest, pageCountedLater, pageSize } from '../../lib/cursor';
import { NotFound } from '../../lib/failures';
import { isId } from '../../lib/ids';
import { stream } from '../../lib/stream';
import { PROSPECT_FACTS, type ProspectFacts } from '../../prospects/prospects';
import { Conversation } from '../../sending/conversation.entity';
import { findSlot } from '../../slots/integration';
import type { RepliesRoom } from '../repliesRoom';
import { decodeKey } from './entries';
import {
  type Bind,
  type BoundSearch,
  bindSearch,
  bindTo,
  foundByIndex,
  readFound,
} from './searchConversations';

export interface ConversationFilter {
  unread?: boolean | null;
  /** Whether anything came back. */
  answered?: boolean | null;
  slotId?: string | null;
  campaignId?: string | null;
  prospectId?: string | null;
  search?: string | null;
}

/** As lists read it: with what is known of its prospect, so that a page costs one query. */
export type ListedConversation = Conversation & ProspectFacts;

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
  const found = await readRows(room.db, Conversation, 'WHERE t.id = ANY ($1)', [[...new Set(ids)]]);
  const byId = new Map(found.map((conversation) => [conversation.id, conversation]));
  return ids.map((id) => byId.get(id) ?? null);
}

/**
 * The unified inbox, newest first. Stands on conversations_newest, _unread, _answered or _unanswered. A search tries the
 * newest before the index, which would have all that many say sorted.
 */
export async function listConversations(
  room: RepliesRoom,
  viewer: Viewer,
  request: PageRequest & ConversationFilter,
): Promise<CountedLater<ListedConversation>> {
  const size = pageSize(request);
  const values: unknown[] = [viewer.workspaceId];
  const bind = bindTo(values);
  const conditions = await conditionsOf(room, viewer, request, bind);
  const search = bindSearch(request.search, viewer.workspaceId, bind);
  const matching = { conditions: [...conditions], values: [...values], search };
  if (request.after) {
    const [at, id] = decodeKey(request.after, 'after');
    conditions.push(`(t.last_message_at, t.id) < (${bind(at)}::timestamptz, ${bind(id)}::uuid)`);
  }
  const limit = bind(size + 1);
  const read = (condition: string) =>
    readRows<Conversation, ProspectFacts>(
      room.db,
      Conversation,
      `${WITH_PROSPECT} WHERE ${condition} ORDER BY t.last_message_at DESC, t.id DESC LIMIT ${limit}`,
      values,
      'prospect.*',
    );
  const rows = search
    ? await readFound(search, conditions, { size, limit, bind, read })
    : await read(conditions.join(' AND '));
  return pageCountedLater(
    rows,
    size,
    ({ lastMessageAt, id }) => [lastMessageAt.toISOString(), id],
    () => countConversations(room, matching),
  );
}

/** Marks a conversation as read, or as unread again. @throws NotFound also for another workspace's */
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

/** Each conversation of the workspace as it changes. */
export function followConversations(room: RepliesRoom, viewer: Viewer): AsyncIterable<Conversation> {
  const { workspaceId } = viewer;
  return stream(async function* (signal) {
    for await (const ids of follow(room.notices, `conversations:${workspaceId}`, signal)) {
      yield* await whenBack(signal, () =>
        room.db.manager.find(Conversation, {
          where: { workspaceId, ...(ids && { id: In(ids) }) },
          order: { lastMessageAt: 'DESC' },
          ...(!ids && { take: 100 }),
        }),
      );
    }
  });
}

/** By its primary key, one for each row: without LIMIT PostgreSQL may take it for cheaper to read all prospects. */
const WITH_PROSPECT = `LEFT JOIN LATERAL (
  SELECT ${PROSPECT_FACTS} FROM prospects WHERE id = t.prospect_id LIMIT 1) prospect ON true`;

/** What is asked of a conversation `t`, in SQL; the workspace is $1. @throws NotFound for what is another workspace's */
async function conditionsOf(
  room: RepliesRoom,
  viewer: Viewer,
  { unread, answered, prospectId, slotId, campaignId }: ConversationFilter,
  bind: Bind,
): Promise<string[]> {
  const conditions = ['t.workspace_id = $1'];
  // Not as values: conversations_unread, _answered and _unanswered are partial indexes.
  if (typeof unread === 'boolean') conditions.push(unread ? 't.unread' : 'NOT t.unread');
  if (typeof answered === 'boolean') conditions.push(answered ? 't.answered' : 'NOT t.answered');
  if (prospectId) {
    if (!isId(prospectId)) throw new NotFound('prospect');
    conditions.push(`t.prospect_id = ${bind(prospectId)}`);
  }
  if (slotId) {
    const { id } = await findSlot(room.slots, viewer.workspaceId, slotId);
    conditions.push(`t.connection_id IN (SELECT k.id FROM connections k WHERE k.slot_id = ${bind(id)})`);
  }
  if (campaignId) {
    const { id } = await findCampaign(room, viewer, campaignId);
    conditions.push(
      `t.id IN (SELECT o.conversation_id FROM outgoing_messages o WHERE o.campaign_id = ${bind(id)})`,
    );
  }
  return conditions;
}

interface Matching {
  conditions: readonly string[];
  values: readonly unknown[];
  search: BoundSearch | null;
}

async function countConversations(
  room: RepliesRoom,
  { conditions, values, search }: Matching,
): Promise<number> {
  const bound = [...values];
  const all = search ? [...conditions, foundByIndex(search, bindTo(bound))] : conditions;
  const [row] = await room.db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM conversations t WHERE ${all.join(' AND ')}`,
    bound,
  );
  return row?.count ?? 0;
}
