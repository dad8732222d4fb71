import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Connected } from './ConnectedSlot';
import { StateBadge } from './StateBadge';

/** Whose account it is and how it is; `children` say one more thing of it. */
export function AccountHeader(props: { connection: Connected['connection']; children: ReactNode }) {
  const { email, state } = props.connection;
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <div style={{ minWidth: 0 }}>
        <Text fw={620} truncate title={email}>
          {email}
        </Text>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {props.children}
        </Text>
      </div>
      <StateBadge state={state} />
    </Group>
  );
}
