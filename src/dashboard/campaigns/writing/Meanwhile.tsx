import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { WRITING } from '../../texts/campaignWriting';
import type { Saving } from './useSaving';

/** What happened to the campaign elsewhere while it stood in the form, as far as the person must know or decide. */
export function Meanwhile({ saving }: { saving: Saving }) {
  const { clash, state, show, decide } = saving;
  if (state === 'GONE') {
    return (
      <Alert color="red" title={TEXTS.goneTitle}>
        {TEXTS.gone}
      </Alert>
    );
  }
  if (!clash) return null;
  const { pieces, shown } = clash;
  return (
    <Alert color="yellow" icon={<IconArrowsSplit2 />} title={TEXTS.title}>
      <Stack gap="sm">
        <Text size="sm">{TEXTS.both(pieces)}</Text>
        <Group gap="sm">
          <SegmentedControl
            aria-label={TEXTS.choose}
            data={[
              { value: 'mine', label: TEXTS.mine },
              { value: 'theirs', label: TEXTS.theirs },
            ]}
            value={shown}
            onChange={(side) => show(side as typeof shown)}
          />
          <Button variant="default" onClick={decide}>
            {TEXTS.decide[shown]}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

const TEXTS = WRITING.meanwhile;
