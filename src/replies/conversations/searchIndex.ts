import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from '../../database/database';
import { Loop } from '../../lib/loop';
import type { RepliesRoom } from '../repliesRoom';
import { documentOf, gramsOf, LONGEST_PART } from './searchWords';

/** A search reads what is out of date as well, so nobody waits for the index. */
const LOOK_EVERY_MS = 5_000;

/** Conversations in one transaction: some 8 ms. */
const AT_ONCE = 20;

/** Rests for so many times as long as it worked: whoever waits for a reply or a page goes first. */
const REST = 4;

/**
 * Keeps the documents that the inbox is searched by, behind everybody's back: mail is taken in without waiting for it, and
 * what was there before the index did gets into it while all goes on. One process of all at a time, the newest first.
 */
export class SearchIndex {
  private readonly loop: Loop;

  constructor(private readonly room: Pick<RepliesRoom, 'db' | 'log'>) {
    const options = { name: 'search index', everyMs: LOOK_EVERY_MS, log: room.log };
    this.loop = new Loop((signal) => this.runOnce(signal), options);
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** Until nothing is out of date, or another process is at it. */
  async runOnce(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted && (await this.isBehind())) {
      const since = performance.now();
      const renewed = await renewDocuments(this.room.db);
      if (renewed < AT_ONCE) return;
      await sleep(REST * (performance.now() - since), undefined, signal ? { signal } : {});
    }
  }

  private async isBehind(): Promise<boolean> {
    const rows = await this.room.db.query('SELECT FROM outdated_documents LIMIT 1');
    return rows.length > 0;
  }
}

/** The documents of some conversations. @returns how many were out of date; 0 also while another process is at it */
export function renewDocuments(db: Database): Promise<number> {
  return db.transaction(renew);
}

/** Any fixed number, the same in every release: it names the lock under which documents are written. */
const INDEX_LOCK = 4_718_253_062;

async function renew(tx: Transaction): Promise<number> {
  const [lock] = await tx.query<{ held: boolean }>(BEGIN, [INDEX_LOCK]);
  if (!lock?.held) return 0;
  const outdated = await tx.query<{ id: string; conversationId: string }>(
    'SELECT id, conversation_id AS "conversationId" FROM outdated_documents ORDER BY id DESC LIMIT $1',
    [AT_ONCE],
  );
  // Read after the rows that say so: what they were written for is visible then.
  const parts = await tx.query<{ id: string; workspaceId: string; parts: string[] }>(READ_PARTS, [
    [...new Set(outdated.map(({ conversationId }) => conversationId))],
    LONGEST_PART,
    ENTRIES,
  ]);
  const documents: { id: string; words: string; grams: string }[] = [];
  for (const conversation of parts) {
    await setImmediate(); // what a person waits for comes between
    const words = documentOf(conversation.parts);
    const grams = `{${gramsOf(conversation.workspaceId, words).join()}}`;
    documents.push({ id: conversation.id, words, grams });
  }
  await tx.query(WRITE_DOCUMENTS, [
    documents.map(({ id }) => id),
    documents.map(({ words }) => words),
    documents.map(({ grams }) => grams),
  ]);
  await tx.query('DELETE FROM outdated_documents WHERE id = ANY ($1)', [outdated.map(({ id }) => id)]);
  return outdated.length;
}

/**
 * Two at once could write an older text over a newer one. The commit waits for no disk, which whoever waits for a reply waits for:
 * with what a crash takes from the documents, it takes the news that they were written.
 */
const BEGIN = `SELECT pg_try_advisory_xact_lock($1) AS held, set_config('synchronous_commit', 'off', true)`;

/** Of a longer conversation the latest answers. */
const ENTRIES = 100;

/** What the list shows, who the prospect is, and who wrote and what. */
const READ_PARTS = `SELECT c.id, c.workspace_id AS "workspaceId", array_remove(
    ARRAY[c.subject, c.snippet, p.email, nullif(concat_ws(' ', p.first_name, p.last_name), ''), p.company]
    || ARRAY(SELECT unnest(ARRAY[from_address, from_name, left(reply_text, $2)]) FROM received_messages
              WHERE conversation_id = c.id ORDER BY received_at DESC LIMIT $3), NULL) AS parts
  FROM conversations c LEFT JOIN prospects p ON p.id = c.prospect_id WHERE c.id = ANY ($1)`;

/** Under a lock on the conversation: one that is being erased must not get a document, which would refer to nothing. */
const WRITE_DOCUMENTS = `INSERT INTO conversation_documents (conversation_id, words, grams)
  SELECT c.id, d.words, d.grams::int[] FROM unnest($1::uuid[], $2::text[], $3::text[]) AS d (id, words, grams)
    JOIN conversations c ON c.id = d.id FOR KEY SHARE OF c
  ON CONFLICT (conversation_id) DO UPDATE SET words = excluded.words, grams = excluded.grams`;
