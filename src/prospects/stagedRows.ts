import { parseEmailAddress } from '../identity/emailAddress';
import { readCell, splitTags } from './csv/cells';
import type { Columns } from './csv/columns';
import { copyPlainAddress } from './csv/plainAddress';
import type { Scanner } from './csv/scanner';
import { MOST, TEXT_RULES, type TextRule } from './prospectData';

/** What StagedRows writes, in its order; see PostgreSQL's COPY, "Text Format". */
export const STAGED_COLUMNS = 'line, email, first_name, last_name, company, attributes, tags';

/**
 * Turns records into rows for COPY, as bytes, and says why a record cannot be one. The rules are prospectData's.
 * Cells of plain ASCII (nearly all are) are copied byte by byte; any other is looked at as a string.
 */
export class StagedRows {
  /** The rows so far; handed out by take(). */
  private bytes = Buffer.allocUnsafe(BATCH_BYTES);
  private spare = Buffer.allocUnsafe(BATCH_BYTES);
  private length = 0;
  /** `"name":"`, escaped for JSON and COPY, for each column of attributes. */
  private readonly attributes: readonly { column: number; name: string; key: Buffer }[];
  private readonly everyonesTags: Buffer;

  constructor(
    private readonly columns: Columns,
    private readonly tags: readonly string[],
  ) {
    this.attributes = columns.attributes.map(({ column, name }) => ({
      column,
      name,
      key: Buffer.from(`${escapeForCopy(JSON.stringify(name))}:"`),
    }));
    this.everyonesTags = Buffer.from(escapeForCopy(arrayLiteral(tags)));
  }

  get isFull(): boolean {
    return this.length >= BATCH_BYTES;
  }

  /** The rows so far, and begins anew. They stay as they are until the take() after the next. */
  take(): Buffer {
    const rows = this.bytes.subarray(0, this.length);
    [this.bytes, this.spare] = [this.spare, this.bytes];
    this.length = 0;
    return rows;
  }

  /** Adds the record that the scanner stands on, or says why not. */
  add(record: Scanner): string | null {
    const begin = this.length;
    const refusal = record.flaw ?? this.write(record);
    if (refusal !== null) this.length = begin;
    return refusal;
  }

  private write(record: Scanner): string | null {
    const { count, fields } = this.columns;
    if (record.cells !== count) {
      return `has ${record.cells} ${record.cells === 1 ? 'column' : 'columns'}, but the header has ${count}`;
    }
    this.writeText(String(record.line));
    this.writeByte(TAB);
    return (
      this.writeAddress(record, fields.email) ??
      this.writeName(record, fields.firstName, 'first name') ??
      this.writeName(record, fields.lastName, 'last name') ??
      this.writeName(record, fields.company, 'company') ??
      this.writeAttributes(record) ??
      this.writeTags(record, fields.tags)
    );
  }

  private writeAddress(record: Scanner, column: number): string | null {
    const { start, end } = trimSpaces(record, column);
    if (start === end) return 'has no email address';
    this.reserve(3 * (end - start));
    const mayBePlain = record.bytes[start] !== APOSTROPHE;
    const copied = mayBePlain ? copyPlainAddress(record.bytes, start, end, this.bytes, this.length) : 0;
    this.length += copied;
    if (copied === 0) {
      const cell = readCell(record, column);
      if (cell === null) return NOT_UTF8;
      const address = parseEmailAddress(cell);
      if (address === null) return `${JSON.stringify(cell.trim().slice(0, 100))} is no email address`;
      this.writeText(escapeForCopy(address));
    }
    this.writeByte(TAB);
    return null;
  }

  private writeName(record: Scanner, column: number, what: string): string | null {
    if (column >= 0) {
      const { start, end } = trimSpaces(record, column);
      if (start < end && end - start <= 200 && this.copyPlain(record.bytes, start, end)) {
        this.writeByte(TAB);
        return null;
      }
      const name = readCell(record, column)?.trim() ?? null;
      const refusal = refuse(name, what, TEXT_RULES.name);
      if (refusal !== null) return refusal;
      if (name) {
        this.writeText(`${escapeForCopy(name)}\t`);
        return null;
      }
    }
    this.writeText(NULL_CELL);
    return null;
  }

