import { Badge } from '@mantine/core';
import { Explained } from '../shell/Explained';
import { GMAIL } from '../texts/gmail';
import type { Connected } from './ConnectedSlot';

/** How a connection is, and what that means when one points at it. */
export function StateBadge({ state }: { state: Connected['connection']['state'] }) {
  const { label, meaning } = GMAIL.states[state];
  return (
    <Explained words={meaning}>
      <Badge color={COLORS[state]} tabIndex={0} style={{ flexShrink: 0 }}>
        {label}
      </Badge>
    </Explained>
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
