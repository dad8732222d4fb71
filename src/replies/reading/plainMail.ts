import type { MessageText } from 'mailparser';
import { type HeaderBag, readHeaders } from './headers';

/** What a mail says. */
export type Words = Pick<MessageText, 'text' | 'html'>;

/**
 * Reads at once a mail as most answers are written: one text, one HTML, or both side by side, in UTF-8. It says what mailparser
 * says, whose streams take some ten turns of the event loop for it, while somebody waits for the answer.
 *
 * @param headers the mail's own
 * @returns null for what is longer, or not as plain, or not wholly well formed: that is for mailparser to judge
 */
export function readPlainMail(source: Buffer, headers: HeaderBag): Words | null {
  if (source.length > LONGEST) return null;
  const mail = source.toString('latin1');
  const end = endOfHead(mail);
  if (end < 0 || /\r(?!\n)|(?<!\r)\n/.test(mail)) return null;
  const [, quoted, bare] = ALTERNATIVE.exec(headers.first('content-type')) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return readPart(headers, mail.slice(end + GAP.length));
  if (!isAlone(headers) || encodingOf(headers) !== 'none') return null;
  const parts = partsOf(mail.slice(end + 2), boundary)?.map((part) => {
    const gap = endOfHead(part);
    return gap < 0 ? null : readPart(readHeaders(part.slice(0, gap)), part.slice(gap + GAP.length));
  });
  return parts?.reduce(join, {}) ?? null;
}

/** An answer is a few KB; and this is done in one go. */
const LONGEST = 64 * 1024;
const GAP = '\r\n\r\n';
const ALTERNATIVE = /^multipart\/alternative; ?boundary=(?:"([\w'()+,./:=?-]{1,70})"|([\w'+.-]{1,70}))$/i;
const WORDS = /^text\/(plain|html)(?:; ?charset=(?:"(?:utf-8|us-ascii)"|utf-8|us-ascii))?$/i;

/** Negative also where it has no line. */
function endOfHead(mail: string): number {
  return mail.startsWith('\r\n') ? -1 : mail.indexOf(GAP);
}

/** The parts between the boundary's lines, each with its head; null where these are not in order. */
function partsOf(body: string, boundary: string): string[] | null {
  const parts = body.split(`\r\n--${boundary}`).slice(1);
  const isClosed = /^--(?:\r\n)*$/.test(parts.pop() ?? '');
  return isClosed && parts.every((part) => part.startsWith('\r\n'))
    ? parts.map((part) => part.slice(2))
    : null;
}

function readPart(headers: HeaderBag, body: string): Words | null {
  const [, type] = WORDS.exec(headers.first('content-type')) ?? [];
  const bytes = type && isAlone(headers) ? decode(body, encodingOf(headers)) : null;
  if (!bytes) return null;
  const words = bytes.toString().replace(/\r\n/g, '\n');
  return type?.toLowerCase() === 'html' ? { html: words } : { text: words };
}

/** One of each at most; what comes twice is put together by mailparser's rules. */
function join(words: Words | null, part: Words | null): Words | null {
  const isNew = part && words && !Object.keys(part).some((kind) => kind in words);
  return isNew ? { ...words, ...part } : null;
}

/** Said once, and neither a file nor an image of something else. */
function isAlone(headers: HeaderBag): boolean {
  return !headers.has('content-disposition') && headers.all('content-type').length === 1;
}

function encodingOf(headers: HeaderBag): string {
  const [encoding = '7bit', ...more] = headers.all('content-transfer-encoding');
  if (more.length > 0) return 'unclear';
  return /^(?:7bit|8bit|binary)$/i.test(encoding) ? 'none' : encoding.toLowerCase();
}

function decode(body: string, encoding: string): Buffer | null {
  if (encoding === 'none') return Buffer.from(body, 'latin1');
  if (encoding === 'base64') {
    return /^[A-Za-z\d+/\r\n]*={0,2}$/.test(body.trimEnd()) ? Buffer.from(body, 'base64') : null;
  }
  if (encoding !== 'quoted-printable' || /[ \t](?:\r|$)|=(?!\r\n|[\dA-F]{2})/.test(body)) return null;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
