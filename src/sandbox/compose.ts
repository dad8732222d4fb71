import { randomUUID } from 'node:crypto';

/** What a mail is made of. Addresses are header values ("Ana <ana@example.com>" or bare). */
export interface MessageParts {
  from: string;
  to: string;
  subject?: string;
  text?: string;
  html?: string;
  date?: Date;
  messageId?: string;
  /** Further headers, in order; a name given here replaces the default one. */
  headers?: Record<string, string>;
}

/** Writes a whole message, CRLF line ends, text in quoted-printable as Gmail does it. */
export function composeMessage(parts: MessageParts): Buffer {
  const html = parts.html;
  const boundary = `000000000000${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const body = html
    ? composeMultipart(boundary, [composeText('plain', parts.text ?? ''), composeText('html', html)])
    : composeText('plain', parts.text ?? '');
  const type = html ? `Content-Type: multipart/alternative; boundary="${boundary}"\r\n` : '';
  return Buffer.from(`${composeHeaders(parts)}${type}${html ? `\r\n${body}` : body}`, 'utf8');
}

/** The header lines of a message, without those that describe its content. */
export function composeHeaders(parts: MessageParts): string {
  const headers: Record<string, string> = {
    'MIME-Version': '1.0',
    Date: formatDate(parts.date ?? new Date()),
    'Message-ID': parts.messageId ?? newMessageId('mail.example.com'),
    Subject: encodeWords(parts.subject ?? ''),
    From: encodeWords(parts.from),
    To: encodeWords(parts.to),
    ...parts.headers,
  };
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value.replace(/[\r\n]+\s*/g, '\r\n ')}\r\n`)
    .join('');
}

/** One text entity with its headers. */
function composeText(subtype: 'plain' | 'html', text: string): string {
  const type = `Content-Type: text/${subtype}; charset="UTF-8"\r\n`;
  return `${type}Content-Transfer-Encoding: quoted-printable\r\n\r\n${encodeQuotedPrintable(text)}\r\n`;
}

/** The body of a multipart; each entity comes with its own headers and a final line break. */
export function composeMultipart(boundary: string, entities: string[]): string {
  return `${entities.map((entity) => `--${boundary}\r\n${entity}`).join('')}--${boundary}--\r\n`;
}

/** A date as mail headers have it, in UTC. */
export function formatDate(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}

/** A fresh Message-ID of that host. */
export function newMessageId(host: string): string {
  return `<${randomUUID()}@${host}>`;
}

/** Puts lines (CRLF included) on top of a message. */
export function prependHeaders(raw: Buffer, lines: string): Buffer {
  return Buffer.concat([Buffer.from(lines, 'utf8'), raw]);
}

/** Takes every header of that name out, with its folded lines, and leaves all other bytes alone. */
export function removeHeader(raw: Buffer, name: string): Buffer {
  const text = raw.toString('latin1');
  const end = /(?:^|\n)\r?\n/.exec(text);
  const head = end ? text.slice(0, end.index + 1) : text;
  const field = new RegExp(`^${name}[ \\t]*:[^\\n]*(?:\\n|$)(?:[ \\t][^\\n]*(?:\\n|$))*`, 'gim');
  return Buffer.from(head.replace(field, '') + text.slice(head.length), 'latin1');
}

/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Encodes what is not ASCII in a header value as encoded words (RFC 2047), at most 75 bytes each. */
export function encodeWords(value: string): string {
  return value.replace(/[^\s"<>,;:@]*[^\x20-\x7e][^"<>,;:@]*/g, (run) => {
    const trailing = /\s*$/.exec(run)?.[0] ?? '';
    const chunks = Array.from(run.slice(0, run.length - trailing.length)).reduce<string[]>(
      (words, char) => {
        const last = words.at(-1) ?? '';
        if (Buffer.byteLength(last + char) <= 42) words[words.length - 1] = last + char;
        else words.push(char);
        return words;
      },
      [''],
    );
    return chunks.map((chunk) => `=?UTF-8?B?${Buffer.from(chunk).toString('base64')}?=`).join(' ') + trailing;
  });
}

function encodeQuotedPrintable(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => {
      const bytes = Array.from(Buffer.from(line, 'utf8'));
      let written = '';
      let width = 0;
      bytes.forEach((byte, index) => {
        const last = index === bytes.length - 1;
        const literal = (byte > 32 && byte < 127 && byte !== 61) || ((byte === 32 || byte === 9) && !last);
        const token = literal
          ? String.fromCharCode(byte)
          : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
        if (width + token.length > 75) {
          written += '=\r\n';
          width = 0;
        }
        written += token;
        width += token.length;
      });
      return written;
    })
    .join('\r\n');
}
