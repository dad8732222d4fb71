import { useEffect, useEffectEvent } from 'react';
import { useClient } from 'urql';
import { ConversationChangedDocument, type ConversationChangedSubscription } from './inbox.generated';

export type Change = ConversationChangedSubscription['conversationChanged'];

/** Calls `listener` whenever a conversation has a new message, or was read. All listeners share one subscription. */
export function useConversationChanges(listener: (change: Change) => void): void {
  const client = useClient();
  const listen = useEffectEvent(listener);
  useEffect(() => {
    const changes = client.subscription(ConversationChangedDocument, {});
    return changes.subscribe(({ data }) => data && listen(data.conversationChanged)).unsubscribe;
  }, [client]);
}
