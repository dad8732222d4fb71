import { readCell } from './csv/cells';
import { detectSeparator, FIELDS, type Field, guessFields } from './csv/columns';
import { decodeText } from './csv/decodeText';
import { isBlank, MOST_COLUMNS, readHeader } from './csv/header';
import { Scanner } from './csv/scanner';
import { UnreadableFile } from './csv/unreadableFile';

/** What an import would make of a file. */
export interface FilePreview {
  /** `field` is null for what becomes an attribute; a column without a name is left out of an import. */
  columns: { name: string; field: Field | null }[];
  /** The cells of the first rows that can be read, in the order of the columns. */
  rows: string[][];
}

/** As many as a person compares with what they expect. */
const MOST_ROWS = 5;

/**
 * Reads the beginning of a file as an import would.
 *
 * @param isWhole whether the beginning is all of the file
 * @throws UnreadableFile
 */
export async function previewFile(
  head: Buffer,
  { isWhole, charset }: { isWhole: boolean; charset: string | null },
): Promise<FilePreview> {
  const pieces: Buffer[] = [];
  for await (const piece of decodeText(onePiece(head), charset)) pieces.push(piece);
  const text = Buffer.concat(pieces);
  const scanner = new Scanner(detectSeparator(text), MOST_COLUMNS);
  scanner.push(text, isWhole);
  const header = readHeader(scanner, isWhole);
  if (!header) throw new UnreadableFile('The first line must name the columns, but it is too long for that.');
  const fields = guessFields(header, {});
  return {
    columns: header.map((name, n) => ({ name, field: FIELDS.find((field) => fields[field] === n) ?? null })),
    rows: readRows(scanner, header.length),
  };
}

function readRows(scanner: Scanner, columns: number): string[][] {
  const rows: string[][] = [];
  while (rows.length < MOST_ROWS && scanner.next()) {
    if (scanner.flaw || isBlank(scanner)) continue;
    const cells = Math.min(scanner.cells, columns);
    rows.push(Array.from({ length: cells }, (_, column) => readCell(scanner, column)?.trim() ?? ''));
  }
  return rows;
}

async function* onePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
