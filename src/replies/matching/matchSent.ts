import type { Sql } from '../../database/database';
import type { MatchScope } from './matchMail';

/** What a mail in Sent is matched on. */
export interface SentFacts {
  /** The ids that it answers, the likeliest first. */
  referencedIds: readonly string[];
  gmailThreadId: string | null;
  recipients: readonly string[];
}

/**
 * Finds the conversation that each mail of Sent was written in, in their order: the one of what it answers, whoever of us
 * wrote or got that, else the one in its Gmail thread, else the latest with one of its recipients, this account's first.
 * One query for all of them; each branch is a probe of an index: the unique one over outgoing message_id,
 * received_by_message_id, manual_by_message_id, conversations_by_thread, conversations_of_prospect.
 */
export async function matchSent(
  db: Sql,
  { workspaceId, connectionId }: MatchScope,
  mails: readonly SentFacts[],
): Promise<(string | null)[]> {
  const facts = mails.map(({ referencedIds, gmailThreadId, recipients }, n) => ({
    n,
    refs: referencedIds,
    thread: gmailThreadId,
    recipients,
  }));
  const rows = await db.query<{ n: number; conversation_id: string }>(
    `SELECT f.n, m.conversation_id
       FROM jsonb_to_recordset($3::jsonb) AS f (n int, refs text[], thread text, recipients text[])
      CROSS JOIN LATERAL (
        (SELECT 1 AS rank, answered.conversation_id FROM (
           SELECT conversation_id, message_id FROM outgoing_messages
            WHERE message_id = ANY (f.refs) AND workspace_id = $1
           UNION ALL
           SELECT conversation_id, message_id FROM received_messages
            WHERE workspace_id = $1 AND message_id = ANY (f.refs)
           UNION ALL
           SELECT conversation_id, message_id FROM manual_messages
            WHERE workspace_id = $1 AND message_id = ANY (f.refs)) answered
          ORDER BY array_position(f.refs, answered.message_id) LIMIT 1)
        UNION ALL
        (SELECT 2, c.id FROM conversations c WHERE c.connection_id = $2 AND c.gmail_thread_id = f.thread
          ORDER BY c.last_message_at DESC LIMIT 1)
        UNION ALL
        (SELECT 3, c.id FROM prospects p JOIN conversations c ON c.prospect_id = p.id
          WHERE p.workspace_id = $1 AND p.email = ANY (f.recipients)
          ORDER BY c.connection_id = $2 DESC, c.last_message_at DESC LIMIT 1)
        ORDER BY rank LIMIT 1) m`,
    [workspaceId, connectionId, JSON.stringify(facts)],
  );
  const byIndex = new Map(rows.map((row) => [row.n, row.conversation_id]));
  return mails.map((_, index) => byIndex.get(index) ?? null);
}
