import { Badge, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useAction } from '../api/useAction';
import { ConfirmButton } from '../shell/ConfirmButton';
import { SUPPRESSIONS } from '../texts/suppressions';
import { sayMoment } from '../time/sayTime';
import { type SuppressionFactsFragment, UnsuppressDocument } from './suppressions.generated';

/** An address or domain, why it is suppressed, and the way back with a warning. */
export function SuppressionRow({ suppression }: { suppression: SuppressionFactsFragment }) {
  const { id, value, reason, source, createdAt } = suppression;
  const [lift] = useAction(UnsuppressDocument, undefined, 'Suppression');
  const confirm = async () => {
    if (await lift({ id })) notifications.show({ message: SUPPRESSIONS.removed(value) });
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
      <ConfirmButton
        style={{ flexShrink: 0 }}
        aria-label={SUPPRESSIONS.removeOf(value)}
        title={SUPPRESSIONS.removeTitle(value)}
        body={SUPPRESSIONS.warnings[reason]}
        action={SUPPRESSIONS.removeAction}
        onConfirm={confirm}
      >
        {SUPPRESSIONS.remove}
      </ConfirmButton>
    </Group>
  );
}

const COLORS = { UNSUBSCRIBED: 'blue', BOUNCED: 'yellow', COMPLAINED: 'red', MANUAL: 'gray' } as const;
