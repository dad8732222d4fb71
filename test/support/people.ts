import { type Client, httpClient } from './client';

export interface TestPerson extends Client {
  email: string;
  token: string;
}

export const PASSWORD = 'correct horse battery';

const SIGN_IN_RESULT = '{ ... on SignedIn { token } ... on Failure { code message } }';

interface Outcome {
  token?: string;
  code?: string;
  message?: string;
}

let people = 0;

/** Somebody with a workspace of their own. */
export async function signUp(
  url: string,
  email = `person${++people}@example.com`,
  password = PASSWORD,
): Promise<TestPerson> {
  const { signUp: outcome } = await httpClient(url).ask<{ signUp: Outcome }>(
    `mutation ($input: SignUpInput!) { signUp(input: $input) ${SIGN_IN_RESULT} }`,
    { input: { email, password, workspaceName: `Workspace of ${email}` } },
  );
  return personOf(url, email, outcome);
}

/** Somebody who came by an owner's invitation. */
export async function joinAs(
  url: string,
  owner: Client,
  role: 'OWNER' | 'MEMBER',
  email = `person${++people}@example.com`,
): Promise<TestPerson> {
  const { invite } = await owner.ask<{ invite: string }>(
    'mutation ($email: EmailAddress!, $role: Role!) { invite(email: $email, role: $role) }',
    { email, role },
  );
  const { acceptInvitation: outcome } = await httpClient(url).ask<{ acceptInvitation: Outcome }>(
    `mutation ($token: String!, $password: String!) {
      acceptInvitation(token: $token, password: $password) ${SIGN_IN_RESULT}
    }`,
    { token: invite, password: PASSWORD },
  );
  return personOf(url, email, outcome);
}

/** What signIn says, as it is. */
export async function signIn(url: string, email: string, password = PASSWORD): Promise<Outcome> {
  const { signIn: outcome } = await httpClient(url).ask<{ signIn: Outcome }>(
    `mutation ($input: SignInInput!) { signIn(input: $input) ${SIGN_IN_RESULT} }`,
    { input: { email, password } },
  );
  return outcome;
}

function personOf(url: string, email: string, { token, code }: Outcome): TestPerson {
  if (!token) throw new Error(`${email} was refused: ${code}`);
  return { email, token, ...httpClient(url, token) };
}
