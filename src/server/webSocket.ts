import type { FastifyRequest } from 'fastify';
import { type ExecutionArgs, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql';
import { CloseCode, MessageType, makeServer, type SubscribePayload } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { RequestContext, Viewer } from '../identity/context';
import { Forbidden, Unauthenticated } from '../lib/failures';
import { admitOperation, type Introspection } from './admitOperation';
import { answerWithin } from './answerWithin';
import type { ReadDocument } from './documents';
import type { Execute } from './execution/createExecutor';
import type { Limits } from './limits';
import { type OpenSocket, OpenSockets } from './openSockets';
import type { PresentError } from './presentError';
import { type CredentialSource, isStillValid, watchCredentials } from './socketCredentials';
import { SocketTurns } from './socketTurns';
import { subscribeTogether } from './subscribeTogether';
import { bearerToken, cookieOf, isOurOrigin } from './whoIsAsking';

const SESSION_ENDED = 'Your session has ended. Please sign in again.';
const WENT_WRONG = 'Something went wrong on our side. Please connect again.';
const TOO_SLOW = 'You read too slowly. Please connect again, and subscribe after your last cursor.';
/** Clients of graphql-ws take 1013 for "come back later", and do, with growing pauses. */
const TRY_AGAIN_LATER = 1013;
/** Messages beside the operations that may wait for a client that does not read: pings, mostly. */
const MESSAGES_AT_ONCE = 20;

export interface WebSocketOptions extends CredentialSource {
  schema: GraphQLSchema;
  execute: Execute;
  publicUrl: () => string;
  introspection: Introspection;
  limits: Limits;
  readDocument: ReadDocument;
  identify(token: string): Promise<Viewer | null>;
  createContext(request: Pick<RequestContext, 'viewer' | 'clientAddress' | 'setSessionCookie'>): object;
  presentError: PresentError;
}

/** What is kept of a socket for as long as it is open. Its token is asked for again with every operation and every event. */
interface Extra extends OpenSocket {
  /** Of the request no more than these two, since it would stay in memory. */
  cookie: string | null;
  origin: string | undefined;
  /** Messages that are being worked on. A subscription's is until its end. */
  running: number;
  turns: SocketTurns;
}

/**
 * GraphQL over WebSocket (graphql-ws), with the same identity as over HTTP.
 *
 * A wrong bearer token is refused at once (4403), and so is a cookie that comes from no page of ours: browsers
 * send cookies with a WebSocket whoever opens it. Without either one is a stranger, who may still sign in. Who has too
 * many sockets is told to come back later (1013). A socket is closed (4403) the moment its session or API key ends.
 */
export function createWebSocketHandler(
  options: WebSocketOptions,
): (socket: WebSocket, request: FastifyRequest) => void {
  const { limits, presentError } = options;
  const sockets = new OpenSockets(limits);
  const server = createProtocolServer(options, sockets);
  watchCredentials(options, sockets, {
    end: ({ close }) => close(CloseCode.Forbidden, SESSION_ENDED),
    failed: presentError, // the next event or operation asks again
  });
  return (socket, request) => {
    const stopPinging = keepAlive(socket, limits.pingEveryMs);
    const turns = new SocketTurns(socket);
    // Waits until it is written: a client that reads slowly slows its own subscriptions down, and fills no memory.
    const send = (text: string) => turns.send(text);
    const close = (code: number, reason: string) => socket.close(code, reason);
    const extra: Extra = {
      cookie: cookieOf(request),
      origin: request.headers.origin,
      clientAddress: request.ip,
      token: null,
      validUntil: 0,
      asked: null,
      left: new AbortController(),
      running: 0,
      turns,
      close,
    };
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send,
        close,
        // Without the payload, which may be large, and would wait in our memory for a client that does not read.
        onPing: () => send(JSON.stringify({ type: MessageType.Pong })),
        onMessage: (receive) =>
          socket.on('message', (data) => workOn(extra, () => receive(String(data)), options)),
      },
      extra,
    );
    socket.once('close', (code, reason) => {
      stopPinging();
      extra.left.abort();
      sockets.remove(extra);
      closed(code, String(reason)).catch(presentError);
    });
  };
}

/** Works on one message of a socket, and closes one that has too many under way, or where the work fails by our fault. */
function workOn(
  extra: Extra,
  work: () => Promise<void>,
  { limits, presentError }: Pick<WebSocketOptions, 'limits' | 'presentError'>,
): void {
  if (extra.running >= limits.operationsOfSocket + MESSAGES_AT_ONCE) {
    extra.close(TRY_AGAIN_LATER, 'Too many messages at once');
    return;
  }
  extra.running += 1;
  work()
    .catch((error: unknown) => {
      presentError(error);
      // Not 4500, after which clients of graphql-ws never come back.
      extra.close(TRY_AGAIN_LATER, WENT_WRONG);
    })
    .finally(() => {
      extra.running -= 1;
    });
}

