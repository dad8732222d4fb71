import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useAction } from '../api/useAction';
import { GMAIL } from '../texts/gmail';
import { RecheckConnectionDocument } from './gmail.generated';

/** Tries all checks of a connection again, and tells what came of it. */
export function RecheckButton({ slotId }: { slotId: string }) {
  const [recheck, isChecking] = useAction(RecheckConnectionDocument);
  const check = async () => {
    const outcome = (await recheck({ slotId }))?.recheckConnection;
    if (!outcome) return;
    const isWell = outcome.__typename === 'GmailConnected';
    notifications.show({
      color: isWell ? 'teal' : 'red',
      message: isWell ? GMAIL.rechecked : outcome.message,
    });
  };
  return (
    <Button size="compact-sm" variant="default" loading={isChecking} onClick={check}>
      {GMAIL.actions.recheck}
    </Button>
  );
}
