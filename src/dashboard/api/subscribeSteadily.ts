import type { FormattedExecutionResult, Sink, SubscribePayload } from 'graphql-ws';
import type { Api } from './createApi';

/** Milliseconds. */
const RETRY_MS = 2_000;

/**
 * Subscribes, and once more a while after the server failed at it, as it does while its database is away; a lost
 * connection is the socket's affair. What was missed meanwhile is asked for as after a loss of the connection.
 * @returns what ends it
 */
export function subscribeSteadily(
  { socket, status }: Pick<Api, 'socket' | 'status'>,
  request: SubscribePayload,
  sink: Sink<FormattedExecutionResult>,
): () => void {
  let stop: () => void;
  const begin = () => {
    stop = socket.subscribe<Fields, Fields>(request, {
      next: (event) => sink.next(event),
      error: (error) => (isRefusal(error) ? sink.error(error) : retry()),
      complete: () => sink.complete(),
    });
  };
  const retry = () => {
    const timer = setTimeout(() => {
      begin();
      status.tellAgain();
    }, RETRY_MS);
    stop = () => clearTimeout(timer);
  };
  begin();
  return () => stop();
}

type Fields = Record<string, unknown>;

/** What the server says no to now it says no to again; all but its own failures. */
function isRefusal(error: unknown): boolean {
  return Array.isArray(error) && error[0]?.extensions?.code !== 'INTERNAL_SERVER_ERROR';
}
