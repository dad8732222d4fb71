import { UnreadableFile } from './unreadableFile';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** 500 attributes of 2,000 characters, the most that we keep. */
const LONGEST_RECORD = 1024 * 1024;
/** What may be looked at a second time, beside as much as the file is long: it must not cost its square. */
const SECOND_LOOKS = 16 * LONGEST_RECORD;

/**
 * Finds the records and cells of a CSV (RFC 4180; lines may end with LF, CRLF or CR) in its bytes, without making
 * a string of any. ASCII means the same in UTF-8 wherever it stands, so bytes are enough.
 *
 *     scanner.push(piece, isLast);
 *     while (scanner.next()) ... scanner.bytes, scanner.cells, scanner.starts[n], scanner.ends[n], scanner.line
 *
 * What next() found is good until the call after it. Empty lines are passed over. A record with a flaw has no
 * cells, and does not harm those after it.
 */
export class Scanner {
  /** Where the cells' positions point to. */
  bytes: Buffer = Buffer.alloc(0);
  /** How many cells the record has; positions are kept of as many as the header has, and one. */
  cells = 0;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where quotes within the cell stand doubled. */
  readonly doubled: Uint8Array;
  /** Of the file, from 1, where the record begins. */
  line = 0;
  /** Why the record cannot be read. */
  flaw: string | null = null;

  private position = 0;
  private nextLine = 1;
  private isLast = false;
  private isSkipping = false;
  private pushed = 0;
  private lookedAtAgain = 0;

  constructor(
    private readonly separator: number,
    mostCells: number,
  ) {
    this.starts = new Int32Array(mostCells);
    this.ends = new Int32Array(mostCells);
    this.doubled = new Uint8Array(mostCells);
  }

  /** Adds what was read of the file. Nothing may follow the last piece. */
  push(piece: Buffer, isLast: boolean): void {
    const rest = this.bytes.subarray(this.position);
    this.bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    this.position = 0;
    this.pushed += piece.length;
    this.isLast = isLast;
  }

  /** @throws UnreadableFile when nearly every quote is left open */
  next(): boolean {
    if (this.isSkipping && !this.skipLine()) return false;
    while (this.position < this.bytes.length) {
      this.line = this.nextLine;
      this.cells = 0;
      this.flaw = null;
      const end = this.scanRecord();
      if (end < 0) return this.isHopeless() && this.recover(this.bytes.length);
      if (this.flaw !== null && this.nextLine > this.line + 1) return this.recover(end);
      this.position = end;
      if (this.flaw !== null || this.cells > 1 || this.starts[0] !== this.ends[0]) return true;
    }
    return false;
  }

  /** The position after the record, or -1 when its end has not come yet. */
  private scanRecord(): number {
    const { bytes, separator } = this;
    for (let at = this.position; ; at += 1) {
      at = bytes[at] === QUOTE ? this.scanQuoted(at) : this.scanPlain(at);
      if (at < 0) return -1;
      if (bytes[at] === separator) continue;
      if (at === bytes.length) return this.isLast ? at : -1;
      if (bytes[at] === CR && at + 1 === bytes.length && !this.isLast) return -1;
      this.nextLine += 1;
      return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
    }
  }

  private scanPlain(start: number): number {
    const { bytes, separator } = this;
    const { length } = bytes;
    let at = start;
    for (; at < length; at += 1) {
      const byte = bytes[at];
      if (byte === separator || byte === LF || byte === CR) break;
    }
    this.keepCell(start, at, 0);
    return at;
  }

  private scanQuoted(start: number): number {
    const { bytes, separator } = this;
    let doubled = 0;
    let lines = 0;
    let at = start + 1;
    for (; bytes[at] !== QUOTE || bytes[at + 1] === QUOTE; at += 1) {
      if (at >= bytes.length) return -1;
      if (bytes[at] === QUOTE) {
        doubled = 1;
        at += 1;
      } else if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) lines += 1;
    }
    if (at + 1 === bytes.length && !this.isLast) return -1; // the next byte may double it
    this.keepCell(start + 1, at, doubled);
    for (at += 1; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === separator || byte === LF || byte === CR) break;
      this.flaw = `column ${this.cells}: a quote inside of quotes must be doubled`;
    }
    this.nextLine += lines;
    return at;
  }

  private keepCell(start: number, end: number, doubled: number): void {
    if (this.cells < this.starts.length) {
      this.starts[this.cells] = start;
      this.ends[this.cells] = end;
      this.doubled[this.cells] = doubled;
    }
    this.cells += 1;
  }

  /** The record has no end yet: whether none can come any more, or it is too long for a record. */
  private isHopeless(): boolean {
    this.nextLine = this.line;
    if (!this.isLast && this.bytes.length - this.position <= LONGEST_RECORD) return false;
    this.flaw = this.isLast
      ? `column ${this.cells + 1}: a quote is opened and never closed`
      : 'is longer than 1 MiB: a quote is never closed, or a line break is missing';
    return true;
  }

  /** A quote left open swallows the lines after it, up to another quote or the end: they are looked at again. */
  private recover(end: number): boolean {
    this.lookedAtAgain += end - this.position;
    if (this.lookedAtAgain > this.pushed + SECOND_LOOKS) {
      throw new UnreadableFile(`Too many quotes are opened and never closed, the last on line ${this.line}.`);
    }
    this.nextLine = this.line;
    this.skipLine();
    return true;
  }

  /** Goes on behind the line's end, once that has come. */
  private skipLine(): boolean {
    const { bytes } = this;
    let at = this.position;
    while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at += 1;
    const isCutCr = bytes[at] === CR && at + 1 === bytes.length && !this.isLast;
    this.isSkipping = at === bytes.length || isCutCr;
    this.position = this.isSkipping ? at : at + (bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1);
    if (!this.isSkipping) this.nextLine += 1;
    return !this.isSkipping;
  }
}
