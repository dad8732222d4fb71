import { Alert } from '@mantine/core';
import { useDebouncedValue, useNetwork } from '@mantine/hooks';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { useApi } from '../api/ApiProvider';
import { STATES } from '../texts/states';

/** A restart of the server takes this long, and is nobody's business. Milliseconds. */
const PATIENCE_MS = 2_000;

/** Says that what is shown may be old, for as long as the live connection is lost. */
export function OfflineBanner() {
  const { status } = useApi();
  const { online } = useNetwork();
  const isLost = useSyncExternalStore(status.subscribe, status.read) === 'lost';
  const [wasLost] = useDebouncedValue(isLost, PATIENCE_MS);
  if (online && !(isLost && wasLost)) return null;
  return (
    <Alert color="yellow" icon={<IconPlugConnectedX />} mb="md" role="status" className="page">
      {online ? STATES.reconnecting : STATES.offline}
    </Alert>
  );
}
