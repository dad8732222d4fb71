/** One header field: its name as written and its unfolded value, as bytes in latin1 or as UTF-8 text. */
export interface Header {
  name: string;
  value: string;
}

/** One MIME entity as a window on the raw message. Offsets are bytes; `end` is exclusive. */
export interface MimePart {
  raw: Buffer;
  start: number;
  bodyStart: number;
  end: number;
  headers: Header[];
  type: string;
  subtype: string;
  parameters: Map<string, string>;
  /** The parts of a multipart, or the one message inside a message/rfc822. */
  children: MimePart[];
}

const DEEPEST = 50; // a hostile message nests without end; RFC 2045 sets no limit

/** Reads the structure of a raw message (RFC 2045, 2046). Never throws: what is broken becomes a text leaf. */
export function parseMime(raw: Buffer): MimePart {
  return parsePart(raw, 0, raw.length, 'text/plain', 0);
}

/** The first header of that name, unfolded, or undefined. */
export function headerOf(part: MimePart, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return part.headers.find((header) => header.name.toLowerCase() === wanted)?.value;
}

/** Splits "value; a=b; c="d"" into its value and its parameters; names in lower case, RFC 2231 left encoded. */
export function parseParameters(field: string): { value: string; parameters: Map<string, string> } {
  const parameters = new Map<string, string>();
  const [value = ''] = field.split(';', 1);
  const pattern = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]*))/g;
  for (const [, name = '', quoted, bare = ''] of field.matchAll(pattern)) {
    parameters.set(name.toLowerCase(), quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'));
  }
  return { value: value.trim(), parameters };
}

/** The decoded text of a leaf: transfer encoding and charset undone, what cannot be decoded kept as it is. */
export function textOf(part: MimePart): string {
  const body = part.raw.subarray(part.bodyStart, part.end);
  const encoding = headerOf(part, 'Content-Transfer-Encoding')?.trim().toLowerCase();
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body.toString('latin1'), 'base64')
      : encoding === 'quoted-printable'
        ? decodeQuotedPrintable(body.toString('latin1').replace(/[ \t]*=\r?\n/g, ''))
        : body;
  return decodeCharset(bytes, part.parameters.get('charset') ?? 'utf-8');
}

/** The text/plain (or, failing that, text/html) leaves of a message, decoded and joined. */
export function plainTextOf(part: MimePart): string {
  const leaves = leavesOf(part).filter((leaf) => leaf.type === 'text');
  const plain = leaves.filter((leaf) => leaf.subtype === 'plain');
  return (plain.length > 0 ? plain : leaves).map(textOf).join('\r\n');
}

/** Decodes the encoded words of a header value (RFC 2047). */
export function decodeWords(value: string): string {
  return value
    .replace(/(=\?[^?\s]+\?[bqBQ]\?[^?\s]*\?=)\s+(?==\?)/g, '$1')
    .replace(
      /=\?([^?\s*]+)[^?\s]*\?([bqBQ])\?([^?\s]*)\?=/g,
      (_, charset: string, kind: string, text: string) =>
        decodeCharset(
          kind.toUpperCase() === 'B'
            ? Buffer.from(text, 'base64')
            : decodeQuotedPrintable(text.replaceAll('_', ' ')),
          charset,
        ),
    );
}

/** All leaves below a part (itself, when it is one), in order. */
export function leavesOf(part: MimePart): MimePart[] {
  return part.children.length === 0 ? [part] : part.children.flatMap(leavesOf);
}

function parsePart(raw: Buffer, start: number, end: number, defaultType: string, depth: number): MimePart {
  const bodyStart = findBody(raw, start, end);
  const headers = parseHeaders(raw.subarray(start, bodyStart));
  const field = headers.find((header) => header.name.toLowerCase() === 'content-type')?.value ?? '';
  const { value, parameters } = parseParameters(field);
  const [type = 'text', subtype = 'plain'] = (/^[\w.+-]+\/[\w.+-]+$/.test(value) ? value : defaultType)
    .toLowerCase()
    .split('/');
  const part: MimePart = { raw, start, bodyStart, end, headers, type, subtype, parameters, children: [] };
  if (depth >= DEEPEST) return part;
  if (type === 'multipart') {
    const inner = subtype === 'digest' ? 'message/rfc822' : 'text/plain';
    const windows = splitMultipart(raw, bodyStart, end, parameters.get('boundary') ?? '');
    part.children = windows.map(([from, to]) => parsePart(raw, from, to, inner, depth + 1));
  } else if (type === 'message' && subtype === 'rfc822') {
    part.children = [parsePart(raw, bodyStart, end, 'text/plain', depth + 1)];
  }
  return part;
}

/** The byte after the empty line that ends the header, or `end` when there is none. */
function findBody(raw: Buffer, start: number, end: number): number {
  for (let at = start; at < end; ) {
    const newline = raw.indexOf(10, at);
    if (newline < 0 || newline >= end) return end;
    const length = newline - at;
    if (length === 0 || (length === 1 && raw[at] === 13)) return newline + 1;
    at = newline + 1;
  }
  return end;
}

function parseHeaders(block: Buffer): Header[] {
  const text = decodeCharset(block, 'utf-8');
  const fields = text.split(/\r?\n(?![ \t])/);
  return fields.flatMap((field) => {
    const colon = field.indexOf(':');
    if (colon <= 0) return [];
    return [
      {
        name: field.slice(0, colon).trim(),
        value: field
          .slice(colon + 1)
          .replace(/\r?\n/g, '')
          .trim(),
      },
    ];
  });
}

/** The windows between the boundary lines. The line break before a boundary belongs to the boundary. */
function splitMultipart(raw: Buffer, start: number, end: number, boundary: string): [number, number][] {
  const windows: [number, number][] = [];
  if (boundary === '') return windows;
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  let open = -1;
  for (let at = raw.indexOf(delimiter, start); at >= 0 && at < end; at = raw.indexOf(delimiter, at + 1)) {
    if (at > start && raw[at - 1] !== 10) continue;
    const lineEnd = raw.indexOf(10, at);
    const rest = raw.toString('latin1', at + delimiter.length, lineEnd < 0 ? end : lineEnd);
    if (!/^(--)?[ \t]*\r?$/.test(rest)) continue;
    if (open >= 0) windows.push([open, Math.max(open, at - (raw[at - 2] === 13 ? 2 : 1))]);
    open = lineEnd < 0 ? end : lineEnd + 1;
    if (rest.startsWith('--')) return windows;
  }
  if (open >= 0) windows.push([Math.min(open, end), end]);
  return windows;
}

function decodeQuotedPrintable(text: string): Buffer {
  const bytes = text.replace(/=([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}

function decodeCharset(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1'); // an unknown or untrue charset: every byte stays visible
  }
}
