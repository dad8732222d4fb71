import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** The head of a page: its title, a sentence about it, and what can be done. */
export function PageHeader(props: { title: string; lead?: ReactNode; actions?: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-start" gap="md">
      <Stack gap={4} flex="1 1 22rem" maw="44rem">
        <Title order={1}>{props.title}</Title>
        {props.lead && <Text c="dimmed">{props.lead}</Text>}
      </Stack>
      {props.actions && <Group gap="sm">{props.actions}</Group>}
    </Group>
  );
}
