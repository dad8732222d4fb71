import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import fastifyCookie from '@fastify/cookie';
import fastifyWebsocket, { type WebsocketPluginOptions } from '@fastify/websocket';
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import type { GraphQLSchema, ValidationRule } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import type { Notices } from '../database/notices';
import type { RequestContext, Viewer } from '../identity/context';
import type { IdentityRoom } from '../identity/identityRoom';
import { areValid, identifyAll, SESSION_DAYS } from '../identity/sessions';
import { loadTogether } from '../lib/batch';
import type { Log } from '../lib/log';
import type { Introspection } from './admitOperation';
import { answerWithin } from './answerWithin';
import { allowOurOrigin } from './crossOrigin';
import { createDocumentRules } from './documentRules';
import { createDocumentReader } from './documents';
import { createEdgePlugin } from './edgePlugin';
import { createExecutor, type Execute } from './execution/createExecutor';
import { executeBy } from './execution/executeBy';
import type { Metrics } from './gauges';
import { type Readiness, serveHealth } from './health';
import { LIMITS, type Limits } from './limits';
import { createErrorPresenter, type PresentError, secondsToWait } from './presentError';
import { receiveWithin } from './receiveWithin';
import { requestIdOf, tellRequestIds } from './requestIds';
import { createWebSocketHandler } from './webSocket';
import { SESSION_COOKIE, tokenOfRequest } from './whoIsAsking';

export interface ServerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Where people reach us: links, allowed origins, whether the cookie is for https alone. */
  publicUrl: () => string;
  log: Log;
  schema: GraphQLSchema;
  /** All rooms, each under its name: every resolver finds them in its context. */
  rooms: { identity: IdentityRoom };
  readiness: Readiness;
  metrics: Metrics;
  /** Tells which sessions and API keys have ended. */
  notices: Notices;
  introspection: Introspection;
  /** Only for tests, which cannot wait for so long. */
  limits?: Partial<Limits>;
  /** What else is served: the explorer, the dashboard, uploads. Comes before /graphql. */
  routes?: (fastify: FastifyInstance, whoIs: WhoIs) => Promise<void>;
}

/** Who sends this HTTP request; for routes beside GraphQL. */
export type WhoIs = (request: FastifyRequest) => Promise<Viewer | null>;

export interface Server {
  port: number;
  /** Ends within 4 s: WebSockets with 1001 (going away), requests when they are answered. Twice without harm. */
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 3_000;
const SOCKETS_CLOSE_WITHIN_MS = 1_000;

/** Opens the porch: GraphQL over HTTP and WebSocket at /graphql, health, metrics. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { log, schema, rooms, publicUrl, introspection, notices } = options;
  const limits = { ...LIMITS, ...options.limits };
  const documentRules = createDocumentRules(limits);
  const presentError = createErrorPresenter(log);
  const whoIs: WhoIs = async (request) => {
    const token = tokenOfRequest(request);
    return token === null ? null : loadTogether(rooms.identity.db, identifyAll, token);
  };

  const execute = createExecutor(schema);
  const apollo = createApollo({ execute, schema, documentRules, presentError, introspection, limits, log });
  await apollo.start();

  const app = createApp(log, limits);
  app.setErrorHandler((error: FastifyError, _request, reply) => refuse(error, reply, presentError));
  await app.register(fastifyCookie);
  await app.register(fastifyWebsocket, webSocketsOf(log, limits));
  tellRequestIds(app);
  allowOurOrigin(app, publicUrl);
  receiveWithin(app, limits.receiveWithinMs);
  serveHealth(app, options.readiness, options.metrics);
  await options.routes?.(app, whoIs);

  const askApollo = fastifyApolloHandler(apollo, {
    context: async (request: FastifyRequest, reply: FastifyReply) => ({
      ...rooms,
      viewer: await whoIs(request),
      clientAddress: request.ip,
      requestId: request.id,
      setSessionCookie: (token) => setSessionCookie(reply, token, publicUrl()),
    }),
  });
  const wsHandler = createWebSocketHandler({
    schema,
    execute,
    publicUrl,
    introspection,
    limits,
    notices,
    readDocument: createDocumentReader(schema, documentRules, limits.tokens),
    identify: (token) => loadTogether(rooms.identity.db, identifyAll, token),
    areValid: (tokens) => areValid(rooms.identity.db, tokens),
    createContext: (request) => ({ ...rooms, ...request }),
    presentError,
  });
  const handler = (request: FastifyRequest, reply: FastifyReply) =>
    answerWithin(limits.answerWithinMs, askApollo.call(app, request, reply));
  app.route({ method: 'GET', url: '/graphql', handler, wsHandler });
  app.route({ method: 'POST', url: '/graphql', handler });

  await app.listen({ host: options.host, port: options.port });
  let closed: Promise<void> | undefined;
  return {
    port: (app.server.address() as AddressInfo).port,
    close: () => {
      closed ??= closeWithin(app, CLOSE_WITHIN_MS).then(() => apollo.stop());
      return closed;
    },
  };
}

/** Apollo, with nothing in it that we do not use. It executes by our executor. */
function createApollo(options: {
  execute: Execute;
  schema: GraphQLSchema;
  documentRules: ValidationRule[];
  presentError: PresentError;
  introspection: Introspection;
  limits: Limits;
  log: Log;
}): ApolloServer<RequestContext> {
  const { execute, schema, documentRules, presentError, limits, log } = options;
  return new ApolloServer<RequestContext>({
    gateway: executeBy(execute, schema),
    introspection: true, // who may ask for it is decided with each operation (admitOperation)
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: documentRules,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      createEdgePlugin(options),
    ],
    formatError: (_formatted, error) => presentError(error),
    logger: log,
  });
}

