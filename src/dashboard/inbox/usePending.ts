import { useState } from 'react';
import type { Entry } from './useConversation';

/** An answer that was sent off and that the server has not shown us yet. */
export interface Pending {
  text: string;
}

/** Holds an answer that is on its way to the server, until an email of ours stands there that did not before. */
export function usePending(edges: readonly { node: Entry }[]) {
  const [held, hold] = useState<{ pending: Pending; before: ReadonlySet<string> } | null>(null);
  const ours = edges.flatMap(({ node }) => (node.__typename === 'OutgoingMessage' ? node.id : []));
  const hasCome = held !== null && ours.some((id) => !held.before.has(id));
  return {
    pending: held && !hasCome ? held.pending : null,
    setPending: (pending: Pending | null) => hold(pending && { pending, before: new Set(ours) }),
  };
}
