import { useReducer } from 'react';
import type { TypedDocumentNode } from 'urql';
import { useChanges } from './useChanges';

/** A number that rises with each change that the subscription tells of: the `basis` of what is asked for again then. */
export function useNews<Event>(query: TypedDocumentNode<Event, Record<string, never>>): number {
  const [news, rise] = useReducer((count: number) => count + 1, 0);
  useChanges({ query, variables: {} }, rise);
  return news;
}
