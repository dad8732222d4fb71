import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../identity/context';
import { admitOperation, type Introspection } from './admitOperation';
import type { Limits } from './limits';
import { secondsToWait } from './presentError';

/** What is ours to do in Apollo's pipeline: look at an operation before it runs, and say in a header when to come back. */
export function createEdgePlugin(options: {
  limits: Limits;
  introspection: Introspection;
}): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        if (!operation) return; // which of them is meant, is not said: it will not run
        admitOperation(
          { schema, document, operation, variables: request.variables ?? {} },
          contextValue.viewer,
          options,
        );
      },
      willSendResponse: async ({ response: { body, http } }) => {
        const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
        const wait = errors ? secondsToWait(errors) : null;
        if (wait !== null) http.headers.set('retry-after', String(wait));
      },
    }),
  };
}
