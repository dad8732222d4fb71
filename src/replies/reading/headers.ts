import { isAscii } from 'node:buffer';
import { parseAddressHeader } from 'mailparser';

/** One mailbox of an address header; the address is lower case. */
export interface Mailbox {
  address: string;
  name: string | null;
}

// A head past these is an attack or an accident; real ones stay below 64 KB (mailparser itself gives up at 1 MB).
const LONGEST_HEAD = 256 * 1024;
const LONGEST_VALUE = 16 * 1024;
const MOST_FIELDS = 1_000;
// RFC 6532 §3.4: a line, and so an id, has at most 998 bytes. PostgreSQL's index takes 2,704.
const LONGEST_ID = 998;

/**
 * The fields of a head (RFC 5322 §2.2), or of one group of a delivery status (RFC 3464 §2.1.1, same syntax).
 * Names are matched in any case; values are unfolded, and still encoded until `text` decodes them.
 */
export class HeaderBag {
  readonly #fields: ReadonlyMap<string, readonly string[]>;

  constructor(fields: ReadonlyMap<string, readonly string[]> = new Map()) {
    this.#fields = fields;
  }

  get isEmpty(): boolean {
    return this.#fields.size === 0;
  }

  has(name: string): boolean {
    return this.#fields.has(name.toLowerCase());
  }

  /** Every value of the field, in the order of the head. */
  all(name: string): readonly string[] {
    return this.#fields.get(name.toLowerCase()) ?? [];
  }

  /** The first value of the field as it stands, or an empty string. */
  first(name: string): string {
    return this.all(name)[0] ?? '';
  }

  /** The first value with its encoded words decoded (RFC 2047), or an empty string. */
  text(name: string): string {
    return decodeWords(this.first(name)).trim();
  }

  /** Every `<id>` of the field, in order, each once. */
  ids(name: string): string[] {
    return messageIds(this.all(name).join(' '));
  }

  /** Every mailbox of the named fields, groups flattened, those without a usable address left out. */
  mailboxes(...names: string[]): Mailbox[] {
    return names.flatMap((name) => this.all(name)).flatMap(readMailboxes);
  }
}

/** `Ann Other <ann@x.com>`, also with its name in quotes, or the address alone. */
const PLAIN_MAILBOX =
  /^(?:(?:("?)([\p{L}\d][\p{L}\d.'_-]*(?: [\p{L}\d][\p{L}\d.'_-]*)*)\1 )?<([\w.+-]+@[\w.-]+)>|([\w.+-]+@[\w.-]+))$/u;

/** As mailparser reads them, which for a plain one takes twenty times as long. */
function readMailboxes(value: string): Mailbox[] {
  const [, , plainName = null, inBrackets, alone] = PLAIN_MAILBOX.exec(value) ?? [];
  const plain = inBrackets ?? alone;
  if (plain !== undefined) return [{ address: plain.toLowerCase(), name: plainName }];
  return parseAddressHeader(value, { flatten: true, decodePunycode: false }).value.flatMap(
    ({ address, name }) =>
      address?.includes('@')
        ? [{ address: clean(address).toLowerCase(), name: clean(name).trim() || null }]
        : [],
  );
}

/** Reads a block of fields. Lines that are none (an mbox "From ", a torn line) are passed over; never throws. */
export function readHeaders(block: string): HeaderBag {
  const fields = new Map<string, string[]>();
  let last: { values: string[]; at: number } | null = null;
  let count = 0;
  for (const line of block.slice(0, LONGEST_HEAD).split(/\r\n|\n|\r/)) {
    if (/^[ \t]/.test(line)) {
      if (last) last.values[last.at] = `${last.values[last.at]} ${line.trim()}`.slice(0, LONGEST_VALUE);
      continue;
    }
    const [, name, value] = /^([!-9;-~]{1,100})[ \t]*:(.*)$/.exec(line) ?? [];
    last = null;
    if (name === undefined || value === undefined || ++count > MOST_FIELDS) continue;
    const values = fields.get(name.toLowerCase()) ?? [];
    fields.set(name.toLowerCase(), values);
    last = { values, at: values.push(value.trim().slice(0, LONGEST_VALUE)) - 1 };
  }
  return new HeaderBag(fields);
}

/** The head of a mail as text: up to its first empty line, UTF-8 where that fits (RFC 6532), else Latin-1. */
export function headOf(source: Buffer): string {
  const start = source.subarray(0, LONGEST_HEAD);
  const end = start.toString('latin1').search(/\r\n\r\n|\n\n|\r\r/);
  return decodeBytes(end < 0 ? start : start.subarray(0, end));
}

/** Bytes of unknown charset as text: raw JIS (it says so), else UTF-8 where they are valid, else Latin-1, which takes any. */
export function decodeBytes(bytes: Buffer): string {
  if (bytes.includes('\x1b$')) return clean(new TextDecoder('iso-2022-jp').decode(bytes));
  if (isAscii(bytes)) return clean(bytes.toString('latin1'));
  try {
    return clean(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return clean(bytes.toString('latin1'));
  }
}

/** Every `<id>` of a text, in order, each once; a lone id without its brackets is given them. */
export function messageIds(text: string): string[] {
  const ids = text.match(/<[^<>\s]{1,998}>/g) ?? [];
  const bare = ids.length === 0 && /^[^<>\s]+@[^<>\s]+$/.test(text.trim()) ? [`<${text.trim()}>`] : [];
  return [...new Set([...ids, ...bare].filter((id) => Buffer.byteLength(id) <= LONGEST_ID))];
}

/** The text without what PostgreSQL refuses (NUL) or UTF-8 cannot carry (a lone surrogate). */
export function clean(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** Decodes the encoded words of a field (RFC 2047), also those whose charset is cut between two words. */
function decodeWords(value: string): string {
  if (!value.includes('=?')) return clean(value);
  const words = /=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([BbQq])\?([^?]{0,2000})\?=/g;
  const parts: { charset: string | null; bytes: Buffer }[] = [];
  let end = 0;
  for (const match of value.matchAll(words)) {
    const [whole, charset = '', encoding = '', payload = ''] = match;
    const between = value.slice(end, match.index);
    const previous = parts.at(-1);
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(payload, 'base64') : decodeQ(payload);
    const follows = previous?.charset != null && between.trim() === '';
    if (follows && previous.charset === charset.toLowerCase()) {
      previous.bytes = Buffer.concat([previous.bytes, bytes]);
    } else {
      if (!follows) parts.push({ charset: null, bytes: Buffer.from(between) });
      parts.push({ charset: charset.toLowerCase(), bytes });
    }
    end = match.index + whole.length;
  }
  parts.push({ charset: null, bytes: Buffer.from(value.slice(end)) });
  return clean(parts.map(({ charset, bytes }) => decodeCharset(bytes, charset ?? 'utf-8')).join(''));
}

function decodeQ(payload: string): Buffer {
  const bytes = payload
    .replace(/_/g, ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

function decodeCharset(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return decodeBytes(bytes); // A charset that nobody knows.
  }
}
