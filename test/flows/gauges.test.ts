import type { Database } from '../../src/database/database';
import { startTestApp, type TestApp } from '../support/app';
import { makeOwner } from '../support/campaigns';
import { openOnceMore } from '../support/database';

/** /metrics over an installation in trouble. The app neither sends nor watches, so that it stays as it is made here. */

let app: TestApp;
let db: Database;

beforeAll(async () => {
  app = await startTestApp({ ROLES: 'web' });
  db = await openOnceMore(app.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await app.stop();
});

/** Those of the installation, without what a process tells of itself. */
async function gauges(): Promise<Record<string, number>> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const ours = [
    ...text.matchAll(/^connectionsphere_(?!push_|graphql_|transmissions_|refusals_)(\S+) (\S+)$/gm),
  ];
  return Object.fromEntries(ours.map(([, name, value]) => [name, Math.round(Number(value))]));
}

test('they tell of all slots, of what is late and in doubt, and of who watches', async () => {
  expect(await gauges()).toMatchObject({ database_up: 1, oldest_proof_seconds: 0, unknown_emails: 0 });

  const [well, late, refused, paused] = [
    await makeOwner(db),
    await makeOwner(db),
    await makeOwner(db),
    await makeOwner(db),
  ];
  const change = (id: string, what: string) => db.query(`UPDATE connections SET ${what} WHERE id = $1`, [id]);
  await change(well.connectionId, `last_proof_at = now()`);
  await change(late.connectionId, `state = 'STALE', last_proof_at = now() - interval '500 seconds'`);
  await change(
    refused.connectionId,
    `state = 'REJECTED', problem = '{"code": "INVALID_CREDENTIALS"}', last_proof_at = now() - interval '1 day'`,
  );
  await change(paused.connectionId, `state = 'PAUSED', last_proof_at = now() - interval '1 day'`);
  await db.query(
    `UPDATE gmail_accounts SET parked_until = now() + interval '1 hour', parked_problem = '{"code": "TOO_MANY_LOGINS"}'
      WHERE id = $1`,
    [late.accountId],
  );
  await db.query(`INSERT INTO watch_processes VALUES (gen_random_uuid(), now() + interval '1 hour'),
    (gen_random_uuid(), now() - interval '1 hour')`);
  await db.query(
    `WITH conversation AS (
       INSERT INTO conversations (workspace_id, connection_id, subject) VALUES ($1, $2, 'Hi') RETURNING id)
     INSERT INTO outgoing_messages (workspace_id, connection_id, account_id, conversation_id, from_address,
            to_address, subject, text, message_id, state, due_at, unknown_since, claimed_by, claimed_until)
     SELECT $1, $2, $3, conversation.id, 'a@gmail.com', 'b@example.com', 'Hi', 'Hi', '<' || message.state || '>',
            message.state, now() - message.age, CASE message.state WHEN 'UNKNOWN' THEN now() - message.age END,
            message.claimed_by, CASE WHEN message.claimed_by IS NOT NULL THEN now() + interval '1 hour' END
       FROM conversation, (VALUES ('QUEUED', interval '100 seconds', NULL::uuid), ('UNKNOWN', '200 seconds', NULL),
                                  ('RESERVED', '0', gen_random_uuid())) AS message (state, age, claimed_by)`,
    [well.workspaceId, well.connectionId, well.accountId],
  );

  const told = await gauges();
  expect(told).toMatchObject({
    'connections{state="WATCHING"}': 1,
    'connections{state="STALE"}': 1,
    'connections{state="REJECTED"}': 1,
    'connections{state="PAUSED"}': 1,
    'refused_connections{code="INVALID_CREDENTIALS"}': 1,
    'refused_connections{code="TOO_MANY_LOGINS"}': 1,
    due_emails: 1,
    unknown_emails: 1,
    claimed_emails: 1,
    watching_processes: 1,
  });
  expect(told['oldest_proof_seconds']).toBeGreaterThanOrEqual(500);
  expect(told['oldest_proof_seconds']).toBeLessThan(86_400);
  expect(told['oldest_due_seconds']).toBeGreaterThanOrEqual(100);
  expect(told['oldest_unknown_seconds']).toBeGreaterThanOrEqual(200);
});

test('while the database cannot tell, that is all that is told', async () => {
  await db.query('ALTER TABLE watch_processes RENAME TO hidden');
  expect(await gauges()).toEqual({ database_up: 0 });
  await db.query('ALTER TABLE hidden RENAME TO watch_processes');
  expect(await gauges()).toMatchObject({ database_up: 1, watching_processes: 1 });
});
