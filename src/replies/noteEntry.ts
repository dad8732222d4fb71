import { prepare, type Transaction } from '../database/database';
import { snippetOf } from '../sending/snippet';

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
  await tx.query(NOTE, [
    entry.conversationId,
    entry.at,
    snippetOf(entry.words),
    entry.gmailThreadId,
    entry.connectionId,
    entry.isForPerson,
  ]);
}

// INTERNALDATE has whole seconds, and means any moment in its second: the latest one that can be, so that an
// answer is not older than what it answers.
const NOTE = prepare(`UPDATE conversations SET unread = unread OR $6,
       last_message_at = greatest(last_message_at,
         least(clock_timestamp(), $2::timestamptz + interval '999 milliseconds')),
       snippet = CASE WHEN last_message_at < $2::timestamptz + interval '1 second' THEN $3 ELSE snippet END,
       gmail_thread_id = CASE WHEN connection_id = $5 THEN coalesce(gmail_thread_id, $4) ELSE gmail_thread_id END
 WHERE id = $1`);
