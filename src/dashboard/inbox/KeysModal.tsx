import { Kbd, Modal, Stack, Switch, Table } from '@mantine/core';
import { INBOX } from '../texts/inbox';
import { useShortcutsEnabled } from './useShortcuts';

/** What each key does, and the switch that turns them off. */
export function KeysModal({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [isEnabled, setEnabled] = useShortcutsEnabled();
  return (
    <Modal opened={isOpen} onClose={onClose} title={INBOX.keys.title} size="sm">
      <Stack gap="md">
        <Table>
          <Table.Tbody>
            {INBOX.keys.list.map(([keys, does]) => (
              <Table.Tr key={keys}>
                <Table.Td>
                  {keys.split(' ').map((key) => (
                    <Kbd key={key} mr={4}>
                      {key}
                    </Kbd>
                  ))}
                </Table.Td>
                <Table.Td>{does}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Switch
          label={INBOX.keys.enabled}
          description={INBOX.keys.enabledHint}
          checked={isEnabled}
          onChange={({ currentTarget }) => setEnabled(currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
}
