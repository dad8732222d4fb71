import type { Transaction } from '../database/database';
import { sqlState } from '../database/sqlState';
import { canonicalAddress } from '../gmail/address';
import type { MessageHead } from '../gmail/imapSession';
import { snippetOf } from '../sending/snippet';
import { type Classification, classify, ReceivedKind } from './classification';
import { holdLease, markSeen, type WatchLease } from './cursors';
import { applyEffects } from './effects';
import { referencedMessageIds } from './matching';
import { isOurs, type Match, matchFailedRecipient, matchMail } from './matchMail';
import { type MailHeads, type ParsedMail, parseHeads, parseMail } from './mime';
import { ReceivedMessage } from './received.entity';
import type { RepliesRoom } from './repliesRoom';
import { extractReplyText } from './replyText';
import { sanitizeMailHtml } from './sanitizeHtml';

/** Where a mail lies. */
export interface MailPlace {
  folder: string;
  inSpam: boolean;
  uidValidity: string;
}

/** So much of a mail is read: text and reports fit, and the rest of a 30 MB mail is its attachments. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Fetches the source of a mail, as much of it as is read; null when it has vanished. */
export type FetchSource = (uid: number, maxBytes: number) => Promise<Buffer | null>;

/**
 * Takes in one mail if it concerns us: it answers what we sent, or reports on it, or comes from somebody we
 * wrote to. What concerns nobody here is not read beyond its head, and its UID is left to the caller to skip.
 *
 * The message, what it changes, and the cursor are one transaction. The same mail in another folder is known
 * by its identity, and taken in once.
 *
 * @returns whether it was taken in, cursor and all
 * @throws LeaseLost
 */
export async function takeIn(
  room: RepliesRoom,
  lease: WatchLease & { email: string },
  place: MailPlace,
  head: MessageHead,
  fetchSource: FetchSource,
): Promise<boolean> {
  const heads = parseHeads(head.headers);
  const identity = head.gmailMessageId === null ? null : `gmail:${head.gmailMessageId}`;
  if (await isOwnMail(room, lease, heads)) return false;
  if (identity && (await isKnown(room, lease, place, identity))) return false;
  const match = await matchMail(room.db, factsOf(lease, heads, head));
  if (!match && !looksLikeReport(heads)) return false;

  const source = await fetchSource(head.uid, MOST_BYTES);
  if (source === null) return false;
  const mail = await parseMail(source);
  const ownIdentity = identity ?? `id:${mail.messageId}`;
  if (!identity && (await isKnown(room, lease, place, ownIdentity))) return false;
  const classification = classify(mail);
  const found = match ?? (await matchReport(room, lease, mail, head, classification));
  if (!found) return false;
  try {
    await store(room, lease, place, head, mail, ownIdentity, classification, found);
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    room.log.error({ err: error, connectionId: lease.connectionId, uid: head.uid }, 'A mail is stored bare');
    await store(room, lease, place, head, bareMail(mail), ownIdentity, classification, found);
  }
  return true;
}

/** Moves the cursor past what concerns nobody here. @throws LeaseLost */
export async function skipMail(
  room: RepliesRoom,
  lease: WatchLease,
  place: MailPlace,
  uids: readonly number[],
): Promise<void> {
  await room.db.transaction(async (tx) => {
    await holdLease(tx, lease);
    await markSeen(tx, lease.connectionId, place.folder, place.uidValidity, uids);
  });
}

/** PostgreSQL refuses what is in the mail (classes 22, 54: data, limits): trying again would never help. */
function isRefusedData(error: unknown): boolean {
  return /^(22|54)/.test(sqlState(error) ?? '');
}

/** What is surely storable of a mail: better seen without its text than lost. */
function bareMail(mail: ParsedMail): ParsedMail {
  const text = 'This message could not be read here. Please look at it in Gmail.';
  return { ...mail, subject: '', text, html: null, recipients: [], attachments: [] };
}

async function store(
  room: RepliesRoom,
  lease: WatchLease,
  place: MailPlace,
  head: MessageHead,
  mail: ParsedMail,
  identity: string,
  classification: Classification,
  match: Match,
): Promise<void> {
  const stored = await room.db.transaction(async (tx) => {
    await holdLease(tx, lease);
    const message = await insertMessage(tx, lease, place, head, mail, identity, classification, match);
    await updateConversation(tx, message);
    const changes = await applyEffects(tx, room, message, match);
    await markSeen(tx, lease.connectionId, place.folder, place.uidValidity, [head.uid]);
    return { message, changes };
  });
  const { workspaceId, position, conversationId } = stored.message;
  room.notices.publish(`replies:${workspaceId}`, position);
  room.notices.publish(`conversations:${workspaceId}`, conversationId);
  for (const { topic, id } of stored.changes) room.notices.publish(topic, id);
}

