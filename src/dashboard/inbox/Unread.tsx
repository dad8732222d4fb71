import { Badge } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext } from 'react';
import { useQuery } from 'urql';
import { useOnReconnect } from '../api/useChanges';
import { useThrottled } from '../api/useThrottled';
import { NAVIGATION } from '../texts/navigation';
import { UnreadCountDocument } from './inbox.generated';
import { useConversationChanges } from './useConversationChanges';

/** Counts the unread conversations, for the navigation and the window's title. */
export function Unread({ children }: { children: ReactNode }) {
  const [{ data }, ask] = useQuery({ query: UnreadCountDocument, variables: {} });
  const recount = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask]);
  useConversationChanges(useThrottled(recount));
  useOnReconnect(recount);
  return <UnreadContext value={data?.conversations.totalCount ?? 0}>{children}</UnreadContext>;
}

/** How many conversations are unread; for components inside of Unread. */
export function useUnread(): number {
  return useContext(UnreadContext);
}

/** The count beside the inbox in the navigation; nothing when all is read. */
export function UnreadBadge() {
  const count = useUnread();
  if (count === 0) return null;
  return (
    <Badge variant="filled" radius="xl" className="figures" aria-label={NAVIGATION.unread(count)}>
      {count.toLocaleString('en')}
    </Badge>
  );
}

const UnreadContext = createContext(0);
