import type { ConversationRowFragment } from './inbox.generated';

export type Row = ConversationRowFragment;

/** A part of the list, newest first, as far as it is loaded: all that is unread, or all that is read. */
export interface Section {
  rows: readonly Row[];
  /** Where the next page begins; null when all is loaded, undefined while nothing is. */
  next: string | null | undefined;
  /** How many rows there are in all, those included that are not loaded. */
  total: number;
}

export interface Page {
  rows: readonly Row[];
  next: string | null;
  /** As the server counts them; with the first page only. */
  total: number | undefined;
}

export const UNKNOWN: Section = { rows: [], next: undefined, total: 0 };

/** With the page that follows what is loaded. */
export function append(section: Section, page: Page): Section {
  const known = new Set(section.rows.map(({ id }) => id));
  const rows = [...section.rows, ...page.rows.filter(({ id }) => !known.has(id))];
  return { rows, next: page.next, total: page.next === null ? rows.length : section.total };
}

/**
 * With the first page as it is now. What is older than it stays, as far as it joins on: keys only grow, so nothing
 * of what was loaded below the page has come in between. Rows of `held` stay too, although they no longer belong
 * here: a conversation does not leave from under the eyes of whoever has just read it.
 */
export function renewTop(section: Section, page: Page, held: (row: Row) => boolean): Section {
  const inPage = new Set(page.rows.map(({ id }) => id));
  const rest = section.rows.filter(({ id }) => !inPage.has(id));
  const [bottom] = page.rows.slice(-1);
  const [top] = section.rows;
  const joins = bottom && top && newestFirst(top, bottom) <= 0;
  const older = page.next !== null && joins ? rest.filter((row) => newestFirst(bottom, row) < 0) : [];
  const kept = rest.filter((row) => held(row) && !older.includes(row));
  const rows = [...page.rows, ...older, ...kept].sort(newestFirst);
  const next = older.length > 0 && section.next !== undefined ? section.next : page.next;
  return { rows, next, total: next === null ? rows.length : (page.total ?? 0) + kept.length };
}

/** With what changed in one conversation that may be in it; its place is told by the next first page. */
export function patch(section: Section, id: string, change: Partial<Row>): Section {
  if (!section.rows.some((row) => row.id === id)) return section;
  return { ...section, rows: section.rows.map((row) => (row.id === id ? { ...row, ...change } : row)) };
}

/** As the server orders them: by the moment of the newest entry, then by id. */
function newestFirst(one: Row, other: Row): number {
  if (one.lastMessageAt !== other.lastMessageAt) return one.lastMessageAt > other.lastMessageAt ? -1 : 1;
  return one.id === other.id ? 0 : one.id > other.id ? -1 : 1;
}
