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
 * Calls `act` when the subscription speaks, and `begin` when the WebSocket has opened; once for a flood of either. What
 * was asked for before it opened may have been lost with the network.
 */
export function useChanges<Event, Variables extends AnyVariables>(
  changes: Changes<Event, Variables>,
  act: () => void,
  begin: () => void = act,
): void {
  const actSoon = useThrottled(act);
  useSubscription(changes, (_previous, event) => {
    actSoon();
    return event;
  });
  useOnOpening(useThrottled(begin), changes.pause);
}

/**
 * Calls `actSoon` when the WebSocket has opened, for the first time or anew: what changed before that, after the page was
 * asked for, is told by nobody. It is one of useThrottled, since the subscriptions are only then on their way to the
 * server. What must not be missed even on that way is heard of by useReplies.
 */
export function useOnOpening(actSoon: () => void, isPaused = false): void {
  const { status } = useApi();
  useEffect(() => {
    if (isPaused) return;
    return status.subscribe(() => {
      if (status.read() === 'live') actSoon();
    });
  }, [status, actSoon, isPaused]);
}
