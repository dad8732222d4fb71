import { useCallback, useEffect } from 'react';
import {
  type AnyVariables,
  type TypedDocumentNode,
  type UseQueryState,
  useQuery,
  useSubscription,
} from 'urql';
import { useApi } from './ApiProvider';
import { useThrottled } from './useThrottled';

export interface LiveQuery<Data, Variables extends AnyVariables> {
  result: UseQueryState<Data, Variables>;
  /** Asks the server again, whatever is cached. */
  refetch(): void;
}

/**
 * A query that is asked again whenever one of these subscriptions speaks, and whenever the WebSocket has come back.
 * An event is only the hint that something changed; the answer of the query is the truth, as on the server.
 */
export function useLiveQuery<
  Data,
  Variables extends AnyVariables,
  Event,
  EventVariables extends AnyVariables,
>(
  question: { query: TypedDocumentNode<Data, Variables>; variables: Variables; pause?: boolean },
  changes: { query: TypedDocumentNode<Event, EventVariables>; variables: EventVariables },
): LiveQuery<Data, Variables> {
  const [result, ask] = useQuery<Data, Variables>(question);
  const refetch = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask]);
  const refetchSoon = useThrottled(refetch);
  useSubscription({ ...changes, pause: question.pause ?? false }, (_previous, event) => {
    refetchSoon();
    return event;
  });
  useOnReconnect(refetch);
  return { result, refetch };
}

/** Calls `act` each time the WebSocket has come back after it was lost. */
export function useOnReconnect(act: () => void): void {
  const { status } = useApi();
  useEffect(() => {
    let wasLost = false;
    return status.subscribe(() => {
      if (status.read() === 'live' && wasLost) act();
      wasLost = status.read() === 'lost' || (wasLost && status.read() !== 'live');
    });
  }, [status, act]);
}
