import type { Database } from '../../src/database/database';
import type { Seal } from '../../src/lib/seal';

export const APP_PASSWORD = 'abcdefghijklmnop';

/** A workspace with so many connected slots: account0@gmail.com and so on, each with a conversation of the same id. */
export async function createSlots(db: Database, count: number, seal: Seal): Promise<string> {
  const [workspace] = await db.query<{ id: string }>(
    "INSERT INTO workspaces (name) VALUES ('W') RETURNING id",
  );
  const workspaceId = workspace?.id ?? '';
  await db.query(
    `WITH slot AS (
       INSERT INTO slots (workspace_id, kind, position)
         SELECT $1, 'SELF', n FROM generate_series(0, $2::int - 1) n RETURNING id, position),
     account AS (
       INSERT INTO gmail_accounts (canonical_address, daily_limit, ramp_ceiling)
         SELECT 'account' || n || '@gmail.com', 2000000, 50 FROM generate_series(0, $2::int - 1) n
         RETURNING id, canonical_address)
     INSERT INTO connections (workspace_id, slot_id, account_id, email, display_name, state, sealed_password)
       SELECT $1, slot.id, account.id, canonical_address, 'Olga Owner', 'WATCHING', ''
         FROM slot JOIN account ON canonical_address = 'account' || position || '@gmail.com'`,
    [workspaceId, count],
  );
  const connections = await db.query<{ id: string }>('SELECT id FROM connections WHERE workspace_id = $1', [
    workspaceId,
  ]);
  await db.query(
    `UPDATE connections SET sealed_password = sealed FROM unnest($1::uuid[], $2::text[]) AS new (id, sealed)
      WHERE connections.id = new.id`,
    [connections.map(({ id }) => id), connections.map(({ id }) => seal.seal(APP_PASSWORD, id))],
  );
  await db.query(
    `INSERT INTO conversations (id, workspace_id, connection_id, subject)
       SELECT id, workspace_id, id, 'Hello' FROM connections WHERE workspace_id = $1`,
    [workspaceId],
  );
  return workspaceId;
}

/** So many one-off emails, due now, on each of the workspace's connections. */
export async function queueEmails(
  db: Database,
  workspaceId: string,
  each: number,
  letter: { text: string; html: string | null },
): Promise<void> {
  await db.query(
    `INSERT INTO outgoing_messages (workspace_id, connection_id, account_id, conversation_id, from_address, from_name,
            to_address, subject, text, html, message_id)
       SELECT workspace_id, id, account_id, id, email, display_name, 'person' || n || '@example.com', 'Hello ' || n,
              $3, $4, '<' || gen_random_uuid() || '@gmail.com>'
         FROM generate_series(1, $2::int) n CROSS JOIN connections WHERE workspace_id = $1`,
    [workspaceId, each, letter.text, letter.html],
  );
}
