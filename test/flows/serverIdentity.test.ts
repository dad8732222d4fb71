import { once } from 'node:events';
import { WebSocket } from 'ws';
import { startTestApp, type TestApp } from '../support/app';
import { httpClient, openSocket } from '../support/client';
import { PASSWORD, signUp } from '../support/people';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ PUBLIC_URL: 'http://localhost:4000' });
});
afterAll(() => app.stop());

const OUR_ORIGIN = 'http://127.0.0.1:4000';
const VIEWER = '{ viewer { email } }';

/** Signs in as a browser does, and gives the Cookie header for the next request. */
async function cookieFor(email: string): Promise<{ cookie: string; attributes: string }> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `mutation { signIn(input: { email: "${email}", password: "${PASSWORD}" }) { __typename } }`,
    }),
  });
  const [setCookie = ''] = response.headers.getSetCookie();
  const [cookie = '', ...attributes] = setCookie.split('; ');
  return { cookie, attributes: attributes.sort().join('; ') };
}

describe('over HTTP', () => {
  test('a wrong bearer token is nobody, also beside a good cookie', async () => {
    const { email } = await signUp(app.url);
    const { cookie } = await cookieFor(email);
    expect(await httpClient(app.url, 'cs_wrong', { cookie }).ask(VIEWER)).toEqual({ viewer: null });
    expect(await httpClient(app.url, undefined, { cookie, authorization: 'Basic x' }).ask(VIEWER)).toEqual({
      viewer: null,
    });
  });

  test('the cookie is for us alone, and signing out takes it away', async () => {
    const { email } = await signUp(app.url);
    const { cookie, attributes } = await cookieFor(email);
    expect(attributes).toBe('HttpOnly; Max-Age=2592000; Path=/; SameSite=Strict');
    expect(await httpClient(app.url, undefined, { cookie }).ask(VIEWER)).toEqual({ viewer: { email } });

    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ query: 'mutation { signOut }' }),
    });
    expect(response.headers.getSetCookie()[0]).toMatch(/^cs_session=; .*Expires=Thu, 01 Jan 1970/);
    expect(await httpClient(app.url, undefined, { cookie }).ask(VIEWER)).toEqual({ viewer: null });
  });

  test('a form of a foreign page cannot ask, and foreign pages get no CORS', async () => {
    const simple = await fetch(`${app.url}/graphql?query=${encodeURIComponent(VIEWER)}`);
    expect(simple.status).toBe(400);
    for (const [origin, allowed] of [
      ['https://evil.example', null],
      ['null', null],
      [OUR_ORIGIN, OUR_ORIGIN],
    ] as const) {
      const response = await fetch(`${app.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      expect([origin, response.headers.get('access-control-allow-origin')]).toEqual([origin, allowed]);
    }
  });
});

describe('over WebSocket', () => {
  test.each(['authorization', 'Authorization', 'AUTHORIZATION'])('a bearer token under %s', async (key) => {
    const { email, token } = await signUp(app.url);
    const socket = await openSocket(app.url, {
      payload: { [key]: `Bearer ${token}` },
    });
    expect(await socket.ask(VIEWER)).toEqual({ viewer: { email } });
    await socket.close();
  });

  test.each([{ authorization: 'Bearer cs_wrong' }, { authorization: 'Basic x' }, { authorization: 7 }])(
    'a wrong token closes it: %j',
    async (payload) => {
      await expect(openSocket(app.url, { payload })).rejects.toThrow('4403');
    },
  );

  test('a cookie counts only from a page of ours', async () => {
    const { email } = await signUp(app.url);
    const { cookie } = await cookieFor(email);
    for (const origin of ['http://localhost:4000', OUR_ORIGIN]) {
      const socket = await openSocket(app.url, { headers: { cookie, origin } });
      expect(await socket.ask(VIEWER)).toEqual({ viewer: { email } });
      await socket.close();
    }
    await expect(openSocket(app.url, { headers: { cookie } })).rejects.toThrow('4403');
  });

  test('a foreign page gets no socket, whatever it knows', async () => {
    const { email, token } = await signUp(app.url);
    const { cookie } = await cookieFor(email);
    for (const origin of [
      'https://evil.example',
      'http://localhost:4001',
      'https://localhost:4000',
      'null',
    ]) {
      const upgrade = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: { origin, cookie, authorization: `Bearer ${token}` },
      });
      const [error] = await once(upgrade, 'error');
      expect(String(error)).toContain('403');
    }
  });

  test('a stranger may connect, and is one', async () => {
    const socket = await openSocket(app.url, {});
    expect(await socket.ask(VIEWER)).toEqual({ viewer: null });
    const { errors } = await socket.send('{ members { id } }');
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    await socket.close();
  });

  test('a session that has ended ends with the next operation', async () => {
    const person = await signUp(app.url);
    const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
    expect(await socket.ask(VIEWER)).toEqual({ viewer: { email: person.email } });
    await person.ask('mutation { signOut }');
    // Its end is told as well, and closes the socket, before or after.
    const ended = await socket.send(VIEWER).catch((closed: CloseEvent) => closed);
    expect(['UNAUTHENTICATED', 4403]).toContain(
      'errors' in ended ? ended.errors?.[0]?.extensions.code : (ended as CloseEvent).code,
    );
    await socket.close();
  });

  test('bad input looks as it does over HTTP', async () => {
    const socket = await openSocket(app.url, {});
    for (const [query, variables] of [
      ['{ nothing }', {}],
      ['{ viewer {', {}],
      ['mutation ($e: EmailAddress!) { invite(email: $e, role: OWNER) }', { e: 'x' }],
      ['mutation { signIn(input: { email: "x", password: "y" }) { __typename } }', {}],
      [
        'mutation ($i: SignUpInput!) { signUp(input: $i) { __typename } }',
        { i: { email: 'a@example.com', password: 'x', workspaceName: '' } },
      ],
    ] as const) {
      const overHttp = await httpClient(app.url).send(query, variables);
      const overSocket = await socket.send(query, variables);
      expect(overSocket.errors).toEqual(overHttp.errors);
      expect(overHttp.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    await socket.close();
  });
});
