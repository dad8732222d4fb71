import { prepare, type Transaction } from '../../database/database';
import { snippetOf } from '../../sending/snippet';

/** What stands in a conversation from now on, beside what we sent ourselves. */
export interface NewEntry {
  conversationId: string;
  /** Through which it came; a thread means something to its own account only. */
  connectionId: string;
  gmailThreadId: string | null;
  at: Date;
  words: string;
  /** A person should look at it; the rest only moves the conversation up. */
  isForPerson: boolean;
}

/** Moves a conversation up for a new entry, and shows its words where it is the newest. */
export async function noteEntry(tx: Transaction, entry: NewEntry): Promise<void> {
  await tx.query(NOTE_ENTRY, [
    entry.conversationId,
    entry.connectionId,
    entry.gmailThreadId,
    entry.at,
    snippetOf(entry.words),
    entry.isForPerson,
  ]);
}

/**
 * The same as part of a larger statement, for what its WITH calls `entry`.
 *
 * INTERNALDATE has whole seconds, and means any moment in its second: the latest one that can be, so that an answer is
 * not older than what it answers.
 */
export const NOTE = `UPDATE conversations c SET unread = c.unread OR e.is_for_person, answered = c.answered OR e.is_answer,
         last_message_at = greatest(c.last_message_at, least(clock_timestamp(), e.at + interval '999 milliseconds')),
         snippet = CASE WHEN c.last_message_at < e.at + interval '1 second' THEN e.snippet ELSE c.snippet END,
         gmail_thread_id = CASE WHEN c.connection_id = e.connection_id
           THEN coalesce(c.gmail_thread_id, e.gmail_thread_id) ELSE c.gmail_thread_id END
    FROM entry e WHERE c.id = e.conversation_id`;

const NOTE_ENTRY = prepare(`WITH entry AS (
    SELECT $1::uuid AS conversation_id, $2::uuid AS connection_id, $3::text AS gmail_thread_id, $4::timestamptz AS at,
           $5::text AS snippet, $6::boolean AS is_for_person, false AS is_answer
  ) ${NOTE}`);
