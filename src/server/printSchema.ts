import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { createSchema } from './schema';

/** The schema as it is committed: sorted, so that a change shows as what it is. */
export function printSorted(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

if (require.main === module) writeFileSync('schema/schema.graphql', printSorted(createSchema()));
