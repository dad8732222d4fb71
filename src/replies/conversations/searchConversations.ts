import { anywhere } from '../../lib/anywhere';
import { refuseUnsearchable, searchAddressPattern, searchPattern } from '../../prospects/search';
import { gramsOf, termsOf } from './searchWords';

/** Hands a value to a statement. @returns its place in it, `$4` */
export type Bind = (value: unknown) => string;

/** Puts them behind the values that a statement has. */
export function bindTo(values: unknown[]): Bind {
  return (value) => `$${values.push(value)}`;
}

/** A search whose words are bound: in SQL, what a document must contain, and what is looked for where there is none. */
export interface BoundSearch {
  /** Not bound yet: only the index knows them. */
  grams: readonly number[];
  contained: string;
  typed: string;
  typedAddresses: string;
}

/**
 * Null when there is nothing to search for. The workspace is the statement's `$1`, and its id is `workspaceId`.
 *
 * @throws BadInput see refuseUnsearchable
 */
export function bindSearch(
  search: string | null | undefined,
  workspaceId: string,
  bind: Bind,
): BoundSearch | null {
  refuseUnsearchable('search', search ?? '');
  const terms = termsOf(search ?? '');
  if (terms.length === 0) return null;
  const contained = terms.map(({ folded }) => folded);
  return {
    grams: contained.flatMap((part) => gramsOf(workspaceId, part)),
    contained: `${bind(contained.map(anywhere))}::text[]`,
    typed: `${bind(terms.map(({ typed }) => searchPattern(typed)))}::text[]`,
    typedAddresses: `${bind(terms.map(({ typed }) => searchAddressPattern(typed)))}::text[]`,
  };
}

/** How a page is read: `size` rows and one more, which is `limit` in the statement. */
export interface PageReading<Row> {
  size: number;
  limit: string;
  bind: Bind;
  read(condition: string): Promise<Row[]>;
}

/** Among the newest, where what many say fills a page; further down if they had a tenth of it; else by the index. */
export async function readFound<Row>(
  search: BoundSearch,
  conditions: readonly string[],
  { size, limit, bind, read }: PageReading<Row>,
): Promise<Row[]> {
  for (const newest of [NEWEST, 10 * NEWEST]) {
    const rows = await read(foundAmongNewest(search, conditions, limit, newest));
    if (rows.length > size) return rows;
    if (rows.length < size / 10) break;
  }
  return read([...conditions, foundByIndex(search, bind)].join(' AND '));
}

/**
 * Whether a conversation `t` has what is searched for: its document by conversation_documents_grams, or itself while its
 * document is out of date. As an array, which PostgreSQL makes first: else it may read the whole inbox and ask of each.
 */
export function foundByIndex(search: BoundSearch, bind: Bind): string {
  return `t.id = ANY (ARRAY(
    SELECT d.conversation_id FROM conversation_documents d WHERE d.grams @> ${bind(search.grams)}::int[] AND ${has('d', search)}
    UNION
    SELECT c.id FROM outdated_documents o JOIN conversations c ON c.id = o.conversation_id
     WHERE o.workspace_id = $1 AND ${isRead('c', search)}))`;
}

/** The same among so many of the newest that fit the conditions, read until a page is full. */
function foundAmongNewest(
  search: BoundSearch,
  conditions: readonly string[],
  limit: string,
  newest: number,
): string {
  return `t.id = ANY (ARRAY(
    SELECT c.id FROM (SELECT * FROM conversations t WHERE ${conditions.join(' AND ')}
                       ORDER BY t.last_message_at DESC, t.id DESC LIMIT ${newest}) c
      LEFT JOIN LATERAL (SELECT words FROM conversation_documents WHERE conversation_id = c.id LIMIT 1) d ON true
     WHERE ${has('d', search)}
        OR c.id IN (SELECT conversation_id FROM outdated_documents WHERE workspace_id = $1) AND ${isRead('c', search)}
     ORDER BY c.last_message_at DESC, c.id DESC LIMIT ${limit}))`;
}

/** A look at these takes some 8 ms, and fills a page with what one of 20 says. */
const NEWEST = 1_000;

function has(document: string, { contained }: BoundSearch): string {
  return `${document}.words LIKE ALL (${contained})`;
}

/**
 * What a document says, from where it is said. Each conversation's own rows, by their indexes: no EXISTS, which PostgreSQL
 * may answer by reading those of all workspaces.
 */
function isRead(conversation: string, { typed, typedAddresses }: BoundSearch): string {
  return `(SELECT bool_and(coalesce(
      ${conversation}.subject ILIKE words OR ${conversation}.snippet ILIKE words
      OR (SELECT true FROM prospects p WHERE p.id = ${conversation}.prospect_id
             AND (p.email ILIKE address OR concat_ws(' ', p.first_name, p.last_name, p.company) ILIKE words))
      OR (SELECT true FROM received_messages r WHERE r.conversation_id = ${conversation}.id
             AND (r.from_address ILIKE address OR concat_ws(' ', r.from_name, r.reply_text) ILIKE words) LIMIT 1), false))
    FROM unnest(${typed}, ${typedAddresses}) AS term (words, address))`;
}
