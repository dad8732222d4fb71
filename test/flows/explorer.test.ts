import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { Notices } from '../../src/database/notices';
import { readExamples } from '../../src/server/readExamples';
import { createSchema } from '../../src/server/schema';
import { serveExplorer } from '../../src/server/serveExplorer';
import { type Server, startServer } from '../../src/server/startServer';
import { httpClient, openSocket } from '../support/client';
import { openTestDatabase, type TestDatabase, testLog } from '../support/database';

const CHROME = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const EXAMPLES = `
# A heading, which describes nothing.

# Who is asking.
query Greeting { ...Words }

# Greets one person.
# As often as asked.
# variables: { "name": "Ann",
#   "times": 2 }
query Greet($name: String!, $times: Int) { greet(name: $name, times: $times) }

subscription Ticks { tick }
fragment Words on Query { hello }
`;

const assets = join(__dirname, '../../dist/explorer');
const VIEWER = '{ viewer { id } }';
const NOBODY = { data: { viewer: null } };

let database: TestDatabase;
let notices: Notices;
let server: Server;
let origin: string;

beforeAll(async () => {
  database = await openTestDatabase();
  notices = new Notices({ url: database.url, log: testLog });
  const publicUrl = () => origin;
  const identity = {
    db: database.database,
    log: testLog,
    signUp: 'open',
    publicUrl,
    onWorkspaceCreated: async () => undefined,
  } as const;
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl,
    log: testLog,
    schema: createSchema(),
    rooms: { identity },
    notices,
    introspection: 'everybody',
    readiness: async () => [],
    metrics: new Registry(),
    routes: (fastify) => serveExplorer(fastify, { assets, examples: EXAMPLES }),
  });
  origin = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  await server.close();
  await database.close();
});

const openPage = () => fetch(`${origin}/graphql`, { headers: { accept: CHROME } });

describe('the page', () => {
  test('is what a browser gets at /graphql, under a strict policy, never cached', async () => {
    const page = await openPage();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch('text/html');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).not.toContain('*');
    expect(policy).not.toContain('http');
  });

  test('is also what a browser gets that follows a link with a query string', async () => {
    const page = await fetch(`${origin}/graphql?from=mail`, { headers: { accept: CHROME } });
    expect(page.headers.get('content-type')).toMatch('text/html');
  });

  test('holds no inline script, and loads nothing from another host', async () => {
    const html = await (await openPage()).text();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    const loads = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
    expect(loads.length).toBeGreaterThanOrEqual(3);
    for (const url of loads) expect(url).toMatch(/^\/graphql\/explorer\/assets\//);
  });
});

describe('the assets', () => {
  const TYPES: Record<string, string> = {
    css: 'text/css',
    js: 'application/javascript',
    svg: 'image/svg+xml',
    ttf: 'font/ttf',
    woff: 'font/woff',
    woff2: 'font/woff2',
  };

  test('are served whole, typed, and cached for good', async () => {
    const all = await readdir(join(assets, 'assets'));
    const names = all.filter((name) => !/\.(gz|br)$/.test(name)); // sent in place of the plain file
    expect(names.filter((name) => name.includes('worker-'))).toHaveLength(3);
    for (const name of names) {
      const asset = await fetch(`${origin}/graphql/explorer/assets/${name}`);
      expect([name, asset.status]).toEqual([name, 200]);
      expect(asset.headers.get('content-type')).toContain(TYPES[name.split('.').pop() ?? ''] ?? 'no type');
      expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(asset.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(0);
    }
  });

  test('have style sheets that take fonts and images from themselves only', async () => {
    const sheets = (await readdir(join(assets, 'assets'))).filter((name) => name.endsWith('.css'));
    for (const name of sheets) {
      const css = await (await fetch(`${origin}/graphql/explorer/assets/${name}`)).text();
      expect(css).not.toMatch(/@import/);
      const urls = [...css.matchAll(/url\(["']?([^"')]+)/g)].map((match) => match[1]);
      for (const url of urls) expect(url).toMatch(/^(\/graphql\/explorer\/assets\/|data:image\/|#)/);
    }
  });

  test('end at their folder', async () => {
    const outside = await fetch(`${origin}/graphql/explorer/assets/%2e%2e/index.html`);
    expect(outside.status).not.toBe(200);
  });
});

describe('programs', () => {
  const get = async (accept: string) => {
    const answer = await fetch(`${origin}/graphql?query=${encodeURIComponent(VIEWER)}`, {
      headers: { accept, 'apollo-require-preflight': '1' },
    });
    return answer.json();
  };

  test.each([
    'application/json',
    '*/*',
    'application/graphql-response+json, application/json;q=0.9',
    'application/json, text/html;q=0.5',
    'text/html, application/json',
  ])('that accept %s reach Apollo with GET', async (accept) => {
    expect(await get(accept)).toEqual(NOBODY);
  });

  test('that post reach Apollo, whatever they accept', async () => {
    const accept = `${CHROME}, application/json;q=0.1`;
    expect(await httpClient(origin).send(VIEWER)).toEqual(NOBODY);
    expect(await httpClient(origin, undefined, { accept }).send(VIEWER)).toEqual(NOBODY);
  });

  test('that open a WebSocket on the same path reach graphql-ws, whatever they accept', async () => {
    const socket = await openSocket(origin, { headers: { accept: CHROME } });
    expect(await socket.send(VIEWER)).toEqual(NOBODY);
    await socket.close();
  });
});

describe('the examples', () => {
  test('reach the page with description, variables and the fragments they use', async () => {
    const answer = await fetch(`${origin}/graphql/explorer/examples`);
    expect(await answer.json()).toEqual([
      {
        name: 'Greeting',
        kind: 'query',
        description: 'Who is asking.',
        query: 'query Greeting { ...Words }\n\nfragment Words on Query { hello }',
        variables: '',
      },
      {
        name: 'Greet',
        kind: 'query',
        description: 'Greets one person.\nAs often as asked.',
        query: 'query Greet($name: String!, $times: Int) { greet(name: $name, times: $times) }',
        variables: '{\n  "name": "Ann",\n  "times": 2\n}',
      },
      {
        name: 'Ticks',
        kind: 'subscription',
        description: '',
        query: 'subscription Ticks { tick }',
        variables: '',
      },
    ]);
  });

  test('name the operation whose variables are not JSON', () => {
    expect(() => readExamples('# variables: { name: 1 }\nquery Broken { hello }')).toThrow(/Broken/);
  });
});
