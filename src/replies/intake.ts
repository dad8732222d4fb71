import { announceEnded } from '../campaigns/campaignState';
import { prepare, type Transaction } from '../database/database';
import { sqlState } from '../database/sqlState';
import type { MessageHead } from '../gmail/imapSession';
import { type Classification, classify, ReceivedKind } from './classification';
import { advanceCursor, fenceOf, HELD_CONNECTION, holdLease, LeaseLost, type WatchLease } from './cursors';
import { applyEffects, heedUnknownOptOut } from './effects';
import { moveEnrolments } from './enrolmentEffects';
import type { FetchedMail } from './fetchMail';
import type { Match } from './matchMail';
import { type MailHeads, type ParsedMail, parseMail } from './mime';
import { noteEntry } from './noteEntry';
import { isOptOutByMail } from './optOut';
import { ReceivedMessage } from './received.entity';
import { looksLikeReport, matchReport, type RecognisedMail, recogniseMails } from './recognise';
import type { RepliesRoom } from './repliesRoom';
import { extractReplyText } from './replyText';
import { sanitizeMailHtml } from './sanitizeHtml';

/** Where a mail lies. */
export interface MailPlace {
  folder: string;
  inSpam: boolean;
  uidValidity: string;
}

/** Takes in what there is of these messages, of one folder; see takeIn. */
export type TakeIn = typeof takeIn;

/** Fetches as much of a mail as is read; null when it has vanished. */
export type FetchMail = (message: MessageHead) => Promise<FetchedMail | null>;

/**
 * Takes in those of these mails that concern us, in their order: that answer what we sent, or report on it, or
 * come from somebody we wrote to. What concerns nobody here is not read beyond its head, and only its UID is
 * kept, for all such mails in one transaction.
 *
 * A message, what it changes, and the cursor are one transaction. The same mail in another folder is known by
 * its identity, and taken in once.
 *
 * @returns the UIDs that are dealt with; the others have vanished before they could be read
 * @throws LeaseLost
 */
export async function takeIn(
  room: RepliesRoom,
  lease: WatchLease & { email: string },
  place: MailPlace,
  messages: readonly MessageHead[],
  fetchMail: FetchMail,
): Promise<number[]> {
  const takenIn: number[] = [];
  const passedOver: number[] = [];
  let mails = await recogniseMails(room.db, lease, messages);
  for (let mail = mails.shift(); mail; mail = mails.shift()) {
    const { uid } = mail.message;
    const outcome = await takeInOne(room, lease, place, mail, fetchMail);
    if (outcome === 'PASSED_OVER') passedOver.push(uid);
    if (outcome === 'TAKEN_IN') {
      takenIn.push(uid);
      if (mails.some(belongsWith(mail))) {
        const rest = mails.map(({ message }) => message);
        mails = await recogniseMails(room.db, lease, rest);
      }
    }
  }
  await passOver(room, lease, place, passedOver);
  return [...takenIn, ...passedOver];
}

async function takeInOne(
  room: RepliesRoom,
  lease: WatchLease,
  place: MailPlace,
  mail: RecognisedMail,
  fetchMail: FetchMail,
): Promise<'TAKEN_IN' | 'PASSED_OVER' | 'VANISHED'> {
  const { message, heads, match } = mail;
  if (mail.knownInSpam !== null) {
    if (mail.knownInSpam !== place.inSpam) await noteMove(room, lease, place, mail.identity);
    return 'PASSED_OVER';
  }
  if (mail.isOurs) return 'PASSED_OVER';
  if (!match && heads.from && isOptOutByMail(heads)) {
    const { address } = heads.from;
    await room.db.transaction(async (tx) => {
      await holdLease(tx, lease);
      await heedUnknownOptOut(tx, lease.workspaceId, address);
    });
    return 'PASSED_OVER';
  }
  if (!(match || looksLikeReport(heads))) return 'PASSED_OVER';
  const fetched = await fetchMail(message);
  if (fetched === null) return 'VANISHED';
  const read = await readMail(room, heads, fetched);
  const found =
    match ?? (await matchReport(room.db, lease, message, read.mail, read.classification.failures));
  if (!found) return 'PASSED_OVER';
  try {
    await store(room, lease, place, mail, read, found);
  } catch (error) {
    // The person was erased while their mail was read: it is nobody's now.
    if (sqlState(error) === FOREIGN_KEY_VIOLATION) return 'PASSED_OVER';
    if (!isRefusedData(error)) throw error;
    room.log.error({ err: error, connectionId: lease.connectionId }, 'A mail could not be kept whole');
    await store(room, lease, place, mail, unreadable(read.mail), found);
  }
  return 'TAKEN_IN';
}

/** Whether what is known of a mail may have changed by this one: they are one mail, or in one thread. */
function belongsWith({ identity, message }: RecognisedMail): (other: RecognisedMail) => boolean {
  const { gmailThreadId } = message;
  return (other) =>
    other.identity === identity || (gmailThreadId !== null && other.message.gmailThreadId === gmailThreadId);
}

/** Moves the cursor past what concerns nobody here. @throws LeaseLost */
export async function passOver(
  room: RepliesRoom,
  lease: WatchLease,
  { folder, uidValidity }: MailPlace,
  uids: readonly number[],
): Promise<void> {
  if (uids.length === 0) return;
  await room.db.transaction(async (tx) => {
    await holdLease(tx, lease);
    await advanceCursor(tx, lease.connectionId, folder, uidValidity, uids);
  });
}