/** graphql-ws, with who may connect, what may run, and what is told. */
function createProtocolServer(options: WebSocketOptions, sockets: OpenSockets) {
  const { limits, schema, execute } = options;

  /** Who holds the socket's token now; null for a stranger. @throws Unauthenticated for a token that opens nothing any more */
  async function identifyAgain(token: string | null): Promise<Viewer | null> {
    const viewer = token === null ? null : await options.identify(token);
    if (token !== null && !viewer) throw new Unauthenticated(SESSION_ENDED);
    return viewer;
  }

  /** What to execute, or the errors of a document that is not valid. @throws what refuses the operation */
  async function prepare({ token, clientAddress, running }: Extra, payload: SubscribePayload) {
    if (running > limits.operationsOfSocket) {
      throw new Forbidden(
        `${limits.operationsOfSocket} operations run on this socket. Please end some first.`,
      );
    }
    const viewer = await identifyAgain(token);
    const document = options.readDocument(payload.query);
    if (!('kind' in document)) return document;
    const { operationName, variables } = payload;
    const operation = getOperationAST(document, operationName);
    if (operation) {
      admitOperation({ schema, document, operation, variables: variables ?? {} }, viewer, options);
    }
    return {
      schema,
      document,
      operationName,
      variableValues: variables,
      contextValue: options.createContext({ viewer, clientAddress, setSessionCookie: () => undefined }),
    } satisfies ExecutionArgs;
  }

  return makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: limits.initWithinMs,
    async onConnect({ connectionParams, extra }) {
      const authorization = findAuthorization(connectionParams);
      const { cookie, origin } = extra;
      if (authorization !== undefined) extra.token = bearerToken(authorization);
      else if (cookie !== null && !isOurOrigin(origin, options.publicUrl())) return false;
      else extra.token = cookie;
      const viewer = extra.token === null ? null : await options.identify(extra.token);
      if (authorization !== undefined && !viewer) return false;
      if (!viewer) extra.token = null; // an old cookie is none
      if (extra.left.signal.aborted) return false; // it left meanwhile, and needs no place
      const isAdmitted = sockets.admit(extra, viewer);
      if (!isAdmitted) extra.close(TRY_AGAIN_LATER, 'Too many sockets');
      return isAdmitted;
    },
    async onSubscribe({ extra }, _id, payload) {
      try {
        return await prepare(extra, payload);
      } catch (error) {
        return [
          error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error }),
        ];
      }
    },
    subscribe: (args) => subscribeTogether(execute, args, (args.contextValue as RequestContext).viewer),
    execute: (args) =>
      answerWithin(limits.answerWithinMs, execute(args)).catch((originalError: Error) => ({
        errors: [new GraphQLError('', { originalError })],
      })),
    async onNext({ extra }, _id, _payload, { document, operationName }, { data, errors }) {
      // A subscription outlives the sign-out or the API key's end: what happens afterwards is not for its eyes.
      // An answer to a query or a mutation was asked for a moment ago.
      const isEvent = getOperationAST(document, operationName)?.operation === 'subscription';
      if (isEvent && !(await isStillValid(options, extra))) {
        extra.close(CloseCode.Forbidden, SESSION_ENDED);
        return { errors: [options.presentError(new Unauthenticated(SESSION_ENDED))] };
      }
      if (extra.running > 1) await extra.turns.take();
      if (!errors) return undefined;
      return { ...(data !== undefined && { data }), errors: errors.map(options.presentError) };
    },
    onError: (_ctx, _id, _payload, errors) => errors.map(options.presentError),
  });
}

/** Pings, and ends a socket that has not answered the ping before. Returns what stops it. */
function keepAlive(socket: WebSocket, everyMs: number): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) {
      clearInterval(timer);
      return cutOff(socket);
    }
    answered = false;
    socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
}

/** Who has not read what we wrote is told so behind it, and has 30 s (a limit of ws) to read that; a dead socket is just ended. */
function cutOff(socket: WebSocket): void {
  if (socket.bufferedAmount > 0) socket.close(TRY_AGAIN_LATER, TOO_SLOW);
  else socket.terminate();
}

function findAuthorization(payload: Readonly<Record<string, unknown>> | undefined): unknown {
  return Object.entries(payload ?? {}).find(([key]) => key.toLowerCase() === 'authorization')?.[1];
}
