import { decodeTransfer } from '../../gmail/decodeTransfer';
import { ImapFailure } from '../../gmail/imapSession';
import type { Viewer } from '../../identity/context';
import { NotFound } from '../../lib/failures';
import { isId } from '../../lib/ids';
import { ManualMessage } from '../manual.entity';
import type { Attachment } from '../reading/attachmentParts';
import { ReceivedMessage } from '../received.entity';
import type { RepliesRoom } from '../repliesRoom';
import { CannotRead, type MailboxReaders, type OpenMailbox } from './mailboxReaders';

/** A file on its way from Gmail; its first bytes are here, so that it surely exists. */
export interface OpenedAttachment {
  attachment: Attachment;
  /** Decoded. Holds a chunk at a time, and reads the next when this one is taken. @throws CannotRead */
  content: AsyncGenerator<Buffer>;
}

/** Asked of Gmail at a time: a file of 25 MB is a hundred commands, and a download holds no more than this. */
export const CHUNK_BYTES = 256 * 1024;

/**
 * Opens the n-th attachment of a message, received or written in Gmail itself, counted from 0. It is found by its UID, and where that has lost its meaning,
 * or the mail was moved, by Gmail's id of it, or its Message-ID.
 *
 * @throws NotFound also when it is another workspace's; CannotRead
 */
export async function openAttachment(
  room: RepliesRoom,
  readers: MailboxReaders,
  { workspaceId }: Viewer,
  messageId: string,
  position: number,
): Promise<OpenedAttachment> {
  const message = isId(messageId) ? await findMail(room, { id: messageId, workspaceId }) : null;
  const attachment = message?.attachments[position];
  if (!message || !attachment) throw new NotFound('attachment');
  const decoded = decodeTransfer(readPart(readers, message, attachment.partId), attachment.encoding);
  const first = await decoded.next();
  return { attachment, content: startingWith(first, decoded) };
}

/** A mail that lies at Gmail. */
type KeptMail = Pick<
  ReceivedMessage | ManualMessage,
  'connectionId' | 'folder' | 'uidValidity' | 'uid' | 'identity' | 'messageId' | 'attachments'
>;

async function findMail(
  { db }: RepliesRoom,
  which: { id: string; workspaceId: string },
): Promise<KeptMail | null> {
  return (
    (await db.manager.findOneBy(ReceivedMessage, which)) ?? (await db.manager.findOneBy(ManualMessage, which))
  );
}

async function* startingWith(
  first: IteratorResult<Buffer, unknown>,
  rest: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** Where a mail lies now. */
interface Place {
  path: string;
  uidValidity: string;
  uid: number;
}

/** A part, still encoded, chunk by chunk. */
async function* readPart(readers: MailboxReaders, message: KeptMail, partId: string): AsyncGenerator<Buffer> {
  let place: Place | null = null;
  for (let start = 0; ; start += CHUNK_BYTES) {
    const chunk: Buffer = await readers.read(message.connectionId, async (mailbox) => {
      // Known from the chunk before, unless it was moved since.
      const known = place && (await readAt(mailbox, place, partId, start));
      if (known) return known;
      place = await locate(mailbox, message);
      const found = place && (await readAt(mailbox, place, partId, start));
      if (!found) throw new CannotRead('DELETED');
      return found;
    });
    if (chunk.length > 0) yield chunk;
    if (chunk.length < CHUNK_BYTES) return;
  }
}

/** @returns null where the mail lies there no more */
async function readAt(
  mailbox: OpenMailbox,
  { path, uidValidity, uid }: Place,
  partId: string,
  start: number,
): Promise<Buffer | null> {
  if ((await mailbox.open(path)) !== uidValidity) return null;
  const ranges = await mailbox.session.fetchRanges(uid, [{ partId, start, maxBytes: CHUNK_BYTES }]);
  return ranges && (ranges.get(partId) ?? Buffer.alloc(0));
}

/** Looks where it was taken in from, and then wherever it may have been moved; null where it is deleted. */
async function locate(mailbox: OpenMailbox, message: KeptMail): Promise<Place | null> {
  const { session } = mailbox;
  const uidValidity = await openIfThere(mailbox, message.folder);
  const uid = Number(message.uid);
  if (uidValidity === message.uidValidity && (await session.fetchRanges(uid, [])) !== null) {
    return { path: message.folder, uidValidity, uid };
  }
  const { inbox, all, spam } = await session.findFolders();
  for (const path of new Set([message.folder, all, inbox, spam])) {
    const validity = path && (await openIfThere(mailbox, path));
    const found = validity && (await findInFolder(mailbox, message));
    if (found) return { path, uidValidity: validity, uid: found };
  }
  return null;
}

/** @returns its UIDVALIDITY; null where there is no such folder any more, or it is hidden from IMAP */
async function openIfThere(mailbox: OpenMailbox, path: string): Promise<string | null> {
  try {
    return await mailbox.open(path, { anew: true });
  } catch (error) {
    if (error instanceof ImapFailure && mailbox.session.isOpen) return null;
    throw error;
  }
}

async function findInFolder(
  { session }: OpenMailbox,
  { identity, messageId }: KeptMail,
): Promise<number | undefined> {
  const gmailId = /^gmail:(\d+)$/.exec(identity)?.[1];
  const uids =
    gmailId === undefined ? await session.findByMessageId(messageId) : await session.findByGmailId(gmailId);
  return uids.at(-1);
}
