import { type FastifyBaseLogger, fastify, LogController } from 'fastify';
import type { Log } from '../lib/log';
import type { Metrics } from './gauges';
import { type Readiness, serveHealth } from './health';

/**
 * /healthz, /readyz and /metrics of a process that serves nothing else. Its work matters more than what is told of it: where
 * the port is taken, as by another process of the same machine with the same PORT, it goes on untold.
 *
 * @returns how to end it
 */
export async function serveOperator(options: {
  host: string;
  port: number;
  log: Log;
  readiness: Readiness;
  metrics: Metrics;
}): Promise<{ port: number | null; close(): Promise<void> }> {
  const { host, port, log, readiness, metrics } = options;
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  });
  serveHealth(app, readiness, metrics);
  try {
    await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    log.warn({ host, port }, 'PORT is taken: /healthz, /readyz and /metrics of this process are not served');
  }
  const address = app.server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : null,
    close: () => app.close(),
  };
}
