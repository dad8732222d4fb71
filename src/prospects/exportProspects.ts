import type { Viewer } from '../identity/context';
import { joinTags, writeCell } from './csv/cells';
import type { Prospect } from './prospect.entity';
import { PROSPECT_COLUMNS } from './prospects';
import type { ProspectsRoom } from './prospectsRoom';
import { refuseUnsearchable } from './search';

/**
 * The workspace's prospects as a CSV (RFC 4180, UTF-8 with a byte order mark, without which Excel reads Latin-1),
 * by address, a page at a time. What would run as a formula in a spreadsheet gets an apostrophe in front, which an
 * import takes away: sent back as it is, the file changes nothing.
 *
 * @throws BadInput for a tag that none can be
 */
export function exportProspects(
  room: ProspectsRoom,
  { workspaceId }: Viewer,
  tag: string | null,
): AsyncGenerator<string> {
  refuseUnsearchable('tag', tag ?? '');
  return writeFile(room, [workspaceId, tag?.trim() || null]);
}

const PAGE_ROWS = 1_000;
const HEADER = ['email', 'first_name', 'last_name', 'company', 'tags'];
const SELECTED = 'workspace_id = $1 AND ($2::text IS NULL OR tags @> ARRAY[$2])';

async function* writeFile(room: ProspectsRoom, selection: readonly unknown[]): AsyncGenerator<string> {
  const rows = await room.db.query<{ name: string }>(
    `SELECT DISTINCT jsonb_object_keys(attributes) AS name FROM prospects WHERE ${SELECTED} ORDER BY name`,
    selection,
  );
  const names = rows.map(({ name }) => name);
  yield `\ufeff${writeRecord([...HEADER, ...names])}`;
  for (let after = ''; ; ) {
    // Stands on the unique index over (workspace_id, email).
    const page = await room.db.query<Prospect>(
      `SELECT ${PROSPECT_COLUMNS} FROM prospects WHERE ${SELECTED} AND email > $3 ORDER BY email LIMIT ${PAGE_ROWS}`,
      [...selection, after],
    );
    if (page.length > 0) yield page.map((prospect) => writeRecord(cellsOf(prospect, names))).join('');
    const last = page.at(-1);
    if (!last || page.length < PAGE_ROWS) return;
    after = last.email;
  }
}

function cellsOf(prospect: Prospect, names: readonly string[]): string[] {
  const { email, firstName, lastName, company, tags, attributes } = prospect;
  const values = names.map((name) => attributes[name] ?? '');
  return [email, firstName ?? '', lastName ?? '', company ?? '', joinTags(tags), ...values];
}

function writeRecord(cells: readonly string[]): string {
  return `${cells.map(writeCell).join(',')}\r\n`;
}
