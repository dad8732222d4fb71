import { EventEmitter, once } from 'node:events';
import { Client as PostgresClient } from 'pg';
import { WebSocket } from 'ws';
import { createLog } from '../../src/lib/log';
import { startTestApp, type TestApp } from '../support/app';
import { httpClient, openSocket } from '../support/client';
import { signUp } from '../support/people';

let app: TestApp;
const log = Object.assign(new EventEmitter(), { lines: [] as Record<string, unknown>[] });

beforeAll(async () => {
  const write = (line: string) => log.emit('line', log.lines.push(JSON.parse(line)));
  app = await startTestApp({}, createLog('debug', { write }));
});
afterAll(() => app.stop());

test('it is alive, ready, and measured', async () => {
  expect(await (await fetch(`${app.url}/healthz`)).json()).toEqual({ status: 'alive' });
  expect(await (await fetch(`${app.url}/readyz`)).json()).toEqual({ ready: true, reasons: [] });
  const metrics = await fetch(`${app.url}/metrics`);
  expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/);
  expect(await metrics.text()).toContain('process_resident_memory_bytes');
});

test('a request keeps the name that a proxy gave it, unless it could forge the log, and is timed', async () => {
  const ask = async (name?: string) => {
    const body = JSON.stringify({ query: '{ viewer { id } }' });
    const headers = { 'content-type': 'application/json', ...(name && { 'x-request-id': name }) };
    const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers, body });
    return response.headers.get('x-request-id');
  };
  expect(await ask('abc-1:2.3_4')).toBe('abc-1:2.3_4');
  // Its line may be written after the answer is here.
  const isLogged = () =>
    log.lines.some(({ requestId, msg }) => requestId === 'abc-1:2.3_4' && msg === 'Answered');
  while (!isLogged()) await once(log, 'line');
  const names = [await ask(), await ask('{"level":"fatal"}'), await ask('x'.repeat(101))];
  expect(names).toEqual(Array(3).fill(expect.stringMatching(/^[0-9a-f-]{36}$/)));
  expect(new Set(names).size).toBe(3);
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  expect(metrics).toMatch(/graphql_seconds_count\{operation="query",outcome="\w+"\} [1-9]/);
});

test('what does not reach GraphQL is refused in its shape', async () => {
  const post = (body: string, type = 'application/json') =>
    fetch(`${app.url}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });
  for (const [response, status] of [
    [await post('{'), 400],
    [await post('[{"query":"{ viewer { id } }"}]'), 400],
    [await post('{}'), 400],
    [await post('{"query":"{ viewer { id } }"}', 'text/plain'), 400],
    [await post('<query/>', 'application/xml'), 415],
    [await post(JSON.stringify({ query: 'x'.repeat(1024 * 1024) })), 413],
  ] as const) {
    expect(response.status).toBe(status);
    const { errors } = (await response.json()) as { errors: unknown[] };
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.any(String),
        extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
      }),
    ]);
  }
});

test('bad input names each field, and keeps the value to itself', async () => {
  const nobody = httpClient(app.url);
  const wrong = await nobody.send('mutation ($i: SignUpInput!) { signUp(input: $i) { __typename } }', {
    i: { email: 'a@example.com', password: 'secret', workspaceName: '', timezone: 'Mars' },
  });
  expect(wrong.errors?.[0]).toMatchObject({
    path: ['signUp'],
    extensions: {
      code: 'BAD_USER_INPUT',
      fields: [
        { path: 'input.password', message: 'must have 10 to 200 characters' },
        { path: 'input.workspaceName', message: 'must have 1 to 200 characters in one line' },
        { path: 'input.timezone', message: expect.stringContaining('Europe/Berlin') },
      ],
    },
  });

  const variable = await nobody.send('mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }', {
    i: { email: 'nonsense', password: 12345 },
  });
  expect(variable.errors?.map(({ extensions }) => extensions.fields)).toEqual([
    [{ path: 'i.email', message: 'an email address is expected, such as ann@example.com' }],
    [{ path: 'i.password', message: 'String cannot represent a non string value' }],
  ]);
  expect(JSON.stringify(variable)).not.toMatch(/nonsense|12345/);

  const literal = await nobody.send(
    'mutation { signIn(input: { email: "x", password: "y" }) { __typename } }',
  );
  expect(literal.errors?.[0]?.extensions.fields).toEqual([
    { path: 'input.email', message: expect.stringContaining('email address') },
  ]);

  const typo = await nobody.send('{ viewr { id } }');
  expect(typo.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'query' }] });
  expect(typo.errors?.[0]?.message).not.toContain('Did you mean');
});

test('a database that is gone shows in /readyz, and not in what a client sees', async () => {
  const person = await signUp(app.url);
  const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
  const letBack = await lockOut(app.databaseUrl);

  const unready = await fetch(`${app.url}/readyz`);
  expect(unready.status).toBe(503);
  expect(await unready.json()).toEqual({ ready: false, reasons: ['The database does not answer.'] });
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
  for (const client of [person, socket]) {
    const { errors } = await client.send('{ viewer { id } }');
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(
        /^Something went wrong on our side. When you ask about it, name [0-9a-f]{8}\.$/,
      ),
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
    expect(JSON.stringify(errors)).not.toMatch(/at .*\.ts|database/i);
  }

  await letBack();
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  expect(await socket.ask('{ viewer { email } }')).toEqual({ viewer: { email: person.email } });
  await socket.close();
});

test('a socket that says too much, or speaks another protocol, is closed', async () => {
  const url = `${app.url.replace('http', 'ws')}/graphql`;
  const verbose = new WebSocket(url, 'graphql-transport-ws');
  await once(verbose, 'open');
  verbose.send('x'.repeat(1024 * 1024 + 1));
  expect((await once(verbose, 'close'))[0]).toBe(1009);

  const foreign = new WebSocket(url, 'another-protocol');
  await expect(once(foreign, 'open')).rejects.toThrow();
});

/** Makes PostgreSQL refuse everybody on this database, until the returned function is called. */
async function lockOut(databaseUrl: string): Promise<() => Promise<void>> {
  const name = new URL(databaseUrl).pathname.slice(1);
  const admin = new PostgresClient({ connectionString: databaseUrl.replace(`/${name}`, '/postgres') });
  await admin.connect();
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  return async () => {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.end();
  };
}
