import { Brackets, In } from 'typeorm';
import { findCampaign } from '../campaigns/campaigns';
import { follow } from '../database/follow';
import type { Viewer } from '../identity/context';
import { type CountedLater, type PageRequest, pageCountedLater, pageSize } from '../lib/cursor';
import { NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { stream } from '../lib/stream';
import { Conversation } from '../sending/conversation.entity';
import { findSlot } from '../slots/integration';
import { decodeKey } from './entries';
import type { RepliesRoom } from './repliesRoom';

export interface ConversationFilter {
  unread?: boolean | null;
  slotId?: string | null;
  campaignId?: string | null;
  prospectId?: string | null;
  search?: string | null;
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

/** The unified inbox, newest first. Stands on conversations_newest, or on conversations_unread. */
export async function listConversations(
  room: RepliesRoom,
  viewer: Viewer,
  request: PageRequest & ConversationFilter,
): Promise<CountedLater<Conversation>> {
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
  return pageCountedLater(
    await page.getMany(),
    size,
    ({ lastMessageAt, id }) => [lastMessageAt.toISOString(), id],
    () => matching.getCount(),
  );
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
