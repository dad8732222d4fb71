import type { ImapSession, Message, MessageHead, PartRange } from '../../gmail/imapSession';
import type { MailPart } from '../../gmail/mailParts';
import {
  type Attachment,
  bytesOfWords,
  decodedSize,
  describeAttachment,
  filesOf,
  TAIL_BYTES,
} from '../reading/attachmentParts';
import { isRefusedFetch } from './refusedFetch';

/** A mail as far as it is read at intake. */
export interface FetchedMail {
  /** Null where the server refuses to give it. */
  source: Buffer | null;
  /** By the server's word; null where the source is whole, or has to tell. */
  attachments: Attachment[] | null;
}

/** A mail below this is taken whole in one command, its files included: an answer is a few KB. */
export const GLANCE_BYTES = 64 * 1024;
/** So much of a mail is read at most: text and reports fit. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Fetches what is read of a mail: its words. Its files are only listed, by its structure.
 *
 * @param bewareOf mails whose structure may have ended a session: a hostile one passes the parser's limits each time it is
 * asked for, so it is asked for once, and told by its source after that; and those whose source was refused
 * @returns null when it has vanished
 * @throws ImapFailure where its source is refused for the first time, as another session may be given it
 */
export async function fetchMail(
  session: ImapSession,
  message: MessageHead | Message,
  bewareOf: Set<string>,
): Promise<FetchedMail | null> {
  if (isWhole(message)) return { source: message.source, attachments: null };
  const parts = message.size < GLANCE_BYTES ? null : await fetchStructure(session, message, bewareOf);
  const wanted = parts ? bytesOfWords(parts, message.headers.length) : MOST_BYTES;
  const source = await fetchSource(session, message, Math.min(wanted, MOST_BYTES), bewareOf);
  if (source === null) return null;
  if (source === 'REFUSED') return { source: null, attachments: null };
  return { source, attachments: parts && (await listFiles(session, message.uid, filesOf(parts))) };
}

/** Whether it came with its source, and with all of it. */
export function isWhole(message: MessageHead | Message): message is Message {
  return 'source' in message && message.source.length < GLANCE_BYTES;
}

async function fetchSource(
  session: ImapSession,
  message: MessageHead,
  maxBytes: number,
  bewareOf: Set<string>,
): Promise<Buffer | 'REFUSED' | null> {
  const key = `source of ${nameOf(message)}`;
  try {
    const source = await session.fetchSource(message.uid, maxBytes);
    bewareOf.delete(key);
    return source;
  } catch (error) {
    if (!isRefusedFetch(session, error)) throw error;
    if (bewareOf.delete(key)) return 'REFUSED';
    bewareOf.add(key);
    throw error;
  }
}

async function fetchStructure(
  session: ImapSession,
  message: MessageHead,
  bewareOf: Set<string>,
): Promise<MailPart[] | null> {
  const key = nameOf(message);
  if (bewareOf.has(key)) return null;
  bewareOf.add(key);
  try {
    const parts = await session.fetchParts(message.uid);
    bewareOf.delete(key);
    return parts;
  } catch (error) {
    if (isRefusedFetch(session, error)) return null;
    throw error;
  }
}

function nameOf({ uid, gmailMessageId }: MessageHead): string {
  return gmailMessageId ?? String(uid);
}

async function listFiles(
  session: ImapSession,
  uid: number,
  files: readonly MailPart[],
): Promise<Attachment[]> {
  const encoded = files.filter(({ encoding, bytes }) => encoding === 'base64' && bytes > 0);
  const tails =
    encoded.length === 0
      ? null
      : await fetchRanges(
          session,
          uid,
          encoded.map(({ partId, bytes }) => ({
            partId,
            start: Math.max(0, bytes - TAIL_BYTES),
            maxBytes: TAIL_BYTES,
          })),
        );
  return files.map((file) =>
    describeAttachment({
      ...file,
      name: file.name ?? '',
      size: decodedSize(file, tails?.get(file.partId)?.toString('latin1') ?? ''),
    }),
  );
}

/** Null also where they are refused: a size can be told without. */
async function fetchRanges(
  session: ImapSession,
  uid: number,
  ranges: readonly PartRange[],
): Promise<ReadonlyMap<string, Buffer> | null> {
  try {
    return await session.fetchRanges(uid, ranges);
  } catch (error) {
    if (isRefusedFetch(session, error)) return null;
    throw error;
  }
}
