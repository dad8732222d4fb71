import { isUtf8 } from 'node:buffer';
import type { Scanner } from './scanner';

/**
 * Spreadsheets run a cell that begins like a formula (OWASP, "CSV Injection"), and what prospects wrote
 * themselves ends up in our exports. An apostrophe before it makes it text; guarding and unguarding are each
 * other's reverse for every text, so that an export comes back as it was.
 */
export function guardFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** What guardFormula guarded; all else as it is. */
export function unguardFormula(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}

/** A cell as text; null when its bytes are none. */
export function readCell(record: Scanner, column: number): string | null {
  const bytes = record.bytes.subarray(record.starts[column], record.ends[column]);
  if (!isUtf8(bytes)) return null;
  const text = bytes.toString();
  return unguardFormula(record.doubled[column] ? text.replaceAll('""', '"') : text);
}

/** One cell of a CSV with commas, guarded against formulas. */
export function writeCell(text: string): string {
  const guarded = guardFormula(text);
  return /[",;\t\r\n]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** Tags in one cell, separated by commas; a backslash keeps what is a separator elsewhere. */
export function joinTags(tags: readonly string[]): string {
  return tags.map((tag) => tag.replace(/[,;|\\]/g, '\\$&')).join(',');
}

/** The tags of a cell, between commas, semicolons or bars. */
export function splitTags(cell: string): string[] {
  const parts = cell.match(/(?:\\.|[^,;|\\]|\\$)+/gs) ?? [];
  const tags = parts.map((part) => part.replace(/\\(.)/gs, '$1').trim());
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

/** Apostrophes in front of a formula count: else one that the person wrote would be taken for ours. */
const FORMULA = /^'*[=+\-@\t\r]/;
