import { useMemo } from 'react';

/**
 * For a query whose answer depends on more than its variables: as its `context`, it makes urql ask the server again
 * whenever `basis` is another, since then it is another object.
 */
export function useFreshContext(basis: unknown): { requestPolicy: 'network-only' } {
  return useMemo(() => ({ requestPolicy: 'network-only', basis }), [basis]);
}
