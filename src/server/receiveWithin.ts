import type { FastifyInstance } from 'fastify';

/**
 * Ends requests whose body does not come in: by a byte a minute somebody could hold a connection for a year. A route
 * with `config: { streams: true }` takes large files, and watches over them itself.
 */
export function receiveWithin(fastify: FastifyInstance, milliseconds: number): void {
  fastify.addHook('onRequest', async ({ raw, headers, routeOptions }) => {
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    if (!hasBody || routeOptions.config.streams) return;
    const timer = setTimeout(() => raw.complete || raw.destroy(), milliseconds);
    raw.once('close', () => clearTimeout(timer));
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    streams?: boolean;
  }
}
