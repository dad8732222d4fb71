import { isAscii, isUtf8 } from 'node:buffer';
import { UnreadableFile } from './unreadableFile';

/**
 * A file's text in UTF-8 without a byte order mark, in pieces of some 256 KiB. A byte order mark tells its
 * encoding, else `charset` does (any label of the WHATWG Encoding Standard), else the bytes themselves:
 * UTF-16 shows by its NULs; and what the first letter beyond ASCII is, UTF-8 or Windows-1252 (of which Latin-1
 * is a part), the whole file is.
 *
 * @throws UnreadableFile for what is no text, naming what it is where that is plain to see
 */
export async function* decodeText(
  source: AsyncIterable<Buffer>,
  charset: string | null,
): AsyncGenerator<Buffer> {
  let decode: Decode | null = null;
  let undecided: Buffer = EMPTY;
  let isFirst = true;
  for await (const piece of gather(source)) {
    let bytes = piece;
    if (isFirst) {
      isFirst = false;
      refuseBinary(bytes);
      const { encoding, markLength } = recognise(bytes, charset);
      decode = encoding === null ? null : decoderOf(encoding);
      bytes = bytes.subarray(markLength);
    }
    if (decode === null) {
      bytes = undecided.length === 0 ? bytes : Buffer.concat([undecided, bytes]);
      const encoding = recogniseLetters(bytes);
      undecided = encoding === 'unknown' ? bytes : EMPTY;
      if (encoding === 'unknown') continue;
      decode = encoding === 'ascii' ? null : decoderOf(encoding);
    }
    yield decode ? decode(bytes) : bytes;
  }
  if (undecided.length > 0) yield isUtf8(undecided) ? undecided : decodeWindows1252(undecided);
}

/** Whether decodeText knows this name of an encoding. */
export function isKnownCharset(label: string): boolean {
  return canonicalEncoding(label) !== null;
}

type Decode = (bytes: Buffer) => Buffer;

const EMPTY = Buffer.alloc(0);
const PIECE_BYTES = 256 * 1024;
/** Enough to see which bytes of each pair are NUL. */
const SAMPLE_BYTES = 512;

/** Larger pieces than a socket's: what spans two is scanned twice, and a client may send byte by byte. */
async function* gather(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const part of source) {
    parts.push(part);
    size += part.length;
    if (size < PIECE_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(parts);
}

/** What people send by mistake, by its first bytes. */
const MISTAKES = [
  { magic: 'PK\x03\x04', what: 'an Excel workbook or a ZIP archive' },
  { magic: '\xd0\xcf\x11\xe0', what: 'an old Excel workbook' },
  { magic: '\x1f\x8b', what: 'compressed with gzip' },
  { magic: '%PDF', what: 'a PDF' },
];

function refuseBinary(bytes: Buffer): void {
  const beginning = bytes.subarray(0, 4).toString('latin1');
  const mistake = MISTAKES.find(({ magic }) => beginning.startsWith(magic));
  if (mistake) throw new UnreadableFile(`This is ${mistake.what}. Save it as CSV (UTF-8) and send that.`);
}

const MARKS = [
  { mark: Buffer.from([0xef, 0xbb, 0xbf]), encoding: 'utf-8' },
  { mark: Buffer.from([0xff, 0xfe]), encoding: 'utf-16le' },
  { mark: Buffer.from([0xfe, 0xff]), encoding: 'utf-16be' },
];

function recognise(bytes: Buffer, charset: string | null): { encoding: string | null; markLength: number } {
  const marked = MARKS.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark));
  if (marked) return { encoding: marked.encoding, markLength: marked.mark.length };
  const encoding = (charset && canonicalEncoding(charset)) ?? recogniseUtf16(bytes.subarray(0, SAMPLE_BYTES));
  return { encoding, markLength: 0 };
}

/** Separators and digits are ASCII in any language: in UTF-16 one byte of theirs is NUL, always on the same side. */
function recogniseUtf16(sample: Buffer): string | null {
  const nuls = [0, 0];
  sample.forEach((byte, at) => {
    if (byte === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = nuls;
  if (Math.max(even, odd) < sample.length / 8 || Math.min(even, odd) > 0) return null;
  return even > odd ? 'utf-16be' : 'utf-16le';
}

/** By the first run of bytes beyond ASCII; unknown while the run may go on in the next piece. */
function recogniseLetters(bytes: Buffer): 'ascii' | 'utf-8' | 'windows-1252' | 'unknown' {
  if (isAscii(bytes)) return 'ascii';
  const start = bytes.findIndex((byte) => byte >= 0x80);
  const length = bytes.subarray(start).findIndex((byte) => byte < 0x80);
  if (length < 0 && bytes.length < 2 * PIECE_BYTES) return 'unknown';
  return isUtf8(bytes.subarray(start, length < 0 ? bytes.length : start + length)) ? 'utf-8' : 'windows-1252';
}

function canonicalEncoding(label: string): string | null {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

function decoderOf(encoding: string): Decode {
  if (encoding === 'utf-8') return (bytes) => bytes;
  if (encoding === 'windows-1252') return decodeWindows1252;
  const decoder = new TextDecoder(encoding);
  return (bytes) => Buffer.from(decoder.decode(bytes, { stream: true }));
}

/** 0x80 to 0x9f, the one part in which it is not Latin-1. Node 20's TextDecoder forgets that. */
const BEYOND_LATIN1 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function decodeWindows1252(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return Buffer.from(text.replace(/[\x80-\x9f]/g, (char) => BEYOND_LATIN1.charAt(char.charCodeAt(0) - 0x80)));
}
