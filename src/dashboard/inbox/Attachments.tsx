import { Anchor, Group, Text } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import { CONVERSATION } from '../texts/conversation';
import classes from './ConversationView.module.css';
import type { ReceivedEntryFragment } from './conversation.generated';

/** The files of a mail, each a link that downloads it. */
export function Attachments({ attachments }: Pick<ReceivedEntryFragment, 'attachments'>) {
  if (attachments.length === 0) return null;
  return (
    <Group component="ul" gap="xs" mt="sm" p={0} aria-label={CONVERSATION.attachments}>
      {attachments.map(({ name, size, url }) => (
        <li key={url} className={classes['attachment']}>
          <IconPaperclip size={15} aria-hidden />
          <Anchor href={url} download={name} size="sm">
            {name}
          </Anchor>
          <Text span size="xs" c="dimmed" className="figures">
            {saySize(size)}
          </Text>
        </li>
      ))}
    </Group>
  );
}

/** In the thousands that file managers count in. */
function saySize(bytes: number): string {
  const [unit, size] = bytes >= 1e6 ? (['MB', 1e6] as const) : (['kB', 1e3] as const);
  return `${Math.max(bytes / size, 0.1).toFixed(1)} ${unit}`;
}
