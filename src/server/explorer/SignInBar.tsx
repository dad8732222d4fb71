import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { API_URL } from './fetcher';

/** Who is asking: a sign-in form while nobody is, else the person and their workspace. The session is a cookie. */
export function SignInBar() {
  const [viewer, setViewer] = useState<Viewer | null>();
  const [refusal, setRefusal] = useState('');

  const act = useCallback(async (action: () => Promise<Viewer | null>) => {
    try {
      setViewer(await action());
      setRefusal('');
    } catch (error) {
      setRefusal((error as Error).message);
    }
  }, []);
  useEffect(() => void act(readViewer), [act]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void act(async () => {
      const signedIn = await signIn(String(form.get('email')), String(form.get('password')));
      location.reload(); // GraphiQL asks for the schema as it loads, and a stranger got none
      return signedIn;
    });
  };

  return (
    <header className="sign-in-bar">
      <strong>ConnectionSphere API</strong>
      <output>{refusal}</output>
      {viewer && (
        <>
          <span>
            {viewer.email} · {viewer.workspace.name}
          </span>
          <button type="button" onClick={() => void act(signOut)}>
            Sign out
          </button>
        </>
      )}
      {viewer === null && (
        <form onSubmit={submit}>
          <input
            name="email"
            type="email"
            aria-label="Email"
            placeholder="Email"
            autoComplete="username"
            required
          />
          <input
            name="password"
            type="password"
            aria-label="Password"
            placeholder="Password"
            autoComplete="current-password"
            required
          />
          <button type="submit">Sign in</button>
        </form>
      )}
    </header>
  );
}

interface Viewer {
  email: string;
  workspace: { name: string };
}

async function readViewer(): Promise<Viewer | null> {
  return (await ask<{ viewer: Viewer | null }>('{ viewer { email workspace { name } } }')).viewer;
}

async function signIn(email: string, password: string): Promise<Viewer> {
  const { signIn } = await ask<{ signIn: { viewer: Viewer } | { message: string } }>(
    `mutation SignIn($input: SignInInput!) {
      signIn(input: $input) {
        ... on SignedIn { viewer { email workspace { name } } }
        ... on SignInRefused { message }
      }
    }`,
    { input: { email, password } },
  );
  if ('message' in signIn) throw new Error(signIn.message);
  return signIn.viewer;
}

async function signOut(): Promise<null> {
  await ask('mutation { signOut }');
  return null;
}

/** One operation, signed by the cookie alone. Rejects with the first error's message. */
async function ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const answer = await fetch(API_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as { data?: Data; errors?: { message: string }[] };
  if (data == null || errors?.[0]) throw new Error(errors?.[0]?.message ?? 'The server gave no answer.');
  return data;
}
