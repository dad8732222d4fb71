import { useCallback, useEffect, useRef } from 'react';
import type { UseQueryExecute, UseQueryState } from 'urql';

/** Two ways of asking a query again, whatever is cached. */
export interface Refetch {
  /** At once: what is on its way is taken back. */
  refetch(): void;
  /** Once what is on its way has come: in a flood of events on a slow network, each would take back the one before. */
  renew(): void;
}

/** For what useQuery returned. */
export function useRefetch(
  { fetching, stale }: Pick<UseQueryState, 'fetching' | 'stale'>,
  ask: UseQueryExecute,
): Refetch {
  const isAsking = fetching || stale;
  const isOnItsWay = useRef(isAsking);
  const isDue = useRef(false);
  const refetch = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask]);
  useEffect(() => {
    isOnItsWay.current = isAsking;
    if (isAsking || !isDue.current) return;
    isDue.current = false;
    refetch();
  }, [isAsking, refetch]);
  const renew = useCallback(() => {
    if (isOnItsWay.current) isDue.current = true;
    else refetch();
  }, [refetch]);
  return { refetch, renew };
}
