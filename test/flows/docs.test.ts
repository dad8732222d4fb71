import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { startTestApp, type TestApp } from '../support/app';
import { signUp, type TestPerson } from '../support/people';
import { openSandbox } from '../support/sandbox';
import { connect, type SlotView } from '../support/slots';

/** What the pages of docs/ tell people to type is typed here, on what `npm run demo` shows. */

const DEMO = { email: 'demo@example.com', password: 'demo-demo-demo' };
const MAYA = { address: 'maya.lindt@gmail.com', appPassword: 'mayamayamayamaya' };

let sandbox: Sandbox;
let app: TestApp;
let folder: string;

beforeAll(async () => {
  sandbox = await openSandbox();
  sandbox.addAccount(MAYA);
  app = await startTestApp({ GMAIL_SMTP_URL: sandbox.smtpUrl, GMAIL_IMAP_URL: sandbox.imapUrl });
  const demo = await signUp(app.url, DEMO.email, DEMO.password);
  await connect(demo, await firstSlot(demo), MAYA.address, { appPassword: MAYA.appPassword });
  folder = await mkdtemp(resolve('dist/docs-')); // where the packages of the examples are found
});
afterAll(async () => {
  await app.stop();
  await rm(folder, { recursive: true });
});

test('every command of docs/api.md works as it stands there', async () => {
  const output = await run('docs/api.md', app.url);
  // What a reader would look for, in the order in which it is said.
  const landmarks = [
    '(self: 1/4)',
    'INVALID_CREDENTIALS',
    '"__typename":"EmailQueued"',
    'REPLY nora@northwind.example.com',
    '"from":"nora@northwind.example.com"',
    '"created":1',
    '"line":3',
    'ada@northwind.example.com',
    '"enrolled":1',
    '"forecast":[',
  ];
  expect(landmarks.filter((landmark) => !output.includes(landmark))).toEqual([]);
  expect(output).not.toContain('"errors"');
}, 60_000);

test('every command of docs/self-hosting.md works as it stands there, on an embedded PostgreSQL', async () => {
  const port = await freePort();
  const output = await run('docs/self-hosting.md', `http://127.0.0.1:${port}`, {
    PORT: String(port),
    GMAIL_SMTP_URL: sandbox.smtpUrl,
    GMAIL_IMAP_URL: sandbox.imapUrl,
  });
  expect(output.match(/"ready":true/g)).toHaveLength(2);
  expect(output).toContain('0 App Passwords were sealed anew; 2 keys are in use');
}, 120_000);

/**
 * The page's blocks in one shell, in their order, with `url` where the page says port 4000. TypeScript runs where it
 * stands, with the shell's exported variables.
 */
async function run(page: string, url: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const text = await readFile(page, 'utf8');
  const steps = [...text.matchAll(/^```(sh|ts)\n([\s\S]*?)^```$/gm)].map(
    async ([, language, code = ''], index) => {
      if (language === 'sh') return code.replaceAll('http://127.0.0.1:4000', url);
      const file = join(folder, `block${index}.ts`);
      await writeFile(file, code);
      return `(cd ../.. && node --require ./test/support/typescript.cjs ${file})\n`;
    },
  );
  const script = join(folder, 'page.sh');
  await writeFile(script, ['set -euo pipefail', ...(await Promise.all(steps))].join('\n'));
  const shell = spawn('bash', [script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own: what a page started must not outlive it
  });
  let said = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (said += chunk));
  shell.once('exit', (status) => status !== 0 && shell.pid && process.kill(-shell.pid, 'SIGTERM'));
  const [status] = await once(shell, 'close');
  if (status !== 0) throw new Error(`${page} ended with ${status}:\n${said}`);
  return said;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function firstSlot(person: TestPerson): Promise<string> {
  const { gmailIntegration } = await person.ask<{ gmailIntegration: { slots: SlotView[] } }>(
    '{ gmailIntegration { slots { id kind } } }',
  );
  const [slot] = gmailIntegration.slots.filter(({ kind }) => kind === 'SELF');
  if (!slot) throw new Error('A new workspace has self slots');
  return slot.id;
}
