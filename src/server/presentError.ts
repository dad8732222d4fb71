import { randomBytes } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import {
  BadInput,
  Forbidden,
  NotFound,
  RateLimited,
  Unauthenticated,
  type WrongField,
} from '../lib/failures';
import type { Log } from '../lib/log';
import { pathOfLiteral } from './pathOfLiteral';

/** What a client gets to see of an error, alike over HTTP and WebSocket. */
export type PresentError = (error: unknown) => GraphQLFormattedError;

/**
 * Failures keep their words and get their code; a request that GraphQL itself refuses is bad input. All else is a
 * bug: the client gets a number, and the log has the error under it.
 */
export function createErrorPresenter(log: Log): PresentError {
  return (error) => {
    const located =
      error instanceof GraphQLError
        ? error
        : new GraphQLError(String(error), { originalError: asError(error) });
    const { locations, path } = located;
    return {
      ...describe(located, log),
      ...(locations && { locations }),
      ...(path && { path }),
    };
  };
}

/** For the header Retry-After: until the last of these limits lets in again. Null where none of them is a limit. */
export function secondsToWait(errors: readonly GraphQLFormattedError[]): number | null {
  const moments = errors.flatMap(({ extensions }) =>
    extensions?.['code'] === 'RATE_LIMITED' ? [Date.parse(String(extensions['retryAt']))] : [],
  );
  return moments.length === 0 ? null : Math.max(1, Math.ceil((Math.max(...moments) - Date.now()) / 1_000));
}

type Description = Required<Pick<GraphQLFormattedError, 'message' | 'extensions'>>;

function describe(error: GraphQLError, log: Log): Description {
  const cause = rootOf(error);
  if (cause instanceof Unauthenticated)
    return { message: cause.message, extensions: { code: 'UNAUTHENTICATED' } };
  if (cause instanceof Forbidden) return { message: cause.message, extensions: { code: 'FORBIDDEN' } };
  if (cause instanceof NotFound) return { message: cause.message, extensions: { code: 'NOT_FOUND' } };
  if (cause instanceof BadInput) return badInput(cause.message, cause.fields);
  if (cause instanceof RateLimited) {
    const retryAt = cause.retryAt.toISOString();
    return { message: cause.message, extensions: { code: 'RATE_LIMITED', retryAt } };
  }
  if (isWrongVariable(error)) return describeWrongVariable(error);
  if (isWrongRequest(error, cause)) {
    const message = withoutSuggestion(error.message);
    return badInput(message, [{ path: pathOfLiteral(error) ?? 'query', message }]);
  }
  const id = randomBytes(4).toString('hex');
  log.error({ err: cause, id, path: error.path }, 'An operation failed');
  const message = `Something went wrong on our side. When you ask about it, name ${id}.`;
  return { message, extensions: { code: 'INTERNAL_SERVER_ERROR', id } };
}

function badInput(message: string, fields: readonly WrongField[]): Description {
  return { message, extensions: { code: 'BAD_USER_INPUT', fields } };
}

/** What was thrown in the first place: GraphQL wraps it once, and Apollo a second time. */
function rootOf(error: GraphQLError): Error {
  return error.originalError instanceof GraphQLError
    ? rootOf(error.originalError)
    : (error.originalError ?? error);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function isWrongVariable({ nodes }: GraphQLError): boolean {
  return nodes?.length === 1 && nodes[0]?.kind === Kind.VARIABLE_DEFINITION;
}

/**
 * graphql-js says `Variable "$input" got invalid value {…} at "input.email"; why`, with the why in the original
 * error. The value is left out: it may hold a password.
 */
function describeWrongVariable(error: GraphQLError): Description {
  const why = error.originalError?.message ?? error.message;
  const where = error.message.slice(0, -why.length).match(/ at "([^"]+)"; $/)?.[1];
  const variable = error.message.match(/^Variable "\$(\w+)"/)?.[1] ?? 'variables';
  const path = (where ?? variable).replace(/\[(\d+)\]/g, '.$1');
  const message = withoutSuggestion(why).replace(/ value: .*$/s, ' value');
  return badInput(`${path}: ${message}`, [{ path, message }]);
}

/** Errors of a field have a path. One without, and with nothing thrown below it, is about the request as a whole. */
function isWrongRequest(error: GraphQLError, cause: Error): boolean {
  if (error.path) return error.message.startsWith('Argument "');
  return cause instanceof GraphQLError && error.extensions['code'] !== 'INTERNAL_SERVER_ERROR';
}

/** The schema is no secret to whoever may introspect it; a stranger should not get it guess by guess. */
function withoutSuggestion(message: string): string {
  const at = message.indexOf(' Did you mean ');
  return at >= 0 && message.endsWith('?') ? message.slice(0, at) : message;
}
