import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Database } from '../../src/database/database';
import { Notices } from '../../src/database/notices';
import type { Viewer } from '../../src/identity/context';
import { Seal } from '../../src/lib/seal';
import { createUnsubscribeLinks } from '../../src/prospects/unsubscribeLinks';
import { createSendingPort } from '../../src/sending/disconnecting';
import type { SendingRoom } from '../../src/sending/sendingRoom';
import type { Ground } from './bench';

export const APP_PASSWORD = 'abcdefghijklmnop';

/** The sending room, with a Gmail whose SMTP is at this port of this machine. */
export function openSendingRoom({ db, url, log }: Ground, port: number): SendingRoom {
  const key = randomBytes(32);
  const seal = new Seal([key]);
  const notices = new Notices({ url, log });
  const endpoint = { host: '127.0.0.1', port, secure: false };
  const endpoints = { smtp: endpoint, imap: endpoint };
  const now = () => new Date();
  return {
    db,
    notices,
    seal,
    endpoints,
    log,
    now,
    processId: randomUUID(),
    unsubscribeLinks: createUnsubscribeLinks([key], null),
    slots: {
      db,
      notices,
      seal,
      endpoints,
      log,
      now,
      dns: null,
      supportUrl: null,
      newWorkspaceSlots: { self: 0, fly: 0 },
      sending: createSendingPort(db, notices),
    },
  };
}

/**
 * A workspace with so many connected slots, each with a conversation of the same id.
 *
 * @param name of the accounts: `name0@gmail.com` and so on
 * @returns the workspace's id
 */
export async function createSlots(
  db: Database,
  count: number,
  seal: Seal,
  name = 'account',
): Promise<string> {
  const workspaceId = await createWorkspace(db);
  await db.query(
    `WITH slot AS (
       INSERT INTO slots (workspace_id, kind, position)
         SELECT $1, 'SELF', n FROM generate_series(0, $2::int - 1) n RETURNING id, position),
     account AS (
       INSERT INTO gmail_accounts (canonical_address, daily_limit, ramp_ceiling)
         SELECT $3 || n || '@gmail.com', 2000000, 50 FROM generate_series(0, $2::int - 1) n
         RETURNING id, canonical_address)
     INSERT INTO connections (workspace_id, slot_id, account_id, email, display_name, state, sealed_password)
       SELECT $1, slot.id, account.id, canonical_address, 'Olga Owner', 'WATCHING', ''
         FROM slot JOIN account ON canonical_address = $3 || position || '@gmail.com'`,
    [workspaceId, count, name],
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

/** An empty workspace. @returns its id */
export async function createWorkspace(db: Database): Promise<string> {
  const [row] = await db.query<{ id: string }>("INSERT INTO workspaces (name) VALUES ('W') RETURNING id");
  return row?.id ?? '';
}

/** Its owner. */
export function viewerOf(workspaceId: string): Viewer {
  return {
    personId: workspaceId,
    workspaceId,
    email: 'owner@example.com',
    name: null,
    role: 'OWNER',
    isOperator: false,
    via: 'session',
    credentialId: workspaceId,
  };
}

/** So many one-off emails, due now, on each of the workspace's connections. */
export async function queueEmails(
  db: { query(text: string, values: unknown[]): Promise<unknown> },
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

/**
 * Loads a million rows without looking up what they refer to and without counting them, which is not what is measured,
 * and leaves the tables as they are after a quiet hour.
 */
export async function loadQuickly(url: string, load: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('SET session_replication_role = replica');
  await load(client);
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
  await client.end();
}
