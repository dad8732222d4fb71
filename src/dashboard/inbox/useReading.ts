import { useEffect, useEffectEvent, useState } from 'react';
import { useAction } from '../api/useAction';
import { MarkConversationReadDocument } from './inbox.generated';
import type { Conversation } from './useConversation';

/** Who only passes through with j and k has not read. Milliseconds. */
const GLANCE_MS = 1_000;

/**
 * Marks a conversation as read once it has been looked at for a moment; also when something new comes in before the
 * reader's eyes. What a person marks as unread by hand stays so until then.
 */
export function useReading({ id, unread, lastMessageAt }: Conversation): {
  isUnread: boolean;
  toggle: () => void;
} {
  const [markRead] = useAction(MarkConversationReadDocument);
  // What was said here holds at once, until something new comes in.
  const [said, say] = useState<{ unread: boolean; at: string } | null>(null);
  const word = said?.at === lastMessageAt ? said : null;
  const isUnread = word?.unread ?? unread;
  const mark = async (asUnread: boolean) => {
    say({ unread: asUnread, at: lastMessageAt });
    if (!(await markRead({ id, read: !asUnread }))) say(null);
  };
  const isToBeRead = isUnread && word === null;
  const read = useEffectEvent(() => void mark(false));
  useEffect(() => {
    if (!isToBeRead) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') timer = setTimeout(read, GLANCE_MS);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [isToBeRead]);
  return { isUnread, toggle: () => void mark(!isUnread) };
}
