import type { Sql } from '../../src/database/database';
import { Apart } from './apart';
import { bench, median, takeTurns } from './bench';
import { ENCRYPTION_KEY, seedConnections, seedWorkspace } from './seed';

const FEW = 10_000;
const MANY = 1_000_000;
/** Received messages of a conversation. */
const EACH = 4;
const ROUNDS = 100;

const QUERY = `{ conversations(first: 50) { edges { cursor node { id subject snippet unread lastMessageAt prospect { email } } }
  pageInfo { hasNextPage endCursor } } }`;

/** The first page of the inbox over HTTP, in a workspace with a million received messages and in one with ten thousand. */
bench(async ({ db, url }) => {
  const tokens: string[] = [];
  for (const [account, count] of [FEW, MANY].entries()) {
    const workspace = await seedWorkspace(db);
    const [connectionId = ''] = await seedConnections(db, workspace.id, 1, account);
    await seedReceived(db, workspace.id, connectionId, count);
    tokens.push(workspace.tokens[0] ?? '');
  }
  await db.query('ANALYZE');
  const product = Apart.start('product', {
    PORT: '0',
    DATABASE_URL: url,
    ENCRYPTION_KEY: ENCRYPTION_KEY.toString('base64'),
    ROLES: 'web',
  });
  try {
    const address = `${await product.ask<string>('start')}/graphql`;
    const turns = await takeTurns(
      ROUNDS,
      () => timePage(address, tokens[1] ?? ''),
      () => timePage(address, tokens[0] ?? ''),
    );
    const [many, few] = [
      median(turns.slice(10).map((turn) => turn.ours)),
      median(turns.slice(10).map((turn) => turn.peer)),
    ];
    return [
      {
        what: 'first page of conversations',
        value: many / few,
        bound: { atMost: 1.5 },
        ours: `${many.toFixed(1)} ms of ${MANY}`,
        peer: `${few.toFixed(1)} ms of ${FEW}`,
      },
    ];
  } finally {
    await product.end();
  }
});

/** Milliseconds of one request. */
async function timePage(address: string, token: string): Promise<number> {
  const since = performance.now();
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: QUERY }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { conversations: { edges: unknown[] } };
    errors?: unknown;
  };
  if (data?.conversations.edges.length !== 50) throw new Error(JSON.stringify(errors));
  return performance.now() - since;
}

async function seedReceived(
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

const CHUNK = 20_000;
const SEED_RECEIVED = `
  WITH person AS (
    INSERT INTO prospects (workspace_id, email)
    SELECT $1, 'person' || n || '@company' || n % 1000 || '.example.com' FROM generate_series($3::int, $4::int - 1) n
    RETURNING id, email
  ), conversation AS (
    INSERT INTO conversations (workspace_id, connection_id, prospect_id, subject, snippet, unread, last_message_at)
    SELECT $1, $2, id, 'Hello', 'Yes, that sounds interesting.', random() < 0.1, now() - random() * interval '90 days'
      FROM person RETURNING id, last_message_at
  )
  INSERT INTO received_messages (workspace_id, connection_id, conversation_id, position, identity, folder, uid_validity, uid,
    message_id, from_address, recipients, subject, text, reply_text, received_at, kind, matched_by, rule, in_spam)
  SELECT $1, $2, c.id, m.n, 'gmail:' || m.n, 'INBOX', 1, m.n, '<' || m.n || '@mail.example.com>', 'person@example.com',
         '{}', 'Re: Hello', 'Yes, that sounds interesting.', 'Yes, that sounds interesting.', c.last_message_at, 'REPLY',
         'MESSAGE_ID', 'written-by-a-person', false
    FROM (SELECT *, row_number() OVER () AS at FROM conversation) c
   CROSS JOIN LATERAL (SELECT ($3::int + c.at) * $5::int + k AS n FROM generate_series(1, $5::int) k) m`;
