import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, type ExecutionResult } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { useServer as serveGraphql } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { answer, sharedNow } from '../apart';

/**
 * What anybody can do with the libraries alone: graphql-ws with graphql-js at /graphql, which executes the same
 * subscription on a payload in memory, and ws at /, which sends text to all. No database, no identity.
 */
const SCHEMA = buildSchema(`
  type Query { nothing: Int }
  type Evidence { matchedBy: String rule: String }
  type Message { id: ID from: String subject: String replyText: String kind: String receivedAt: String evidence: Evidence }
  type Conversation { id: ID }
  type Prospect { email: String }
  type ReplyEvent { cursor: String message: Message conversation: Conversation prospect: Prospect }
  type Subscription { replyReceived: ReplyEvent }`);

const waiting = new Set<(event: object) => void>();
const plain = new Set<WebSocket>();
const http = createServer();
const graphql = new WebSocketServer({
  noServer: true,
  handleProtocols: () => GRAPHQL_TRANSPORT_WS_PROTOCOL,
});
const bare = new WebSocketServer({ noServer: true });
serveGraphql({ schema: SCHEMA, roots: { subscription: { replyReceived: () => events() } } }, graphql);
http.on('upgrade', (request, socket, head) => {
  if (request.url === '/graphql') {
    graphql.handleUpgrade(request, socket, head, (client) => graphql.emit('connection', client, request));
  } else bare.handleUpgrade(request, socket, head, (client) => plain.add(client));
});

async function* events(): AsyncGenerator<object> {
  for (;;) yield await new Promise<object>((resolve) => waiting.add(resolve));
}

answer({
  async listen(): Promise<string> {
    await once(http.listen(0, '127.0.0.1'), 'listening');
    return `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  },
  /** To all subscribers of /graphql. @returns when it was there */
  publish({ event }: { event: ExecutionResult }): number {
    const at = sharedNow();
    const woken = [...waiting];
    waiting.clear();
    for (const wake of woken) wake(event);
    return at;
  },
  /** The same text to all sockets of /. */
  send({ text }: { text: string }): number {
    const at = sharedNow();
    for (const socket of plain) socket.send(text);
    return at;
  },
});
