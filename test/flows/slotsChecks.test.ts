import { Notices } from '../../src/database/notices';
import type { Viewer } from '../../src/identity/context';
import { CheckReport } from '../../src/slots/checkReport';
import { followChecks } from '../../src/slots/slotEvents';
import { httpClient } from '../support/client';
import { openOnceMore, testLog } from '../support/database';
import { type FaultProxy, openFaultProxy } from '../support/faultProxy';
import {
  APP_PASSWORD,
  addAccount,
  CONNECT,
  connect,
  type Employee,
  type Office,
  openOffice,
  outcomes,
  readSlot,
  type Step,
} from '../support/slots';
import { administer } from '../support/testServer';
import { until } from '../support/until';

/** Attempts that are watched, and attempts that are disturbed in their middle: between SMTP and IMAP. */

let office: Office;
let proxy: FaultProxy;
let ann: Employee;

beforeAll(async () => {
  office = await openOffice(async (sandbox) => {
    proxy = await openFaultProxy({ port: Number(new URL(sandbox.imapUrl).port) });
    return { GMAIL_IMAP_URL: `imap://127.0.0.1:${proxy.port}` };
  });
});
beforeEach(async () => {
  proxy.resume();
  ann = await office.hire();
});
afterAll(async () => {
  await office.close();
  await proxy.close();
});

const CHECKS = `subscription ($slotId: ID!) {
  connectionCheck(slotId: $slotId) { name outcome detail problem { code message remedy helpUrl serverReply } }
}`;

async function watch(slotId: string | undefined) {
  const subscription = (await ann.socket()).subscribe<{ connectionCheck: Step }>(CHECKS, { slotId });
  return async () => (await subscription.next()).connectionCheck;
}

/** What it tells, up to and including that step. */
async function readUntil(next: () => Promise<Step>, last: string): Promise<string[]> {
  const seen: string[] = [];
  while (!seen.includes(last)) seen.push(...outcomes([await next()]));
  return seen;
}

const LAST = 'DOMAIN_AUTHENTICATION SKIPPED';
const BEGINNING = ['ADDRESS_AND_PASSWORD_FORMAT', 'SMTP_CONNECT', 'SMTP_LOGIN'];
const WHOLE = [...BEGINNING, 'IMAP_CONNECT', 'IMAP_LOGIN', 'IMAP_IDLE', 'FOLDERS']
  .flatMap((name) => [`${name} RUNNING`, `${name} PASSED`])
  .concat('DOMAIN_AUTHENTICATION RUNNING', LAST);

test('an attempt is seen whole from before it, from its middle, and from another process', async () => {
  const [slotId = ''] = ann.self;
  const { address } = addAccount(office.sandbox);
  const before = await watch(slotId);
  proxy.freeze();
  const connecting = connect(ann, slotId, address);
  const seen = await readUntil(before, 'IMAP_CONNECT RUNNING');

  const middle = await watch(slotId);
  const notices = new Notices({ url: office.app.databaseUrl, log: testLog });
  await notices.start();
  const viewer = { workspaceId: ann.workspaceId, isOperator: false } as Viewer;
  const elsewhere = await followChecks({ db: office.database, notices }, viewer, slotId);
  const steps = elsewhere[Symbol.asyncIterator]();
  const nextElsewhere = async (): Promise<Step> => (await steps.next()).value;
  const seenFromMiddle = await readUntil(middle, 'IMAP_CONNECT RUNNING');
  const seenElsewhere = await readUntil(nextElsewhere, 'IMAP_CONNECT RUNNING');

  proxy.resume();
  expect(await connecting).toMatchObject({ __typename: 'GmailConnected' });
  expect([...seen, ...(await readUntil(before, LAST))]).toEqual(WHOLE);
  expect([...seenFromMiddle, ...(await readUntil(middle, LAST))]).toEqual(WHOLE);
  expect([...seenElsewhere, ...(await readUntil(nextElsewhere, LAST))]).toEqual(WHOLE);
  await steps.return?.();
  await notices.stop();
});

test('who comes after an attempt sees it in lastChecks, and live only the next', async () => {
  const [slotId] = ann.self;
  const account = addAccount(office.sandbox);
  account.refuse('smtpLogin', 'badCredentials');
  const { checks } = await connect(ann, slotId, account.address);
  expect((await readSlot(ann, slotId)).lastChecks).toEqual(checks);
  proxy.freeze();
  account.accept();
  const connecting = connect(ann, slotId, account.address);
  await until(async () => (await readSlot(ann, slotId)).lastChecks.length === 4);
  const { lastChecks } = await readSlot(ann, slotId);
  expect(lastChecks.map(({ outcome }) => outcome)).toEqual(['PASSED', 'PASSED', 'PASSED', 'RUNNING']);
  const next = await watch(slotId);
  proxy.resume();
  expect(await readUntil(next, LAST)).toEqual(WHOLE);
  expect(await connecting).toMatchObject({ __typename: 'GmailConnected' });
});

