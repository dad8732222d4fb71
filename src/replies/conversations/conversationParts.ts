import type { Campaign } from '../../campaigns/campaign.entity';
import { loadCampaigns } from '../../campaigns/campaigns';
import { loadTogether } from '../../lib/batch';
import type { Prospect } from '../../prospects/prospect.entity';
import { loadProspects } from '../../prospects/prospects';
import type { Conversation } from '../../sending/conversation.entity';
import type { ReplyEvent } from '../feed';
import type { RepliesRoom } from '../repliesRoom';
import { type ListedConversation, loadConversations } from './conversations';

/** The conversation of an event, as it stood when the event was news, else as it stands. */
export function conversationOfEvent(
  room: RepliesRoom,
  { message, arrival }: ReplyEvent,
): Conversation | Promise<Conversation | null> {
  return arrival ? arrival.conversation : loadTogether(room, loadConversations, message.conversationId);
}

/** Likewise its prospect. */
export function prospectOfEvent(
  room: RepliesRoom,
  { message, arrival }: ReplyEvent,
): Prospect | null | Promise<Prospect | null> {
  return arrival ? arrival.prospect : loadTogether(room, loadProspectsOf, message.conversationId);
}

/** Who a conversation is with: as its list was told, at once, or loaded together with those of others. */
export function prospectOf(
  room: RepliesRoom,
  conversation: Conversation | ListedConversation,
): Omit<Prospect, 'createdAt'> | null | Promise<Prospect | null> {
  const { prospectId, workspaceId } = conversation;
  if (prospectId === null) return null;
  if (!('email' in conversation)) return loadTogether(room.db, loadProspects, prospectId);
  const { email, firstName, lastName, company, attributes, tags } = conversation;
  return { id: prospectId, workspaceId, email, firstName, lastName, company, attributes, tags };
}

/** The campaigns that these conversations began in, in their order. Stands on outgoing_of_conversation. */
export async function loadCampaignsOf(
  room: RepliesRoom,
  conversationIds: readonly string[],
): Promise<(Campaign | null)[]> {
  const rows = await room.db.query<{ conversation_id: string; campaign_id: string }>(
    `SELECT DISTINCT ON (conversation_id) conversation_id, campaign_id FROM outgoing_messages
      WHERE conversation_id = ANY ($1) AND campaign_id IS NOT NULL ORDER BY conversation_id, queued_at`,
    [conversationIds],
  );
  const campaigns = await loadCampaigns(room.db, [...new Set(rows.map((row) => row.campaign_id))]);
  const idOf = new Map(rows.map((row) => [row.conversation_id, row.campaign_id]));
  return conversationIds.map((id) => campaigns.find((campaign) => campaign?.id === idOf.get(id)) ?? null);
}

/** The prospects of these conversations, in their order. */
async function loadProspectsOf(
  room: RepliesRoom,
  conversationIds: readonly string[],
): Promise<(Prospect | null)[]> {
  const conversations = await loadConversations(room, conversationIds);
  const ids = [...new Set(conversations.flatMap((conversation) => conversation?.prospectId ?? []))];
  const prospects = await loadProspects(room.db, ids);
  const byId = new Map(prospects.map((prospect) => [prospect?.id, prospect]));
  return conversations.map((conversation) => byId.get(conversation?.prospectId ?? '') ?? null);
}
