import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getIntrospectionQuery } from 'graphql';
import { Client as PostgresClient } from 'pg';
import { Registry } from 'prom-client';
import { WebSocket } from 'ws';
import { Notices } from '../../src/database/notices';
import { LIMITS } from '../../src/server/limits';
import { createSchema } from '../../src/server/schema';
import { type Server, startServer } from '../../src/server/startServer';
import { httpClient, openSocket } from '../support/client';
import { openTestDatabase, type TestDatabase, testLog } from '../support/database';
import { signUp } from '../support/people';

/** Who keeps us waiting, or is kept waiting: for tests with the shortest patience, else with the numbers of everyday. */

let database: TestDatabase;
let notices: Notices;
const servers: Server[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  notices = new Notices({ url: database.url, log: testLog });
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await database.close();
});

/** @returns where it listens */
async function serve(limits: Partial<typeof LIMITS>): Promise<string> {
  const identity = {
    db: database.database,
    log: testLog,
    signUp: 'open',
    publicUrl: () => 'http://localhost',
    onWorkspaceCreated: async () => undefined,
  } as const;
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl: identity.publicUrl,
    log: testLog,
    schema: createSchema(),
    rooms: { identity },
    notices,
    introspection: 'everybody',
    readiness: async () => [],
    metrics: new Registry(),
    limits,
  });
  servers.push(server);
  return `http://127.0.0.1:${server.port}`;
}

test.each(['content-length: 100', 'transfer-encoding: chunked'])(
  'a body that trickles in is not waited for: %s',
  async (header) => {
    const { port } = new URL(await serve({ receiveWithinMs: 100 }));
    const slow = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    slow.write(`POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${header}\r\n\r\n`);
    const trickle = setInterval(() => slow.write(header.endsWith('chunked') ? '1\r\n \r\n' : ' '), 20);
    slow.resume();
    await new Promise((resolve) => slow.once('close', resolve)); // a reset is no failure: `once` would take it for one
    clearInterval(trickle);
  },
);

test('a request without a body is answered, however long that takes', async () => {
  const url = await serve({ receiveWithinMs: 1 });
  const { token } = await signUp(await serve({}));
  const response = await fetch(
    `${url}/graphql?query=${encodeURIComponent('{ viewer { workspace { name } } }')}`,
    {
      headers: { 'apollo-require-preflight': '1', authorization: `Bearer ${token}` },
    },
  );
  expect(await response.json()).toMatchObject({ data: { viewer: { workspace: {} } } });
});

test('an answer that does not come is given up, over HTTP and WebSocket, as a failure of ours', async () => {
  const url = await serve({ answerWithinMs: 300 });
  const { token } = await signUp(await serve({}));
  const socket = await openSocket(url, { payload: { authorization: `Bearer ${token}` } });
  const sql = new PostgresClient({ connectionString: database.url });
  await sql.connect();
  await sql.query('BEGIN; LOCK TABLE workspaces');
  const failure = {
    message: expect.stringMatching(/^Something went wrong on our side/),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
  for (const client of [httpClient(url, token), socket]) {
    const { data, errors } = await client.send('{ viewer { workspace { name } } }');
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([failure]);
  }
  await sql.query('ROLLBACK');
  await sql.end();
  expect(await socket.ask('{ viewer { workspace { id } } }')).toBeDefined();
  await socket.close();
});

test('a socket that does not introduce itself is closed', async () => {
  const silent = openRaw(await serve({ initWithinMs: 50 }));
  expect((await once(silent, 'close'))[0]).toBe(4408);
});

test('a socket that is dead is cut, and one that only listens is kept', async () => {
  const url = await serve({ pingEveryMs: 50 });
  const alive = openRaw(url);
  const dead = openRaw(url, { autoPong: false });
  await Promise.all([once(alive, 'open'), once(dead, 'open')]);
  alive.send('{"type":"connection_init"}');
  dead.send('{"type":"connection_init"}');
  expect((await once(dead, 'close'))[0]).toBe(1006);
  for (let pings = 0; pings < 3; pings += 1) await once(alive, 'ping');
  expect(alive.readyState).toBe(WebSocket.OPEN);
});

function openRaw(url: string, options = {}): WebSocket {
  return new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options);
}

test('a client that reads too slowly is told so, and cut', async () => {
  // As many answers as the sockets between hold have to be made before the second ping.
  for (let pingEveryMs = 500; ; pingEveryMs *= 2) {
    const { code, reason } = await readAfter(await serve({ pingEveryMs }), 3 * pingEveryMs);
    if (code === 1013) return expect(reason).toMatch(/read too slowly/);
  }
});

/** Asks for far more than the sockets between hold, reads nothing for a while, and then all. @returns how it was closed */
async function readAfter(url: string, pause: number): Promise<{ code: number; reason: string }> {
  const socket = openRaw(url);
  const closed = once(socket, 'close');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.pause();
  const query = getIntrospectionQuery();
  for (let n = 0; n < 40; n += 1) {
    socket.send(JSON.stringify({ id: String(n), type: 'subscribe', payload: { query } }));
  }
  await sleep(pause);
  let answered = 0;
  socket.on('message', (data) => {
    if (String(data).includes('"type":"complete"') && ++answered === 40) socket.close();
  });
  socket.resume();
  const [code, reason] = await closed;
  return { code: Number(code), reason: String(reason) };
}