  private writeAttributes(record: Scanner): string | null {
    let written = 0;
    this.writeByte(OPEN_BRACE);
    for (const { column, name, key } of this.attributes) {
      const start = record.starts[column] ?? 0;
      const end = record.ends[column] ?? 0;
      if (start === end) continue;
      if (written > 0) this.writeByte(COMMA);
      this.writeBytes(key);
      if (end - start > 2_000 || !this.copyPlain(record.bytes, start, end)) {
        const value = readCell(record, column);
        const refusal = refuse(value, name, TEXT_RULES.value);
        if (refusal !== null) return refusal;
        this.writeText(escapeForCopy(JSON.stringify(value).slice(1, -1)));
      }
      this.writeByte(DOUBLE_QUOTE);
      written += 1;
    }
    this.writeByte(CLOSE_BRACE);
    this.writeByte(TAB);
    return written > MOST.attributes
      ? `has ${written} values besides the names; a prospect takes at most ${MOST.attributes}`
      : null;
  }

  private writeTags(record: Scanner, column: number): string | null {
    if (column >= 0 && record.starts[column] !== record.ends[column]) {
      const cell = readCell(record, column);
      if (cell === null) return NOT_UTF8;
      const tags = [...new Set([...this.tags, ...splitTags(cell)])];
      if (tags.length > MOST.tags) return `has ${tags.length} tags; at most ${MOST.tags} are kept`;
      if (!tags.every((tag) => TEXT_RULES.label.accepts.test(tag))) return `tag: ${TEXT_RULES.label.message}`;
      this.writeText(escapeForCopy(arrayLiteral(tags)));
    } else this.writeBytes(this.everyonesTags);
    this.writeByte(LINE_FEED);
    return null;
  }

  /** Copies a cell in which no byte means anything to CSV, JSON, COPY or our rules; false for any other. */
  private copyPlain(source: Buffer, start: number, end: number): boolean {
    if (source[start] === APOSTROPHE) return false;
    this.reserve(end - start);
    const { bytes } = this;
    let length = this.length;
    for (let n = start; n < end; n += 1) {
      const byte = source[n] ?? 0;
      if (byte < 0x20 || byte >= 0x7f || byte === DOUBLE_QUOTE || byte === BACKSLASH) return false;
      bytes[length] = byte;
      length += 1;
    }
    this.length = length;
    return true;
  }

  private writeText(text: string): void {
    this.reserve(3 * text.length); // UTF-8 takes at most three bytes for what UTF-16 counts as one
    this.length += this.bytes.write(text, this.length);
  }

  private writeBytes(bytes: Buffer): void {
    this.reserve(bytes.length);
    this.length += bytes.copy(this.bytes, this.length);
  }

  private writeByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length] = byte;
    this.length += 1;
  }

  private reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.length + size));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/** As much as goes into one COPY: some ten thousand rows. */
const BATCH_BYTES = 1024 * 1024;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const DOUBLE_QUOTE = 0x22;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;
const NULL_CELL = '\\N\t';
const NOT_UTF8 = 'is not valid UTF-8';

function trimSpaces(record: Scanner, column: number): { start: number; end: number } {
  let start = record.starts[column] ?? 0;
  let end = record.ends[column] ?? 0;
  while (start < end && record.bytes[start] === SPACE) start += 1;
  while (start < end && record.bytes[end - 1] === SPACE) end -= 1;
  return { start, end };
}

function refuse(cell: string | null, what: string, { accepts, message }: TextRule): string | null {
  if (cell === null) return NOT_UTF8;
  return accepts.test(cell) ? null : `${what} ${message}`;
}

function arrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/[\\"]/g, '\\$&')}"`).join()}}`;
}

function escapeForCopy(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (char) => COPY_ESCAPES[char] ?? char);
}

const COPY_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};
