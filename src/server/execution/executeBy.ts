import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { RequestContext } from '../../identity/context';
import type { Execute } from './createExecutor';

type Gateway = ApolloServerOptionsWithGateway<RequestContext>['gateway'];

/** Has Apollo execute by our executor. It lets only a gateway to other servers do that, so this is a gateway to ourselves. */
export function executeBy(execute: Execute, schema: GraphQLSchema): Gateway {
  return {
    onSchemaLoadOrUpdate(tell) {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ document, request: { operationName, variables }, context }) =>
        execute({ document, operationName, variableValues: variables, contextValue: context }),
    }),
    stop: async () => undefined,
  };
}
