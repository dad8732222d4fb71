import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { STATES } from '../texts/states';

/** Asks before something that cannot be taken back, and says what will happen. */
export function ConfirmModal(props: {
  isOpen: boolean;
  title: string;
  body: string;
  action: string;
  isRunning: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': STATES.close }}
    >
      <Stack gap="lg">
        <Text>{props.body}</Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={props.onClose}>
            {STATES.cancel}
          </Button>
          <Button color="red" loading={props.isRunning} onClick={props.onConfirm}>
            {props.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
