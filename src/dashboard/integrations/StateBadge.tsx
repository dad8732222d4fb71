import { Badge, Tooltip } from '@mantine/core';
import { GMAIL } from '../texts/gmail';
import type { Connected } from './ConnectedSlot';

/** How a connection is, and what that means on hovering. */
export function StateBadge({ state }: { state: Connected['connection']['state'] }) {
  const { label, meaning } = GMAIL.states[state];
  return (
    <Tooltip label={meaning} multiline maw={260}>
      <Badge color={COLORS[state]} tabIndex={0} style={{ flexShrink: 0 }}>
        {label}
      </Badge>
    </Tooltip>
  );
}

const COLORS = {
  CONNECTING: 'blue',
  WATCHING: 'teal',
  STALE: 'yellow',
  RECONNECTING: 'yellow',
  REJECTED: 'red',
  PAUSED: 'gray',
} as const;
