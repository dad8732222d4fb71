import { randomUUID } from 'node:crypto';
import type { Sql } from '../../src/database/database';
import { CHANNEL } from '../../src/database/noticeChannel';
import { EVERYTHING } from '../../src/database/noticePayload';
import { SESSION_PREFIX } from '../../src/identity/sessions';
import { digest, randomToken } from '../../src/lib/digest';
import { Seal } from '../../src/lib/seal';
import { APP_PASSWORD, addressOf } from './mailboxes';

/** What seals the App Passwords of a benchmark. */
export const ENCRYPTION_KEY = Buffer.alloc(32, 7);

export interface SeededWorkspace {
  id: string;
  /** Bearer tokens, each of a session of its own. */
  tokens: string[];
}

/** Sockets that one person may have is a few dozen; a thousand subscribers are many people. */
const SESSIONS_OF_PERSON = 25;

/** A workspace whose people have signed in so often in all. */
export async function seedWorkspace(db: Sql, sessions = 1): Promise<SeededWorkspace> {
  const id = randomUUID();
  const tokens = Array.from({ length: sessions }, () => randomToken(SESSION_PREFIX));
  await db.query("INSERT INTO workspaces (id, name) VALUES ($1, 'Bench')", [id]);
  for (let first = 0; first < sessions; first += SESSIONS_OF_PERSON) {
    await db.query(
      `WITH person AS (INSERT INTO people (workspace_id, email, role, password_hash)
         VALUES ($1, $3, 'OWNER', 'none') RETURNING id)
       INSERT INTO sessions (person_id, token_digest, expires_at)
       SELECT id, unnest($2::bytea[]), now() + interval '1 day' FROM person`,
      [id, tokens.slice(first, first + SESSIONS_OF_PERSON).map(digest), `${first}.${id}@example.com`],
    );
  }
  return { id, tokens };
}

/** Connects that many accounts, from `first` on, each in a slot of its own, and tells whoever watches, as connecting does. */
export async function seedConnections(
  db: Sql,
  workspaceId: string,
  count: number,
  first = 0,
): Promise<string[]> {
  const seal = new Seal([ENCRYPTION_KEY]);
  const ids = Array.from({ length: count }, () => randomUUID());
  const slots = ids.map(() => randomUUID());
  const accounts = ids.map(() => randomUUID());
  const addresses = ids.map((_, n) => addressOf(first + n));
  await db.query(
    `INSERT INTO slots (id, workspace_id, kind, position)
     SELECT id, $1, 'SELF', n FROM unnest($2::uuid[]) WITH ORDINALITY AS s (id, n)`,
    [workspaceId, slots],
  );
  await db.query(
    `INSERT INTO gmail_accounts (id, canonical_address, daily_limit, ramp_ceiling)
     SELECT *, 500, 30 FROM unnest($1::uuid[], $2::text[])`,
    [accounts, addresses],
  );
  await db.query(
    `INSERT INTO connections (id, workspace_id, slot_id, account_id, email, state, sealed_password, connected_at)
     SELECT id, $1, slot, account, email, 'CONNECTING', sealed, now() - interval '1 day'
       FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[]) AS c (id, slot, account, email, sealed)`,
    [workspaceId, ids, slots, accounts, addresses, ids.map((id) => seal.seal(APP_PASSWORD, id))],
  );
  await db.query('SELECT pg_notify($1, $2)', [CHANNEL, EVERYTHING]);
  return ids;
}

/** For each connection so many emails that were sent, each to a prospect and in a conversation of its own; see mailboxes.ts. */
export async function seedSent(
  db: Sql,
  workspaceId: string,
  connections: readonly string[],
  each: number,
  firstAccount = 0,
): Promise<void> {
  for (let first = 0; first < connections.length; first += 50) {
    await db.query(SEED_SENT, [
      workspaceId,
      connections.slice(first, first + 50),
      each,
      firstAccount + first,
    ]);
  }
  await db.query('ANALYZE');
}

const SEED_SENT = `WITH connection AS (
       SELECT c.id, c.account_id, n - 1 + $4 AS n, c.email FROM unnest($2::uuid[]) WITH ORDINALITY AS k (id, n) JOIN connections c USING (id)
     ), person AS (
       INSERT INTO prospects (workspace_id, email)
       SELECT $1, 'person' || m || '@company' || n || '.example.com' FROM connection, generate_series(0, $3 - 1) m
       RETURNING id, email
     ), conversation AS (
       INSERT INTO conversations (workspace_id, connection_id, prospect_id, subject, last_message_at)
       SELECT $1, c.id, p.id, 'Hello', now() - interval '1 hour' FROM person p
         JOIN connection c ON split_part(p.email, '@', 2) = 'company' || c.n || '.example.com'
       RETURNING id, connection_id, prospect_id
     )
     INSERT INTO outgoing_messages (workspace_id, connection_id, account_id, conversation_id, prospect_id, from_address,
       to_address, subject, text, message_id, state, attempts, counted_at, sent_at, queued_at)
     SELECT $1, c.id, c.account_id, v.id, p.id, c.email, p.email, 'Hello', 'Would you have ten minutes?',
            '<' || c.n || '.' || substr(split_part(p.email, '@', 1), 7) || '@account.example.com>', 'SENT', 1,
            now() - interval '1 hour', now() - interval '1 hour', now() - interval '1 hour'
       FROM conversation v JOIN connection c ON c.id = v.connection_id JOIN person p ON p.id = v.prospect_id`;

/** So many received messages, four a conversation, each conversation with a prospect of its own; one in 200 speaks of holidays. */
export async function seedReceived(
  db: Sql,
  workspaceId: string,
  connectionId: string,
  count: number,
): Promise<void> {
  for (let from = 0; from < count; from += CHUNK) {
    await db.query(SEED_RECEIVED, [
      workspaceId,
      connectionId,
      from / EACH,
      Math.min(count, from + CHUNK) / EACH,
      EACH,
    ]);
  }
}

/** Received messages of a conversation. */
const EACH = 4;
const CHUNK = 20_000;
const SEED_RECEIVED = `
  WITH person AS (
    INSERT INTO prospects (workspace_id, email)
    SELECT $1, 'person' || n || '@company' || n % 1000 || '.example.com' FROM generate_series($3::int, $4::int - 1) n
    RETURNING id, email
  ), conversation AS (
    INSERT INTO conversations (workspace_id, connection_id, prospect_id, subject, snippet, unread, answered, last_message_at)
    SELECT $1, $2, id, 'Hello', 'Yes, that sounds interesting.', random() < 0.1, true, now() - random() * interval '90 days'
      FROM person RETURNING id, last_message_at
  )
  INSERT INTO received_messages (workspace_id, connection_id, conversation_id, position, identity, folder, uid_validity, uid,
    message_id, from_address, recipients, subject, text, reply_text, received_at, kind, matched_by, rule, in_spam)
  SELECT $1, $2, c.id, m.n, 'gmail:' || m.n, 'INBOX', 1, m.n, '<' || m.n || '@mail.example.com>', 'person@example.com',
         '{}', 'Re: Hello', m.words, m.words, c.last_message_at, 'REPLY', 'MESSAGE_ID', 'written-by-a-person', false
    FROM (SELECT *, row_number() OVER () AS at FROM conversation) c
   CROSS JOIN LATERAL (SELECT n, 'Yes, that sounds interesting. My direct line is ' || n ||
       CASE WHEN n % 200 = 0 THEN ', after the holidays.' ELSE '.' END AS words
     FROM (SELECT ($3::int + c.at) * $5::int + k AS n FROM generate_series(1, $5::int) k) numbers) m`;
