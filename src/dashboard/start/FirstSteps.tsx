import { Button, Card, Group, Progress, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Link } from 'wouter';
import { START } from '../texts/start';
import classes from './FirstSteps.module.css';

type Step = keyof typeof START.steps;

const STEPS: readonly { step: Step; path: string }[] = [
  { step: 'connect', path: '/integrations/gmail' },
  { step: 'people', path: '/prospects' },
  { step: 'campaign', path: '/campaigns' },
  { step: 'reply', path: '/inbox' },
];

/** What there is to do in an empty workspace, in order; the next one stands out. */
export function FirstSteps({ done }: { done: Readonly<Record<Step, boolean>> }) {
  const count = STEPS.filter(({ step }) => done[step]).length;
  const next = STEPS.find(({ step }) => !done[step])?.step;
  const progress = START.progress(count, STEPS.length);
  return (
    <Card p={0}>
      <Group px="lg" pt="md" pb="sm" gap="md" wrap="nowrap">
        <Progress value={(100 * count) / STEPS.length} size="sm" flex={1} aria-label={progress} />
        <Text size="sm" c="dimmed" className="figures">
          {progress}
        </Text>
      </Group>
      <Stack component="ol" gap={0} m={0} p={0} className={classes['list']}>
        {STEPS.map(({ step, path }, index) => (
          <li key={step} className={classes['step']} data-next={step === next || undefined}>
            <Mark number={index + 1} isDone={done[step]} isNext={step === next} />
            <div className={classes['words']}>
              <Text fw={600}>{START.steps[step].title}</Text>
              <Text size="sm" c="dimmed">
                {START.steps[step].lead}
              </Text>
            </div>
            {!done[step] && (
              <Button component={Link} href={path} variant={step === next ? 'filled' : 'default'}>
                {START.steps[step].action}
              </Button>
            )}
          </li>
        ))}
      </Stack>
    </Card>
  );
}

function Mark({ number, isDone, isNext }: { number: number; isDone: boolean; isNext: boolean }) {
  if (isDone) {
    return (
      <ThemeIcon radius="xl" size={30} color="teal" variant="light" role="img" aria-label={START.done}>
        <IconCheck size={18} />
      </ThemeIcon>
    );
  }
  return (
    <ThemeIcon radius="xl" size={30} color={isNext ? 'sphere' : 'gray'} variant="light" aria-hidden>
      <Text span size="sm" fw={650}>
        {number}
      </Text>
    </ThemeIcon>
  );
}
