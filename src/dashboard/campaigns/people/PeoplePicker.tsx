import { Checkbox, SegmentedControl, Stack, Text } from '@mantine/core';
import { WRITING } from '../../texts/campaignWriting';
import type { Choice } from './choice';
import { ByImport, ByName, ByTag, Pasted } from './ways';

/** Chooses people for a campaign in one of four ways. Nobody is enrolled by that. */
export function PeoplePicker({
  choice,
  onChange,
}: {
  choice: Choice;
  onChange: (change: Partial<Choice>) => void;
}) {
  const Way = WAYS[choice.way];
  return (
    <Stack gap="md">
      <div>
        <Text size="sm" fw={500} pb={4} id="people-way">
          {TEXTS.how}
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="people-way"
          data={Object.entries(TEXTS.ways).map(([value, label]) => ({ value, label }))}
          value={choice.way}
          onChange={(way) => onChange({ way: way as Choice['way'] })}
        />
      </div>
      <Way choice={choice} onChange={onChange} />
      <Checkbox
        label={TEXTS.others}
        checked={choice.allowOtherCampaigns}
        onChange={({ currentTarget }) => onChange({ allowOtherCampaigns: currentTarget.checked })}
      />
    </Stack>
  );
}

const TEXTS = WRITING.people;
const WAYS = { tag: ByTag, import: ByImport, chosen: ByName, pasted: Pasted };
