import type { FastifyRequest } from 'fastify';
import {
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { CloseCode, makeServer, type SubscribePayload } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { RequestContext, Viewer } from '../identity/context';
import { Unauthenticated } from '../lib/failures';
import type { PresentError } from './presentError';
import { bearerToken, cookieOf, isOurOrigin } from './whoIsAsking';

/** A ping every 12 s: a dead socket is noticed within 24. */
const KEEP_ALIVE_MS = 12_000;
const INIT_WITHIN_MS = 3_000;
const SESSION_ENDED = 'Your session has ended. Please sign in again.';

export interface WebSocketOptions {
  schema: GraphQLSchema;
  publicUrl: () => string;
  introspection: boolean;
  maxTokens: number;
  identify(token: string): Promise<Viewer | null>;
  createContext(request: Pick<RequestContext, 'viewer' | 'clientAddress' | 'setSessionCookie'>): object;
  presentError: PresentError;
}

/** What a socket showed when it was opened: its token is asked for again with every operation and every event. */
interface Extra {
  request: FastifyRequest;
  token: string | null;
  close(code: number, reason: string): void;
}

/**
 * GraphQL over WebSocket (graphql-ws), with the same identity as over HTTP.
 *
 * A wrong bearer token is refused at once (4403), and so is a cookie that comes from a foreign page: browsers
 * send cookies with a WebSocket whoever opens it. Without either one is a stranger, who may still sign in.
 */
export function createWebSocketHandler(
  options: WebSocketOptions,
): (socket: WebSocket, request: FastifyRequest) => void {
  const server = createProtocolServer(options);
  return (socket, request) => {
    const stopPinging = keepAlive(socket);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        // Waits until it is written: a client that reads slowly slows its own subscriptions down, and fills no memory.
        send: (text) => new Promise((resolve) => socket.send(text, () => resolve())),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) =>
          socket.on('message', (data) => {
            receive(String(data)).catch((error: unknown) => {
              options.presentError(error);
              socket.close(CloseCode.InternalServerError, 'Something went wrong on our side');
            });
          }),
      },
      { request, token: null, close: (code, reason) => socket.close(code, reason) },
    );
    socket.once('close', (code, reason) => {
      stopPinging();
      closed(code, String(reason)).catch(options.presentError);
    });
  };
}

function createProtocolServer(options: WebSocketOptions) {
  const rules = options.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];

  async function prepare(token: string | null, clientAddress: string, payload: SubscribePayload) {
    const viewer = token === null ? null : await options.identify(token);
    if (token !== null && !viewer) throw new Unauthenticated(SESSION_ENDED);
    const document = parse(payload.query, { maxTokens: options.maxTokens });
    const errors = validate(options.schema, document, rules);
    if (errors.length > 0) return errors;
    return {
      schema: options.schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue: options.createContext({ viewer, clientAddress, setSessionCookie: () => undefined }),
    } satisfies ExecutionArgs;
  }

  return makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: INIT_WITHIN_MS,
    async onConnect({ connectionParams, extra }) {
      const authorization = findAuthorization(connectionParams);
      const { request } = extra;
      if (authorization !== undefined) {
        extra.token = bearerToken(authorization);
        return extra.token !== null && (await options.identify(extra.token)) !== null;
      }
      const cookie = cookieOf(request);
      if (cookie !== null && !isOurOrigin(request.headers.origin, options.publicUrl())) return false;
      extra.token = cookie && (await options.identify(cookie)) ? cookie : null;
      return true;
    },
    async onSubscribe({ extra }, _id, payload) {
      try {
        return await prepare(extra.token, extra.request.ip, payload);
      } catch (error) {
        return [
          error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error }),
        ];
      }
    },
    async onNext({ extra }, _id, _payload, { document, operationName }, { data, errors }) {
      // A subscription outlives the sign-out or the API key's end: what happens afterwards is not for its eyes.
      // One query on a unique index an event; an answer to a query or a mutation was asked for a moment ago.
      const isEvent = getOperationAST(document, operationName)?.operation === 'subscription';
      if (isEvent && extra.token !== null && !(await options.identify(extra.token))) {
        extra.close(CloseCode.Forbidden, SESSION_ENDED);
        return { errors: [options.presentError(new Unauthenticated(SESSION_ENDED))] };
      }
      if (!errors) return undefined;
      return { ...(data !== undefined && { data }), errors: errors.map(options.presentError) };
    },
    onError: (_ctx, _id, _payload, errors) => errors.map(options.presentError),
  });
}

/** Pings, and ends a socket that has not answered the ping before. Returns what stops it. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, KEEP_ALIVE_MS);
  return () => clearInterval(timer);
}

function findAuthorization(payload: Readonly<Record<string, unknown>> | undefined): unknown {
  return Object.entries(payload ?? {}).find(([key]) => key.toLowerCase() === 'authorization')?.[1];
}
