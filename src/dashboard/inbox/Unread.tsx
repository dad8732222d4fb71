import { Badge } from '@mantine/core';
import { createContext, type ReactNode, useContext } from 'react';
import { useQuery } from 'urql';
import { useReplies } from '../api/ReplyFeed';
import { useOnOpening } from '../api/useChanges';
import { useRefetch } from '../api/useRefetch';
import { useThrottled } from '../api/useThrottled';
import { NAVIGATION } from '../texts/navigation';
import { UnreadCountDocument } from './inbox.generated';
import { useConversationChanges } from './useConversationChanges';

/** Counts the unread conversations, for the navigation and the window's title. */
export function Unread({ children }: { children: ReactNode }) {
  const [result, ask] = useQuery({ query: UnreadCountDocument, variables: {} });
  const { refetch, renew } = useRefetch(result, ask);
  const renewSoon = useThrottled(renew);
  useConversationChanges(renewSoon);
  useReplies(renewSoon);
  useOnOpening(useThrottled(refetch));
  return <UnreadContext value={result.data?.conversations.totalCount ?? 0}>{children}</UnreadContext>;
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
