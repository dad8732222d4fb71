import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { guardsOf, serveAssets } from './servePage';

/**
 * Serves the dashboard (`src/dashboard/`, built by Vite): one page for /app and everything below it, which finds its
 * way by itself, and its assets below /app/assets/. Whoever comes to / is sent there.
 *
 * Rejects with ENOENT when `assets` holds no build.
 */
export async function serveDashboard(
  fastify: FastifyInstance,
  options: {
    /** The folder of the build, dist/dashboard. */
    assets: string;
  },
): Promise<void> {
  const page = await readFile(join(options.assets, 'index.html'), 'utf8');

  const showPage = (_request: FastifyRequest, reply: FastifyReply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({ ...guardsOf(policyOf(nonce)), 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(page.replace('STYLE_NONCE', nonce));
  };
  fastify.get('/', (_request, reply) => reply.redirect('/app'));
  fastify.get('/app', showPage);
  fastify.get('/app/*', showPage);
  await serveAssets(fastify, { build: options.assets, base: '/app/', guards: guardsOf({}) });
}

function policyOf(styleNonce: string): Record<string, string> {
  return {
    // Mantine writes a few style elements as it runs; they carry the nonce.
    'style-src': `'self' 'nonce-${styleNonce}'`,
    // A sanitised mail keeps its style attributes, which can paint only inside of its own frame.
    'style-src-attr': "'unsafe-inline'",
    'img-src': "'self' data:",
  };
}
