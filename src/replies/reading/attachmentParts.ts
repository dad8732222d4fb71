import type { MailPart } from '../../gmail/mailParts';
import { safeFileName } from './fileName';

/** A file in a mail: listed at intake, and fetched from Gmail when somebody asks for it. */
export interface Attachment {
  /** Fit to be shown and to name a file. */
  name: string;
  /** In lower case, `type/subtype`. */
  contentType: string;
  /** Bytes, decoded. */
  size: number;
  /** IMAP part number (RFC 3501 section 6.4.5). */
  partId: string;
  /** Transfer encoding in lower case; empty for none. */
  encoding: string;
}

/** A mail of a hundred thousand files is an attack, and a row of the database. */
export const MOST_ATTACHMENTS = 200;

/** An attachment with what a stranger said about it made harmless. */
export function describeAttachment(part: {
  name: string;
  contentType: string;
  size: number;
  partId: string;
  encoding: string;
}): Attachment {
  const contentType = part.contentType.toLowerCase();
  return {
    ...part,
    name: safeFileName(part.name, contentType),
    contentType: /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(contentType)
      ? contentType
      : 'application/octet-stream',
    encoding: part.encoding.trim().toLowerCase(),
  };
}

/** The files among the parts; of a report there are none, since its parts are for machines. */
export function filesOf(parts: readonly MailPart[]): MailPart[] {
  const isReport = parts.some(({ contentType }) => REPORT_PART.test(contentType));
  return isReport ? [] : parts.filter(({ isAttachment }) => isAttachment).slice(0, MOST_ATTACHMENTS);
}

/**
 * How much of a mail has words in it, in bytes from its start: up to the end of the last part that is read. What follows
 * are files, which are not downloaded to be listed.
 */
export function bytesOfWords(parts: readonly MailPart[], headBytes: number): number {
  const last = parts.findLastIndex(
    ({ contentType, isAttachment }) => !isAttachment || REPORT_PART.test(contentType),
  );
  return parts
    .slice(0, last + 1)
    .reduce((sum, { bytes }) => sum + bytes + PART_HEAD_BYTES, headBytes + PART_HEAD_BYTES);
}

/** How many bytes of a part's end tell its decoded size: two line ends and the padding. */
export const TAIL_BYTES = 256;

/**
 * The decoded size of a part. Of base64 it follows from the length of its lines and its padding, which its tail shows, exactly
 * where all lines are of one length, as programs write them; of quoted-printable only how large it is at most.
 */
export function decodedSize({ bytes, encoding }: Pick<MailPart, 'bytes' | 'encoding'>, tail: string): number {
  if (encoding !== 'base64') return bytes;
  const content = tail.trimEnd();
  const padding = /={0,2}$/.exec(content)?.[0].length ?? 0;
  const letters =
    bytes <= tail.length ? content.replace(/\s/g, '').length : bytes - breaksIn(bytes, content, tail);
  return Math.max(0, Math.floor((letters * 3) / 4) - padding);
}

/** How many of a long part's bytes are line ends, by those of its last lines. */
function breaksIn(bytes: number, content: string, tail: string): number {
  const trailing = tail.length - content.length;
  const newline = content.includes('\r\n') ? '\r\n' : '\n';
  const lines = content.split(newline);
  if (lines.length < 3) return trailing; // one endless line
  const line = (lines.at(-2)?.length ?? 0) + newline.length;
  return trailing + Math.floor((bytes - trailing - 1) / line) * newline.length;
}

const REPORT_PART = /^(?:message\/(?:global-)?delivery-status|message\/feedback-report)$/;
/** A boundary and the fields of a part; long names make some of them longer. */
const PART_HEAD_BYTES = 2_048;
