import { setImmediate } from 'node:timers/promises';
import type { MessageHead } from '../../gmail/imapSession';
import { isOptOutByMail } from '../classifying/optOut';
import { advanceCursor, holdLease, type WatchLease } from '../cursors';
import { referencedMessageIds } from '../matching/matching';
import {
  type HeadedMail,
  looksLikeReport,
  matchReport,
  type RecognisedMail,
  readHead,
  recogniseMails,
} from '../matching/recognise';
import type { RepliesRoom } from '../repliesRoom';
import { heedUnknownOptOut } from './effects';
import { type FetchedMail, isWhole } from './fetchMail';
import { type ReadMail, readMail, storeEvenUnread } from './readMail';
import { type MailPlace, storeReceived } from './storeReceived';

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
  const headed = messages.map(readHead);
  const [recognised, readings] = await Promise.all([
    recogniseMails(room.db.swift, lease, headed),
    readAnswers(room, headed),
  ]);
  const read: Read = async (mail) => readings.get(mail.message) ?? fetchAndRead(room, mail, fetchMail);
  let mails = recognised;
  for (let mail = mails.shift(); mail; mail = mails.shift()) {
    const { uid } = mail.message;
    const outcome = await takeInOne(room, lease, place, mail, read);
    if (outcome === 'PASSED_OVER') passedOver.push(uid);
    if (outcome === 'TAKEN_IN') {
      takenIn.push(uid);
      if (mails.some(belongsWith(mail))) {
        mails = await recogniseMails(room.db.swift, lease, mails);
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
  read: Read,
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
  const words = await read(mail);
  if (words === null) return 'VANISHED';
  const found =
    match ?? (await matchReport(room.db, lease, message, words.mail, words.classification.failures));
  if (!found) return 'PASSED_OVER';
  const isKept = await storeEvenUnread(room, lease, words, (what) =>
    storeReceived(room, lease, place, mail, what, found),
  );
  return isKept ? 'TAKEN_IN' : 'PASSED_OVER';
}

/** The words of a mail; null when it has vanished. */
type Read = (mail: HeadedMail) => Promise<ReadMail | null>;

async function fetchAndRead(
  room: RepliesRoom,
  { message, heads }: HeadedMail,
  fetchMail: FetchMail,
): Promise<ReadMail | null> {
  const fetched = await fetchMail(message);
  return fetched && readMail(room, heads, fetched);
}

/**
 * Begins to read what is here already and answers something, likely an email of ours: while the database looks for that,
 * this process has nothing else to do for it.
 */
async function readAnswers(
  room: RepliesRoom,
  mails: readonly HeadedMail[],
): Promise<Map<MessageHead, Promise<ReadMail>>> {
  await setImmediate(); // the question is on its way
  const readings = new Map<MessageHead, Promise<ReadMail>>();
  for (const { message, heads } of mails) {
    if (!isWhole(message) || referencedMessageIds(heads).length === 0) continue;
    readings.set(message, readMail(room, heads, { source: message.source, attachments: null }));
  }
  return readings;
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
