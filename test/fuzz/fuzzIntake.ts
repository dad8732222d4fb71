import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beginCursors, readMarks } from '../../src/replies/cursors';
import { takeIn } from '../../src/replies/intake/intake';
import type { RepliesRoom } from '../../src/replies/repliesRoom';
import { ReplyFeeds } from '../../src/replies/replyFeeds';
import { insert, makeOwner, openCampaigns } from '../support/campaigns';
import { hostileMail } from './hostileMail';

/** What became of so many mails. */
export interface Fuzzed {
  mails: number;
  /** Kept as messages; the others concern nobody here. */
  kept: number;
  /** Over one mail, its parsing, matching, sanitising and storing. */
  slowestMs: number;
}

/** As many as a watcher reads together. */
const BATCH = 50;
const PLACE = { folder: 'INBOX', inSpam: false, uidValidity: '1' };
/** HTML that is kept must not have any of these, however it was torn. */
const DANGEROUS =
  /<(?:script|style|iframe|object|embed|form|input|svg|math|base|meta|link)\b|<[^>]*\s(?:on\w+|srcdoc|formaction)\s*=|(?:href|src)="\s*(?!https?:|mailto:|data:image\/(?:png|jpe?g|gif|webp);base64,)/i;

/**
 * Sends hostile mails through the whole intake into a real database: parsed, classified, matched, sanitised, stored.
 *
 * @param seed the same gives the same mails
 * @param onBatch told how many were read so far
 * @throws where a mail was not read or not kept, or the cursor did not pass it
 */
export async function fuzzIntake(
  mails: number,
  seed: number,
  onBatch: (read: number) => void = () => {},
): Promise<Fuzzed> {
  const world = await openCampaigns();
  try {
    const faults: unknown[] = [];
    const log = Object.assign(Object.create(world.room.log), {
      error: (fault: unknown) => faults.push(fault),
    });
    const room = {
      ...world.room,
      log,
      processId: randomUUID(),
      feeds: new ReplyFeeds({ ...world.room, log }),
    } as RepliesRoom;
    const owner = await makeOwner(world.db);
    const [connection] = await world.db.query<{ generation: number; watchTerm: number }>(
      `UPDATE connections SET watched_by = $2 WHERE id = $1 RETURNING generation, watch_term AS "watchTerm"`,
      [owner.connectionId, room.processId],
    );
    if (!connection) throw new Error('There is no connection');
    const lease = { ...owner, ...connection, watchedBy: room.processId, email: 'me@ours.example' };
    const cursor = { ...PLACE, baselineUid: 0, lastUid: 0 };
    const [lost] = await beginCursors(world.db, [{ lease, folder: PLACE.folder, cursor, seen: [] }]);
    if (lost) throw lost;
    await writeTo(room, owner);
    let slowestMs = 0;
    for (let done = 0; done < mails; done += BATCH) {
      const sources = fc.sample(hostileMail, { seed: seed + done, numRuns: Math.min(BATCH, mails - done) });
      const messages = sources.map((source, index) => messageOf(source, done + index + 1));
      let begin = performance.now();
      const dealtWith = await takeIn(room, lease, PLACE, messages, async ({ headers }) => {
        slowestMs = Math.max(slowestMs, performance.now() - begin);
        begin = performance.now();
        return { source: headers, attachments: null };
      });
      slowestMs = Math.max(slowestMs, performance.now() - begin);
      const mark = (await readMarks(world.db, owner.connectionId)).get(PLACE.folder);
      const where = `seed ${seed}, mails ${done + 1} to ${done + messages.length}`;
      if (faults.length > 0) throw new Error(`A mail was not understood: ${where}`, { cause: faults[0] });
      if (dealtWith.length !== messages.length || mark?.cursor.lastUid !== messages.at(-1)?.uid) {
        throw new Error(`The cursor stands still: ${where}`);
      }
      await inspect(room, owner.connectionId, done, where);
      onBatch(done + messages.length);
    }
    const [row] = await world.db.query<{ kept: number }>(
      'SELECT count(*)::int AS kept FROM received_messages',
    );
    return { mails, kept: row?.kept ?? 0, slowestMs };
  } finally {
    await world.close();
  }
}

const OURS = '<ours@ours.example>';

/** An email of ours for the mails to answer: most of them belong to it, or they would not be read beyond their heads. */
async function writeTo(room: RepliesRoom, owner: Awaited<ReturnType<typeof makeOwner>>): Promise<void> {
  const { workspaceId, connectionId, accountId } = owner;
  const conversationId = await insert(
    room.db,
    `INSERT INTO conversations (workspace_id, connection_id, subject) VALUES ($1, $2, 'Hello') RETURNING id`,
    [workspaceId, connectionId],
  );
  await insert(
    room.db,
    `INSERT INTO outgoing_messages (workspace_id, connection_id, account_id, conversation_id, from_address, to_address,
       subject, text, message_id, counted_at)
     VALUES ($1, $2, $3, $4, 'me@ours.example', 'ann@prospect.example', 'Hello', 'Hi', $5, now()) RETURNING id`,
    [workspaceId, connectionId, accountId, conversationId, OURS],
  );
}

function messageOf(mutated: Buffer, uid: number) {
  const source = uid % 5 === 0 ? mutated : Buffer.concat([Buffer.from(`In-Reply-To: ${OURS}\r\n`), mutated]);
  return {
    uid,
    size: source.length,
    internalDate: new Date(),
    headers: source,
    gmailMessageId: String(uid),
    gmailThreadId: null,
    labels: [],
    flags: [],
  };
}

async function inspect(room: RepliesRoom, connectionId: string, after: number, where: string): Promise<void> {
  const rows = await room.db.query<{ uid: string; html: string | null }>(
    'SELECT uid, html FROM received_messages WHERE connection_id = $1 AND uid > $2',
    [connectionId, after],
  );
  const dangerous = rows.find(({ html }) => html !== null && DANGEROUS.test(html));
  if (dangerous)
    throw new Error(`HTML that could act was kept: ${where}, UID ${dangerous.uid}: ${dangerous.html}`);
}
