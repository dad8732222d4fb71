import { readCell } from './cells';
import type { Scanner } from './scanner';
import { UnreadableFile } from './unreadableFile';

/** People have 500. */
export const MOST_COLUMNS = 2_000;

/**
 * The names of a file's columns, from its first line; null while that has not come whole.
 *
 * @throws UnreadableFile when there is none, or it names nothing
 */
export function readHeader(scanner: Scanner, isLast: boolean): string[] | null {
  if (!scanner.next()) {
    if (isLast) throw new UnreadableFile('The file is empty.');
    return null;
  }
  if (scanner.flaw) throw new UnreadableFile(`The first line must name the columns, but ${scanner.flaw}.`);
  const header = readNames(scanner);
  if (header[0] === 'sep=' && header.length === 2) return readHeader(scanner, isLast); // Excel's own first line
  return header;
}

/** Spreadsheets write rows of separators alone where somebody once had typed something. */
export function isBlank(record: Scanner): boolean {
  const kept = Math.min(record.cells, MOST_COLUMNS);
  return !record.flaw && record.starts.subarray(0, kept).every((start, n) => start === record.ends[n]);
}

function readNames(record: Scanner): string[] {
  if (record.cells > MOST_COLUMNS) {
    throw new UnreadableFile(`The file has ${record.cells} columns; at most ${MOST_COLUMNS} are read.`);
  }
  const cells = Array.from({ length: record.cells }, (_, column) => readCell(record, column));
  if (cells.some((cell) => cell === null || cell.includes('\0'))) {
    throw new UnreadableFile('The first line must name the columns, but it is no text.');
  }
  return cells.map((cell) => (cell ?? '').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim());
}
