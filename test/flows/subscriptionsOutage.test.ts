import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Notices } from '../../src/database/notices';
import { startTestApp, type TestApp } from '../support/app';
import { openSocket } from '../support/client';
import { testLog } from '../support/database';
import { signUp, type TestPerson } from '../support/people';

/** PostgreSQL ends our session in the middle of an event. Whoever subscribed hears of it late, and of nothing else. */

let app: TestApp;
let person: TestPerson;
let sql: Client;
let elsewhere: Notices;

beforeAll(async () => {
  app = await startTestApp({ ROLES: 'web' });
  person = await signUp(app.url);
  sql = new Client({ connectionString: app.databaseUrl });
  await sql.connect();
  elsewhere = new Notices({ url: app.databaseUrl, log: testLog });
  await elsewhere.start();
});
afterAll(async () => {
  await elsewhere.stop();
  await sql.end();
  await app.stop();
});

/** Ends the sessions that wait for a table with this statement, once there is one. */
async function endThoseWaiting(statement: string): Promise<void> {
  for (;;) {
    await sql.query('SELECT pg_stat_clear_snapshot()'); // in a transaction it would tell the same forever
    const { rowCount } = await sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
      [statement],
    );
    if (rowCount) return;
    await sleep(20);
  }
}

test.each([
  ['what has changed is read', 'slots', '%SELECT%FROM "slots" %'],
  ['its fields are read', 'connections', '%SELECT%connections%slot_id%'],
  ['its session is looked up', 'sessions', '%SELECT%FROM sessions %'],
])('while %s', async (_, table, statement) => {
  const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
  const events = socket.subscribe<{ slotChanged: { position: number } }>(
    'subscription { slotChanged { position connection { email } } }',
  );
  const { rows } = await sql.query('SELECT id, workspace_id, position FROM slots ORDER BY position LIMIT 1');
  const tell = () => elsewhere.publish(`slots:${rows[0].workspace_id}`, rows[0].id);
  const telling = setInterval(tell, 50);
  await events.next(); // it has begun

  await sql.query('BEGIN');
  await sql.query(`LOCK TABLE ${table}`);
  await endThoseWaiting(statement);
  await sql.query('COMMIT');
  const position = rows[0].position + 100;
  await sql.query('UPDATE slots SET position = $2 WHERE id = $1', [rows[0].id, position]);
  let told: { slotChanged: { position: number } };
  do told = await events.next();
  while (told.slotChanged.position !== position);
  clearInterval(telling);
  await socket.close();
});
