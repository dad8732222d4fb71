import type { Sql } from '../database/database';
import { type CountedLater, decodeCursor, type PageRequest, pageCountedLater, pageSize } from '../lib/cursor';
import { BadInput } from '../lib/failures';
import { isId } from '../lib/ids';

/** Some rows of a table with `id` and `created_at`. */
export interface Selection {
  table: string;
  columns: string;
  /** With $1, $2, … for the values. */
  where: string;
  values: readonly unknown[];
}

/**
 * One page of a list that grows at its head. Stands on an index over (workspace_id, created_at DESC, id DESC).
 *
 * @throws BadInput for a strange cursor or page size
 */
export async function readNewestFirst<Node extends { id: string }>(
  db: Sql,
  { table, columns, where, values }: Selection,
  request: PageRequest,
): Promise<CountedLater<Node>> {
  const size = pageSize(request);
  const [micros, id] = request.after ? decodeKey(request.after) : [null, null];
  const parameter = (n: number) => `$${values.length + n}`;
  const rows = await db.query<Node & { micros: string }>(
    `SELECT ${columns}, (extract(epoch FROM created_at) * 1000000)::bigint AS micros FROM ${table}
      WHERE ${where} AND (${parameter(1)}::bigint IS NULL OR (created_at, id) <
            (timestamptz 'epoch' + ${parameter(1)}::bigint * interval '1 microsecond', ${parameter(2)}::uuid))
      ORDER BY created_at DESC, id DESC LIMIT ${parameter(3)}`,
    [...values, micros, id, size + 1],
  );
  return pageCountedLater<Node & { micros: string }>(
    rows,
    size,
    (row) => [row.micros, row.id],
    () => countRows(db, `${table} WHERE ${where}`, values),
  );
}

/** The sort key as microseconds and id: a JavaScript Date would lose the last three digits, and with them rows. */
function decodeKey(cursor: string): readonly [string, string] {
  const [micros = '', id = ''] = decodeCursor(cursor, 2);
  if (/^\d{1,16}$/.test(micros) && isId(id)) return [micros, id];
  throw new BadInput([{ path: 'after', message: 'is no cursor of this list' }]);
}

async function countRows(db: Sql, from: string, values: readonly unknown[]): Promise<number> {
  const [row] = await db.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${from}`, values);
  return row?.count ?? 0;
}
