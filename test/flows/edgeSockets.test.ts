import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client as PostgresClient } from 'pg';
import { WebSocket } from 'ws';
import { LIMITS } from '../../src/server/limits';
import { startTestApp, type TestApp } from '../support/app';
import { httpClient, openSocket, type Socket } from '../support/client';
import { joinAs, PASSWORD, signIn, signUp, type TestPerson } from '../support/people';

/** What an attacker does with a WebSocket, and what becomes of one whose owner may no longer come in. */

let app: TestApp;
let owner: TestPerson;
let sql: PostgresClient;

beforeAll(async () => {
  app = await startTestApp();
  owner = await signUp(app.url);
  sql = new PostgresClient({ connectionString: app.databaseUrl });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await app.stop();
});

const VIEWER = '{ viewer { email } }';
const open = (token?: string) =>
  openSocket(app.url, token ? { payload: { authorization: `Bearer ${token}` } } : {});
const newSession = async () => (await signIn(app.url, owner.email)).token ?? '';

async function newKey(): Promise<{ id: string; secret: string }> {
  const { createApiKey } = await owner.ask<{ createApiKey: { id: string; secret: string } }>(
    'mutation { createApiKey(name: "of a test") { id secret } }',
  );
  return createApiKey;
}

describe('a socket that nobody uses is closed at once', () => {
  test('by signing out, and only that session’s', async () => {
    const [token, other] = [await newSession(), await newSession()];
    const [socket, kept] = [await open(token), await open(other)];
    await httpClient(app.url, token).ask('mutation { signOut }');
    expect(await socket.closed).toBe(4403);
    expect(await kept.ask(VIEWER)).toEqual({ viewer: { email: owner.email } });
    await kept.close();
  });

  test('by revoking its API key', async () => {
    const { id, secret } = await newKey();
    const socket = await open(secret);
    await owner.ask('mutation ($id: ID!) { revokeApiKey(id: $id) }', { id });
    expect(await socket.closed).toBe(4403);
  });

  test('by a new password, all but the session that set it', async () => {
    const member = await joinAs(app.url, owner, 'MEMBER');
    const { token = '' } = await signIn(app.url, member.email);
    const [socket, kept] = [await open(token), await open(member.token)];
    await member.ask(`mutation { changePassword(current: "${PASSWORD}", next: "something new") }`);
    expect(await socket.closed).toBe(4403);
    expect(await kept.ask(VIEWER)).toEqual({ viewer: { email: member.email } });
    await kept.close();
  });

  test('by taking its person out of the workspace', async () => {
    const member = await joinAs(app.url, owner, 'MEMBER');
    const { viewer } = await member.ask<{ viewer: { id: string } }>('{ viewer { id } }');
    const socket = await open(member.token);
    await owner.ask('mutation ($id: ID!) { removeMember(memberId: $id) { __typename } }', { id: viewer.id });
    expect(await socket.closed).toBe(4403);
  });

  test('by whatever ends the session outside of this process', async () => {
    const socket = await open(await newSession());
    await sql.query(
      'DELETE FROM sessions WHERE id = (SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1)',
    );
    expect(await socket.closed).toBe(4403);
  });
});

describe('when no notice of the end comes through', () => {
  beforeAll(() => sql.query('ALTER TABLE sessions DISABLE TRIGGER session_ended'));
  afterAll(() => sql.query('ALTER TABLE sessions ENABLE TRIGGER session_ended'));

  test('the next operation is refused', async () => {
    const token = await newSession();
    const socket = await open(token);
    await httpClient(app.url, token).ask('mutation { signOut }');
    expect(await socket.send(VIEWER)).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    await socket.close();
  });

  test('a live subscription ends at the first event of the next second, and does not tell it', async () => {
    const { slots } = (
      await owner.ask<{ gmailIntegration: { slots: { id: string }[] } }>(
        '{ gmailIntegration { slots { id } } }',
      )
    ).gmailIntegration;
    const token = await newSession();
    const socket = await open(token);
    const checks = socket.subscribe(`subscription { connectionCheck(slotId: "${slots[0]?.id}") { name } }`);
    await socket.ask(VIEWER);
    const connect = () =>
      owner.ask(`mutation {
        connectGmail(input: { slotId: "${slots[0]?.id}", email: "a@example.com", appPassword: "short" }) { __typename }
      }`);
    await Promise.all([checks.next(), connect()]);
    await httpClient(app.url, token).ask('mutation { signOut }');
    let code: number | undefined;
    while (code === undefined) {
      await connect();
      code = await Promise.race([socket.closed, sleep(300, undefined)]);
    }
    expect(code).toBe(4403);
  });
});

describe('too much', () => {
  test.each([
    [
      'of one person, on whichever session or key',
      LIMITS.socketsOfPerson,
      async () => (await newKey()).secret,
    ],
    ['of strangers at one address', LIMITS.socketsOfStrangers, async () => undefined],
  ])('sockets %s: the next waits until one is closed', async (_whose, most, newToken) => {
    const sockets: Socket[] = [];
    const token = await newToken();
    for (let n = 0; n < most; n += 1) sockets.push(await open(token));
    await expect(open(await newToken())).rejects.toThrow('1013');
    const others = await open(token === undefined ? owner.token : undefined);
    await others.close();
    await sockets.pop()?.close();
    sockets.push(await open(token));
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  test('subscriptions on one socket: the next is refused, and the others go on', async () => {
    const socket = await open(owner.token);
    for (let n = 0; n < LIMITS.operationsOfSocket; n += 1)
      socket.subscribe('subscription { slotChanged { id } }');
    expect(await socket.send(VIEWER)).toMatchObject({
      errors: [{ message: expect.stringMatching(/^100 operations/), extensions: { code: 'FORBIDDEN' } }],
    });
    await socket.close();
  });

  test('at once: the socket is closed, also when each operation is said to be over before it is', async () => {
    const socket = await openRaw(app.url);
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    const query = 'mutation { signIn(input: { email: "a@example.com", password: "x" }) { __typename } }';
    for (let n = 0; n < 200; n += 1) {
      socket.send(JSON.stringify({ id: String(n), type: 'subscribe', payload: { query } }));
      socket.send(JSON.stringify({ id: String(n), type: 'complete' }));
    }
    expect((await once(socket, 'close'))[0]).toBe(1013);
  });
});

test('a ping is answered without what it carried', async () => {
  const socket = await openRaw(app.url);
  socket.send(JSON.stringify({ type: 'ping', payload: { large: 'x'.repeat(1_000) } }));
  expect(String((await once(socket, 'message'))[0])).toBe('{"type":"pong"}');
  socket.close();
});

async function openRaw(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  return socket;
}
