import { Grid, Modal } from '@mantine/core';
import { useIsMobile } from '../shell/useIsMobile';
import { GMAIL } from '../texts/gmail';
import { ConnectForm, type ConnectProps } from './ConnectForm';
import type { Slot } from './GmailPage';
import { Guides } from './Guides';

/** The window in which an account is connected: the guides to an App Password, and the form with its live checks. */
export function ConnectModal(props: ConnectProps & { slot: Slot | null }) {
  const { slot, onClose } = props;
  const isMobile = useIsMobile();
  const title = slot?.connection ? GMAIL.connect.reconnectTitle : GMAIL.connect.title;
  return (
    <Modal
      opened={slot !== null}
      onClose={onClose}
      title={title}
      size={880}
      fullScreen={isMobile}
      // A click beside the window must not throw away what was typed.
      closeOnClickOutside={false}
    >
      {slot && (
        <Grid gap="xl">
          <Grid.Col span={{ base: 12, sm: 6 }}>
            <Guides />
          </Grid.Col>
          <Grid.Col span={{ base: 12, sm: 6 }}>
            <ConnectForm key={slot.id} {...props} slot={slot} />
          </Grid.Col>
        </Grid>
      )}
    </Modal>
  );
}
