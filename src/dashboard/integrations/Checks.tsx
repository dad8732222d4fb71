import { Loader, Stack, Text } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
} from '@tabler/icons-react';
import { GMAIL } from '../texts/gmail';
import classes from './Checks.module.css';
import type { CheckDetailsFragment } from './gmail.generated';

/** The steps of trying an account, as they run; those that are still to come are shown, too. */
export function Checks({ steps }: { steps: readonly CheckDetailsFragment[] }) {
  return (
    <Stack component="ol" gap={2} m={0} p={0} aria-label={GMAIL.connect.checks} className={classes['list']}>
      {ORDER.map((name) => {
        const step = steps.find((each) => each.name === name);
        return (
          <li key={name} className={classes['step']} data-outcome={step?.outcome ?? 'TO_COME'}>
            <Mark outcome={step?.outcome} />
            <div className={classes['words']}>
              <Text size="sm" fw={step ? 550 : 400} c={step ? undefined : 'dimmed'}>
                {GMAIL.checks[name]}
              </Text>
              {step && step.outcome !== 'FAILED' && (
                <Text size="xs" c="dimmed">
                  {step.detail}
                </Text>
              )}
            </div>
          </li>
        );
      })}
    </Stack>
  );
}

const ORDER = Object.keys(GMAIL.checks) as (keyof typeof GMAIL.checks)[];

function Mark({ outcome }: { outcome: CheckDetailsFragment['outcome'] | undefined }) {
  if (outcome === 'RUNNING') return <Loader size={16} m={1} role="img" aria-label={GMAIL.outcomes.RUNNING} />;
  if (outcome === undefined || outcome === 'SKIPPED') {
    return <IconCircleDashed size={18} color="var(--mantine-color-dimmed)" aria-hidden />;
  }
  const { icon: MarkIcon, color } = MARKS[outcome];
  return <MarkIcon size={18} color={color} role="img" aria-label={GMAIL.outcomes[outcome]} />;
}

const MARKS = {
  PASSED: { icon: IconCircleCheckFilled, color: 'var(--mantine-color-teal-6)' },
  WARNING: { icon: IconAlertTriangleFilled, color: 'var(--mantine-color-yellow-6)' },
  FAILED: { icon: IconCircleXFilled, color: 'var(--mantine-color-red-6)' },
} as const;