function createApp(log: Log, limits: Limits): FastifyInstance {
  return fastify({
    loggerInstance: log as FastifyBaseLogger, // its own type, so that plugins fit
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: limits.bytes,
    // A reverse proxy on this machine says who the client is; from anywhere else that header could be a lie.
    trustProxy: 'loopback',
    forceCloseConnections: 'idle',
    genReqId: requestIdOf,
  });
}

function webSocketsOf(log: Log, limits: Limits): WebsocketPluginOptions {
  return {
    options: { maxPayload: limits.bytes, handleProtocols: chooseProtocol },
    preClose: closeSockets,
    errorHandler: (err, socket) => {
      log.debug({ err }, 'A WebSocket broke'); // a client's doing: it vanished, or sent what it must not
      socket.terminate();
    },
  };
}

function setSessionCookie(reply: FastifyReply, token: string | null, publicUrl: string): void {
  const attributes = {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: publicUrl.startsWith('https:'),
  } as const;
  if (token === null) reply.clearCookie(SESSION_COOKIE, attributes);
  else reply.setCookie(SESSION_COOKIE, token, { ...attributes, maxAge: SESSION_DAYS * 86_400 });
}

/**
 * What fails outside of GraphQL (a body too large, broken JSON, a failure in a route beside it) fails in its shape,
 * and with the status that HTTP has for it.
 */
function refuse(error: FastifyError, reply: FastifyReply, presentError: PresentError): FastifyReply {
  const { statusCode = 500, message } = error;
  if (statusCode < 500) {
    const extensions = { code: 'BAD_USER_INPUT', fields: [{ path: 'body', message }] };
    return reply.code(statusCode).send({ errors: [{ message, extensions }] });
  }
  const presented = presentError(error);
  const wait = secondsToWait([presented]);
  if (wait !== null) reply.header('retry-after', wait);
  return reply
    .code(STATUS_OF.get(presented.extensions?.['code']) ?? statusCode)
    .send({ errors: [presented] });
}

const STATUS_OF: ReadonlyMap<unknown, number> = new Map([
  ['BAD_USER_INPUT', 400],
  ['UNAUTHENTICATED', 401],
  ['FORBIDDEN', 403],
  ['NOT_FOUND', 404],
  ['RATE_LIMITED', 429],
]);

function chooseProtocol(offered: Set<string>): string | false {
  return offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL;
}

/** 1001: going away. Clients of graphql-ws come back by themselves, to whoever serves then. */
function closeSockets(this: FastifyInstance, done: () => void): void {
  const { clients } = this.websocketServer;
  for (const client of clients) client.close(1001, 'The server is stopping');
  setTimeout(() => {
    for (const client of clients) client.terminate();
  }, SOCKETS_CLOSE_WITHIN_MS).unref();
  this.websocketServer.close(() => done());
}

/** A client that neither reads nor leaves must not keep the process. */
async function closeWithin(app: FastifyInstance, milliseconds: number): Promise<void> {
  const patience = new AbortController();
  const impatient = sleep(milliseconds, undefined, { signal: patience.signal }).then(
    () => app.server.closeAllConnections(),
    () => undefined,
  );
  await app.close();
  patience.abort();
  await impatient;
}
