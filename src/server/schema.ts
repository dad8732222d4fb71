import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { ApiKeyResolver } from '../identity/apiKey.resolver';
import { DateTime } from '../identity/dateTime';
import { PersonResolver } from '../identity/person.resolver';
import { WorkspaceResolver } from '../identity/workspace.resolver';
import { validateInput } from './validateInput';

/** All that the API can be asked. Nothing is found by scanning folders: what is not in this list is not there. */
export function createSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: RESOLVERS,
    scalarsMap: [{ type: Date, scalar: DateTime }],
    validateFn: validateInput,
  });
}

const RESOLVERS: NonEmptyArray<new () => object> = [PersonResolver, WorkspaceResolver, ApiKeyResolver];
