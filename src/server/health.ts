import type { FastifyInstance } from 'fastify';
import type { Metrics } from './gauges';

/** What keeps the process from serving, in plain words; nothing when it can. */
export type Readiness = () => Promise<readonly string[]>;

/**
 * /healthz: the process is alive. /readyz: it can serve, or why not, so that a balancer sends people elsewhere
 * meanwhile. /metrics: for Prometheus.
 */
export function serveHealth(fastify: FastifyInstance, readiness: Readiness, metrics: Metrics): void {
  fastify.get('/healthz', () => ({ status: 'alive' }));
  fastify.get('/readyz', async (_request, reply) => {
    const reasons = await readiness();
    return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons });
  });
  fastify.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
}
