import { notifications } from '@mantine/notifications';
import { useCallback, useState } from 'react';
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useClient } from 'urql';
import { wordsOf } from './wordsOf';

/**
 * A mutation as a page uses it: `const [connect, isConnecting] = useAction(ConnectDocument)`. It resolves to the
 * data, or to null when there was an error, of which the person has been told by a notification; `onError` may take
 * that over, for instance to write what is wrong beside the fields of a form, by returning true. `changes` names a type
 * whose lists it changes though its answer has none of it, as with a deletion.
 */
export function useAction<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  onError: (error: CombinedError) => boolean | undefined = () => false,
  changes?: string,
): [run: (variables: Variables) => Promise<Data | null>, isRunning: boolean] {
  const client = useClient();
  const [running, setRunning] = useState(0);
  const run = useCallback(
    async (variables: Variables) => {
      setRunning((count) => count + 1);
      try {
        const { data, error } = await client
          .mutation(document, variables, changes ? { additionalTypenames: [changes] } : {})
          .toPromise();
        if (error && !onError(error)) notifications.show({ color: 'red', message: wordsOf(error) });
        return error ? null : (data ?? null);
      } finally {
        setRunning((count) => count - 1);
      }
    },
    [client, document, onError, changes],
  );
  return [run, running > 0];
}
