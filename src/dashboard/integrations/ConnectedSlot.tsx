import { Button, Card, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { GMAIL } from '../texts/gmail';
import { AccountHeader } from './AccountHeader';
import { Blockers } from './Blockers';
import { DisconnectModal } from './DisconnectModal';
import type { Slot } from './GmailPage';
import { ManagedBadge } from './ManagedBadge';
import { ProblemNotice } from './ProblemNotice';
import { RecheckButton } from './RecheckButton';
import { SendingFacts } from './SendingFacts';
import { SettingsModal } from './SettingsModal';

export type Connected = Slot & { connection: NonNullable<Slot['connection']> };

/** An account in its slot: how it is, what it may send, why it does not, and what can be done with it. */
export function ConnectedSlot(props: {
  slot: Connected;
  supportUrl: string | null;
  onReconnect: () => void;
}) {
  const { slot, supportUrl, onReconnect } = props;
  const { connection, kind } = slot;
  const [open, setOpen] = useState<'settings' | 'disconnect' | null>(null);
  const close = () => setOpen(null);
  const isOurs = kind === 'SELF';
  // What the notice of the problem says already need not be said twice.
  const blockers = connection.sending.blockers.filter(
    ({ code }) => !(code === 'NEEDS_ATTENTION' && connection.problem),
  );
  return (
    <Card component="article" aria-label={connection.email}>
      <Stack gap="md" h="100%">
        <AccountHeader connection={connection}>
          {connection.displayName ?? GMAIL.free.slot(slot.position)}
        </AccountHeader>
        {!isOurs && <ManagedBadge supportUrl={supportUrl} />}
        {connection.problem && (
          <ProblemNotice problem={connection.problem}>
            {isOurs && connection.state === 'REJECTED' && (
              <Button size="xs" color="red" onClick={onReconnect}>
                {GMAIL.actions.reconnect}
              </Button>
            )}
          </ProblemNotice>
        )}
        <SendingFacts connection={connection} />
        <Blockers blockers={blockers} />
        <Group gap="xs" mt="auto">
          <Button size="compact-sm" variant="default" onClick={() => setOpen('settings')}>
            {GMAIL.actions.settings}
          </Button>
          {isOurs && <RecheckButton slotId={slot.id} />}
          {isOurs && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              ml="auto"
              onClick={() => setOpen('disconnect')}
            >
              {GMAIL.actions.disconnect}
            </Button>
          )}
        </Group>
      </Stack>
      {open === 'settings' && <SettingsModal slot={slot} onClose={close} />}
      {open === 'disconnect' && <DisconnectModal slot={slot} onClose={close} />}
    </Card>
  );
}
