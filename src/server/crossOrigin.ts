import type { FastifyInstance } from 'fastify';
import { Forbidden } from '../lib/failures';
import { isOurOrigin } from './whoIsAsking';

/**
 * CORS for PUBLIC_URL alone: a page opened as localhost may speak to 127.0.0.1, and no other page to us. WebSockets
 * know no CORS, so a foreign page's is refused before it is one. Programs outside of browsers are not concerned.
 */
export function allowOurOrigin(fastify: FastifyInstance, publicUrl: () => string): void {
  fastify.addHook('onRequest', async ({ method, headers }, reply) => {
    if (headers.origin === undefined) return;
    reply.header('vary', 'origin');
    if (!isOurOrigin(headers.origin, publicUrl())) {
      if (headers.upgrade !== undefined)
        throw new Forbidden('WebSockets are for our own pages and for programs.');
      return;
    }
    reply.headers({
      'access-control-allow-origin': headers.origin,
      'access-control-allow-credentials': 'true',
    });
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return;
    return reply
      .headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type, apollo-require-preflight',
        'access-control-max-age': '600',
      })
      .code(204)
      .send();
  });
}
