import type { Sql } from '../database/database';
import { domainOf } from '../gmail/address';
import { isFreemail, MatchedBy } from './matching';

/** The conversation that a mail belongs to, and the email of ours that it answers where that is known. */
export interface Match {
  matchedBy: MatchedBy;
  conversationId: string;
  prospectId: string | null;
  outgoing: { id: string; toAddress: string } | null;
}

/** What a mail is matched on. */
export interface MatchFacts {
  workspaceId: string;
  connectionId: string;
  /** The ids that it refers to, the likeliest first. */
  referencedIds: readonly string[];
  gmailThreadId: string | null;
  sender: string | null;
  /** Mail sent to many proves nothing by coming from a prospect's domain. */
  isBulk: boolean;
  receivedAt: Date;
}

/** Finds the conversation of a mail: by our Message-ID, Gmail's thread, the sender, then their company. */
export async function matchMail(db: Sql, facts: MatchFacts): Promise<Match | null> {
  return (
    (await matchMessageId(db, facts)) ??
    (await matchThread(db, facts)) ??
    (await matchSender(db, facts)) ??
    (await matchColleague(db, facts))
  );
}

/** The latest email of ours to one of these recipients, for a report that names nothing else. */
export async function matchFailedRecipient(
  db: Sql,
  { connectionId, receivedAt }: Pick<MatchFacts, 'connectionId' | 'receivedAt'>,
  recipients: readonly string[],
): Promise<Match | null> {
  const rows = await db.query<Row>(
    `SELECT ${COLUMNS} FROM outgoing_messages o
      WHERE o.connection_id = $1 AND o.to_address = ANY($2)
        AND o.counted_at BETWEEN $3::timestamptz - interval '7 days' AND $3::timestamptz + interval '5 minutes'
      ORDER BY o.counted_at DESC LIMIT 1`,
    [connectionId, recipients, receivedAt],
  );
  return matchOf(rows[0], MatchedBy.BOUNCE_REPORT);
}

/** Whether a mail is one that we sent ourselves: its copy, or what went from one slot to another. */
export async function isOurs(db: Sql, messageId: string): Promise<boolean> {
  return (await db.query('SELECT 1 FROM outgoing_messages WHERE message_id = $1', [messageId])).length > 0;
}

/** After so many days without an email of ours, a colleague's mail is no answer to it. */
const COLLEAGUE_DAYS = 30;

interface Row {
  conversation_id: string;
  prospect_id: string | null;
  outgoing_id: string | null;
  to_address: string | null;
}

const COLUMNS = 'o.conversation_id, o.prospect_id, o.id AS outgoing_id, o.to_address';

/** Stands on the unique index over message_id. */
async function matchMessageId(db: Sql, facts: MatchFacts): Promise<Match | null> {
  if (facts.referencedIds.length === 0) return null;
  const rows = await db.query<Row>(
    `SELECT ${COLUMNS} FROM outgoing_messages o WHERE o.message_id = ANY($1::text[]) AND o.workspace_id = $2
      ORDER BY array_position($1::text[], o.message_id) LIMIT 1`,
    [facts.referencedIds, facts.workspaceId],
  );
  return matchOf(rows[0], MatchedBy.MESSAGE_ID);
}

/** Stands on conversations_by_thread. */
async function matchThread(db: Sql, facts: MatchFacts): Promise<Match | null> {
  if (facts.gmailThreadId === null) return null;
  const rows = await db.query<Row>(
    `SELECT c.id AS conversation_id, c.prospect_id, NULL AS outgoing_id, NULL AS to_address FROM conversations c
      WHERE c.connection_id = $1 AND c.gmail_thread_id = $2 ORDER BY c.last_message_at DESC LIMIT 1`,
    [facts.connectionId, facts.gmailThreadId],
  );
  return matchOf(rows[0], MatchedBy.GMAIL_THREAD);
}

/** A prospect whom this account has written to. */
async function matchSender(db: Sql, facts: MatchFacts): Promise<Match | null> {
  if (facts.sender === null) return null;
  const rows = await db.query<Row>(
    `SELECT ${COLUMNS} FROM prospects p JOIN outgoing_messages o ON o.prospect_id = p.id
      WHERE p.workspace_id = $1 AND p.email = $2 AND o.connection_id = $3
        AND o.counted_at < $4::timestamptz + interval '5 minutes'
      ORDER BY o.counted_at DESC LIMIT 1`,
    [facts.workspaceId, facts.sender, facts.connectionId, facts.receivedAt],
  );
  return matchOf(rows[0], MatchedBy.SENDER_ADDRESS);
}

/** Somebody of the same company as a prospect whom this account wrote to lately. Stands on prospects_by_domain. */
async function matchColleague(db: Sql, facts: MatchFacts): Promise<Match | null> {
  const domain = facts.sender === null ? '' : domainOf(facts.sender);
  if (domain === '' || facts.isBulk || isFreemail(domain)) return null;
  const rows = await db.query<Row>(
    `SELECT ${COLUMNS} FROM prospects p JOIN outgoing_messages o ON o.prospect_id = p.id
      WHERE p.workspace_id = $1 AND split_part(p.email, '@', 2) = $2 AND o.connection_id = $3
        AND o.counted_at BETWEEN $4::timestamptz - make_interval(days => $5)
                             AND $4::timestamptz + interval '5 minutes'
      ORDER BY o.counted_at DESC LIMIT 1`,
    [facts.workspaceId, domain, facts.connectionId, facts.receivedAt, COLLEAGUE_DAYS],
  );
  return matchOf(rows[0], MatchedBy.SENDER_DOMAIN);
}

function matchOf(row: Row | undefined, matchedBy: MatchedBy): Match | null {
  if (!row) return null;
  const outgoing =
    row.outgoing_id !== null && row.to_address !== null
      ? { id: row.outgoing_id, toAddress: row.to_address }
      : null;
  return { matchedBy, conversationId: row.conversation_id, prospectId: row.prospect_id, outgoing };
}
