import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEndpoint } from '../../src/gmail/endpoints';
import { openImapSession } from '../../src/gmail/imapSession';
import { ProblemCode } from '../../src/gmail/problem';
import { openSmtpSession } from '../../src/gmail/smtpSession';
import { createTestDatabase, testLog } from '../support/database';
import { startProduct } from '../support/productProcess';
import { administer } from '../support/testServer';
import { answerTo, type Desk, type MailRoom, openMailRoom } from '../support/watching';

/** What docs/operating.md says of faults of the machine: things come late, never twice, and nothing has to be done. */

let mail: MailRoom;
let desk: Desk;
let slotId: string;

const account = () => mail.account('ann@gmail.com');
let ann: ReturnType<typeof account>;

beforeAll(async () => {
  mail = await openMailRoom();
  ann = account();
  desk = await mail.desk();
  slotId = await desk.connect(ann);
});
afterAll(() => mail.close());

test('a full disk loses no reply and no email', async () => {
  const { db } = mail.process;
  const sent = await desk.send(slotId, 'silent.disk@example.com');
  // As PostgreSQL says it where a file cannot grow. The sequence counts beyond the rollback.
  await db.query(`CREATE SEQUENCE refusals`);
  await db.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM nextval('refusals');
    RAISE EXCEPTION 'could not extend file "base/5/16384": No space left on device' USING ERRCODE = '53100';
  END $$`);
  for (const table of ['received_messages', 'outgoing_messages']) {
    await db.query(`CREATE TRIGGER full_disk BEFORE INSERT ON ${table} EXECUTE FUNCTION refuse()`);
  }
  ann.deliver(answerTo(sent, 'Call me.'));
  await untilTrue(`SELECT is_called FROM refusals`);
  await expect(desk.send(slotId, 'silent.later@example.com')).rejects.toThrow(
    /Something went wrong|INTERNAL/i,
  );
  expect(await desk.events()).toEqual([]);

  for (const table of ['received_messages', 'outgoing_messages']) {
    await db.query(`DROP TRIGGER full_disk ON ${table}`);
  }
  await untilTrue('SELECT count(*) = 1 FROM received_messages');
  expect((await desk.events()).map(({ message }) => message.text.trim())).toEqual(['Call me.']);
  const later = await desk.send(slotId, 'silent.later@example.com');
  expect(later.to).toBe('silent.later@example.com');
});

test('a PostgreSQL that is gone for a moment loses no reply', async () => {
  const sent = await desk.send(slotId, 'silent.restart@example.com');
  const name = new URL(mail.app.databaseUrl).pathname.slice(1);
  const server = process.env['TEST_SERVER_URL'] ?? '';
  await administer(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await administer(
    server,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
  );
  ann.deliver(answerTo(sent, 'Meanwhile.'));
  expect((await fetch(`${mail.app.url}/readyz`)).status).toBe(503);
  await administer(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await untilTrue(`SELECT count(*) = 1 FROM received_messages WHERE text LIKE 'Meanwhile.%'`);
  expect((await fetch(`${mail.app.url}/readyz`)).status).toBe(200);
}, 60_000);

test('a process without file descriptors refuses, goes on, and recovers', async () => {
  const { url: databaseUrl, drop } = await createTestDatabase();
  const product = await startProduct({ DATABASE_URL: databaseUrl }, { descriptors: 80 });
  const port = Number(new URL(product.url).port);
  const sockets = await Promise.all(Array.from({ length: 150 }, () => openSocket(port)));
  // The system took them all; the process could not, and closed what it had no descriptor for.
  const closed = sockets.filter((socket) => socket.destroyed).length;
  expect(closed).toBeGreaterThan(0);
  for (const socket of sockets) socket.destroy();
  while (!(await isReady(product.url))) await sleep(50);
  expect(await product.end('SIGTERM')).toBe(0);
  await drop();
}, 60_000);

test('without DNS Gmail is unreachable for now, and nobody is rejected', async () => {
  const credentials = { email: 'me@gmail.com', appPassword: 'abcdefghijklmnop' };
  const options = { log: testLog };
  const openings = await Promise.all([
    openImapSession(parseEndpoint('imap', 'imaps://imap.nowhere.invalid'), credentials, options),
    openSmtpSession(parseEndpoint('smtp', 'smtps://smtp.nowhere.invalid'), credentials, options),
  ]);
  for (const opening of openings) {
    expect(opening).toMatchObject({
      outcome: 'Failed',
      stage: 'CONNECT',
      refusal: { needsPerson: false, problem: { code: ProblemCode.UNREACHABLE } },
    });
    expect(opening.outcome === 'Failed' && opening.refusal.problem.message).toContain(
      'could not be looked up',
    );
  }
}, 60_000);

/** Asks until it is so, and while there is no database; the test's own time limit ends it. */
async function untilTrue(query: string): Promise<void> {
  for (;;) {
    const [row] = await mail.process.db.query<Record<string, boolean>>(query).catch(() => []);
    if (row && Object.values(row)[0]) return;
    await sleep(50);
  }
}

/** Resolves once it is open and has had its time to be closed again, or is closed. */
function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.once('close', () => resolve(socket));
    socket.setTimeout(1_000, () => resolve(socket));
  });
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
