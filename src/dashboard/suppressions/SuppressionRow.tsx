import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useAction } from '../api/useAction';
import { ConfirmModal } from '../shell/ConfirmModal';
import { SUPPRESSIONS } from '../texts/suppressions';
import { sayMoment } from '../time/sayTime';
import { type SuppressionFactsFragment, UnsuppressDocument } from './suppressions.generated';

/** An address or domain, why it is suppressed, and the way back with a warning. */
export function SuppressionRow({ suppression }: { suppression: SuppressionFactsFragment }) {
  const { id, value, reason, source, createdAt } = suppression;
  const [isAsking, setAsking] = useState(false);
  const [lift, isLifting] = useAction(UnsuppressDocument, undefined, 'Suppression');
  const confirm = async () => {
    if (await lift({ id })) notifications.show({ message: SUPPRESSIONS.removed(value) });
    setAsking(false);
  };
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" py="xs" px={8}>
      <Stack gap={2} miw={0}>
        <Text fw={550} truncate>
          {value}
        </Text>
        <Group gap="xs">
          <Badge color={COLORS[reason]}>{SUPPRESSIONS.reasons[reason]}</Badge>
          <Text size="sm" c="dimmed">
            {`${SUPPRESSIONS.sources[source]}, ${sayMoment(createdAt)}`}
          </Text>
        </Group>
      </Stack>
      <Button
        size="xs"
        variant="subtle"
        color="red"
        style={{ flexShrink: 0 }}
        aria-label={SUPPRESSIONS.removeOf(value)}
        onClick={() => setAsking(true)}
      >
        {SUPPRESSIONS.remove}
      </Button>
      <ConfirmModal
        isOpen={isAsking}
        title={SUPPRESSIONS.removeTitle(value)}
        body={SUPPRESSIONS.warnings[reason]}
        action={SUPPRESSIONS.removeAction}
        isRunning={isLifting}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      />
    </Group>
  );
}

const COLORS = { UNSUBSCRIBED: 'blue', BOUNCED: 'yellow', COMPLAINED: 'red', MANUAL: 'gray' } as const;
