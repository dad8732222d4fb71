import { Alert, Badge, Button, Card, Group, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { useSubscription } from 'urql';
import { Link } from 'wouter';
import { Loaded } from '../states/Loaded';
import { IMPORTS } from '../texts/imports';
import { sayMoment } from '../time/sayTime';
import { type ImportFactsFragment, ImportProgressDocument } from './imports.generated';
import { Rejects } from './Rejects';

/** An import as it goes on, and when it has ended what came of it. `children` are actions. */
export function ImportReport(props: { id: string; onEnd?: () => void; children?: ReactNode }) {
  const { id, onEnd, children } = props;
  const [result] = useSubscription({ query: ImportProgressDocument, variables: { id } });
  const hasEnded = result.data !== undefined && result.data.importChanged.state !== 'RUNNING';
  const tellEnd = useEffectEvent(() => onEnd?.());
  useEffect(() => {
    if (hasEnded) tellEnd();
  }, [hasEnded]);
  return (
    <Loaded result={result} onRetry={() => window.location.reload()}>
      {({ importChanged }) => (
        <Stack gap="lg">
          <Card component="section" aria-label={IMPORTS.title(sayMoment(importChanged.createdAt))}>
            <Facts facts={importChanged}>{children}</Facts>
          </Card>
          {hasEnded && importChanged.rejected > 0 && <Rejects id={id} />}
        </Stack>
      )}
    </Loaded>
  );
}

function Facts({ facts, children }: { facts: ImportFactsFragment; children: ReactNode }) {
  const isRunning = facts.state === 'RUNNING';
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Title order={2}>{IMPORTS.title(sayMoment(facts.createdAt))}</Title>
        <Badge color={IMPORT_COLORS[facts.state]}>{IMPORTS.states[facts.state]}</Badge>
      </Group>
      {isRunning && (
        <Progress value={100} animated aria-label={IMPORTS.running} aria-valuetext={IMPORTS.running} />
      )}
      {facts.message && <Alert color={facts.state === 'FAILED' ? 'red' : 'yellow'}>{facts.message}</Alert>}
      <div role="status">
        <SimpleGrid component="dl" m={0} cols={{ base: 2, sm: 4 }} className="figures">
          {FIGURES.map((figure) => (
            <div key={figure}>
              <Text component="dt" size="sm" c="dimmed">
                {IMPORTS.figures[figure]}
              </Text>
              <Text component="dd" m={0} size="xl" fw={620}>
                {facts[figure].toLocaleString('en')}
              </Text>
            </div>
          ))}
        </SimpleGrid>
      </div>
      {!isRunning && (
        <Group gap="sm">
          <Button component={Link} href="/prospects" variant="default">
            {IMPORTS.see}
          </Button>
          {children}
        </Group>
      )}
    </Stack>
  );
}

export const IMPORT_COLORS = { RUNNING: 'blue', DONE: 'teal', FAILED: 'red' } as const;

const FIGURES = ['rowsRead', 'created', 'updated', 'rejected'] as const;
