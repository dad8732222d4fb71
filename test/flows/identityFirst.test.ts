import { startTestApp, type TestApp } from '../support/app';
import { type Client, httpClient } from '../support/client';
import { joinAs, PASSWORD, signIn, signUp, type TestPerson } from '../support/people';

/** A fresh installation each time: who comes first matters here. */
let app: TestApp;

afterEach(() => app.stop());

test('of two who are first at once one becomes operator and owner, and the door closes behind them', async () => {
  app = await startTestApp({ SIGN_UP: 'first' });
  const attempts = await Promise.allSettled([signUp(app.url), signUp(app.url), signUp(app.url)]);
  const [first, ...others] = attempts.flatMap((attempt) =>
    attempt.status === 'fulfilled' ? [attempt.value] : [],
  );
  if (!first) throw new Error('Nobody came in');
  expect(others).toEqual([]);
  expect(await first.ask('{ viewer { isOperator role } }')).toEqual({
    viewer: { isOperator: true, role: 'OWNER' },
  });

  const late = await httpClient(app.url).ask(
    `mutation { signUp(input: { email: "late@example.com", password: "${PASSWORD}", workspaceName: "Late" }) {
      ... on SignInRefused { code message }
    } }`,
  );
  expect(late).toEqual({
    signUp: { code: 'SIGN_UP_CLOSED', message: expect.stringContaining('invitation') },
  });
  const invited = await joinAs(app.url, first, 'OWNER');
  expect(await invited.ask('{ viewer { isOperator role } }')).toEqual({
    viewer: { isOperator: false, role: 'OWNER' },
  });
});

test('an operator pages through all workspaces by name, and others may not', async () => {
  app = await startTestApp({ SIGN_UP: 'open' });
  const operator = await signUp(app.url, 'first@example.com');
  const others: TestPerson[] = [];
  for (const name of ['a', 'b', 'c_d', 'cxd']) others.push(await signUp(app.url, `${name}@example.com`));

  expect(await namesOf(operator, 'first: 2')).toEqual(['a', 'b', 'c_d', 'cxd', 'first']);
  expect(await namesOf(operator, 'search: "c_d@EXAMPLE"')).toEqual(['c_d']);
  for (const [argument, path] of [
    ['first: 0', 'first'],
    ['after: "x"', 'after'],
  ]) {
    const { errors } = await operator.send(`{ workspaces(${argument}) { totalCount } }`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path }] });
  }
  const refused = await others[0]?.send('{ workspaces { totalCount } }');
  expect(refused?.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('twenty sign-ups a minute come from one address, and the next one is told when to come back', async () => {
  app = await startTestApp({ SIGN_UP: 'first' });
  await signUp(app.url);
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => signUp(app.url)));
  const reasons = attempts.map((attempt) =>
    attempt.status === 'rejected' ? String(attempt.reason) : 'came in',
  );
  expect(reasons.filter((reason) => reason.includes('SIGN_UP_CLOSED'))).toHaveLength(19);
  expect(reasons.filter((reason) => /RATE_LIMITED/.test(reason))).toHaveLength(1);
  expect((await signIn(app.url, 'person1@example.com', 'wrong')).code).toBe('WRONG_PASSWORD');
});

interface WorkspacesAnswer {
  workspaces: {
    edges: { node: { name: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
    totalCount: number;
  };
}

/** Follows the cursors to the end. */
async function namesOf(operator: Client, argument: string): Promise<string[]> {
  const names: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { workspaces }: WorkspacesAnswer = await operator.ask<WorkspacesAnswer>(
      `query ($after: String) { workspaces(${argument}, after: $after) {
        edges { node { name } } pageInfo { hasNextPage endCursor } totalCount
      } }`,
      { after },
    );
    names.push(...workspaces.edges.map(({ node }) => node.name.replace(/^Workspace of |@.*$/g, '')));
    if (!workspaces.pageInfo.hasNextPage) {
      expect(workspaces.totalCount).toBe(names.length);
      return names;
    }
    after = workspaces.pageInfo.endCursor;
  }
}
