import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The headers of a page of ours: nothing from another host, no inline script, in nobody's frame. */
export function guardsOf(policy: Readonly<Record<string, string>>): Record<string, string> {
  const directives = Object.entries({ ...POLICY, ...policy });
  return {
    'content-security-policy': directives.map(([name, sources]) => `${name} ${sources}`).join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

/**
 * Serves the assets of a page that Vite built, for good: each name carries the hash of its content. A browser gets
 * them compressed as it likes.
 */
export async function serveAssets(
  fastify: FastifyInstance,
  options: {
    /** The folder of the build, such as dist/explorer. */
    build: string;
    /** Where the page is served, such as /graphql/explorer/. */
    base: string;
    /** A worker obeys the policy of its own script, not that of the page. */
    guards: Readonly<Record<string, string>>;
  },
): Promise<void> {
  await fastify.register(fastifyStatic, {
    root: join(options.build, 'assets'),
    prefix: `${options.base}assets/`,
    index: false,
    decorateReply: false,
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
    setHeaders: (response) => {
      response.setHeader('vary', 'accept-encoding');
      for (const [name, value] of Object.entries(options.guards)) response.setHeader(name, value);
    },
  });
}

const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  // Also ws: and wss: to the same host (CSP 3, §6.7.2.8).
  'connect-src': "'self'",
  'style-src': "'self'",
  'font-src': "'self'",
  'img-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};
