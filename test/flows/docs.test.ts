import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
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
  const output = await run(await readFile('docs/api.md', 'utf8'));
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

/** The page's blocks in one shell, in their order; TypeScript runs where it stands, with the shell's exported variables. */
async function run(page: string): Promise<string> {
  const blocks = [...page.matchAll(/^```(sh|ts)\n([\s\S]*?)^```$/gm)];
  const lines = await Promise.all(
    blocks.map(async ([, language, code = ''], index) => {
      if (language === 'sh') return code.replaceAll('http://127.0.0.1:4000', app.url);
      const file = join(folder, `block${index}.ts`);
      await writeFile(file, code);
      return `(cd ../.. && node --require ./test/support/typescript.cjs ${file})\n`;
    }),
  );
  const script = join(folder, 'page.sh');
  await writeFile(script, `set -euo pipefail\n${lines.join('\n')}`);
  const shell = { cwd: folder, timeout: 50_000, env: { PATH: process.env['PATH'] } };
  const { stdout } = await promisify(execFile)('bash', [script], shell).catch((error) => {
    throw new Error(`${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

async function firstSlot(person: TestPerson): Promise<string> {
  const { gmailIntegration } = await person.ask<{ gmailIntegration: { slots: SlotView[] } }>(
    '{ gmailIntegration { slots { id kind } } }',
  );
  const [slot] = gmailIntegration.slots.filter(({ kind }) => kind === 'SELF');
  if (!slot) throw new Error('A new workspace has self slots');
  return slot.id;
}
