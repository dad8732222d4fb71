import { useMemo } from 'react';

/**
 * For a query whose answer hangs on more than its variables: as its `context`, it makes urql ask the server again
 * whenever `basis` is another.
 */
export function useFreshContext(basis: unknown): { requestPolicy: 'network-only' } {
  // biome-ignore lint/correctness/useExhaustiveDependencies: that the object is another is what urql goes by.
  return useMemo(() => ({ requestPolicy: 'network-only' }), [basis]);
}
