import { pauseEnrolments } from '../../campaigns/moveEnrolment';
import { prepare, type Sql, type Transaction } from '../../database/database';
import type { Change } from '../../database/notices';
import type { MessageHead } from '../../gmail/imapSession';
import { advanceCursor, fenceOf, HELD_CONNECTION, holdLease, type WatchLease } from '../cursors';
import { ManualMessage } from '../manual.entity';
import { referencedMessageIds } from '../matching/matching';
import type { MatchScope } from '../matching/matchMail';
import { matchSent } from '../matching/matchSent';
import { type HeadedMail, isSentCopy, readHead } from '../matching/recognise';
import type { MailHeads } from '../reading/mime';
import type { RepliesRoom } from '../repliesRoom';
import { passOver, type TakeIn, takeIn } from './intake';
import { noteEntry } from './noteEntry';
import { type ReadMail, readMail, storeEvenUnread } from './readMail';
import type { MailPlace } from './storeReceived';

/**
 * Takes in what the person wrote in Gmail itself, in conversations that we know. A mail of Sent that our ledger has sent
 * is none of these, and one that belongs to no conversation is nobody's business here: of both only the UID is kept.
 *
 * The message, its place in the conversation, its count against Gmail's limit, the pause of the sequence and the cursor
 * are one transaction. The same mail in Sent and in All Mail is known by its identity, and taken in once.
 *
 * @returns the UIDs that are dealt with; the others have vanished before they could be read
 * @throws LeaseLost
 */
export const takeInSent: TakeIn = async (room, lease, place, messages, fetchMail) => {
  const takenIn: number[] = [];
  const passedOver: number[] = [];
  const mails = await recogniseSent(room.db, lease, messages);
  await learnThreads(room.db, lease, mails);
  for (const mail of mails) {
    const { message, heads, conversationId } = mail;
    const fetched = conversationId === null ? null : await fetchMail(message);
    if (conversationId === null) passedOver.push(message.uid);
    else if (fetched !== null) {
      const read = await readMail(room, heads, fetched);
      const kept = await storeEvenUnread(room, lease, read, (what) =>
        store(room, lease, place, { ...mail, conversationId }, what),
      );
      (kept ? takenIn : passedOver).push(message.uid);
    }
  }
  await passOver(room, lease, place, passedOver);
  return [...takenIn, ...passedOver];
};

/**
 * For All Mail of an account whose Sent is hidden from IMAP: both what came in and what the person wrote, in the order of
 * their UIDs. Whoever is killed in between has passed over nothing that the other was still to look at.
 */
export const takeInBoth: TakeIn = async (room, lease, place, messages, fetchMail) => {
  const runs: { areSent: boolean; messages: MessageHead[] }[] = [];
  for (const message of messages) {
    const areSent = isSentCopy(message);
    const run = runs.at(-1);
    if (run?.areSent === areSent) run.messages.push(message);
    else runs.push({ areSent, messages: [message] });
  }
  const dealtWith: number[] = [];
  for (const run of runs) {
    const take = run.areSent ? takeInSent : takeIn;
    dealtWith.push(...(await take(room, lease, place, run.messages, fetchMail)));
  }
  return dealtWith;
};

interface RecognisedSent extends HeadedMail {
  /** The Message-ID that our ledger sent it under. */
  ourId: string | null;
  /** Null where it is our own, known already, or nothing to us. */
  conversationId: string | null;
}

/** In which of Gmail's threads our emails stand: an answer may name none of them, and come from an address nobody knows. */
async function learnThreads(db: Sql, lease: WatchLease, mails: readonly RecognisedSent[]): Promise<void> {
  const ours = mails.filter(({ ourId, message }) => ourId !== null && message.gmailThreadId !== null);
  if (ours.length === 0) return;
  const threads = ours.map(({ message }) => message.gmailThreadId);
  await db.query(LEARN_THREADS, [...fenceOf(lease), ours.map(({ ourId }) => ourId), threads]);
}

const LEARN_THREADS = prepare(`WITH held AS (SELECT id ${HELD_CONNECTION})
  UPDATE conversations c SET gmail_thread_id = sent.thread
    FROM held, unnest($5::text[], $6::text[]) AS sent (message_id, thread)
    JOIN outgoing_messages o ON o.message_id = sent.message_id
   WHERE c.id = o.conversation_id AND c.connection_id = held.id AND c.gmail_thread_id IS NULL`);

/** Recognises mails of Sent by their heads, with three queries for all of them. */
async function recogniseSent(
  db: Sql,
  scope: MatchScope,
  messages: readonly MessageHead[],
): Promise<RecognisedSent[]> {
  const mails = messages.map(readHead);
  const [known, ours, conversationIds] = await Promise.all([
    findKnown(
      db,
      scope.connectionId,
      mails.map(({ identity }) => identity),
    ),
    findOurs(
      db,
      mails.flatMap(({ heads }) => idsOf(heads)),
    ),
    matchSent(
      db,
      scope,
      mails.map(({ heads, message }) => ({
        referencedIds: referencedMessageIds(heads),
        gmailThreadId: message.gmailThreadId,
        recipients: recipientsOf(heads),
      })),
    ),
  ]);
  return mails.map((mail, index) => {
    const ourId = idsOf(mail.heads).find((id) => ours.has(id)) ?? null;
    const isNew = ourId === null && !known.has(mail.identity);
    return { ...mail, ourId, conversationId: (isNew && conversationIds[index]) || null };
  });
}

