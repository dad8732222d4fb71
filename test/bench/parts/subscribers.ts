import { once } from 'node:events';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType } from 'graphql-ws';
import { WebSocket } from 'ws';
import { answer, sharedNow } from '../apart';

/** Subscribers with bare sockets, so that what they cost says nothing of the server. Each notes when something came. */
const sockets: WebSocket[] = [];
/** What came, by arrival: of whom, when, and the payload's first word after `mark:`. */
let arrivals: { at: number; mark: string }[] = [];
let expected = { count: 0, done: () => {} };

async function open(url: string, authorization: string | null, query: string): Promise<WebSocket> {
  const socket = new WebSocket(url, GRAPHQL_TRANSPORT_WS_PROTOCOL);
  await once(socket, 'open');
  socket.send(
    JSON.stringify({
      type: MessageType.ConnectionInit,
      ...(authorization && { payload: { authorization } }),
    }),
  );
  await once(socket, 'message');
  socket.on('message', (data) => {
    const text = String(data);
    if (text.includes('"ping"')) socket.send('{"type":"pong"}');
    else note(text);
  });
  socket.send(JSON.stringify({ id: '1', type: MessageType.Subscribe, payload: { query } }));
  return socket;
}

async function openPlain(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  socket.on('message', (data) => note(String(data)));
  return socket;
}

function note(text: string): void {
  arrivals.push({ at: sharedNow(), mark: /mark:([\w.-]+)/.exec(text)?.[1] ?? text.slice(0, 500) });
  if (arrivals.length >= expected.count) expected.done();
}

answer({
  /** Plain sockets, that subscribe to nothing. */
  async connect({ url, count }: { url: string; count: number }) {
    for (let n = 0; n < count; n += 50) {
      sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => openPlain(url)))));
    }
  },
  /** One socket a token, and one subscription on each. */
  async subscribe({ url, tokens, query }: { url: string; tokens: (string | null)[]; query: string }) {
    for (let start = 0; start < tokens.length; start += 50) {
      const some = tokens
        .slice(start, start + 50)
        .map((token) => open(url, token && `Bearer ${token}`, query));
      sockets.push(...(await Promise.all(some)));
    }
  },
  /** Forgets what came. */
  forget: () => {
    arrivals = [];
  },
  arrivals: () => arrivals,
  /** Resolves when so many have arrived since they were forgotten. @returns when the last one came */
  lastOf: ({ count }: { count: number }) =>
    new Promise<number>((resolve) => {
      expected = { count, done: () => resolve(Math.max(...arrivals.slice(0, count).map(({ at }) => at))) };
      if (arrivals.length >= count) expected.done();
    }),
  leave() {
    for (const socket of sockets.splice(0)) socket.terminate();
  },
});