test('of two attempts on one slot the later one is shown, and both get their answer', async () => {
  const [slotId] = ann.self;
  const [first, second] = [addAccount(office.sandbox), addAccount(office.sandbox)];
  const next = await watch(slotId);
  proxy.freeze();
  const connecting = connect(ann, slotId, first.address);
  expect(await readUntil(next, 'IMAP_CONNECT RUNNING')).toEqual(WHOLE.slice(0, 7));
  second.refuse('smtpLogin', 'badCredentials');
  const refused = await connect(ann, slotId, second.address);
  proxy.resume();
  const connected = await connecting;
  expect(connected).toMatchObject({
    __typename: 'GmailConnected',
    slot: { connection: { email: first.address } },
  });
  expect(outcomes(connected.checks)).toContain('FOLDERS PASSED');
  expect((await readSlot(ann, slotId)).lastChecks).toEqual(refused.checks);
  expect(await readUntil(next, LAST)).toEqual([
    ...WHOLE.slice(0, 5),
    'SMTP_LOGIN FAILED',
    ...['IMAP_CONNECT', 'IMAP_LOGIN', 'IMAP_IDLE', 'FOLDERS'].map((name) => `${name} SKIPPED`),
    LAST,
  ]);
});

test('what a killed process left of its attempt is no hindrance', async () => {
  const [slotId] = ann.self;
  await office.database.query('UPDATE slots SET checking_attempt = gen_random_uuid() WHERE id = $1', [
    slotId,
  ]);
  await office.database.query(
    `INSERT INTO check_steps (slot_id, attempt, name, outcome, detail)
     SELECT id, checking_attempt, 'SMTP_CONNECT', 'RUNNING', 'left behind' FROM slots WHERE id = $1`,
    [slotId],
  );
  const next = await watch(slotId);
  expect(outcomes([await next()])).toEqual(['SMTP_CONNECT RUNNING']);
  const result = await connect(ann, slotId, addAccount(office.sandbox).address);
  expect(result).toMatchObject({ __typename: 'GmailConnected' });
  expect(await readUntil(next, LAST)).toEqual(WHOLE);
  expect((await readSlot(ann, slotId)).lastChecks).toEqual(result.checks);
});

test('a client that goes away in the middle leaves the attempt to finish', async () => {
  const [slotId] = ann.self;
  const next = await watch(slotId);
  proxy.freeze();
  const leaving = new AbortController();
  const input = { slotId, email: addAccount(office.sandbox).address, appPassword: APP_PASSWORD };
  const gone = fetch(`${office.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ann.token}` },
    body: JSON.stringify({ query: CONNECT, variables: { input } }),
    signal: leaving.signal,
  });
  await readUntil(next, 'IMAP_CONNECT RUNNING');
  leaving.abort();
  await expect(gone).rejects.toThrow();
  proxy.resume();
  await readUntil(next, LAST);
  await until(async () => (await readSlot(ann, slotId)).connection !== null);
});

test('a slot that is taken back in the middle is gone for who was connecting into it', async () => {
  const [slotId] = ann.self.slice(-1);
  const next = await watch(slotId);
  proxy.freeze();
  const input = { slotId, email: addAccount(office.sandbox).address, appPassword: APP_PASSWORD };
  const connecting = httpClient(office.app.url, ann.token).send(CONNECT, { input });
  await readUntil(next, 'IMAP_CONNECT RUNNING');
  await office.operator.ask(
    'mutation ($workspaceId: ID!) { grantSlots(workspaceId: $workspaceId, self: 3, fly: 0) { self { used } } }',
    { workspaceId: ann.workspaceId },
  );
  proxy.resume();
  expect((await connecting).errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
});

test('a database that goes in the middle fails the attempt, and the next one works', async () => {
  const [slotId] = ann.self;
  const account = addAccount(office.sandbox);
  const next = await watch(slotId);
  proxy.freeze();
  const input = { slotId, email: account.address, appPassword: APP_PASSWORD };
  const connecting = httpClient(office.app.url, ann.token).send(CONNECT, { input });
  await readUntil(next, 'IMAP_CONNECT RUNNING');

  const name = new URL(office.app.databaseUrl).pathname.slice(1);
  const server = process.env['TEST_SERVER_URL'] ?? '';
  await administer(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await administer(
    server,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
  );
  proxy.resume();
  const { errors } = await connecting;
  await administer(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);

  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL_SERVER_ERROR']);
  await until(() => office.database.isReady());
  expect(await connect(ann, slotId, account.address)).toMatchObject({ __typename: 'GmailConnected' });
});

test('a step that a session tells of, and that cannot be written, fails the next one and nothing else', async () => {
  const unheard: unknown[] = [];
  const hear = (error: unknown) => void unheard.push(error);
  process.on('unhandledRejection', hear); // in main.ts it ends the process
  const database = await openOnceMore(office.app.databaseUrl);
  const notices = new Notices({ url: office.app.databaseUrl, log: testLog });
  const report = new CheckReport({ db: database, notices, log: testLog }, ann.self[0] ?? '');
  await report.open();
  await report.begin('SMTP_CONNECT', 'Connecting');
  await database.close();
  report.pass('SMTP_CONNECT', 'Connected', 'SMTP_LOGIN', 'Signing in');
  await new Promise(setImmediate); // a login takes its time
  await expect(report.end('PASSED', 'Signed in')).rejects.toThrow();
  await report.close();
  process.off('unhandledRejection', hear);
  expect(unheard).toEqual([]);
});
