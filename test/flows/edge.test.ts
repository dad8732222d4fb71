import { getIntrospectionQuery } from 'graphql';
import { Client as PostgresClient } from 'pg';
import { createLog } from '../../src/lib/log';
import { createSchema } from '../../src/server/schema';
import { startTestApp, type TestApp } from '../support/app';
import { type Client, httpClient, openSocket } from '../support/client';
import { PASSWORD, signUp, type TestPerson } from '../support/people';

/** What an attacker sends to /graphql: each is refused before it costs anything, and tells nothing. */

let app: TestApp;
let person: TestPerson;
let stranger: Client;
let sql: PostgresClient;
const logged: string[] = [];

beforeAll(async () => {
  // Google's own servers, to which nobody connects here: beside a sandbox the schema is everybody's.
  const log = createLog('debug', { write: (line) => void logged.push(line) });
  app = await startTestApp({ GMAIL_SMTP_URL: 'smtps://smtp.gmail.com:465' }, log);
  person = await signUp(app.url);
  stranger = httpClient(app.url);
  sql = new PostgresClient({ connectionString: app.databaseUrl });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await app.stop();
});

/** Refused, by whatever way it comes, with these words. */
async function expectRefused(query: string, words: RegExp, variables = {}): Promise<void> {
  const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
  for (const client of [person, socket]) {
    const { data, errors } = await client.send(query, variables);
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([
      { message: expect.stringMatching(words), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  }
  await socket.close();
}

describe('a document', () => {
  const CIRCLE = 'enrolments { edges { node { campaign {';

  test('may not be deep, not even by fragments', async () => {
    const deep = `{ campaigns(first: 1) { edges { node { ${CIRCLE.repeat(4)} id ${'} } } }'.repeat(4)} } } } }`;
    await expectRefused(deep, /^This is 20 fields deep; 15 are allowed/);
    const fragments = Array.from(
      { length: 4 },
      (_, n) => `fragment F${n} on Campaign { ... { ${CIRCLE} ${n === 3 ? 'id' : `...F${n + 1}`} } } } } } }`,
    );
    await expectRefused(
      `{ campaigns(first: 1) { edges { node { ...F0 } } } } ${fragments.join(' ')}`,
      /^This is 20/,
    );
  });

  test('may not try one thing under many names', async () => {
    const guesses = Array.from(
      { length: 31 },
      (_, n) => `a${n}: signIn(input: { email: "${person.email}", password: "guess ${n}" }) { __typename }`,
    );
    await expectRefused(`mutation { ${guesses.join(' ')} }`, /^More than 30 aliases/);
    expect((await sql.query("SELECT FROM attempts WHERE scope = 'sign-in'")).rowCount).toBe(0);
  });

  test('may not be long', async () => {
    await expectRefused(`{ ${'viewer { id } '.repeat(500)} }`, /more that 2000 tokens/);
  });

  test.each([
    [
      'of pages in pages',
      '{ campaigns(first: 200) { edges { node { enrolments(first: 200) { totalCount } } } } }',
      {},
    ],
    [
      'by a variable',
      'query ($n: Int) { campaigns(first: $n) { edges { node { enrolments(first: $n) { totalCount } } } } }',
      { n: 200 },
    ],
    [
      "by a variable's default",
      'query ($n: Int = 200) { campaigns(first: $n) { edges { node { enrolments(first: $n) { totalCount } } } } }',
      {},
    ],
    [
      'by what is made up for elsewhere',
      `query ($n: Int, $less: Int) { prospects(first: $less) { edges { node { enrolments { campaign { id } } } } }
        campaigns(first: $n) { edges { node { enrolments(first: $n) { totalCount } } } } }`,
      { n: 200, less: -100_000 },
    ],
    [
      'by what takes long to work out',
      '{ campaigns(first: 200) { edges { node { forecast { date } } } } }',
      {},
    ],
  ])('may not cost much: %s', async (_how, query, variables) => {
    await expectRefused(query, /objects; 20000 are allowed/, variables);
  });

  test('whose fragments double at every step is weighed as what it would be', async () => {
    const steps = Array.from(
      { length: 50 },
      (_, n) => `fragment F${n} on Query { ...F${n + 1} ... { ...F${n + 1} } }`,
    );
    const query = `{ ...F0 } fragment F50 on Query { viewer { id } } ${steps.join(' ')}`;
    await expectRefused(query, /objects; 20000 are allowed/);
  });

  test('of ours is within all limits', async () => {
    await person.ask(
      '{ campaigns(first: 20) { edges { node { steps { variants { id } } forecast { date } } } } }',
    );
    await person.ask('{ prospects(first: 200) { edges { node { id enrolments { id campaign { id } } } } } }');
  });
});

describe('a page', () => {
  const pages = Object.values(createSchema().getQueryType()?.getFields() ?? {})
    .filter(({ args }) => args.some(({ name }) => name === 'first'))
    .map(({ name }) => name);

  test.each(pages)('of %s has from 1 to 200 rows', async (name) => {
    for (const first of [201, 2 ** 31 - 1, 0, -1]) {
      const { errors } = await person.send(`{ ${name}(first: ${first}) { pageInfo { hasNextPage } } }`);
      expect(errors).toMatchObject([
        {
          extensions: {
            code: 'BAD_USER_INPUT',
            fields: [{ path: 'first', message: 'must be from 1 to 200' }],
          },
        },
      ]);
    }
  });
});

describe('a request', () => {
  const VIEWER = '{ viewer { id } }';
  const post = (body: unknown, type = 'application/json', query = '') =>
    fetch(`${app.url}/graphql${query}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  test('holds one operation: no batch, and no document that was left here before', async () => {
    const batch = await post([{ query: VIEWER }, { query: VIEWER }]);
    expect([batch.status, await batch.text()]).toEqual([400, expect.stringContaining('BAD_USER_INPUT')]);
    const persistedQuery = { version: 1, sha256Hash: 'a'.repeat(64) };
    const persisted = await post({ query: VIEWER, extensions: { persistedQuery } });
    expect(await persisted.text()).toMatch(/PersistedQueryNotSupported/);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; x=application/json',
  ])('that a foreign page can send without asking is refused: %s', async (type) => {
    expect((await post(JSON.stringify({ query: VIEWER }), type)).status).toBeGreaterThanOrEqual(400);
    expect((await post('', type, `?query=${encodeURIComponent(VIEWER)}`)).status).toBeGreaterThanOrEqual(400);
  });

  test('by GET changes nothing', async () => {
    const response = await fetch(`${app.url}/graphql?query=${encodeURIComponent('mutation { signOut }')}`, {
      headers: { 'apollo-require-preflight': '1', authorization: `Bearer ${person.token}` },
    });
    expect(response.status).toBe(405);
    expect(await person.ask(VIEWER)).toMatchObject({ viewer: { id: expect.any(String) } });
  });
});

describe('the schema', () => {
  test('is for whoever is signed in', async () => {
    const socket = await openSocket(app.url, {});
    for (const query of [
      '{ __schema { types { name } } }',
      '{ __type(name: "Query") { name } }',
      '{ ...Hidden } fragment Hidden on Query { ... { x: __schema { types { name } } } }',
      getIntrospectionQuery(),
    ]) {
      for (const client of [stranger, socket]) {
        expect(await client.send(query)).toMatchObject({
          errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
        });
      }
    }
    await socket.close();
    const options = { schemaDescription: true, inputValueDeprecation: true, specifiedByUrl: true };
    const { __schema: schema } = await person.ask<{ __schema: { types: object[] } }>(
      getIntrospectionQuery(options),
    );
    expect(schema.types.length).toBeGreaterThan(50);
  });

  test('is not told by what a wrong guess is answered', async () => {
    const socket = await openSocket(app.url, {});
    for (const guess of [
      '{ viewr { id } }',
      '{ viewer { emial } }',
      '{ slots { id } }',
      '{ campaigns(frist: 1) { totalCount } }',
      '{ campaigns(state: RUNING) { totalCount } }',
      'mutation { signIn(input: { emial: "a@example.com" }) { __typename } }',
      'query ($input: SignInputt) { viewer { id } }',
      '{ viewer { ... on Viewr { id } } }',
      '{ viewer @skp(if: true) { id } }',
    ]) {
      for (const client of [stranger, socket]) {
        const { errors } = await client.send(guess);
        expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
        expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
      }
    }
    await socket.close();
  });
});

test('a bug is masked, alike everywhere, under an id that the log has', async () => {
  const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
  const upload = () =>
    fetch(`${app.url}/export/prospects`, { headers: { authorization: `Bearer ${person.token}` } });
  await sql.query(
    'ALTER TABLE prospects RENAME TO mislaid; ALTER TABLE sessions RENAME COLUMN expires_at TO mislaid',
  );
  try {
    const answers = [
      await person.send('{ viewer { id } }'),
      await socket.send('{ viewer { id } }'),
      (await (await upload()).json()) as Awaited<ReturnType<Client['send']>>,
    ];
    for (const { errors } of answers) {
      const id = String(errors?.[0]?.extensions['id']);
      expect(errors).toEqual([
        {
          message: `Something went wrong on our side. When you ask about it, name ${id}.`,
          extensions: { code: 'INTERNAL_SERVER_ERROR', id: expect.stringMatching(/^[0-9a-f]{8}$/) },
        },
      ]);
      const entries = logged.filter((line) => line.includes(id));
      expect(entries).toHaveLength(1);
      expect(entries[0]).toMatch(/expires_at.*does not exist/);
      expect(entries[0]).toContain('"stack"');
    }
  } finally {
    await sql.query(
      'ALTER TABLE mislaid RENAME TO prospects; ALTER TABLE sessions RENAME COLUMN mislaid TO expires_at',
    );
  }
  await socket.close();
});

test('RATE_LIMITED says when to come back, in the answer and in the header', async () => {
  const { email } = await signUp(app.url);
  await sql.query("INSERT INTO attempts (scope, key) SELECT 'sign-in', $1 FROM generate_series(1, 10)", [
    email,
  ]);
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }',
      variables: { input: { email, password: PASSWORD } },
    }),
  });
  const { errors } = (await response.json()) as Awaited<ReturnType<Client['send']>>;
  const seconds = Number(response.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(14 * 60);
  expect(seconds).toBeLessThanOrEqual(15 * 60);
  const retryAt = Date.parse(String(errors?.[0]?.extensions['retryAt']));
  expect(Math.abs(retryAt - Date.now() - seconds * 1_000)).toBeLessThan(2_000);
});
