import { Anchor, Stack, Text, ThemeIcon, UnstyledButton } from '@mantine/core';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { GMAIL } from '../texts/gmail';
import classes from './FreeSlot.module.css';
import type { Slot } from './GmailPage';

/** A place for an account: a plus button where one may connect oneself, a promise where our team does it. */
export function FreeSlot(props: { slot: Slot; supportUrl: string | null; onConnect: () => void }) {
  const { slot, supportUrl, onConnect } = props;
  if (slot.kind === 'FLY') {
    return (
      <Stack className={classes['place']} gap={6}>
        <ThemeIcon variant="light" color="gray" size={36} radius="xl">
          <IconUsersGroup size={20} stroke={1.75} aria-hidden />
        </ThemeIcon>
        <Text size="sm" fw={600}>
          {GMAIL.managed.badge}
        </Text>
        <Text size="xs" c="dimmed">
          {GMAIL.managed.free}
        </Text>
        {supportUrl && (
          <Anchor href={supportUrl} size="xs" target="_blank" rel="noreferrer">
            {GMAIL.managed.ask}
          </Anchor>
        )}
      </Stack>
    );
  }
  return (
    <UnstyledButton className={`${classes['place']} ${classes['button']}`} onClick={onConnect}>
      <ThemeIcon size={36} radius="xl">
        <IconPlus size={20} aria-hidden />
      </ThemeIcon>
      <Text size="sm" fw={600}>
        {GMAIL.free.connect}
      </Text>
      <Text size="xs" c="dimmed">
        {GMAIL.free.slot(slot.position)}
      </Text>
    </UnstyledButton>
  );
}
