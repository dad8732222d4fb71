import { createHash } from 'node:crypto';
import { compile } from 'html-to-text';
import { type AttachmentStream, MailParser, type MessageText } from 'mailparser';
import { type Attachment, describeAttachment, MOST_ATTACHMENTS } from './attachmentParts';
import { clean, decodeBytes, HeaderBag, headOf, type Mailbox, readHeaders } from './headers';
import { BOUNDED_FORMATTERS, BOUNDED_SELECTORS } from './htmlLevels';
import { readPlainMail, type Words } from './plainMail';
import { readSnsNotification, type SnsReport } from './snsNotification';
import { isHardlyUnicode, relabel, undoWrongCharset } from './wrongCharset';

/** What the head alone says: enough to decide whether a mail concerns us before its body is fetched. */
export interface MailHeads {
  headers: HeaderBag;
  /** As the sender set it, else derived from the head's hash, so that the same mail keeps its id. */
  messageId: string;
  hasOwnMessageId: boolean;
  from: Mailbox | null;
  /** Where the answer is wanted; null where that is the sender. */
  replyTo: string | null;
  /** Everyone in To and Cc. */
  recipients: string[];
  subject: string;
  /** The sender's own claim, which may be wrong; null where it is none, or not between 1970 and 2100. */
  date: Date | null;
  inReplyTo: string[];
  /** Oldest first, as the field has them. */
  references: string[];
}

export interface ParsedMail extends MailHeads {
  text: string;
  /** As it came: hostile until it is sanitised. */
  html: string | null;
  attachments: Attachment[];
  report: DeliveryReport | null;
}

/** The parts of a report that machines wrote for machines. */
export interface DeliveryReport {
  /** `message/delivery-status` (RFC 3464): fields of the message, and a group a recipient. */
  status: { message: HeaderBag; recipients: HeaderBag[] } | null;
  /** `message/feedback-report` (RFC 5965): somebody pressed "this is spam". */
  feedback: HeaderBag | null;
  /** The head of the message, or of the part of it, that came back. */
  returned: HeaderBag | null;
}

// What is parsed, kept as text, and kept as HTML. Mail of people stays far below; a bomb is cut.
const LONGEST_SOURCE = 16 * 1024 * 1024;
const LONGEST_TEXT = 1_000_000;
const LONGEST_HTML = 2_000_000;
// Read alone of a mail with more parts than the parser bears.
const BEGINNING = 64 * 1024;
// A report's machine-readable part, or the head of what came back.
const LONGEST_REPORT = 256 * 1024;
// html-to-text is recursive and its time grows with depth; past this the text is cut out by hand.
const LONGEST_HTML_CONVERTED = 500_000;

const REPORT_PARTS =
  /^(?:message\/(?:global-)?delivery-status|message\/feedback-report|message\/(?:rfc822|global)|(?:text\/rfc822|message\/(?:rfc822|global))-headers)$/;

/** Reads the head of a mail. Takes any bytes; never throws. */
export function parseHeads(source: Buffer): MailHeads {
  const head = headOf(source);
  const headers = readHeaders(head);
  const own = headers.ids('message-id')[0];
  const from = authorOf(headers) ?? headers.mailboxes('sender')[0] ?? null;
  const replyTo = headers.mailboxes('reply-to')[0]?.address ?? null;
  return {
    headers,
    messageId: own ?? derivedId(head || source),
    hasOwnMessageId: own !== undefined,
    from,
    replyTo: replyTo === from?.address ? null : replyTo,
    recipients: [...new Set(headers.mailboxes('to', 'cc').map(({ address }) => address))],
    subject: headers.text('subject'),
    date: readDate(headers.first('date')),
    inReplyTo: headers.ids('in-reply-to'),
    references: headers.ids('references'),
  };
}

/**
 * Reads a whole mail, or as much of it as was fetched. Takes any bytes; never throws.
 *
 * @param heads where its head has been read already
 */
export async function parseMail(source: Buffer, heads = parseHeads(source)): Promise<ParsedMail> {
  const bytes = source.subarray(0, LONGEST_SOURCE);
  const plainly = readPlainMail(bytes, heads.headers);
  const { content: wholeContent, parts } = plainly ? { content: plainly, parts: [] } : await readBody(bytes);
  // A parser that gives up over the number of parts tells no words: they stand in the first of them.
  const words = wholeContent ?? (await readBody(bytes.subarray(0, BEGINNING))).content;
  const content = words && (await readAsMeant(bytes, words));
  const html = content?.html ? clean(undoWrongCharset(content.html)).slice(0, LONGEST_HTML) : null;
  // A structure that cannot be read (a wrong boundary, an endless nesting) still has its words in it.
  const isBroken = !content?.text && !html && parts.length === 0;
  const plain = isBroken ? bodyOf(bytes) : clean(undoWrongCharset(content?.text ?? ''));
  const text = plain.trim() === '' && html ? textOfHtml(html) : plain;
  const isReport = /^multipart\/report\b/i.test(heads.headers.first('content-type'));
  return {
    ...heads,
    text: clean(text.slice(0, LONGEST_TEXT)),
    html: html && clean(html),
    // Of a report, the words are the mail; the rest is for machines.
    attachments: isReport ? [] : parts.slice(0, MOST_ATTACHMENTS).map(({ attachment }) => attachment),
    report: readReport(parts) ?? withoutCopy(readSnsNotification(plain)),
  };
}

/**
 * Who wrote it. A group that rewrites the sender for DMARC's sake ("'Ann' via Sales <sales@firm.example>", Google Groups)
 * names the person beside it.
 */
function authorOf(headers: HeaderBag): Mailbox | undefined {
  const [from] = headers.mailboxes('from');
  if (!/\S via \S/i.test(from?.name ?? '')) return from;
  return headers.mailboxes('x-original-from', 'reply-to')[0] ?? from;
}

