import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

const { parseValue, parseLiteral, serialize } = GraphQLDateTimeISO.toConfig();

/** A moment, as ISO 8601 in UTC. Serialises what the scalar of graphql-scalars does, under the contract's name. */
export const DateTime = new GraphQLScalarType({
  name: 'DateTime',
  description: 'A moment in ISO 8601 and UTC, such as 2026-11-22T09:30:00.000Z.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  parseValue,
  parseLiteral,
  serialize,
});
