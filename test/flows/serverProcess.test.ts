import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { httpClient } from '../support/client';
import { createTestDatabase } from '../support/database';
import { PASSWORD, signIn, signUp } from '../support/people';

let databaseUrl: string;
let drop: () => Promise<void>;
const children: ChildProcess[] = [];

beforeAll(async () => {
  ({ url: databaseUrl, drop } = await createTestDatabase());
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => drop());

/** Runs a file of ours as its own process, with nothing in its environment but this. */
function run(file: string, env: Record<string, string>, ...argv: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--require', './test/support/typescript.cjs', file, ...argv], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function outcomeOf(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

function outputOf({ stdout }: ChildProcess): NodeJS.ReadableStream {
  if (!stdout) throw new Error('It has no stdout');
  return stdout;
}

/** Where it serves, from the one line that says so. */
async function urlOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface(outputOf(child))) {
    const { msg = '', graphql } = JSON.parse(line);
    if (msg.startsWith('Ready at')) return graphql.replace('/graphql', '');
  }
  throw new Error('It ended without being ready');
}

const settings = () => ({
  PORT: '0',
  DATABASE_URL: databaseUrl,
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  SIGN_UP: 'open',
});

test('a wrong environment ends it at once, in words', async () => {
  const { code, out, err } = await outcomeOf(run('src/main.ts', { PORT: 'x', LOG_LEVEL: 'y' }));
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toBe(
    'PORT accepts a whole number from 0 to 65535, not "x"\n' +
      'LOG_LEVEL accepts one of fatal, error, warn, info, debug, trace, silent, not "y"\n',
  );
});

test('SIGTERM and, at the same moment, SIGINT end it in order, with status 0', async () => {
  const child = run('src/main.ts', settings());
  const url = await urlOf(child);
  await signUp(url);
  child.kill('SIGTERM');
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
  await expect(fetch(url)).rejects.toThrow();
}, 60_000);

test('SIGTERM ends it also while it waits for a database that is not up', async () => {
  const child = run('src/main.ts', { ...settings(), DATABASE_URL: 'postgres://me@127.0.0.1:9/nothing' });
  for await (const line of createInterface(outputOf(child))) {
    if (line.includes('waiting for it')) break;
  }
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a password is reset on the machine, which ends the sessions and opens a closed door', async () => {
  const child = run('src/main.ts', settings());
  const url = await urlOf(child);
  const person = await signUp(url);
  await Promise.all(Array.from({ length: 10 }, () => signIn(url, person.email, 'not the password')));
  await expect(signIn(url, person.email)).rejects.toThrow('RATE_LIMITED');

  const { code, out } = await outcomeOf(
    run('src/identity/resetPassword.ts', settings(), person.email.toUpperCase()),
  );
  expect(code).toBe(0);
  const password = out.match(/The new password of .* is (\S{20})\n/)?.[1];
  expect((await signIn(url, person.email, password)).token).toBeDefined();
  expect((await signIn(url, person.email, PASSWORD)).code).toBe('WRONG_PASSWORD');
  expect(await httpClient(url, person.token).ask('{ viewer { id } }')).toEqual({ viewer: null });
}, 60_000);

test.each([
  [[], 'Usage: npm run password -- EMAIL\n'],
  [['nobody@example.com'], 'Nobody here has the address nobody@example.com.\n'],
])('resetting the password of %j says what is wrong', async (argv, message) => {
  const { code, err } = await outcomeOf(run('src/identity/resetPassword.ts', settings(), ...argv));
  expect({ code, err }).toEqual({ code: 1, err: message });
});
