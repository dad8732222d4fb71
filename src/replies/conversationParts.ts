import type { Prospect } from '../prospects/prospect.entity';
import { loadProspects } from '../prospects/prospects';
import { loadConversations } from './conversations';
import type { RepliesRoom } from './repliesRoom';

/** The prospects of these conversations, in their order. */
export async function loadProspectsOf(
  room: RepliesRoom,
  conversationIds: readonly string[],
): Promise<(Prospect | null)[]> {
  const conversations = await loadConversations(room, conversationIds);
  const ids = [...new Set(conversations.flatMap((conversation) => conversation?.prospectId ?? []))];
  const prospects = await loadProspects(room.db, ids);
  return conversations.map(
    (conversation) => prospects.find((prospect) => prospect?.id === conversation?.prospectId) ?? null,
  );
}
