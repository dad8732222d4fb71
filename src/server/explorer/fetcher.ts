import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';

/** Where the page stands is where the API answers: HTTP and WebSocket share the path. */
export const API_URL = '/graphql';

const send = createGraphiQLFetcher({
  url: API_URL,
  subscriptionUrl: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${API_URL}`,
  // Without @defer and @stream in the schema, one answer is one document.
  enableIncrementalDelivery: false,
});

/**
 * GraphiQL's way to the API. The session cookie goes along by itself (same origin); what stands in the
 * Headers editor is sent as headers, and as graphql-ws `connection_init` payload for subscriptions.
 */
export const fetcher: Fetcher = (operation, options) =>
  send(operation, { ...options, headers: lowerCaseNames(options?.headers ?? {}) });

/** `connection_init` is JSON, where case counts: the server reads `authorization`, people type `Authorization`. */
function lowerCaseNames(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
