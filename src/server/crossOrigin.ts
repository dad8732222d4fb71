import type { FastifyInstance } from 'fastify';
import { isOurOrigin } from './whoIsAsking';

/**
 * CORS for PUBLIC_URL alone: a page opened as localhost may speak to 127.0.0.1, and no other page to us. Programs
 * outside of browsers are not concerned.
 */
export function allowOurOrigin(fastify: FastifyInstance, publicUrl: () => string): void {
  fastify.addHook('onRequest', async ({ method, headers }, reply) => {
    if (headers.origin === undefined) return;
    reply.header('vary', 'origin');
    if (!isOurOrigin(headers.origin, publicUrl())) return;
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
