import { Button, Grid, Group, NumberInput, Stack, Tabs, Text } from '@mantine/core';
import { IconAlertCircle, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { WRITING } from '../../texts/campaignWriting';
import { letterOf } from '../sayNumbers';
import { type DraftStep, type DraftVariant, newVariant, replaceAt } from './draft';
import { Preview } from './Preview';
import type { StepProps } from './StepCard';
import { WordingFields } from './WordingFields';

/** The wordings of an email beside what each becomes for a person. With several, each gets its share of the people. */
export function Wordings({
  campaign,
  saving,
  person,
  index,
  step,
  onChange,
}: StepProps & { step: DraftStep }) {
  const { variants } = step;
  const [chosen, setChosen] = useState(0);
  const current = Math.min(chosen, variants.length - 1);
  const variant = variants[current];
  if (!variant) return null;
  const ofStep = saving.problems.filter((problem) => problem.step === index);
  const problems = ofStep.filter((problem) => problem.variant === current);
  const set = (next: Partial<DraftVariant>) =>
    onChange({ ...step, variants: replaceAt(variants, current, { ...variant, ...next }) });
  const add = () => {
    onChange({ ...step, variants: [...variants, newVariant(variant)] });
    setChosen(variants.length);
  };
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack gap="md">
          {variants.length > 1 && (
            <Tabs value={String(current)} onChange={(tab) => setChosen(Number(tab))}>
              <Tabs.List aria-label={TEXTS.wordings}>
                {variants.map(({ key }, n) => (
                  <Tabs.Tab
                    key={key}
                    value={String(n)}
                    rightSection={
                      ofStep.some((problem) => problem.variant === n) && (
                        <IconAlertCircle
                          size={16}
                          role="img"
                          aria-label={WRITING.needsYou}
                          color="var(--mantine-color-error)"
                        />
                      )
                    }
                  >
                    {TEXTS.wording(letterOf(n))}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value={String(current)} pt="md">
                <Weight step={step} variant={variant} onChange={(weight) => set({ weight })} />
              </Tabs.Panel>
            </Tabs>
          )}
          <WordingFields
            key={variant.key}
            variant={variant}
            isFirstStep={index === 0}
            attributes={person.attributes}
            problems={problems}
            onChange={set}
          />
          <Group gap="sm">
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={add}
            >
              {TEXTS.addWording}
            </Button>
            {variants.length > 1 && (
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                onClick={() => onChange({ ...step, variants: variants.filter((_, n) => n !== current) })}
              >
                {TEXTS.removeWording}
              </Button>
            )}
          </Group>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Preview
          campaignId={campaign.id}
          saving={saving}
          person={person}
          step={index}
          variant={current}
          hasProblem={problems.length > 0}
          isHtml={/^\s*</.test(variant.body)}
        />
      </Grid.Col>
    </Grid>
  );
}

function Weight(props: { step: DraftStep; variant: DraftVariant; onChange: (weight: number) => void }) {
  const { step, variant, onChange } = props;
  const all = step.variants.reduce((sum, { weight }) => sum + weight, 0);
  return (
    <Group gap="sm" align="flex-end">
      <NumberInput
        w={110}
        label={TEXTS.weight}
        min={0}
        max={1_000}
        allowDecimal={false}
        allowNegative={false}
        value={variant.weight}
        onChange={(weight) => onChange(Number(weight))}
      />
      {all > 0 && (
        <Text size="sm" c="dimmed" pb={8} className="figures">
          {TEXTS.weightMeaning(Math.round((100 * variant.weight) / all))}
        </Text>
      )}
    </Group>
  );
}

const TEXTS = WRITING.emails;
