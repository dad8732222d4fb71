import { Badge, Tooltip } from '@mantine/core';
import type { CampaignState } from '../api/schema.generated';
import { CAMPAIGNS } from '../texts/campaigns';

/** The state of a campaign; what it means shows on hovering. */
export function StateBadge({ state }: { state: CampaignState }) {
  const { label, meaning } = CAMPAIGNS.states[state];
  return (
    <Tooltip label={meaning} multiline maw={260}>
      <Badge color={COLORS[state]} style={{ flexShrink: 0 }}>
        {label}
      </Badge>
    </Tooltip>
  );
}

const COLORS = { DRAFT: 'gray', RUNNING: 'teal', PAUSED: 'yellow', FINISHED: 'blue' } as const;
