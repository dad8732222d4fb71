import type { Viewer } from '../identity/context';
import { BadInput, Unauthenticated } from '../lib/failures';
import type { Limits } from './limits';
import { type SentOperation, weigh } from './operationCost';

/** Who may ask for the schema itself. */
export type Introspection = 'everybody' | 'signed in';

/**
 * The last look at an operation before it runs, over HTTP and WebSocket alike.
 *
 * @throws BadInput for what would cost too much, Unauthenticated for a stranger who asks for the schema
 */
export function admitOperation(
  sent: SentOperation,
  viewer: Viewer | null,
  { limits, introspection }: { limits: Limits; introspection: Introspection },
): void {
  const { cost, readsSchema } = weigh(sent);
  if (readsSchema && !viewer && introspection === 'signed in') {
    throw new Unauthenticated('Please sign in to read the schema.');
  }
  if (cost > limits.cost) {
    const message = `may answer with ${cost} objects; ${limits.cost} are allowed. Ask for smaller pages.`;
    throw new BadInput([{ path: 'query', message }]);
  }
}
