import { type AnyVariables, type TypedDocumentNode, type UseQueryState, useQuery } from 'urql';
import { type Changes, useChanges } from './useChanges';
import { useRefetch } from './useRefetch';

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
  changes: Changes<Event, EventVariables>,
): LiveQuery<Data, Variables> {
  const [result, ask] = useQuery<Data, Variables>(question);
  const { refetch, renew } = useRefetch(result, ask);
  useChanges({ ...changes, pause: question.pause }, renew, refetch);
  return { result, refetch };
}
