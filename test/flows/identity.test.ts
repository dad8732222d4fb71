import { startTestApp, type TestApp } from '../support/app';
import { type Client, httpClient } from '../support/client';
import { joinAs, PASSWORD, signIn, signUp } from '../support/people';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const VIEWER = '{ viewer { email role isOperator workspace { name timezone } } }';

interface ViewerAnswer {
  viewer: { email: string; role: string; isOperator: boolean; workspace: { name: string } } | null;
}

async function codeOf(client: Client, query: string, variables = {}): Promise<string | undefined> {
  return (await client.send(query, variables)).errors?.[0]?.extensions.code;
}

describe('signing up and in', () => {
  test('a person signs up, signs out, and in again with the address in another spelling', async () => {
    const person = await signUp(app.url, 'Ann@Bücher.Example.com');
    const { viewer } = await person.ask<ViewerAnswer>(VIEWER);
    expect(viewer).toMatchObject({ email: 'ann@xn--bcher-kva.example.com', role: 'OWNER' });

    expect(await person.ask('mutation { signOut }')).toEqual({ signOut: true });
    expect(await person.ask(VIEWER)).toEqual({ viewer: null });

    const again = await signIn(app.url, 'ANN@bücher.example.com');
    expect(again.token).toMatch(/^cs_[\w-]{43}$/);
    expect(await httpClient(app.url, again.token).ask(VIEWER)).toEqual({ viewer });
  });

  test('an address has one account', async () => {
    const { email } = await signUp(app.url);
    await expect(signUp(app.url, email.toUpperCase())).rejects.toThrow('EMAIL_IN_USE');
  });

  test('a wrong password and an unknown address are refused alike, and ten of them close the door', async () => {
    const { email } = await signUp(app.url);
    const refusals = await Promise.all(
      Array.from({ length: 10 }, () => signIn(app.url, email, 'not the password')),
    );
    expect(refusals.map(({ code }) => code)).toEqual(Array(10).fill('WRONG_PASSWORD'));
    expect(await signIn(app.url, 'nobody@example.com')).toEqual(refusals[0]);

    const closed = await httpClient(app.url).send(
      'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }',
      { input: { email, password: PASSWORD } },
    );
    expect(closed.errors?.[0]).toMatchObject({
      message: expect.stringMatching(/come back in 1[45] minutes/),
      extensions: { code: 'RATE_LIMITED', retryAt: expect.any(String) },
    });
  }, 60_000);

  test('of many guesses at once not more than ten are answered', async () => {
    const { email } = await signUp(app.url);
    const guesses = await Promise.all(
      Array.from({ length: 16 }, () =>
        httpClient(app.url).send('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', {
          input: { email, password: 'not the password' },
        }),
      ),
    );
    expect(guesses.filter(({ data }) => data)).toHaveLength(10);
  }, 60_000);

  test('a new password ends the other sessions, and needs the current one', async () => {
    const person = await signUp(app.url);
    const other = httpClient(app.url, (await signIn(app.url, person.email)).token);
    const change =
      'mutation ($current: String!, $next: String!) { changePassword(current: $current, next: $next) }';

    const refused = await person.send(change, { current: 'something else', next: 'a whole new one' });
    expect(refused.errors?.[0]?.extensions.fields).toEqual([
      { path: 'current', message: expect.any(String) },
    ]);
    const tooShort = await person.send(change, { current: PASSWORD, next: 'short' });
    expect(tooShort.errors?.[0]?.extensions.fields).toEqual([{ path: 'next', message: expect.any(String) }]);

    expect(await person.ask(change, { current: PASSWORD, next: 'a whole new one' })).toEqual({
      changePassword: true,
    });
    expect(await other.ask(VIEWER)).toEqual({ viewer: null });
    expect((await person.ask<ViewerAnswer>(VIEWER)).viewer).not.toBeNull();
    expect((await signIn(app.url, person.email)).code).toBe('WRONG_PASSWORD');
    expect((await signIn(app.url, person.email, 'a whole new one')).token).toBeDefined();
  });
});

