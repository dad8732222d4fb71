import { sqlState } from '../../database/sqlState';
import { type Classification, classify, ReceivedKind } from '../classifying/classification';
import { type MailHeads, type ParsedMail, parseMail } from '../reading/mime';
import { extractReplyText } from '../reading/replyText';
import { sanitizeMailHtml } from '../reading/sanitizeHtml';
import type { RepliesRoom } from '../repliesRoom';
import type { FetchedMail } from './fetchMail';

/** What a mail says, and what it is. */
export interface ReadMail {
  mail: ParsedMail;
  replyText: string;
  html: string | null;
  classification: Classification;
}

/** Reads a mail. One that our readers fail on, or Gmail does not give, is kept unread: no mail may stop those behind it. */
export async function readMail(
  room: RepliesRoom,
  heads: MailHeads,
  { source, attachments }: FetchedMail,
): Promise<ReadMail> {
  try {
    if (source === null) throw new Error('Gmail refuses to give it');
    const parsed = await parseMail(source, heads);
    const mail = { ...parsed, attachments: attachments ?? parsed.attachments };
    const html = mail.html === null ? null : sanitizeMailHtml(mail.html);
    const replyText = extractReplyText(mail);
    return { mail, replyText, html, classification: classify(mail, replyText) };
  } catch (error) {
    room.log.error({ err: error }, 'A mail could not be read');
    return unreadable({ ...heads, text: '', html: null, attachments: [], report: null });
  }
}

/**
 * Stores what was read; without its words where PostgreSQL refuses them.
 *
 * @returns false where whoever it is from was erased meanwhile: it is nobody's now
 */
export async function storeEvenUnread(
  room: RepliesRoom,
  { connectionId }: { connectionId: string },
  read: ReadMail,
  store: (read: ReadMail) => Promise<void>,
): Promise<boolean> {
  try {
    await store(read);
  } catch (error) {
    if (sqlState(error) === FOREIGN_KEY_VIOLATION) return false;
    if (!isRefusedData(error)) throw error;
    room.log.error({ err: error, connectionId }, 'A mail could not be kept whole');
    await store(unreadable(read.mail));
  }
  return true;
}

/** What is surely storable of a mail: better seen without its text than lost. */
function unreadable(mail: ParsedMail): ReadMail {
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
function isRefusedData(error: unknown): boolean {
  return /^(22|54)/.test(sqlState(error) ?? '');
}
