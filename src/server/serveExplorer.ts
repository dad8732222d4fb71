import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readExamples } from './readExamples';
import { guardsOf, serveAssets } from './servePage';

/**
 * Serves the API explorer (`explorer/`, built by Vite) to browsers: its page where the API answers,
 * GET /graphql with `Accept: text/html`, and its assets and examples below /graphql/explorer/.
 * Everything else on /graphql passes through to Apollo, and upgrades to graphql-ws.
 *
 * Call it on the root instance, before plugins that register /graphql in a context of their own: a hook
 * reaches the routes of its own context and of those opened after it.
 * Rejects with ENOENT when `assets` holds no build, and as `readExamples` does.
 */
export async function serveExplorer(
  fastify: FastifyInstance,
  options: {
    /** The folder of the build, dist/explorer. */
    assets: string;
    /** The text of schema/examples.graphql. */
    examples: string;
  },
): Promise<void> {
  const page = await readFile(join(options.assets, 'index.html'), 'utf8');
  const examples = readExamples(options.examples);

  fastify.addHook('onRequest', async (request, reply) => {
    if (!asksForPage(request)) return;
    return reply
      .headers({ ...GUARDS, 'cache-control': 'no-store', vary: 'accept' })
      .type('text/html; charset=utf-8')
      .send(page);
  });

  fastify.get('/graphql/explorer/examples', (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(examples),
  );

  await serveAssets(fastify, { build: options.assets, base: '/graphql/explorer/', guards: GUARDS });
}

const GUARDS = guardsOf({
  'worker-src': "'self'",
  // Monaco and Radix write style elements and attributes as they run.
  'style-src': "'self' 'unsafe-inline'",
  // The icons inside Monaco's style sheet.
  'img-src': "'self' data:",
});

function asksForPage({ method, url, headers }: FastifyRequest): boolean {
  return (
    method === 'GET' &&
    url.split('?', 1)[0] === '/graphql' &&
    headers.upgrade === undefined &&
    prefersHtml(headers.accept ?? '')
  );
}

/** True if HTML is named and weighs more than what Apollo can answer (RFC 9110 §12.5.1; a tie is a program's). */
function prefersHtml(accept: string): boolean {
  const weights = new Map(
    accept.split(',').map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return [type, quality === undefined ? 1 : Number(quality.slice(2))];
    }),
  );
  const weigh = (type: string): number => weights.get(type) ?? 0;
  return weigh('text/html') > Math.max(weigh('application/json'), weigh('application/graphql-response+json'));
}
