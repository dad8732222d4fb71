import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { serveDashboard } from '../../src/server/serveDashboard';

const assets = join(__dirname, '../../dist/dashboard');
const KIB = 1024;

let app: FastifyInstance;
beforeAll(async () => {
  app = fastify();
  await serveDashboard(app, { assets });
});
afterAll(() => app.close());

const get = (url: string, headers = {}) => app.inject({ url, headers });

test('every address below /app shows the page, and / leads there', async () => {
  const { headers, body } = await get('/app/campaigns/any');
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  expect(body).toContain('<div id="root">');
  expect((await get('/app')).body).toContain('<div id="root">');
  expect((await get('/')).headers.location).toBe('/app');
});

test('nothing runs inline or comes from elsewhere, and style elements need a nonce that is never the same', async () => {
  const [first, second] = await Promise.all([get('/app'), get('/app')]);
  const policy = String(first.headers['content-security-policy']);
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(first.body).toContain(`nonce="${nonce}"`);
  expect(second.body).not.toContain(nonce);
  expect(first.body).not.toMatch(/<script(?![^>]* src=)|https?:\/\//);
});

test('assets are kept for good, and come compressed', async () => {
  const page = await get('/app');
  const script = /src="([^"]+\.js)"/.exec(page.body)?.[1] ?? '';
  const { headers } = await get(script, { 'accept-encoding': 'gzip' });
  expect(headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-encoding': 'gzip',
    vary: 'accept-encoding',
  });
  expect((await get('/app/assets/no-such.js')).statusCode).toBe(404);
});

test('the first load takes less than 250 KiB of script, gzipped', async () => {
  const manifest: Record<string, Chunk> = JSON.parse(
    await readFile(join(assets, '.vite/manifest.json'), 'utf8'),
  );
  const sizes = await Promise.all(
    chunksOf(manifest, 'index.html').map(async ({ file }) => (await stat(join(assets, `${file}.gz`))).size),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250 * KIB);
  expect(sizes[0]).toBeGreaterThan(50 * KIB);
});

interface Chunk {
  file: string;
  imports?: string[];
}

/** The chunk and everything that it imports at once, each one time. */
function chunksOf(manifest: Readonly<Record<string, Chunk>>, name: string): Chunk[] {
  const found = new Map<string, Chunk>();
  const add = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || found.has(key)) return;
    found.set(key, chunk);
    chunk.imports?.forEach(add);
  };
  add(name);
  return [...found.values()];
}