async function insertMessage(
  tx: Transaction,
  lease: WatchLease,
  place: MailPlace,
  head: MessageHead,
  mail: ParsedMail,
  identity: string,
  { kind, rule, detail, failures, returnDate }: Classification,
  match: Match,
): Promise<ReceivedMessage> {
  return tx.manager.save(ReceivedMessage, {
    workspaceId: lease.workspaceId,
    connectionId: lease.connectionId,
    conversationId: match.conversationId,
    outgoingId: match.outgoing?.id ?? null,
    position: await nextPosition(tx, lease.workspaceId),
    identity,
    ...place,
    uid: String(head.uid),
    gmailThreadId: head.gmailThreadId,
    messageId: mail.messageId,
    fromAddress: mail.from?.address ?? '',
    fromName: mail.from?.name ?? null,
    recipients: mail.recipients,
    subject: mail.subject,
    text: mail.text,
    replyText: extractReplyText(mail),
    html: mail.html === null ? null : sanitizeMailHtml(mail.html),
    receivedAt: head.internalDate,
    kind,
    matchedBy: match.matchedBy,
    rule,
    detail,
    returnDate,
    failures,
    attachments: mail.attachments,
  });
}

/**
 * The next place in the workspace's feed. The row stays locked until commit, so that a later place is never
 * visible before an earlier one: who reads the feed up to a place has read all that will ever be before it.
 */
async function nextPosition(tx: Transaction, workspaceId: string): Promise<string> {
  const [head] = await tx.query<{ position: string }>(
    `INSERT INTO feed_heads (workspace_id, position) VALUES ($1, 1)
     ON CONFLICT (workspace_id) DO UPDATE SET position = feed_heads.position + 1 RETURNING position`,
    [workspaceId],
  );
  if (!head) throw new Error('The feed has no head');
  return head.position;
}

/** What a person should look at makes the conversation unread; the rest only moves it up. */
const FOR_A_PERSON: ReadonlySet<ReceivedKind> = new Set([
  ReceivedKind.REPLY,
  ReceivedKind.UNSUBSCRIBE,
  ReceivedKind.OTHER,
]);

async function updateConversation(tx: Transaction, message: ReceivedMessage): Promise<void> {
  await tx.query(
    `UPDATE conversations SET unread = unread OR $2, last_message_at = greatest(last_message_at, $3), snippet = $4,
            gmail_thread_id = CASE WHEN connection_id = $6 THEN coalesce(gmail_thread_id, $5) ELSE gmail_thread_id END
      WHERE id = $1`,
    [
      message.conversationId,
      FOR_A_PERSON.has(message.kind),
      message.receivedAt,
      snippetOf(message.replyText || message.text || message.subject),
      message.gmailThreadId,
      message.connectionId,
    ],
  );
}

/** Our own mail is never a reply: the copy in Sent or All Mail, and what one of our slots wrote to another. */
async function isOwnMail(room: RepliesRoom, lease: { email: string }, heads: MailHeads): Promise<boolean> {
  const sender = heads.from?.address;
  if (sender && canonicalAddress(sender) === canonicalAddress(lease.email)) return true;
  return heads.hasOwnMessageId && (await isOurs(room.db, heads.messageId));
}

/** Whether the mail was taken in from another folder. One that left Spam for the inbox is no spam any more. */
async function isKnown(
  room: RepliesRoom,
  { connectionId }: WatchLease,
  { inSpam }: MailPlace,
  identity: string,
): Promise<boolean> {
  const known = await room.db.query(
    'UPDATE received_messages SET in_spam = in_spam AND $3 WHERE connection_id = $1 AND identity = $2 RETURNING id',
    [connectionId, identity, inSpam],
  );
  return known.length > 0;
}

function factsOf(lease: WatchLease, heads: MailHeads, head: MessageHead) {
  return {
    workspaceId: lease.workspaceId,
    connectionId: lease.connectionId,
    referencedIds: referencedMessageIds(heads),
    gmailThreadId: head.gmailThreadId,
    sender: looksLikeReport(heads) ? null : (heads.from?.address ?? null),
    isBulk: heads.headers.has('list-id') || heads.headers.has('list-unsubscribe'),
    receivedAt: head.internalDate,
  };
}

/** Worth reading whole, since a report may name our email in its body only. */
function looksLikeReport({ headers, from }: MailHeads): boolean {
  return (
    /^multipart\/report/i.test(headers.first('content-type')?.trim() ?? '') ||
    headers.has('x-failed-recipients') ||
    /^(mailer-daemon|postmaster|mail-daemon|mdaemon)@/i.test(from?.address ?? '')
  );
}

async function matchReport(
  room: RepliesRoom,
  lease: WatchLease,
  mail: ParsedMail,
  head: MessageHead,
  { failures }: Classification,
): Promise<Match | null> {
  const facts = factsOf(lease, mail, head);
  const recipients = failures.map(({ recipient }) => recipient).filter((recipient) => recipient !== null);
  return (
    (await matchMail(room.db, { ...facts, referencedIds: referencedMessageIds(mail), sender: null })) ??
    (await matchFailedRecipient(room.db, facts, recipients))
  );
}
