import { BadInput } from './failures';

/** One page of a list that can grow, in the shape of a Relay connection. */
export interface Page<Node> {
  edges: { cursor: string; node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  totalCount: number;
}

export interface PageRequest {
  first?: number | null;
  after?: string | null;
}

/** What a cursor may hold: the sort key of a row, as text, so that no precision is lost. */
export type CursorKey = readonly string[];

/** The cursor of a row: opaque to clients, and safe in a URL. */
export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The sort key that a cursor holds.
 *
 * @param length how many parts the key has
 * @throws BadInput when we never gave out such a cursor
 */
export function decodeCursor(cursor: string, length: number, path = 'after'): CursorKey {
  const key = parseJson(Buffer.from(cursor, 'base64url').toString());
  const isKey =
    Array.isArray(key) &&
    key.length === length &&
    key.every((part) => typeof part === 'string' && !part.includes('\0'));
  if (!isKey) throw new BadInput([{ path, message: 'is no cursor of this list' }]);
  return key;
}

/**
 * How many rows a page takes.
 *
 * @throws BadInput below 1 and above 200
 */
export function pageSize({ first }: PageRequest, path = 'first'): number {
  if (first === null || first === undefined) return DEFAULT_PAGE;
  if (first >= 1 && first <= MAX_PAGE) return first;
  throw new BadInput([{ path, message: `must be from 1 to ${MAX_PAGE}` }]);
}

/** Makes a page from up to `size + 1` rows: the one too many only says that there is more. */
export function pageOf<Node>(
  rows: readonly Node[],
  size: number,
  keyOf: (node: Node) => CursorKey,
  totalCount: number,
): Page<Node> {
  const edges = rows.slice(0, size).map((node) => ({
    node,
    get cursor() {
      return encodeCursor(keyOf(node)); // few ask for it: the last one's is in pageInfo
    },
  }));
  return {
    edges,
    pageInfo: { hasNextPage: rows.length > size, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount,
  };
}

/** A page whose list is counted only when somebody asks: counting reads all that match. */
export type CountedLater<Node> = Omit<Page<Node>, 'totalCount'> & { readonly totalCount: Promise<number> };

/** Makes such a page; see pageOf. */
export function pageCountedLater<Node>(
  rows: readonly Node[],
  size: number,
  keyOf: (node: Node) => CursorKey,
  count: () => Promise<number>,
): CountedLater<Node> {
  return {
    ...pageOf(rows, size, keyOf, 0),
    get totalCount() {
      return count();
    },
  };
}

/** How many rows a page has when nobody says. */
export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 200;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
