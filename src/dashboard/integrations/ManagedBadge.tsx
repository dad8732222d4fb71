import { Anchor, Badge, Group } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { GMAIL } from '../texts/gmail';

/** Says that our team looks after this slot, and where to ask about it. */
export function ManagedBadge({ supportUrl }: { supportUrl: string | null }) {
  return (
    <Group gap="sm">
      <Badge color="grape" leftSection={<IconUsersGroup size={13} aria-hidden />}>
        {GMAIL.managed.badge}
      </Badge>
      {supportUrl && (
        <Anchor href={supportUrl} size="sm" target="_blank" rel="noreferrer">
          {GMAIL.managed.ask}
        </Anchor>
      )}
    </Group>
  );
}
