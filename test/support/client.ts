import { EventEmitter, once } from 'node:events';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** An error as a client sees it. */
export interface ClientError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; fields?: { path: string; message: string }[]; [name: string]: unknown };
}

export interface Answer<Data> {
  data?: Data | null;
  errors?: ClientError[];
}

export type Variables = Readonly<Record<string, unknown>>;

/** Speaks to /graphql as one person, or as nobody. */
export interface Client {
  /** The whole answer, with its errors. */
  send<Data = unknown>(query: string, variables?: Variables): Promise<Answer<Data>>;
  /** The data, where errors would be a failure of the test. */
  ask<Data>(query: string, variables?: Variables): Promise<Data>;
}

/** Over HTTP. `headers` can replace the bearer token, e.g. by a cookie. */
export function httpClient(
  url: string,
  token?: string,
  headers: Readonly<Record<string, string>> = {},
): Client {
  return clientOf(async (query, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer<unknown>;
  });
}

/** What comes in on one subscription. Nothing is missed: what nobody waits for yet is kept. */
export interface Subscription<Data> {
  /** The next event; rejects when the subscription has ended or failed. */
  next(): Promise<Data>;
  stop(): Promise<void>;
}

export interface Socket extends Client {
  subscribe<Data>(query: string, variables?: Variables): Subscription<Data>;
  /** The code with which it was closed, by whichever side. */
  closed: Promise<number>;
  close(): Promise<void>;
}

export interface SocketOptions {
  /** The payload of connection_init. */
  payload?: Record<string, unknown>;
  /** Of the upgrade: Origin, Cookie. */
  headers?: Record<string, string>;
}

/** Over WebSocket. Resolves once the server has acknowledged; rejects with the close code when it refuses. */
export async function openSocket(url: string, { payload, headers = {} }: SocketOptions): Promise<Socket> {
  const events = new EventEmitter();
  const closed = once(events, 'closed').then(([code]) => Number(code));
  const acknowledged = once(events, 'connected');
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    lazy: false,
    retryAttempts: 0,
    ...(payload && { connectionParams: payload }),
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers });
      }
    },
    onNonLazyError: () => undefined, // comes as `closed`, too
    on: {
      connected: () => events.emit('connected'),
      closed: (event) => events.emit('closed', (event as { code: number }).code),
    },
  });
  const refusal = await Promise.race([acknowledged.then(() => null), closed]);
  if (refusal !== null) throw new Error(`The socket was closed with ${refusal}`);

  function subscribe<Data>(query: string, variables: Variables = {}): Subscription<Data> {
    const iterator = client.iterate<Data>({ query, variables });
    return {
      next: async () => {
        const { value, done } = await iterator.next();
        if (done) throw new Error('The subscription has ended');
        if (value.errors) throw new Error(JSON.stringify(value.errors));
        return value.data as Data;
      },
      stop: async () => {
        await iterator.return?.();
      },
    };
  }

  async function execute(query: string, variables: Variables = {}): Promise<Answer<unknown>> {
    const iterator = client.iterate({ query, variables });
    try {
      const { value } = await iterator.next();
      await iterator.return?.();
      return value as Answer<unknown>;
    } catch (errors) {
      if (Array.isArray(errors)) return { errors }; // the protocol's `error` message
      throw errors;
    }
  }

  return {
    ...clientOf(execute),
    subscribe,
    closed,
    close: async () => {
      await client.dispose();
      await closed;
    },
  };
}

function clientOf(execute: (query: string, variables?: Variables) => Promise<Answer<unknown>>): Client {
  return {
    send: async <Data>(query: string, variables?: Variables) =>
      (await execute(query, variables)) as Answer<Data>,
    ask: async <Data>(query: string, variables?: Variables) => {
      const { data, errors } = await execute(query, variables);
      if (errors || !data) throw new Error(`No data: ${JSON.stringify(errors)}`);
      return data as Data;
    },
  };
}
