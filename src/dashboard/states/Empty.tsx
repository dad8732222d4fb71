import { Center, Stack, Text, ThemeIcon } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** When there is nothing yet: what will stand here, and what to do for it. */
export function Empty(props: { icon: Icon; title: string; children: ReactNode; action?: ReactNode }) {
  const { icon: EmptyIcon, title, children, action } = props;
  return (
    <Center p="xl">
      <Stack align="center" gap="sm" maw={440} ta="center">
        <ThemeIcon size={52} radius="xl" variant="light">
          <EmptyIcon size={28} stroke={1.6} aria-hidden />
        </ThemeIcon>
        <Text fw={600} size="lg">
          {title}
        </Text>
        <Text c="dimmed">{children}</Text>
        {action}
      </Stack>
    </Center>
  );
}
