import type { CombinedError } from 'urql';
import { STATES } from '../texts/states';
import { codeOf } from './createApi';

/** An error in words for the person: the server's own where it has some, which are written for people. */
export function wordsOf(error: CombinedError): string {
  const code = codeOf(error);
  if (code === 'NETWORK') return STATES.noAnswer;
  if (code === 'INTERNAL_SERVER_ERROR' || code === '') return STATES.ourFault;
  const [first] = error.graphQLErrors;
  return first?.message ?? STATES.ourFault;
}
