import { Button, Card, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useChanges } from '../api/useChanges';
import { AccountHeader } from '../integrations/AccountHeader';
import type { Connected } from '../integrations/ConnectedSlot';
import { DisconnectModal } from '../integrations/DisconnectModal';
import type { Slot } from '../integrations/GmailPage';
import { ProblemNotice } from '../integrations/ProblemNotice';
import { RecheckButton } from '../integrations/RecheckButton';
import { OPERATOR } from '../texts/operator';
import { LastProof } from './LastProof';
import { ReleaseFlySlotDocument, SlotElsewhereDocument } from './operator.generated';

/** A slot of another workspace, as an operator sees it: what is in it, and how it is filled and released. */
export function OperatorSlot(props: { slot: Slot; onFill: () => void; onChange: () => void }) {
  const { slot, onFill, onChange } = props;
  useChanges({ query: SlotElsewhereDocument, variables: { slotId: slot.id } }, onChange);
  const { connection, ...place } = slot;
  return (
    <Card component="article" padding="sm" aria-label={connection?.email ?? TEXTS.slot(slot.position)}>
      {connection ? (
        <Filled slot={{ ...place, connection }} onFill={onFill} />
      ) : (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {TEXTS.slot(slot.position)} · {TEXTS.free}
          </Text>
          {slot.kind === 'FLY' && (
            <Button size="compact-sm" aria-label={TEXTS.fillOf(slot.position)} onClick={onFill}>
              {TEXTS.fill}
            </Button>
          )}
        </Group>
      )}
    </Card>
  );
}

function Filled({ slot, onFill }: { slot: Connected; onFill: () => void }) {
  const [isReleasing, setReleasing] = useState(false);
  const { connection, kind } = slot;
  return (
    <Stack gap="xs">
      <AccountHeader connection={connection}>
        <LastProof at={connection.lastProofAt} />
      </AccountHeader>
      {connection.problem && <ProblemNotice problem={connection.problem} />}
      <Group gap="xs">
        <RecheckButton slotId={slot.id} />
        {kind === 'FLY' && (
          <>
            {connection.state === 'REJECTED' && (
              <Button size="compact-sm" variant="default" onClick={onFill}>
                {TEXTS.reconnect}
              </Button>
            )}
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              ml="auto"
              aria-label={TEXTS.releaseOf(connection.email)}
              onClick={() => setReleasing(true)}
            >
              {TEXTS.release}
            </Button>
          </>
        )}
      </Group>
      {isReleasing && (
        <DisconnectModal slot={slot} mutation={ReleaseFlySlotDocument} onClose={() => setReleasing(false)} />
      )}
    </Stack>
  );
}

const TEXTS = OPERATOR.slots;
