import { useEffect, useEffectEvent, useState } from 'react';
import { useAction } from '../api/useAction';
import { MarkConversationReadDocument } from './inbox.generated';
import type { Conversation } from './useConversation';

/** Who only passes through with j and k has not read. Milliseconds. */
const GLANCE_MS = 1_000;

/**
 * Marks a conversation as read once it has been looked at for a moment; also when something new comes in before the
 * reader's eyes. Returns what marks it by hand: what a person marks as unread stays so.
 */
export function useReading({ id, unread }: Conversation): () => void {
  const [markRead] = useAction(MarkConversationReadDocument);
  const [isKept, setKept] = useState(false);
  const read = useEffectEvent(() => void markRead({ id, read: true }));
  useEffect(() => {
    if (!unread || isKept) return;
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
  }, [unread, isKept]);
  return () => {
    setKept(!unread);
    void markRead({ id, read: unread });
  };
}