function derivedId(of: string | Buffer): string {
  return `<${createHash('sha256').update(of).digest('hex').slice(0, 40)}@derived.invalid>`;
}

function bodyOf(source: Buffer): string {
  const text = decodeBytes(source.subarray(0, LONGEST_TEXT));
  return text.slice(headOf(source).length).trimStart();
}

/** The words of an HTML mail, a line a block, without link targets and images. */
export function textOfHtml(html: string): string {
  try {
    if (html.length <= LONGEST_HTML_CONVERTED) return toPlainText(html);
  } catch {
    // Nested past what the converter bears: the words are still there.
  }
  return html
    .replace(/<(?:br|\/p|\/div|\/tr|\/li)\b[^<>]{0,1000}>/gi, '\n')
    .replace(/<[^<>]{0,10000}>/g, '')
    .slice(0, LONGEST_TEXT);
}

/** Compiled once: that takes longer than to convert a mail. */
const toPlainText = compile({
  wordwrap: false,
  limits: { maxDepth: 200, maxInputLength: LONGEST_HTML_CONVERTED },
  formatters: BOUNDED_FORMATTERS,
  selectors: [
    ...BOUNDED_SELECTORS,
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table'].map((selector) => ({ selector, format: 'block' })),
  ],
});

/** Of a mail that says UTF-8, or ASCII, and is written in windows-1252, the words read once more by what they are. */
async function readAsMeant(source: Buffer, read: Words): Promise<Words> {
  if (!isHardlyUnicode(`${read.text ?? ''}${read.html || ''}`)) return read;
  const { content } = await readBody(relabel(source));
  return content ?? read;
}

interface Part {
  /** The start of a part that a report is made of. */
  head: Buffer;
  attachment: Attachment;
}

function readBody(source: Buffer): Promise<{ content: MessageText | null; parts: Part[] }> {
  return new Promise((resolve) => {
    const parser = new MailParser({
      keepDeliveryStatus: true,
      ignoreEmbedded: true,
      skipHtmlToText: true,
      skipTextToHtml: true,
      checksumAlgo: false,
    });
    const parts: Part[] = [];
    let content: MessageText | null = null;
    const settle = () => resolve({ content, parts });
    parser.on('data', (data: AttachmentStream | MessageText) => {
      if (data.type === 'text') content = data;
      else readPart(data, parts);
    });
    // What was read before a broken or endless structure stopped the parser is still the mail.
    parser.on('error', settle);
    parser.on('end', settle);
    parser.on('close', settle);
    parser.end(source);
  });
}

function readPart(stream: AttachmentStream, parts: Part[]): void {
  const contentType = stringOr(stream.contentType, 'application/octet-stream').toLowerCase();
  const ofReport = REPORT_PARTS.test(contentType);
  const chunks: Buffer[] = [];
  let size = 0;
  const done = () => {
    const attachment = describeAttachment({
      name: stringOr(stream.filename, ''),
      contentType,
      size,
      partId: stream.partId ?? '1',
      encoding: stringOr(stream.headers.get('content-transfer-encoding'), ''),
    });
    parts.push({ head: Buffer.concat(chunks), attachment });
    stream.release?.();
  };
  stream.content.on('data', (chunk: Buffer) => {
    if (ofReport && size < LONGEST_REPORT) chunks.push(chunk);
    size += chunk.length;
  });
  stream.content.once('end', done);
  stream.content.once('error', done);
}

/** mailparser promises strings, and gives `false` or a list where a field is torn. */
function stringOr(value: unknown, otherwise: string): string {
  return (typeof value === 'string' && clean(value).trim()) || otherwise;
}

function readReport(parts: readonly Part[]): DeliveryReport | null {
  const find = (pattern: RegExp) =>
    parts.find(({ attachment }) => pattern.test(attachment.contentType))?.head;
  const status = find(/delivery-status$/);
  const feedback = find(/feedback-report$/);
  const returned = find(/\/(?:rfc822|global)(?:-headers)?$/);
  if (!status && !feedback && !returned) return null;
  const groups = status ? groupsOf(decodeBytes(status)) : [];
  return {
    status: status
      ? { message: groups[0] ?? new HeaderBag(), recipients: groups.filter(namesRecipient) }
      : null,
    feedback: feedback ? readHeaders(decodeBytes(feedback)) : null,
    returned: returned ? readHeaders(headOf(returned)) : null,
  };
}

function withoutCopy(report: SnsReport | null): DeliveryReport | null {
  return report && { ...report, returned: null };
}

/** True for a group that is about somebody; the message's own fields come without, or above them in one block. */
export function namesRecipient(group: HeaderBag): boolean {
  return group.has('final-recipient') || group.has('original-recipient');
}

/** The groups of fields of a delivery status, parted by empty lines (RFC 3464 §2.1); some forget to part them. */
export function groupsOf(status: string): HeaderBag[] {
  const blocks = status.split(/(?:\r?\n[ \t]*){2,100}/).flatMap(partRecipients);
  return blocks.map(readHeaders).filter((group) => !group.isEmpty);
}

function partRecipients(block: string): string[] {
  const starts = [...block.matchAll(/^Final-Recipient[ \t]*:/gim)].map(({ index }) => index);
  return starts.length < 2
    ? [block]
    : starts.map((start, at) => block.slice(at === 0 ? 0 : start, starts[at + 1]));
}

function readDate(value: string): Date | null {
  const date = new Date(/\d:\d\d/.test(value) ? value.replace(/(?<!\s)\s*\([^()]*\)\s*$/, '') : Number.NaN);
  const year = date.getUTCFullYear();
  return year >= 1970 && year < 2100 ? date : null;
}
