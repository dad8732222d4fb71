import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../identity/context';
import type { Log } from '../lib/log';
import { operationSeconds } from '../lib/meters';
import { admitOperation, type Introspection } from './admitOperation';
import type { Limits } from './limits';
import { secondsToWait } from './presentError';

/**
 * What is ours to do in Apollo's pipeline: look at an operation before it runs, say in a header when to come back, time it,
 * and join the numbers of its failures in the log with the request.
 */
export function createEdgePlugin(options: {
  limits: Limits;
  introspection: Introspection;
  log: Log;
}): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => {
      const stop = operationSeconds.startTimer();
      return {
        didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
          if (!operation) return; // which of them is meant, is not said: it will not run
          admitOperation(
            { schema, document, operation, variables: request.variables ?? {} },
            contextValue.viewer,
            options,
          );
        },
        willSendResponse: async ({ response: { body, http }, operation, contextValue }) => {
          const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
          stop({ operation: operation?.operation ?? 'none', outcome: errors ? 'error' : 'ok' });
          const ids = errors?.flatMap(({ extensions }) => extensions?.['id'] ?? []) ?? [];
          if (ids.length > 0) {
            options.log.warn({ requestId: contextValue.requestId, ids }, 'A request met failures of ours');
          }
          const wait = errors ? secondsToWait(errors) : null;
          if (wait !== null) http.headers.set('retry-after', String(wait));
        },
      };
    },
  };
}