/** A mail that was taken in from another folder lies here now: it has left Spam, or was put there. */
async function noteMove(
  room: RepliesRoom,
  lease: WatchLease,
  { inSpam }: MailPlace,
  identity: string,
): Promise<void> {
  const moved = await room.db.transaction(async (tx) => {
    await holdLease(tx, lease);
    return tx.query<{ conversation_id: string }>(
      `UPDATE received_messages SET in_spam = $3 WHERE connection_id = $1 AND identity = $2
        RETURNING conversation_id`,
      [lease.connectionId, identity, inSpam],
    );
  });
  for (const { conversation_id } of moved) {
    room.notices.publish(`conversations:${lease.workspaceId}`, conversation_id);
  }
}

/** What a mail says, and what it is. */
export interface ReadMail {
  mail: ParsedMail;
  replyText: string;
  html: string | null;
  classification: Classification;
}

/** Reads a mail. One that our readers fail on is kept unread: no mail may stop those behind it. */
export async function readMail(room: RepliesRoom, heads: MailHeads, fetched: FetchedMail): Promise<ReadMail> {
  try {
    const parsed = await parseMail(fetched.source, heads);
    const mail = { ...parsed, attachments: fetched.attachments ?? parsed.attachments };
    const html = mail.html === null ? null : sanitizeMailHtml(mail.html);
    const replyText = extractReplyText(mail);
    return { mail, replyText, html, classification: classify(mail, replyText) };
  } catch (error) {
    room.log.error({ err: error }, 'A mail could not be read');
    return unreadable({ ...heads, text: '', html: null, attachments: [], report: null });
  }
}

/** What is surely storable of a mail: better seen without its text than lost. */
export function unreadable(mail: ParsedMail): ReadMail {
  const text = 'This message could not be read here. Please look at it in Gmail.';
  return {
    mail: { ...mail, subject: '', text, html: null, recipients: [], attachments: [] },
    replyText: text,
    html: null,
    classification: {
      kind: ReceivedKind.OTHER,
      rule: 'unreadable',
      detail: null,
      failures: [],
      returnDate: null,
    },
  };
}

const FOREIGN_KEY_VIOLATION = '23503';

/** PostgreSQL refuses what is in the mail (classes 22, 54: data, limits): trying again would never help. */
export function isRefusedData(error: unknown): boolean {
  return /^(22|54)/.test(sqlState(error) ?? '');
}

async function store(
  room: RepliesRoom,
  lease: WatchLease,
  place: MailPlace,
  { message, identity, heads }: RecognisedMail,
  { mail, replyText, html, classification }: ReadMail,
  match: Match,
): Promise<void> {
  const { kind, rule, detail, failures, returnDate } = classification;
  const stored = await room.db.transaction(async (tx) => {
    const received = tx.manager.create(ReceivedMessage, {
      workspaceId: lease.workspaceId,
      connectionId: lease.connectionId,
      conversationId: match.conversationId,
      outgoingId: match.outgoing?.id ?? null,
      position: await holdNextPosition(tx, lease),
      identity,
      ...place,
      uid: String(message.uid),
      gmailThreadId: message.gmailThreadId,
      messageId: heads.messageId,
      fromAddress: heads.from?.address ?? '',
      fromName: heads.from?.name ?? null,
      replyTo: heads.replyTo,
      recipients: mail.recipients,
      subject: mail.subject,
      text: mail.text,
      replyText,
      html,
      // A date that a server makes up must not keep a conversation on top for years.
      receivedAt: new Date(Math.min(message.internalDate.getTime(), room.now().getTime())),
      kind,
      matchedBy: match.matchedBy,
      rule,
      detail,
      returnDate,
      failures,
      attachments: mail.attachments,
    });
    await tx.manager.insert(ReceivedMessage, received);
    await noteEntry(tx, {
      ...received,
      at: received.receivedAt,
      words: replyText || mail.text || mail.subject,
      isForPerson: FOR_A_PERSON.has(kind),
    });
    const changes = [
      ...(await applyEffects(tx, room, received, match)),
      ...(await moveEnrolments(tx, received, match)),
    ];
    await advanceCursor(tx, lease.connectionId, place.folder, place.uidValidity, [message.uid]);
    return { received, changes };
  });
  const { workspaceId, conversationId } = stored.received;
  room.feeds.announce(stored.received);
  room.notices.publish(`conversations:${workspaceId}`, conversationId);
  await announceEnded(room, stored.changes);
}

/**
 * Holds the lease, and draws the next place in the workspace's feed. The row stays locked until commit, so that a later
 * place is never visible before an earlier one: who reads the feed up to a place has read all that will ever be before it.
 *
 * @throws LeaseLost
 */
async function holdNextPosition(tx: Transaction, lease: WatchLease): Promise<string> {
  const [head] = await tx.query<{ position: string }>(HOLD_NEXT_POSITION, fenceOf(lease));
  if (!head) throw new LeaseLost();
  return head.position;
}

const HOLD_NEXT_POSITION = prepare(`INSERT INTO feed_heads (workspace_id, position)
  SELECT workspace_id, 1 ${HELD_CONNECTION}
  ON CONFLICT (workspace_id) DO UPDATE SET position = feed_heads.position + 1 RETURNING position`);

/** What a person should look at makes the conversation unread; the rest only moves it up. */
const FOR_A_PERSON: ReadonlySet<ReceivedKind> = new Set([
  ReceivedKind.REPLY,
  ReceivedKind.UNSUBSCRIBE,
  ReceivedKind.OTHER,
]);
