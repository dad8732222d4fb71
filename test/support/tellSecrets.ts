import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Client as PostgresClient } from 'pg';
import { type Client, httpClient, openSocket } from './client';
import { openSandbox } from './sandbox';

const SECRETS = {
  'App Password': 'qwfpgjluyarstdhn',
  'wrong App Password': 'zxcvbkmarstdhneo',
  'password of a person': 'correct horse battery',
  'new password of a person': 'staple of the battery',
  'wrong password of a person': 'incorrect mule battery',
  'encryption key': randomBytes(32).toString('base64'),
};
const ADDRESS = 'keeper@gmail.com';

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/**
 * A whole story, with its mishaps, in a process of its own; then every word of it is searched for what it must not say.
 *
 * @param databaseUrl of an empty database
 * @param dump all that the database holds
 */
export async function tellSecrets(databaseUrl: string, dump: () => Promise<string>): Promise<void> {
  const sandbox = await openSandbox();
  sandbox.addAccount({ address: ADDRESS, appPassword: SECRETS['App Password'] });
  const sql = new PostgresClient({ connectionString: databaseUrl });
  await sql.connect();
  const env = {
    PORT: '0',
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEY: SECRETS['encryption key'],
    GMAIL_SMTP_URL: sandbox.smtpUrl,
    GMAIL_IMAP_URL: sandbox.imapUrl,
    LOG_LEVEL: 'trace',
  };
  const said: string[] = [];
  const tokens: Record<string, string> = {};
  /** Keeps an answer, but for the one place at which a new token is shown to its owner. */
  const ask = async (client: Client, query: string, variables = {}) => {
    const answer = await client.send<Record<string, Record<string, string>>>(query, variables);
    const [result] = Object.values(answer.data ?? {});
    const shown = typeof result === 'object' ? (result?.['token'] ?? result?.['secret']) : undefined;
    if (shown) tokens[query] = shown;
    said.push(JSON.stringify(answer).replace(`"${shown}"`, '"shown once"'));
    return { result, shown: shown ?? '' };
  };

  const first = await startProduct(env, said);
  const nobody = httpClient(first.url);
  const email = 'ann@example.com';
  const { shown: token } = await ask(nobody, SIGN_UP, {
    input: { email, password: SECRETS['password of a person'], workspaceName: 'Ann' },
  });
  const ann = httpClient(first.url, token);
  await ask(nobody, SIGN_IN, { input: { email, password: SECRETS['wrong password of a person'] } });
  await ask(
    ann,
    'mutation ($current: String!, $next: String!) { changePassword(current: $current, next: $next) }',
    {
      current: SECRETS['password of a person'],
      next: SECRETS['new password of a person'],
    },
  );
  const { shown: key } = await ask(ann, 'mutation { createApiKey(name: "a program") { id secret } }');
  const program = httpClient(first.url, key);
  const slots = await program.ask<{ gmailIntegration: { slots: { id: string }[] } }>(
    '{ gmailIntegration { slots { id } } }',
  );
  const slotId = slots.gmailIntegration.slots[0]?.id;
  for (const appPassword of [
    SECRETS['wrong App Password'],
    'short',
    SECRETS['App Password'].replace(/(.{4})/g, '$1 '),
  ]) {
    await ask(program, CONNECT, { input: { slotId, email: ADDRESS, appPassword } });
  }
  const socket = await openSocket(first.url, { payload: { authorization: `Bearer ${token}` } });
  const replies = socket.subscribe(
    'subscription { replyReceived { message { from text evidence { rule } } } }',
  );
  await socket.ask('{ replyCursor }');
  await ask(program, SEND, { input: { slotId, to: 'bob@example.com', subject: 'Hello', text: 'Hi' } });
  said.push(JSON.stringify(await replies.next()));

  // Mishaps: broken tokens and inputs, a database that goes away in the middle, a crash.
  await ask(httpClient(first.url, `${token}x`), '{ viewer { id } }');
  await ask(ann, CONNECT, {
    input: { slotId, email: 'no address', appPassword: SECRETS['App Password'], more: 1 },
  });
  await sql.query('ALTER TABLE people RENAME TO mislaid');
  await ask(nobody, SIGN_IN, { input: { email, password: SECRETS['new password of a person'] } });
  await ask(ann, '{ viewer { id } }');
  await sql.query('ALTER TABLE mislaid RENAME TO people');
  await sql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`);
  first.child.kill('SIGKILL');
  await once(first.child, 'close');
  await expect(startProduct({ ...env, DATABASE_URL: `${databaseUrl}-gone` }, said)).rejects.toThrow();
  await expect(
    startProduct({ ...env, ENCRYPTION_KEY: `${SECRETS['encryption key']}x` }, said),
  ).rejects.toThrow();

  const second = await startProduct(env, said);
  const again = httpClient(second.url, token);
  await ask(
    again,
    'mutation ($id: ID!) { recheckConnection(slotId: $id) { __typename ... on Failure { message } } }',
    {
      id: slotId,
    },
  );
  said.push(await dump());
  await ask(again, 'mutation ($id: ID!) { disconnectGmail(slotId: $id) { __typename } }', { id: slotId });
  await ask(again, 'mutation { signOut }');
  second.child.kill('SIGTERM');
  await once(second.child, 'close');
  said.push(await dump());
  await sql.end();

  expect(Object.keys(tokens)).toHaveLength(2);
  const everything = said.join('\n');
  for (const proof of [
    'Signed up',
    'smtp refused',
    'An operation failed',
    'GmailConnected',
    'sealed_password',
  ]) {
    expect([proof, everything.includes(proof)]).toEqual([proof, true]); // or it was not listened to
  }
  expect(tracesOf({ 'what is no secret': ADDRESS }, everything)).toEqual(['what is no secret: in the clear']);
  expect(tracesOf({ ...SECRETS, ...tokens }, everything)).toEqual([]);
}

const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) {
  __typename ... on SignedIn { token viewer { email } } ... on Failure { message } } }`;
const SIGN_IN = SIGN_UP.replace('SignUpInput', 'SignInInput').replace('signUp(', 'signIn(');
const CONNECT = `mutation ($input: ConnectGmailInput!) { connectGmail(input: $input) { __typename
  ... on Failure { code message } ... on ConnectionRefused { problem { message serverReply } checks { detail } } } }`;
const SEND = `mutation ($input: SendEmailInput!) { sendEmail(input: $input) { __typename ... on Failure { message } } }`;

/** Resolves when it serves, rejects when it ends instead. All that it writes is kept. */
async function startProduct(
  env: Record<string, string>,
  said: string[],
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/src/main.js'], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        said.push(line);
        const ready = line.match(/"graphql":"([^"]+)\/graphql"/);
        if (ready?.[1]) resolve({ child, url: ready[1] });
      });
    }
    child.once('close', (code) => reject(new Error(`It ended with ${code}`)));
  });
}

/** Each secret as it is, spaced in any way, in any case, in hex, and within any base64. */
function tracesOf(secrets: Readonly<Record<string, string>>, text: string): string[] {
  const bare = text.replace(/\\[nrt]|[\s-]/g, '');
  const lower = bare.toLowerCase();
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const plain = secret.replace(/[\s-]/g, '');
    const found = [
      ...(lower.includes(plain.toLowerCase()) ? ['in the clear'] : []),
      ...(lower.includes(Buffer.from(secret).toString('hex')) ? ['in hex'] : []),
      ...base64Cores(secret).filter((core) => bare.includes(core)),
    ];
    return found.map((how) => `${name}: ${how}`);
  });
}

/** What base64 makes of it wherever it stands in what is encoded: without the letters that hang on its neighbours. */
function base64Cores(secret: string): string[] {
  return [0, 1, 2].map((offset) => {
    const core = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]).toString('base64');
    return core.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + secret.length) * 8) / 6));
  });
}
