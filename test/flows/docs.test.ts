import { readFile } from 'node:fs/promises';
import { findFreePort } from '../../src/database/embedded/postmaster';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { startTestApp } from '../support/app';
import { httpClient } from '../support/client';
import { signIn, signUp } from '../support/people';
import { openSandbox } from '../support/sandbox';
import { readFreeSlots } from '../support/sending';
import { change, connect, RECHECK } from '../support/slots';
import { openPage } from '../support/typedPage';

/** What the pages of docs/ tell people to type is typed here, on what `npm run demo` shows. */

const DEMO = { email: 'demo@example.com', password: 'demo-demo-demo' };
const MAYA = { address: 'maya.lindt@gmail.com', appPassword: 'mayamayamayamaya' };

let sandbox: Sandbox;
let gmail: Readonly<Record<string, string>>;
beforeAll(async () => {
  sandbox = await openSandbox();
  sandbox.addAccount(MAYA);
  gmail = { GMAIL_SMTP_URL: sandbox.smtpUrl, GMAIL_IMAP_URL: sandbox.imapUrl };
});

test('every command of docs/api.md works as it stands there', async () => {
  const app = await startTestApp(gmail);
  const demo = await signUp(app.url, DEMO.email, DEMO.password);
  const [slot] = await readFreeSlots(demo);
  await connect(demo, slot, MAYA.address, { appPassword: MAYA.appPassword });
  const page = await openPage('docs/api.md', app.url);
  const output = await page.type();
  await page.close();
  await app.stop();
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
  const port = String(await findFreePort());
  const url = `http://127.0.0.1:${port}`;
  const page = await openPage('docs/self-hosting.md', url, { PORT: port, ...gmail });
  await page.type('Start');
  const somebody = await signUp(url, 'somebody@example.com');
  const [slot] = await readFreeSlots(somebody);
  await connect(somebody, slot, MAYA.address, { appPassword: MAYA.appPassword });
  await page.type('Stop, and update');
  const said = await page.type('A forgotten password');
  await page.type('Back up, and restore');
  // Everything is back: the person with the new password, their slot, and the key that opens what is sealed.
  expect((await signIn(url, somebody.email)).token).toBeUndefined();
  const { token } = await signIn(url, somebody.email, /is (\S{20})$/m.exec(said)?.[1]);
  expect(await change(httpClient(url, token), RECHECK, slot)).toMatchObject({ __typename: 'GmailConnected' });
  expect(await page.type('Rotate the key')).toContain('1 App Passwords were sealed anew; 2 keys are in use');
  await page.close();
}, 120_000);

test('every command of docs/operating.md works as it stands there, and its metrics exist', async () => {
  const app = await startTestApp(gmail);
  const mail = 'From: ann@example.com\r\nAuto-Submitted: auto-replied\r\n\r\nI am on vacation.\r\n';
  const page = await openPage('docs/operating.md', app.url, {}, { 'mail.eml': mail });
  const output = await page.type();
  await page.close();
  await app.stop();
  expect(output).toContain('"kind":"OUT_OF_OFFICE"');
  const table = (await readFile('docs/operating.md', 'utf8')).match(/^\| `.*? \|/gm)?.join('') ?? '';
  const metrics = [...table.matchAll(/`(\w+)/g)].map(([, name]) => `# HELP connectionsphere_${name} `);
  expect(metrics.length).toBeGreaterThan(10);
  expect(metrics.filter((metric) => !output.includes(metric))).toEqual([]);
}, 60_000);
