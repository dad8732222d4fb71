import { Button, Card, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { WRITING } from '../../texts/campaignWriting';
import { type Choice, judge, NOBODY } from '../people/choice';
import { PeoplePicker } from '../people/PeoplePicker';
import { useEnrol } from '../people/useEnrol';
import { useEnrolledCount } from './useEnrolledCount';
import type { PartProps } from './Wizard';

/** The campaign's name, and its people: how many are in it, and a way to add more. */
export function PeoplePart({ campaign, saving }: PartProps) {
  const { draft, change, problems } = saving;
  const [choice, setChoice] = useState<Choice>(NOBODY);
  const [enrol, isEnrolling] = useEnrol();
  const [enrolled, recount] = useEnrolledCount(campaign);
  const add = async () => {
    if (!(await enrol(campaign.id, choice))) return;
    setChoice(NOBODY);
    recount();
  };
  return (
    <Card component="section">
      <Stack gap="lg">
        <TextInput
          label={WRITING.name}
          placeholder={WRITING.nameHint}
          value={draft.name}
          onChange={({ currentTarget }) => change({ name: currentTarget.value })}
          error={problems.find(({ field }) => field === 'name')?.message}
        />
        <div>
          <Title order={2}>{WRITING.people.title}</Title>
          <Text c="dimmed" size="sm" className="figures" role="status">
            {enrolled === 0 ? WRITING.people.nobody : WRITING.people.count(enrolled)}
          </Text>
        </div>
        <PeoplePicker choice={choice} onChange={(part) => setChoice((before) => ({ ...before, ...part }))} />
        <Button
          variant="light"
          w="fit-content"
          disabled={judge(choice) !== 'ready'}
          loading={isEnrolling}
          onClick={add}
        >
          {WRITING.people.add}
        </Button>
      </Stack>
    </Card>
  );
}
