import { useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { useLocation } from 'wouter';
import { useApi } from '../api/ApiProvider';
import { type Fields, showFieldErrors } from '../api/useFormAction';
import { wordsOf } from '../api/wordsOf';
import type { SignInOutcomeFragment } from './account.generated';

/** As the API demands. */
export const LEAST_PASSWORD = 10;

/**
 * Signing in, in any of its three ways. Whoever is let in gets a new way to the server, and is left where they
 * wanted to go; a refusal is shown above the form, and what is wrong with a field beside it.
 */
export function useEntrance<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  outcomeOf: (data: Data) => SignInOutcomeFragment,
  form: Fields,
): [enter: (variables: Variables) => Promise<void>, state: { isEntering: boolean; refusal: string | null }] {
  const client = useClient();
  const { renew } = useApi();
  const [path, go] = useLocation();
  const [state, setState] = useState<{ isEntering: boolean; refusal: string | null }>(RESTING);

  const enter = async (variables: Variables) => {
    setState({ isEntering: true, refusal: null });
    const { data, error } = await client.mutation(document, variables).toPromise();
    const outcome = data ? outcomeOf(data) : null;
    if (outcome?.__typename === 'SignedIn') {
      // The forms have addresses of their own, which lead nowhere for whoever is in.
      if (ENTRANCES.includes(path)) go('/', { replace: true });
      return renew();
    }
    if (outcome) return setState({ isEntering: false, refusal: outcome.message });
    setState({ isEntering: false, refusal: error && !showFieldErrors(error, form) ? wordsOf(error) : null });
  };
  return [enter, state];
}

const RESTING = { isEntering: false, refusal: null };
const ENTRANCES = ['/sign-in', '/sign-up', '/invitation'];
