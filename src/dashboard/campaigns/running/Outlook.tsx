import { Alert, Card, List, Stack, Text } from '@mantine/core';
import { IconClockPause, IconInfoCircle, IconSend } from '@tabler/icons-react';
import { CAMPAIGNS } from '../../texts/campaigns';
import { sayClock } from '../../time/sayTime';
import { Forecast } from '../Forecast';
import type { Campaign } from './CampaignPage';

/** Whether it sends now, if not why and until when, and what the coming days bring. */
export function Outlook({ campaign }: { campaign: Campaign }) {
  const { id, state, stats, schedule, slots } = campaign;
  const accounts = slots.map(({ connection }) => connection?.email ?? TEXTS.noAccount);
  return (
    <Card component="section">
      <Stack gap="lg">
        <Now campaign={campaign} />
        <Text size="sm" c="dimmed">
          {TEXTS.accounts}: {accounts.join(', ')}
        </Text>
        {state !== 'FINISHED' && (
          <Forecast campaignId={id} basis={`${state} ${stats.enrolled} ${JSON.stringify(schedule)}`} />
        )}
      </Stack>
    </Card>
  );
}

function Now({ campaign: { state, blockers } }: { campaign: Campaign }) {
  if (state !== 'RUNNING') {
    return (
      <Alert color={state === 'PAUSED' ? 'yellow' : 'gray'} icon={<IconInfoCircle />}>
        {WORDS[state]}
      </Alert>
    );
  }
  if (blockers.length === 0) {
    return (
      <Alert color="teal" icon={<IconSend />} role="status">
        {TEXTS.isSending}
      </Alert>
    );
  }
  return (
    <Alert color="blue" icon={<IconClockPause />} title={TEXTS.blocked} role="status">
      <List size="sm" spacing={2}>
        {blockers.map(({ code, message, until }) => (
          <List.Item key={code} className="figures">
            {message} {until && CAMPAIGNS.until(sayClock(until))}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

const TEXTS = CAMPAIGNS.run;
const WORDS = {
  PAUSED: TEXTS.paused,
  DRAFT: TEXTS.draft,
  FINISHED: CAMPAIGNS.states.FINISHED.meaning,
} as const;
