import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * Ends requests whose body does not come in: by a byte a minute somebody could hold a connection for a year. A route
 * with `config: { streams: true }` takes large files, and watches over them itself.
 */
export function receiveWithin(fastify: FastifyInstance, milliseconds: number): void {
  fastify.addHook('onRequest', ({ raw, headers, routeOptions }, _reply, done) => {
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    // Most bodies come in with their headers: there is nothing to watch over any more.
    if (hasBody && !routeOptions.config.streams) setImmediate(watch, raw, milliseconds);
    done();
  });
}

function watch(request: IncomingMessage, milliseconds: number): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.complete || request.destroy(), milliseconds);
  request.once('close', () => clearTimeout(timer));
}

declare module 'fastify' {
  interface FastifyContextConfig {
    streams?: boolean;
  }
}