describe('a workspace and its people', () => {
  test('an owner invites, by a link that works once', async () => {
    const owner = await signUp(app.url);
    const { invite } = await owner.ask<{ invite: string }>(
      'mutation { invite(email: "Bob@Example.com", role: MEMBER) }',
    );
    expect(invite).toMatch(new RegExp(`^${app.url}/app/invitation\\?token=[\\w-]{43}$`));

    const accept = `mutation ($token: String!) {
      acceptInvitation(token: $token, password: "${PASSWORD}", name: " Bob ") {
        ... on SignedIn { viewer { email name role isOperator workspace { name } } }
        ... on Failure { code }
      }
    }`;
    const [first, second] = await Promise.all(
      [invite, new URL(invite).searchParams.get('token')].map((token) =>
        httpClient(app.url).ask<{ acceptInvitation: object }>(accept, { token }),
      ),
    );
    const outcomes = [first?.acceptInvitation, second?.acceptInvitation];
    expect(outcomes).toContainEqual({ code: 'INVITATION_INVALID' });
    expect(outcomes).toContainEqual({
      viewer: {
        email: 'bob@example.com',
        name: 'Bob',
        role: 'MEMBER',
        isOperator: false,
        workspace: { name: `Workspace of ${owner.email}` },
      },
    });
    expect(await owner.ask('{ members { email role } }')).toEqual({
      members: [
        { email: owner.email, role: 'OWNER' },
        { email: 'bob@example.com', role: 'MEMBER' },
      ],
    });
  });

  test('a member may neither invite nor change the workspace', async () => {
    const owner = await signUp(app.url);
    const member = await joinAs(app.url, owner, 'MEMBER');
    expect(await codeOf(member, 'mutation { updateWorkspace(name: "Mine") { id } }')).toBe('FORBIDDEN');
    expect(await codeOf(member, 'mutation { invite(email: "x@example.com", role: MEMBER) }')).toBe(
      'FORBIDDEN',
    );
    expect(await codeOf(owner, `mutation { invite(email: "${member.email}", role: OWNER) }`)).toBe(
      'BAD_USER_INPUT',
    );
  });

  test('owners change roles and remove people, and one owner always stays', async () => {
    const [owner, stranger] = await Promise.all([signUp(app.url), signUp(app.url)]);
    const other = await joinAs(app.url, owner, 'MEMBER');
    const { members } = await owner.ask<{ members: { id: string }[] }>('{ members { id } }');
    const [ownerId, otherId] = members.map(({ id }) => id);
    const result = '{ ... on MemberChanged { member { role } } ... on Failure { code } }';
    const changeRole = `mutation ($memberId: ID!, $role: Role!) { changeRole(memberId: $memberId, role: $role) ${result} }`;
    const removeMember = `mutation ($memberId: ID!) { removeMember(memberId: $memberId) ${result} }`;

    const demoted = { memberId: ownerId, role: 'MEMBER' };
    expect(await owner.ask(changeRole, demoted)).toEqual({ changeRole: { code: 'LAST_OWNER' } });
    expect(await owner.ask(removeMember, { memberId: ownerId })).toEqual({
      removeMember: { code: 'LAST_OWNER' },
    });
    expect(await codeOf(other, changeRole, { memberId: otherId, role: 'OWNER' })).toBe('FORBIDDEN');
    expect(await codeOf(stranger, removeMember, { memberId: otherId })).toBe('NOT_FOUND');

    await owner.ask(changeRole, { memberId: otherId, role: 'OWNER' });
    const mutual = await Promise.all([
      owner.send(changeRole, { memberId: otherId, role: 'MEMBER' }),
      other.send(changeRole, demoted),
    ]);
    expect(mutual.filter(({ data }) => JSON.stringify(data).includes('"MEMBER"'))).toHaveLength(1);

    const { role } = (await owner.ask<{ viewer: { role: string } }>('{ viewer { role } }')).viewer;
    const [left, right] = role === 'OWNER' ? [owner, other] : [other, owner];
    const leaving = left === owner ? otherId : ownerId;
    expect(await left.ask(removeMember, { memberId: leaving })).toEqual({
      removeMember: { member: { role: 'MEMBER' } },
    });
    expect(await right.ask(VIEWER)).toEqual({ viewer: null });
  });

  test('an owner changes what is given, and nothing else', async () => {
    const owner = await signUp(app.url);
    const update = `mutation ($name: String, $timezone: String, $postalAddress: String, $optOut: String) {
      updateWorkspace(name: $name, timezone: $timezone, postalAddress: $postalAddress, optOutLine: $optOut) {
        name timezone postalAddress optOutLine }
    }`;
    const footer = { postalAddress: 'Some Street 1\nBerlin', optOutLine: 'Tell me to stop.' };
    await owner.ask(update, {
      timezone: 'Europe/Berlin',
      postalAddress: footer.postalAddress,
      optOut: ' Tell me to stop. ',
    });
    expect(await owner.ask(update, { name: 'New' })).toEqual({
      updateWorkspace: { name: 'New', timezone: 'Europe/Berlin', ...footer },
    });
    expect(await owner.ask(update, { postalAddress: null, optOut: '' })).toMatchObject({
      updateWorkspace: { postalAddress: null, optOutLine: null },
    });
    const refused = await owner.send(update, { name: ' ', timezone: 'Mars/Olympus' });
    expect(refused.errors?.[0]?.extensions.fields?.map(({ path }) => path).sort()).toEqual([
      'name',
      'timezone',
    ]);
  });
});

