import type { Client as Socket } from 'graphql-ws';
import {
  type Client,
  CombinedError,
  cacheExchange,
  createClient,
  fetchExchange,
  mapExchange,
  subscriptionExchange,
} from 'urql';
import { LiveStatusStore } from './liveStatus';
import { openSocket } from './socket';
import { subscribeSteadily } from './subscribeSteadily';

/** The way to the server for one session: a new one is made with each sign-in and sign-out. */
export interface Api {
  client: Client;
  socket: Socket;
  status: LiveStatusStore;
  close(): void;
}

/** @param onSessionEnded called when the server does not know us any more */
export function createApi(onSessionEnded: () => void): Api {
  const status = new LiveStatusStore();
  const socket = openSocket(status, onSessionEnded);
  const client = createClient({
    url: '/graphql',
    preferGetMethod: false,
    // What was seen before shows at once, and is asked for again.
    requestPolicy: 'cache-and-network',
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (codeOf(error) === 'UNAUTHENTICATED') onSessionEnded();
        },
      }),
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: subscribeSteadily({ socket, status }, { query, variables: variables ?? null }, sink),
          }),
        }),
      }),
    ],
  });
  return { client, socket, status, close: () => void socket.dispose() };
}

/** `extensions.code` of the first error; NETWORK when there was no answer at all. */
export function codeOf(error: CombinedError): string {
  if (error.networkError) return 'NETWORK';
  return String(error.graphQLErrors[0]?.extensions['code'] ?? '');
}

/** What the server finds wrong with fields, by the last step of their path: `{ email: 'Must be an email address' }`. */
export function fieldErrorsOf(error: CombinedError): Record<string, string> {
  const fields = error.graphQLErrors.flatMap(
    ({ extensions }) => (extensions['fields'] ?? []) as FieldError[],
  );
  return Object.fromEntries(
    fields.map(({ path, message }) => [path.split('.').at(-1) ?? path, capitalised(message)]),
  );
}

interface FieldError {
  path: string;
  /** What is said of the field: `must be an email address`. */
  message: string;
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
