import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { answer } from '../apart';

/**
 * The least that can answer with the rows of a page: node's own HTTP server, pg, JSON.stringify. It finds out who is
 * asking as everybody must, and reads what ours reads, by the same joins over the same indexes. DATABASE_URL names the database.
 */
const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });

const WHO = `SELECT person.id, person.workspace_id FROM sessions JOIN people person ON person.id = person_id
  WHERE token_digest = $1 AND expires_at > now()`;

const PAGES: Readonly<Record<string, (workspaceId: string) => Promise<unknown>>> = {
  '/slots': async (workspaceId) => {
    const { rows: slots } = await pool.query(
      'SELECT id, kind, position FROM slots WHERE workspace_id = $1 ORDER BY kind DESC, position',
      [workspaceId],
    );
    const { rows: connections } = await pool.query(
      `SELECT c.id, c.slot_id, c.email, c.display_name, c.state, c.problem, c.connected_at, c.last_proof_at
         FROM connections c JOIN gmail_accounts a ON a.id = c.account_id WHERE c.slot_id = ANY ($1)`,
      [slots.map(({ id }) => id)],
    );
    const used = new Map(connections.map((connection) => [connection.slot_id, connection]));
    return { slots: slots.map((slot) => ({ ...slot, connection: used.get(slot.id) ?? null })) };
  },
  '/inbox': async (workspaceId) => {
    const { rows: conversations } = await pool.query(
      `SELECT id, subject, snippet, unread, last_message_at, prospect_id FROM conversations
        WHERE workspace_id = $1 ORDER BY last_message_at DESC, id DESC LIMIT 51`,
      [workspaceId],
    );
    const { rows: prospects } = await pool.query('SELECT id, email FROM prospects WHERE id = ANY ($1)', [
      conversations.map(({ prospect_id }) => prospect_id),
    ]);
    const byId = new Map(prospects.map((prospect) => [prospect.id, prospect]));
    return {
      conversations: conversations.map((conversation) => ({
        ...conversation,
        prospect: byId.get(conversation.prospect_id),
      })),
    };
  },
};

async function show(request: IncomingMessage): Promise<unknown> {
  for await (const _ of request);
  const token = String(request.headers.authorization).slice('Bearer '.length);
  const { rows } = await pool.query(WHO, [createHash('sha256').update(token).digest()]);
  return PAGES[request.url ?? '']?.(rows[0].workspace_id);
}

const server = createServer((request, response) => {
  show(request).then(
    (data) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ data })),
    (error: Error) => response.writeHead(500).end(error.stack),
  );
});

answer({
  async listen(): Promise<string> {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
});