describe('API keys', () => {
  test('a key acts as its person until it is revoked, and is nobody else’s', async () => {
    const person = await signUp(app.url);
    const stranger = await signUp(app.url);
    const { createApiKey: key } = await person.ask<{ createApiKey: { id: string; secret: string } }>(
      'mutation { createApiKey(name: "CRM") { id name secret } }',
    );
    expect(key.secret).toMatch(/^csk_[\w-]{43}$/);

    const program = httpClient(app.url, key.secret);
    expect((await program.ask<ViewerAnswer>(VIEWER)).viewer?.email).toBe(person.email);
    expect(await program.ask('mutation { signOut }')).toEqual({ signOut: false });
    expect(await person.ask('{ apiKeys { id name lastUsedAt } }')).toEqual({
      apiKeys: [{ id: key.id, name: 'CRM', lastUsedAt: expect.stringMatching(/^\d{4}-.*Z$/) }],
    });

    const revoke = 'mutation ($id: ID!) { revokeApiKey(id: $id) }';
    expect(await codeOf(stranger, revoke, { id: key.id })).toBe('NOT_FOUND');
    expect(await codeOf(person, revoke, { id: 'no id at all' })).toBe('NOT_FOUND');
    expect(await person.ask(revoke, { id: key.id })).toEqual({ revokeApiKey: true });
    expect(await program.ask(VIEWER)).toEqual({ viewer: null });
  });
});

test('without a sign-in everything but the way in is closed', async () => {
  const nobody = httpClient(app.url);
  expect(await nobody.ask(VIEWER)).toEqual({ viewer: null });
  expect(await nobody.ask('mutation { signOut }')).toEqual({ signOut: false });
  for (const query of [
    '{ members { id } }',
    '{ apiKeys { id } }',
    '{ workspaces { totalCount } }',
    'mutation { createApiKey(name: "x") { id } }',
    'mutation { invite(email: "x@example.com", role: MEMBER) }',
    'mutation { updateWorkspace(name: "x") { id } }',
    'mutation { changePassword(current: "0123456789", next: "0123456789") }',
  ]) {
    expect([query, await codeOf(nobody, query)]).toEqual([query, 'UNAUTHENTICATED']);
  }
});
