import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';

/** Our pages and a program of somebody else have some dozens each. */
const KEPT = 1_000;

/** A document, or what is wrong with it. */
export type ReadDocument = (text: string) => DocumentNode | readonly GraphQLError[];

/**
 * Parses and validates, and keeps what is valid: a program sends the same few documents all day. Apollo does so over
 * HTTP; this is for WebSocket. Throws a GraphQLError for what cannot be parsed.
 */
export function createDocumentReader(
  schema: GraphQLSchema,
  rules: readonly ValidationRule[],
  maxTokens: number,
): ReadDocument {
  const kept = new Map<string, DocumentNode>();
  const allRules = [...specifiedRules, ...rules];
  return (text) => {
    const known = kept.get(text);
    if (known) return known;
    const document = parse(text, { maxTokens });
    const errors = validate(schema, document, allRules);
    if (errors.length > 0) return errors;
    kept.set(text, document);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return document;
  };
}
