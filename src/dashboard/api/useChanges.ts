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

/**
 * Calls `act` when the subscription speaks, once for a flood of events, and soon after the WebSocket has opened, for
 * the first time or anew: what changed before that, after the page was asked for, is told by nobody.
 */
export function useChanges<Event, Variables extends AnyVariables>(
  changes: Changes<Event, Variables>,
  act: () => void,
): void {
  const actSoon = useThrottled(act);
  useSubscription(changes, (_previous, event) => {
    actSoon();
    return event;
  });
  const { status } = useApi();
  const isPaused = changes.pause === true;
  useEffect(() => {
    if (isPaused) return;
    return status.subscribe(() => {
      if (status.read() === 'live') actSoon();
    });
  }, [status, actSoon, isPaused]);
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
