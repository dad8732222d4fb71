import { type Mailbox, parseMailboxes } from './addresses';
import { headerOf, type MimePart, parseParameters } from './mime';

/** A string as IMAP writes it: NIL, quoted, or a literal when it must be. */
export function quote(value: string | undefined): string {
  if (value === undefined) return 'NIL';
  if (/^[\x20-\x7e]*$/.test(value)) return `"${value.replace(/[\\"]/g, '\\$&')}"`;
  const legal = value.replaceAll('\0', ''); // no literal may hold NUL
  return `{${Buffer.byteLength(legal)}}\r\n${legal}`;
}

/** ENVELOPE (RFC 3501 7.4.2). Sender and Reply-To fall back to From. */
export function formatEnvelope(message: MimePart): string {
  const field = (name: string) => headerOf(message, name);
  const from = formatAddresses(field('From'));
  const orFrom = (name: string) => (field(name) ? formatAddresses(field(name)) : from);
  return `(${[
    quote(field('Date')),
    quote(field('Subject')),
    from,
    orFrom('Sender'),
    orFrom('Reply-To'),
    formatAddresses(field('To')),
    formatAddresses(field('Cc')),
    formatAddresses(field('Bcc')),
    quote(field('In-Reply-To')),
    quote(field('Message-ID')),
  ].join(' ')})`;
}

/** BODYSTRUCTURE, or BODY when not extended (RFC 3501 7.4.2). */
export function formatStructure(part: MimePart, extended: boolean): string {
  if (part.type === 'multipart' && part.children.length > 0) {
    const children = part.children.map((child) => formatStructure(child, extended)).join('');
    const extension = extended ? ` ${formatParameters(part.parameters)} ${formatTail(part)}` : '';
    return `(${children} ${quote(part.subtype.toUpperCase())}${extension})`;
  }
  // a multipart without any part is told as text: the grammar has no empty one
  const [type, subtype] = part.type === 'multipart' ? ['text', 'plain'] : [part.type, part.subtype];
  const basic = [
    quote(type.toUpperCase()),
    quote(subtype.toUpperCase()),
    formatParameters(part.parameters),
    quote(headerOf(part, 'Content-ID')),
    quote(headerOf(part, 'Content-Description')),
    quote((headerOf(part, 'Content-Transfer-Encoding') ?? '7BIT').toUpperCase()),
    part.end - part.bodyStart,
  ];
  const [inner] = part.children;
  if (type === 'message' && subtype === 'rfc822' && inner) {
    basic.push(formatEnvelope(inner), formatStructure(inner, extended), countLines(part));
  } else if (type === 'text') basic.push(countLines(part));
  if (extended) basic.push(quote(headerOf(part, 'Content-MD5')), formatTail(part));
  return `(${basic.join(' ')})`;
}

/**
 * The bytes of BODY[section] (RFC 3501 6.4.5), or undefined when there is no such part. `path` counts from 1; `what`
 * is empty for the whole part.
 */
export function sectionOf(
  message: MimePart,
  path: readonly number[],
  what: '' | 'HEADER' | 'TEXT' | 'MIME' | 'HEADER.FIELDS' | 'HEADER.FIELDS.NOT',
  names: readonly string[],
): Buffer | undefined {
  const part = findPart(message, path);
  if (!part) return undefined;
  const { raw } = part;
  if (path.length > 0) {
    if (what === '') return raw.subarray(part.bodyStart, part.end);
    if (what === 'MIME') return raw.subarray(part.start, part.bodyStart);
  } else if (what === '') return raw.subarray(part.start, part.end);
  // HEADER and TEXT below the top speak of the message inside a message/rfc822
  const owner = path.length === 0 ? part : part.type === 'message' ? part.children[0] : undefined;
  if (!owner) return undefined;
  if (what === 'TEXT') return raw.subarray(owner.bodyStart, owner.end);
  const header = raw.subarray(owner.start, owner.bodyStart);
  if (what === 'HEADER') return header;
  return filterHeader(header, names, what === 'HEADER.FIELDS');
}

function findPart(message: MimePart, path: readonly number[]): MimePart | undefined {
  let part: MimePart | undefined = message;
  for (const [depth, number] of path.entries()) {
    const inner: MimePart | undefined =
      depth > 0 && part?.type === 'message' && part.children.length > 0 ? part.children[0] : part;
    if (!inner) return undefined;
    if (inner.type === 'multipart') part = inner.children[number - 1];
    else part = number === 1 ? inner : undefined; // a message that is no multipart has one part, itself
  }
  return part;
}

function filterHeader(header: Buffer, names: readonly string[], keep: boolean): Buffer {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const fields = header.toString('latin1').split(/(?<=\n)(?![ \t])/);
  const kept = fields.filter((field) => {
    const name = field.split(':', 1)[0]?.trim().toLowerCase() ?? '';
    return field.includes(':') && wanted.has(name) === keep;
  });
  return Buffer.from(`${kept.join('')}\r\n`, 'latin1');
}

function formatAddresses(field: string | undefined): string {
  const mailboxes = parseMailboxes(field ?? '');
  return mailboxes.length === 0 ? 'NIL' : `(${mailboxes.map(formatAddress).join('')})`;
}

function formatAddress({ name, local, domain, group }: Mailbox): string {
  if (group === 'start') return `(NIL NIL ${quote(local)} NIL)`;
  if (group === 'end') return '(NIL NIL NIL NIL)';
  return `(${quote(name || undefined)} NIL ${quote(local)} ${quote(domain)})`;
}

function formatParameters(parameters: ReadonlyMap<string, string>): string {
  if (parameters.size === 0) return 'NIL';
  return `(${[...parameters].map(([name, value]) => `${quote(name.toUpperCase())} ${quote(value)}`).join(' ')})`;
}

/** The extension data that all parts share: disposition, language, location. */
function formatTail(part: MimePart): string {
  const field = headerOf(part, 'Content-Disposition');
  const location = quote(headerOf(part, 'Content-Location'));
  if (!field) return `NIL NIL ${location}`;
  const { value, parameters } = parseParameters(field);
  return `(${quote(value.toUpperCase())} ${formatParameters(parameters)}) NIL ${location}`;
}

function countLines(part: MimePart): number {
  let lines = 0;
  for (let at = part.raw.indexOf(10, part.bodyStart); at >= 0 && at < part.end; ) {
    lines++;
    at = part.raw.indexOf(10, at + 1);
  }
  return lines;
}
