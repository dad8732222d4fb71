import { Anchor, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useReplies } from '../api/ReplyFeed';
import { NAVIGATION } from '../texts/navigation';

/** Tells of each reply in a corner, wherever one is; in the inbox it is seen anyway. */
export function ReplyToasts() {
  const [path] = useLocation();
  const isInbox = path.startsWith('/inbox');
  const shown = useRef<string[]>([]);
  // Whoever comes to the inbox has heard them, and wants to press what lies under them: Send.
  useEffect(() => {
    if (isInbox) for (const id of shown.current.splice(0)) notifications.hide(id);
  }, [isInbox]);
  useReplies(({ message, conversation }) => {
    if (message.kind !== 'REPLY' || isInbox) return;
    const id = notifications.show({
      autoClose: READING_MS,
      title: NAVIGATION.reply.answered(message.fromName ?? message.from),
      message: (
        <>
          <Text size="sm" lineClamp={2}>
            {message.replyText}
          </Text>
          <Anchor component={Link} href={`/inbox/${conversation.id}`} size="sm" underline="always">
            {NAVIGATION.reply.open}
          </Anchor>
        </>
      ),
    });
    shown.current.push(id);
  });
  return null;
}

/** Long enough to read two lines and decide. */
const READING_MS = 8_000;
