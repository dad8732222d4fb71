import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readConfig } from '../../src/config';
import { createLog } from '../../src/lib/log';
import { start } from '../../src/main';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { type Client, httpClient } from '../support/client';
import { createTestDatabase } from '../support/database';
import { signUp } from '../support/people';
import { openSandbox } from '../support/sandbox';
import { addAccount, connect, RECHECK, type SlotView } from '../support/slots';
import { until } from '../support/until';

/** The key in which all App Passwords are sealed: changed under a running product, lost, and found again. */

const OLD = Buffer.alloc(32, 1).toString('base64');
const NEW = Buffer.alloc(32, 2).toString('base64');

let sandbox: Sandbox;
let databaseUrl: string;
let drop: () => Promise<void>;
let dataDir: string;

beforeAll(async () => {
  sandbox = await openSandbox();
  ({ url: databaseUrl, drop } = await createTestDatabase());
  dataDir = await mkdtemp(join(tmpdir(), 'rotation-'));
});
afterAll(async () => {
  await drop();
  await rm(dataDir, { recursive: true });
});

test('a key is rotated while the product runs, and the old one can then be thrown away', async () => {
  const person = await withKeys(OLD, async (url) => {
    const person = await signUp(url);
    const { email } = addAccountNamed();
    expect(await connect(person, await firstSlot(person), email)).toMatchObject({
      __typename: 'GmailConnected',
    });
    return person;
  });
  await withKeys(`${NEW},${OLD}`, async () => {
    expect(await rotate(`${NEW},${OLD}`)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^1 App Pass/),
    });
    expect(await rotate(`${NEW},${OLD}`)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^0 App Pass/),
    });
  });
  await withKeys(NEW, async (url) => {
    const again = httpClient(url, person.token);
    expect(await recheck(again)).toMatchObject({ __typename: 'GmailConnected' });
  });

  // And now it is lost.
  const wrong = Buffer.alloc(32, 3).toString('base64');
  expect(await rotate(wrong)).toMatchObject({ code: 1, err: expect.stringContaining('connect them again') });
  await withKeys(wrong, async (url) => {
    const again = httpClient(url, person.token);
    await until(async () => (await readSlot(again)).connection?.state === 'REJECTED');
    const { connection } = await readSlot(again);
    expect(connection?.problem).toMatchObject({
      code: 'INVALID_CREDENTIALS',
      message: 'The stored App Password can no longer be opened on this server.',
      remedy: expect.stringContaining('ENCRYPTION_KEY'),
    });
    expect(await recheck(again)).toMatchObject({
      __typename: 'ConnectionRefused',
      problem: { code: 'INVALID_CREDENTIALS' },
    });
  });
  // The key is found: one check, and it goes on.
  await withKeys(NEW, async (url) => {
    const again = httpClient(url, person.token);
    expect(await recheck(again)).toMatchObject({ __typename: 'GmailConnected' });
  });
}, 60_000);

function addAccountNamed(): { email: string } {
  const email = 'sealed@gmail.com';
  addAccount(sandbox, email);
  return { email };
}

/** The product under these keys, for as long as `act` takes. */
async function withKeys<T>(keys: string, act: (url: string) => Promise<T>): Promise<T> {
  const app = await start(readConfig({ ...environment(keys), PORT: '0' }), createLog('silent'));
  try {
    return await act(app.url);
  } finally {
    await app.stop();
  }
}

function environment(keys: string) {
  return {
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEY: keys,
    DATA_DIR: dataDir,
    GMAIL_SMTP_URL: sandbox.smtpUrl,
    GMAIL_IMAP_URL: sandbox.imapUrl,
  };
}

/** The command as an operator runs it, as a process of its own. */
async function rotate(keys: string): Promise<{ code: number; out: string; err: string }> {
  const argv = ['--require', './test/support/typescript.cjs', 'src/slots/rotateKey.ts'];
  const env = { PATH: process.env['PATH'], ...environment(keys) };
  return promisify(execFile)(process.execPath, argv, { env }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (failed) => ({ code: failed.code, out: failed.stdout, err: failed.stderr }),
  );
}

async function firstSlot(person: Client): Promise<string> {
  return (await readSlot(person)).id;
}

async function readSlot(person: Client): Promise<SlotView> {
  const { gmailIntegration } = await person.ask<{ gmailIntegration: { slots: SlotView[] } }>(
    '{ gmailIntegration { slots { id kind connection { state problem { code message remedy } } } } }',
  );
  const [slot] = gmailIntegration.slots.filter(({ kind }) => kind === 'SELF');
  if (!slot) throw new Error('A new workspace has self slots');
  return slot;
}

async function recheck(person: Client): Promise<unknown> {
  const { result } = await person.ask<{ result: unknown }>(RECHECK, { slotId: (await readSlot(person)).id });
  return result;
}
