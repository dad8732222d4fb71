import { useEffect } from 'react';
import { type AnyVariables, type TypedDocumentNode, useSubscription } from 'urql';
import { useApi } from './ApiProvider';
import { useThrottled } from './useThrottled';

/** A subscription that says that something changed. What, is for a query to find out. */
export interface Changes<Event, Variables extends AnyVariables> {
  query: TypedDocumentNode<Event, Variables>;
  variables: Variables;
  pause?: boolean | undefined;
}

/** Calls `act` when the subscription speaks, once for a flood of events, and when the WebSocket has come back. */
export function useChanges<Event, Variables extends AnyVariables>(
  changes: Changes<Event, Variables>,
  act: () => void,
): void {
  const actSoon = useThrottled(act);
  useSubscription(changes, (_previous, event) => {
    actSoon();
    return event;
  });
  useOnReconnect(act);
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
