import { Card, Group, NumberInput, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconChevronDown } from '@tabler/icons-react';
import { WRITING } from '../../texts/campaignWriting';
import type { DraftStep, SavedCampaign } from './draft';
import classes from './StepCard.module.css';
import { StepMenu } from './StepMenu';
import type { PreviewedPerson } from './usePreviewedPerson';
import type { Saving } from './useSaving';
import { Wordings } from './Wordings';

export interface StepProps {
  campaign: SavedCampaign;
  saving: Saving;
  person: PreviewedPerson;
  /** Its place in the sequence, from 0. */
  index: number;
  onChange: (step: DraftStep) => void;
}

/** One email: closed a line of the sequence, open its wait, its wordings, and what they become for a person. */
export function StepCard(
  props: StepProps & {
    isOpen: boolean;
    onToggle: () => void;
    onMove: (by: -1 | 1) => void;
    onRemove: () => void;
  },
) {
  const { saving, index, isOpen, onToggle, onChange, onMove, onRemove } = props;
  const { steps } = saving.draft;
  const step = steps[index];
  if (!step) return null;
  const problems = saving.problems.filter((problem) => problem.step === index);
  const title = index === 0 ? TEXTS.first : TEXTS.followUp(index);
  return (
    <Card component="section" aria-label={title} p={0}>
      <Group wrap="nowrap" gap={0}>
        <UnstyledButton className={classes['head']} aria-expanded={isOpen} onClick={onToggle}>
          <IconChevronDown size={18} aria-hidden className={classes['chevron']} />
          <div className={classes['words']}>
            <Text fw={620}>
              {title}{' '}
              <Text span size="sm" c="dimmed" pl={4}>
                {step.waitDays === 0 ? TEXTS.atOnce : TEXTS.after(step.waitDays)}
              </Text>
            </Text>
            {!isOpen && (
              <Text size="sm" c="dimmed" truncate>
                {step.variants[0]?.subject || TEXTS.inThread}
              </Text>
            )}
          </div>
          {problems.length > 0 && (
            <IconAlertCircle
              size={20}
              role="img"
              aria-label={WRITING.needsYou}
              color="var(--mantine-color-error)"
            />
          )}
        </UnstyledButton>
        {steps.length > 1 && (
          <StepMenu
            title={title}
            isFirst={index === 0}
            isLast={index === steps.length - 1}
            onMove={onMove}
            onRemove={onRemove}
          />
        )}
      </Group>
      {isOpen && (
        <Stack gap="md" p="lg" pt={0}>
          <NumberInput
            w={220}
            label={index === 0 ? TEXTS.waitFirst : TEXTS.wait}
            min={0}
            max={365}
            allowDecimal={false}
            allowNegative={false}
            value={step.waitDays}
            onChange={(days) => onChange({ ...step, waitDays: Number(days) })}
            error={problems.find(({ field }) => field === 'waitDays')?.message}
          />
          <Wordings {...props} step={step} />
        </Stack>
      )}
    </Card>
  );
}

const TEXTS = WRITING.emails;
