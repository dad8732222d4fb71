import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

const HEADER = 'x-request-id';

/** The X-Request-Id of a proxy or a client, when it is one that may stand in a log line; else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers[HEADER];
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

/** Says it in each answer, and at LOG_LEVEL=debug writes a line for each: without the query string, which may hold a token. */
export function tellRequestIds(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header(HEADER, request.id);
    done();
  });
  fastify.addHook('onResponse', ({ method, routeOptions }, { statusCode, elapsedTime, log }, done) => {
    log.debug({ method, route: routeOptions.url, statusCode, ms: Math.round(elapsedTime) }, 'Answered');
    done();
  });
}
