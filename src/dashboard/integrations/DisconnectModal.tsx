import { Button, Group, List, Modal, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useAction } from '../api/useAction';
import { GMAIL } from '../texts/gmail';
import { STATES } from '../texts/states';
import type { Connected } from './ConnectedSlot';
import { DisconnectGmailDocument } from './gmail.generated';

/** Asks once more, and says what happens, before an account leaves its slot. `mutation` is how it leaves. */
export function DisconnectModal(props: {
  slot: Connected;
  onClose: () => void;
  mutation?: typeof DisconnectGmailDocument;
}) {
  const { slot, onClose, mutation = DisconnectGmailDocument } = props;
  const { email } = slot.connection;
  const [disconnect, isRunning] = useAction(mutation);
  const leave = async () => {
    const outcome = (await disconnect({ slotId: slot.id }))?.disconnectGmail;
    if (!outcome) return;
    onClose();
    if (outcome.__typename === 'SlotUnavailable') {
      notifications.show({ color: 'red', message: outcome.message });
      return;
    }
    const { cancelledMessages: count } = outcome;
    notifications.show({
      color: 'teal',
      title: GMAIL.disconnect.done(email),
      message: count > 0 && GMAIL.disconnect.cancelled(count),
    });
  };
  return (
    <Modal opened onClose={onClose} title={GMAIL.disconnect.title(email)}>
      <Stack gap="lg">
        <List size="sm" spacing="xs">
          {GMAIL.disconnect.consequences.map((words) => (
            <List.Item key={words}>{words}</List.Item>
          ))}
        </List>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {STATES.cancel}
          </Button>
          <Button color="red" loading={isRunning} onClick={leave}>
            {GMAIL.disconnect.submit}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