async function store(
  room: RepliesRoom,
  { connectionId, workspaceId, ...lease }: WatchLease,
  { folder, uidValidity }: MailPlace,
  { message, heads, identity, conversationId }: RecognisedSent & { conversationId: string },
  { mail, replyText, html }: ReadMail,
): Promise<void> {
  const recipients = recipientsOf(heads);
  const changes = await room.db.transaction(async (tx): Promise<Change[]> => {
    await holdLease(tx, { ...lease, connectionId, workspaceId });
    const sentAt = await placeInTime(tx, conversationId, message.internalDate, room.now());
    await tx.manager.save(ManualMessage, {
      workspaceId,
      connectionId,
      accountId: await accountOf(tx, connectionId),
      conversationId,
      identity,
      folder,
      uidValidity,
      uid: String(message.uid),
      messageId: heads.messageId,
      fromAddress: heads.from?.address ?? '',
      recipients,
      subject: mail.subject,
      text: mail.text,
      html,
      attachments: mail.attachments,
      sentAt,
    });
    await noteEntry(tx, {
      conversationId,
      connectionId,
      gmailThreadId: message.gmailThreadId,
      at: sentAt,
      words: replyText || mail.text || mail.subject,
      isForPerson: false,
    });
    await markAnswered(tx, conversationId, sentAt);
    await advanceCursor(tx, connectionId, folder, uidValidity, [message.uid]);
    return pauseEnrolments(tx, { workspaceId, conversationId, addresses: recipients }, PAUSED_BECAUSE);
  });
  room.notices.publish(`conversations:${workspaceId}`, conversationId);
  room.notices.publishAll(changes);
}

const PAUSED_BECAUSE =
  'You wrote to them yourself in Gmail. Resume to let the sequence go on, or take them out of it.';

/**
 * INTERNALDATE means any moment in its second: here one after what the conversation has in that second, since that is what
 * was answered, in the whole milliseconds that it is shown by. Never in the future.
 */
async function placeInTime(
  tx: Transaction,
  conversationId: string,
  internalDate: Date,
  now: Date,
): Promise<Date> {
  const date = new Date(Math.min(internalDate.getTime(), now.getTime()));
  const [newest] = await tx.query<{ at: Date | null }>(
    `SELECT max(at)::timestamptz(3) + interval '1 millisecond' AS at FROM (
       SELECT sent_at AS at FROM outgoing_messages WHERE conversation_id = $1
       UNION ALL SELECT greatest(r.received_at, o.sent_at + interval '1 millisecond')
         FROM received_messages r LEFT JOIN outgoing_messages o ON o.id = r.outgoing_id
        WHERE r.conversation_id = $1
       UNION ALL SELECT sent_at FROM manual_messages WHERE conversation_id = $1) entries
      WHERE at >= $2::timestamptz AND at < $2::timestamptz + interval '1 second'`,
    [conversationId, date],
  );
  return newest?.at ?? date;
}

/** Whoever answers has read: unless something newer has come, the conversation is unread no more. */
async function markAnswered(tx: Transaction, conversationId: string, sentAt: Date): Promise<void> {
  await tx.query(
    `UPDATE conversations SET unread = false WHERE id = $1 AND unread
        AND NOT EXISTS (SELECT FROM received_messages WHERE conversation_id = $1 AND received_at > $2)`,
    [conversationId, sentAt],
  );
}

async function accountOf(tx: Transaction, connectionId: string): Promise<string> {
  const [row] = await tx.query<{ account_id: string }>('SELECT account_id FROM connections WHERE id = $1', [
    connectionId,
  ]);
  if (!row) throw new Error('A connection that is watched has no account');
  return row.account_id;
}

async function findKnown(db: Sql, connectionId: string, identities: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ identity: string }>(
    'SELECT identity FROM manual_messages WHERE connection_id = $1 AND identity = ANY ($2)',
    [connectionId, identities],
  );
  return new Set(rows.map(({ identity }) => identity));
}

/** Of any workspace: the account may have been another's, and what its ledger sent nobody wrote by hand. */
async function findOurs(db: Sql, messageIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ message_id: string }>(
    'SELECT message_id FROM outgoing_messages WHERE message_id = ANY ($1)',
    [messageIds],
  );
  return new Set(rows.map((row) => row.message_id));
}

/** Its Message-ID, and the one that it had before Gmail replaced it. */
function idsOf({ messageId, headers }: MailHeads): string[] {
  return [messageId, ...headers.ids('x-google-original-message-id')];
}

/** Each counts at Gmail; only the copy in Sent still names those in Bcc. */
function recipientsOf({ headers }: MailHeads): string[] {
  return [...new Set(headers.mailboxes('to', 'cc', 'bcc').map(({ address }) => address))];
}
