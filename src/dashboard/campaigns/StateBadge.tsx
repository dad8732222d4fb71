import { Badge } from '@mantine/core';
import type { CampaignState } from '../api/schema.generated';
import { Explained } from '../shell/Explained';
import { CAMPAIGNS } from '../texts/campaigns';

/** The state of a campaign; what it means shows when one points at it. */
export function StateBadge({ state }: { state: CampaignState }) {
  const { label, meaning } = CAMPAIGNS.states[state];
  return (
    <Explained words={meaning}>
      <Badge color={COLORS[state]} tabIndex={0} style={{ flexShrink: 0 }}>
        {label}
      </Badge>
    </Explained>
  );
}

const COLORS = { DRAFT: 'gray', RUNNING: 'teal', PAUSED: 'yellow', FINISHED: 'blue' } as const;
