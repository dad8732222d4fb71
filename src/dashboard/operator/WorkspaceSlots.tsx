import { Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useQuery } from 'urql';
import { ConnectModal } from '../integrations/ConnectModal';
import type { Slot } from '../integrations/GmailPage';
import type { UsageDetailsFragment } from '../integrations/gmail.generated';
import { Loaded } from '../states/Loaded';
import { OPERATOR } from '../texts/operator';
import { GrantForm } from './GrantForm';
import { OperatorSlot } from './OperatorSlot';
import { FillFlySlotDocument, SlotsOfWorkspaceDocument } from './operator.generated';

/** The slots of one workspace, live: those that the team fills, those that its people do, and how many of each. */
export function WorkspaceSlots({ workspace }: { workspace: { id: string; name: string } }) {
  const [result, ask] = useQuery({
    query: SlotsOfWorkspaceDocument,
    variables: { workspaceId: workspace.id },
  });
  const refetch = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask]);
  const [filling, setFilling] = useState<Slot | null>(null);
  return (
    <Loaded result={result} onRetry={refetch}>
      {({ gmailIntegration: { fly, self, slots } }) => (
        <Stack gap="lg" px={8} pt="xs" pb="lg">
          <OfOneKind kind="FLY" usage={fly} slots={slots} onFill={setFilling} onChange={refetch} />
          <OfOneKind kind="SELF" usage={self} slots={slots} onFill={setFilling} onChange={refetch} />
          <GrantForm workspace={workspace} self={self.capacity} fly={fly.capacity} onGranted={refetch} />
          <ConnectModal
            slot={filling}
            mutation={FillFlySlotDocument}
            onClose={() => setFilling(null)}
            onConnected={refetch}
          />
        </Stack>
      )}
    </Loaded>
  );
}

function OfOneKind(props: {
  kind: Slot['kind'];
  usage: UsageDetailsFragment;
  slots: readonly Slot[];
  onFill: (slot: Slot) => void;
  onChange: () => void;
}) {
  const { kind, usage, slots, onFill, onChange } = props;
  return (
    <Stack component="section" gap="sm" aria-label={TEXTS.kinds[kind]}>
      <Group gap="xs" align="baseline">
        <Title order={3}>{TEXTS.kinds[kind]}</Title>
        <Text c="dimmed" ff="monospace" size="sm">
          {usage.label}
        </Text>
      </Group>
      {usage.capacity === 0 && (
        <Text size="sm" c="dimmed">
          {TEXTS.none}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" style={{ alignItems: 'start' }}>
        {slots
          .filter((slot) => slot.kind === kind)
          .map((slot) => (
            <OperatorSlot key={slot.id} slot={slot} onFill={() => onFill(slot)} onChange={onChange} />
          ))}
      </SimpleGrid>
    </Stack>
  );
}

const TEXTS = OPERATOR.slots;
