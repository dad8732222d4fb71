import { Alert, Button, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { WRITING } from '../../texts/campaignWriting';
import { type DraftStep, newStep, replaceAt } from './draft';
import { StepCard } from './StepCard';
import { usePreviewedPerson } from './usePreviewedPerson';
import type { PartProps } from './Wizard';

const WAIT_DAYS = 3;

/** The sequence: one card an email, of which one is open at a time. */
export function EmailsPart({ campaign, saving }: PartProps) {
  const { draft, change, problems } = saving;
  const { steps } = draft;
  const [openKey, setOpenKey] = useState(steps[0]?.key);
  const person = usePreviewedPerson(campaign);
  const setSteps = (next: DraftStep[]) => change({ steps: next });
  const add = () => {
    const step = newStep(WAIT_DAYS, WRITING.starter.followUp);
    setSteps([...steps, step]);
    setOpenKey(step.key);
  };
  const remove = (index: number) => {
    setSteps(steps.filter((_, n) => n !== index));
    setOpenKey(steps[index === 0 ? 1 : index - 1]?.key);
  };
  const general = problems.find(({ field, step }) => field === 'steps' && step === null);
  return (
    <Stack gap="md">
      <Title order={2}>{WRITING.emails.title}</Title>
      {general && <Alert color="red">{general.message}</Alert>}
      {steps.map((step, index) => (
        <StepCard
          key={step.key}
          campaign={campaign}
          saving={saving}
          person={person}
          index={index}
          isOpen={step.key === openKey}
          onToggle={() => setOpenKey(step.key === openKey ? undefined : step.key)}
          onChange={(next) => setSteps(replaceAt(steps, index, next))}
          onMove={(by) => setSteps(moved(steps, index, index + by))}
          onRemove={() => remove(index)}
        />
      ))}
      <Button variant="light" w="fit-content" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
        {WRITING.emails.addStep}
      </Button>
      {campaign.state !== 'DRAFT' && (
        <Text size="sm" c="dimmed">
          {WRITING.emails.addedLater}
        </Text>
      )}
    </Stack>
  );
}

function moved(steps: readonly DraftStep[], from: number, to: number): DraftStep[] {
  const rest = steps.filter((_, n) => n !== from);
  const step = steps[from];
  return step ? [...rest.slice(0, to), step, ...rest.slice(to)] : rest;
}
