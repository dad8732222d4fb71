import { Anchor, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link, useLocation } from 'wouter';
import { useReplies } from '../api/ReplyFeed';
import { NAVIGATION } from '../texts/navigation';

/** Tells of each reply in a corner, wherever one is; in the inbox it is seen anyway. */
export function ReplyToasts() {
  const [path] = useLocation();
  useReplies(({ message, conversation }) => {
    if (message.kind !== 'REPLY' || path.startsWith('/inbox')) return;
    notifications.show({
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
  });
  return null;
}

/** Long enough to read two lines and decide. */
const READING_MS = 8_000;
