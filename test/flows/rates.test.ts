import { request } from 'node:http';
import { signIn as signInTo } from '../../src/identity/signIn';
import { RateLimited } from '../../src/lib/failures';
import { httpClient } from '../support/client';
import { openOnceMore, testLog } from '../support/database';
import { PASSWORD, signIn, signUp, type TestPerson } from '../support/people';
import { APP_PASSWORD, addAccount, CONNECT, type Employee, type Office, openOffice } from '../support/slots';

/** How often somebody may try: kept in the database, so that other processes and restarts count on. */

let office: Office;
let ann: Employee;

beforeAll(async () => {
  office = await openOffice();
  ann = await office.hire();
});
afterAll(() => office.close());

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
const HERE = '127.0.0.1';

/** So many attempts, as if they had been a moment ago. */
const attempted = (scope: string, key: string, count: number) =>
  office.database.query('INSERT INTO attempts (scope, key) SELECT $1, $2 FROM generate_series(1, $3::int)', [
    scope,
    key,
    count,
  ]);
const forget = () => office.database.query('DELETE FROM attempts');
const personIdOf = async (person: TestPerson) =>
  (await person.ask<{ viewer: { id: string } }>('{ viewer { id } }')).viewer.id;

/** Limited, for about so many seconds. */
function limitedFor(seconds: number, words: RegExp) {
  return {
    errors: [
      {
        message: expect.stringMatching(words),
        extensions: {
          code: 'RATE_LIMITED',
          retryAt: {
            asymmetricMatch: (at: string) =>
              Date.parse(at) > Date.now() + Math.max(0, seconds - 120) * 1_000 &&
              Date.parse(at) <= Date.now() + seconds * 1_000,
          },
        },
      },
    ],
  };
}

describe('signing in', () => {
  afterEach(forget);

  test('with many accounts, one guess each, is limited by where the guesses come from', async () => {
    const { email } = await signUp(office.app.url);
    await attempted('sign-in from', HERE, 99);
    expect((await signIn(office.app.url, 'nobody@example.com', 'one guess')).code).toBe('WRONG_PASSWORD');
    const input = { email, password: PASSWORD };
    const answer = await httpClient(office.app.url).send(SIGN_IN, { input });
    expect(answer).toMatchObject(limitedFor(900, /from where you are/));
  });

  test('with success counts for nothing, and does not forgive the guesses', async () => {
    const { email } = await signUp(office.app.url);
    await attempted('sign-in from', HERE, 99);
    expect((await signIn(office.app.url, email)).token).toBeDefined();
    await signIn(office.app.url, 'nobody@example.com', 'one guess');
    expect(
      await httpClient(office.app.url).send(SIGN_IN, { input: { email, password: PASSWORD } }),
    ).toMatchObject(limitedFor(900, /from where you are/));
  });

  test('is limited alike by another process on the database', async () => {
    const { email } = await signUp(office.app.url);
    await attempted('sign-in', email, 10);
    const db = await openOnceMore(office.app.databaseUrl);
    const room = {
      db,
      log: testLog,
      signUp: 'open',
      publicUrl: () => office.app.url,
      onWorkspaceCreated: async () => undefined,
    } as const;
    await expect(signInTo(room, { email, password: PASSWORD }, '192.0.2.1')).rejects.toThrow(RateLimited);
    await db.close();
  });
});

test.each([
  [20, 60],
  [200, 86_400],
])('signing up is limited: %i in %i s from one address', async (most, seconds) => {
  await forget();
  // The day's are old enough not to be the minute's.
  await office.database.query(
    `INSERT INTO attempts (scope, key, at)
     SELECT 'sign-up', $1, now() - make_interval(secs => $3) FROM generate_series(1, $2::int)`,
    [HERE, most, seconds === 60 ? 0 : 61],
  );
  const input = { email: 'late@example.com', password: PASSWORD, workspaceName: 'Late' };
  const answer = await httpClient(office.app.url).send(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }',
    { input },
  );
  expect(answer).toMatchObject(limitedFor(seconds, /^There were too many/));
  await forget();
});

