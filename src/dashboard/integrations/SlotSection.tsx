import { Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { GMAIL } from '../texts/gmail';
import { ConnectedSlot } from './ConnectedSlot';
import { FreeSlot } from './FreeSlot';
import type { Slot } from './GmailPage';
import type { UsageDetailsFragment } from './gmail.generated';

/** The slots of one kind: the connected ones first, as cards, then the free ones, as places to fill. */
export function SlotSection(props: {
  kind: Slot['kind'];
  usage: UsageDetailsFragment;
  slots: readonly Slot[];
  supportUrl: string | null;
  onConnect: (slot: Slot) => void;
}) {
  const { kind, usage, supportUrl, onConnect } = props;
  const slots = props.slots.filter((slot) => slot.kind === kind);
  const free = slots.filter(({ connection }) => !connection);
  const texts = GMAIL.kinds[kind];
  return (
    <Stack component="section" gap="md" aria-label={texts.title}>
      <div>
        <Group gap="xs" align="baseline">
          <Title order={2}>{texts.title}</Title>
          <Text c="dimmed" ff="monospace" size="sm" title={GMAIL.used(usage.used, usage.capacity)}>
            {usage.label}
          </Text>
        </Group>
        <Text c="dimmed" size="sm">
          {slots.length === 0 ? GMAIL.none : texts.lead}
        </Text>
      </div>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md" style={{ alignItems: 'start' }}>
        {slots.map(
          ({ connection, ...slot }) =>
            connection && (
              <ConnectedSlot
                key={slot.id}
                slot={{ ...slot, connection }}
                supportUrl={supportUrl}
                onReconnect={() => onConnect({ ...slot, connection })}
              />
            ),
        )}
      </SimpleGrid>
      {free.length > 0 && (
        <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md">
          {free.map((slot) => (
            <FreeSlot key={slot.id} slot={slot} supportUrl={supportUrl} onConnect={() => onConnect(slot)} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}
