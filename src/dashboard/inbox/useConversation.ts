import { useEffect, useEffectEvent } from 'react';
import { useClient, useQuery } from 'urql';
import { useReplies } from '../api/ReplyFeed';
import { useOnOpening } from '../api/useChanges';
import { useRefetch } from '../api/useRefetch';
import { useThrottled } from '../api/useThrottled';
import {
  ConversationDocument,
  ConversationEmailMovedDocument,
  type ConversationQuery,
} from './conversation.generated';
import { useConversationChanges } from './useConversationChanges';

export type Conversation = NonNullable<ConversationQuery['conversation']>;
export type Entry = Conversation['entries']['edges'][number]['node'];

/** So many entries are asked for at once, the newest first. */
export const ENTRIES = 30;

/** A conversation with its newest entries, asked for again whenever something happens in it. */
export function useConversation(id: string) {
  const client = useClient();
  const [result, ask] = useQuery({ query: ConversationDocument, variables: { id, last: ENTRIES } });
  const { refetch, renew } = useRefetch(result, ask);
  useOnOpening(useThrottled(refetch));
  useReplies(({ conversation }) => conversation.id === id && renew());
  useConversationChanges((change) => change.id === id && renew());
  // An email that goes out moves on in the ledger; its conversation stays as it is.
  const renewFor = useEffectEvent((conversationId: string | undefined) => {
    if (conversationId === id) renew();
  });
  const slotId = result.data?.conversation?.slot?.id;
  useEffect(() => {
    if (!slotId) return;
    const moves = client.subscription(ConversationEmailMovedDocument, { slotId });
    return moves.subscribe(({ data }) => renewFor(data?.outgoingMessageChanged.conversation?.id)).unsubscribe;
  }, [client, slotId]);
  return { result, refetch };
}