describe('trying App Passwords', () => {
  const attempt = (email: string, appPassword = 'wron gwro ngwr ongw') => ({
    input: { slotId: ann.self[0], email, appPassword },
  });
  beforeEach(forget);

  test('one with each of many addresses ends at the thirtieth refusal, at no matter which address', async () => {
    await attempted('connect-refused-by', await personIdOf(ann), 29);
    const accounts = Array.from({ length: 3 }, () => addAccount(office.sandbox));
    expect(await ann.send(CONNECT, attempt(accounts[0]?.address ?? ''))).toMatchObject({
      data: { result: { code: 'INVALID_CREDENTIALS' } },
    });
    const since = office.sandbox.events.latest;
    for (const { address } of accounts) {
      expect(await ann.send(CONNECT, attempt(address, APP_PASSWORD))).toMatchObject(
        limitedFor(3_600, /passwords that you tried/),
      );
    }
    expect(office.sandbox.events.after(since).filter(({ name }) => name === 'login')).toEqual([]);
  });

  test('an account of one’s own between the guesses forgives none of them', async () => {
    await attempted('connect-refused-by', await personIdOf(ann), 28);
    const own = addAccount(office.sandbox);
    const others = [addAccount(office.sandbox), addAccount(office.sandbox)];
    for (const { address } of others) {
      expect(await ann.send(CONNECT, attempt(own.address, APP_PASSWORD))).toMatchObject({
        data: { result: { __typename: 'GmailConnected' } },
      });
      await ann.ask('mutation ($id: ID!) { disconnectGmail(slotId: $id) { __typename } }', {
        id: ann.self[0],
      });
      await ann.send(CONNECT, attempt(address));
    }
    expect(await ann.send(CONNECT, attempt(own.address, APP_PASSWORD))).toMatchObject(
      limitedFor(3_600, /passwords that you tried/),
    );
  });

  test('an attempt that did not get to the login forgives nothing either', async () => {
    const { address } = addAccount(office.sandbox);
    for (let refusals = 0; refusals < 5; refusals += 1) {
      if (refusals === 4) {
        office.sandbox.refuse('smtpGreeting', 'tryAgainLater');
        await ann.send(CONNECT, attempt(address));
        office.sandbox.accept();
      }
      await ann.send(CONNECT, attempt(address));
    }
    expect(await ann.send(CONNECT, attempt(address, APP_PASSWORD))).toMatchObject(
      limitedFor(900, /passwords for this address/),
    );
  });

  test('whether an address is connected somewhere is told only to who has its password', async () => {
    const bob = await office.hire();
    const { address } = addAccount(office.sandbox);
    await bob.ask(CONNECT, { input: { slotId: bob.self[0], email: address, appPassword: APP_PASSWORD } });
    expect(await ann.send(CONNECT, attempt(address))).toMatchObject({
      data: { result: { code: 'INVALID_CREDENTIALS' } },
    });
    expect(await ann.send(CONNECT, attempt(address, APP_PASSWORD))).toMatchObject({
      data: { result: { code: 'ADDRESS_IN_USE' } },
    });
  });
});

test.each([
  ['API keys', 20, 'mutation { createApiKey(name: "one more") { id } }'],
  ['invitations', 100, 'mutation { invite(email: "one.more@example.com", role: MEMBER) }'],
])('%s are limited: %i an hour', async (what, most, mutation) => {
  const bob = await office.hire();
  for (let made = 0; made < most; made += 1) await bob.ask(mutation);
  expect(await bob.send(mutation)).toMatchObject(limitedFor(3_600, new RegExp(`too many ${what}`)));
});

describe('files of prospects', () => {
  const upload = (token: string, body: string) =>
    fetch(`${office.app.url}/import/prospects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
      body,
    });

  test('are limited to 60 a minute', async () => {
    const bob = await office.hire();
    await attempted('import', bob.workspaceId, 60);
    const response = await upload(bob.token, 'email');
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject(limitedFor(60, /Too many files/));
  });

  test('come in five at a time, and the sixth is told when to come back', async () => {
    const bob = await office.hire();
    const slow = await Promise.all(Array.from({ length: 5 }, () => beginUpload(office.app.url, bob.token)));
    const response = await upload(bob.token, 'email\na@example.com');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30']);
    for (const { end } of slow) await end();
    expect((await upload(ann.token, 'email\na@example.com')).status).toBe(202);
  });
});

/** A file that has begun to come in. `end` sends the rest, and resolves when it has been taken. */
function beginUpload(url: string, token: string): Promise<{ end(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const sending = request(`${url}/import/prospects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    });
    sending.on('error', reject).on('response', (response) => {
      const ended = new Promise<void>((done) => response.on('end', done).resume());
      resolve({
        end: () => {
          sending.end('a@example.com\n');
          return ended;
        },
      });
    });
    sending.write('email\n');
  });
}
