import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';
import { ConfirmModal } from './ConfirmModal';

/** The button to something that cannot be taken back: it asks first, and says what will happen. */
export function ConfirmButton(
  props: ButtonProps & {
    'aria-label'?: string;
    title: string;
    body: string;
    /** What the button in the window is called. */
    action: string;
    /** The window stays open until it has ended. */
    onConfirm: () => Promise<void>;
  },
) {
  const { title, body, action, onConfirm, ...button } = props;
  const [isAsking, setAsking] = useState(false);
  const [isRunning, setRunning] = useState(false);
  const close = () => setAsking(false);
  const confirm = async () => {
    setRunning(true);
    await onConfirm();
    setRunning(false);
    close();
  };
  return (
    <>
      <Button size="xs" variant="subtle" color="red" {...button} onClick={() => setAsking(true)} />
      <ConfirmModal
        isOpen={isAsking}
        title={title}
        body={body}
        action={action}
        isRunning={isRunning}
        onConfirm={confirm}
        onClose={close}
      />
    </>
  );
}
