import { useState } from 'react';
import { useSubscription } from 'urql';
import { useAction } from '../api/useAction';
import { type Fields, showFieldErrors } from '../api/useFormAction';
import { wordsOf } from '../api/wordsOf';
import {
  type CheckDetailsFragment,
  ConnectGmailDocument,
  type ConnectGmailMutationVariables,
  ConnectionChecksDocument,
  type ConnectOutcomeFragment,
} from './gmail.generated';

/** Where an attempt to connect stands: its steps so far, and in the end its outcome or why it could not be made. */
export interface Attempt {
  steps: readonly CheckDetailsFragment[];
  outcome: ConnectOutcomeFragment | null;
  failure: string | null;
}

const NOTHING_YET: Attempt = { steps: [], outcome: null, failure: null };

/**
 * Connects an account in a slot, with its checks live. The steps are listened for before the attempt is made, also
 * from the beginning of one that somebody else of the workspace is making here. What is wrong with the fields of `form`
 * is written beside them. `mutation` is how it comes in.
 */
export function useConnect(slotId: string, form: Fields, mutation = ConnectGmailDocument) {
  const [attempt, setAttempt] = useState(NOTHING_YET);
  useSubscription({ query: ConnectionChecksDocument, variables: { slotId } }, (_previous, event) => {
    setAttempt((current) => ({ ...current, steps: withStep(current.steps, event.connectionCheck) }));
    return event;
  });
  const [run, isConnecting] = useAction(mutation, (error) => {
    if (!showFieldErrors(error, form)) setAttempt((current) => ({ ...current, failure: wordsOf(error) }));
    return true;
  });

  const connect = async (input: Omit<ConnectGmailMutationVariables['input'], 'slotId'>) => {
    setAttempt(NOTHING_YET);
    const outcome = (await run({ input: { slotId, ...input } }))?.connectGmail;
    if (!outcome) return false;
    setAttempt((current) => ({
      steps: 'checks' in outcome ? outcome.checks : current.steps,
      outcome,
      failure: null,
    }));
    return outcome.__typename === 'GmailConnected';
  };
  return { attempt, connect, isConnecting };
}

/** A step in its newest state; the first one, running, begins a new attempt. */
function withStep(steps: readonly CheckDetailsFragment[], step: CheckDetailsFragment) {
  if (step.name === 'ADDRESS_AND_PASSWORD_FORMAT' && step.outcome === 'RUNNING') return [step];
  return [...steps.filter(({ name }) => name !== step.name), step];
}
