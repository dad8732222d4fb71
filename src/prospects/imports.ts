import { follow } from '../database/follow';
import { whenBack } from '../database/whenBack';
import type { Viewer } from '../identity/context';
import type { CountedLater } from '../lib/cursor';
import { decodeCursor, type Page, type PageRequest, pageOf, pageSize } from '../lib/cursor';
import { BadInput, NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { stream } from '../lib/stream';
import { ProspectImport } from './import.entity';
import { readNewestFirst } from './newestFirst';
import type { ProspectsRoom } from './prospectsRoom';

/** @throws NotFound also for another workspace's, as if it did not exist */
export async function findImport(
  room: ProspectsRoom,
  { workspaceId }: Viewer,
  id: string,
): Promise<ProspectImport> {
  const found = isId(id) ? await room.db.manager.findOneBy(ProspectImport, { id, workspaceId }) : null;
  if (!found) throw new NotFound('import');
  return found;
}

/** The workspace's imports, newest first. @throws BadInput for a strange cursor or page size */
export function listImports(
  room: ProspectsRoom,
  { workspaceId }: Viewer,
  request: PageRequest,
): Promise<CountedLater<ProspectImport>> {
  const selection = {
    table: 'prospect_imports',
    columns: `id, workspace_id AS "workspaceId", state, rows_read AS "rowsRead", created, updated, rejected, message,
      created_at AS "createdAt", lease_until AS "leaseUntil"`,
    where: 'workspace_id = $1',
    values: [workspaceId],
  };
  return readNewestFirst(room.db, selection, request);
}

/**
 * The lines that were rejected and kept, in the file's order. Stands on the primary key.
 *
 * @throws BadInput for a strange cursor or page size
 */
export async function listRejects(
  room: ProspectsRoom,
  { id }: Pick<ProspectImport, 'id'>,
  request: PageRequest,
): Promise<Page<{ line: number; reason: string }>> {
  const size = pageSize(request);
  const rows = await room.db.query<{ line: number; reason: string }>(
    'SELECT line, reason FROM import_rejects WHERE import_id = $1 AND line > $2 ORDER BY line LIMIT $3',
    [id, request.after ? lineOf(request.after) : 0, size + 1],
  );
  const [kept] = await room.db.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM import_rejects WHERE import_id = $1',
    [id],
  );
  return pageOf(rows, size, ({ line }) => [String(line)], kept?.count ?? 0);
}

/** An import as it stands, then as it goes on, until its end. @throws NotFound */
export async function followImport(
  room: ProspectsRoom,
  viewer: Viewer,
  id: string,
): Promise<AsyncIterable<ProspectImport>> {
  await findImport(room, viewer, id);
  return stream(async function* (signal) {
    const notices = follow(room.notices, topicOf(viewer.workspaceId), signal);
    do {
      const current = await whenBack(signal, () => findImport(room, viewer, id));
      yield current;
      if (current.state !== 'RUNNING') return;
    } while (await isMeant(notices, id));
  });
}

/** Tells the workspace that an import moved on. Call it after the commit. */
export function announceImport({ notices }: ProspectsRoom, workspaceId: string, importId: string): void {
  notices.publish(topicOf(workspaceId), importId);
}

function topicOf(workspaceId: string): string {
  return `imports:${workspaceId}`;
}

/** Waits for a notice about this import; false when there will be none. */
async function isMeant(notices: AsyncIterator<string[] | null>, id: string): Promise<boolean> {
  for (;;) {
    const { value, done } = await notices.next();
    if (done) return false;
    if (value === null || value.includes(id)) return true;
  }
}

function lineOf(cursor: string): number {
  const [line = ''] = decodeCursor(cursor, 1);
  if (/^\d{1,9}$/.test(line)) return Number(line);
  throw new BadInput([{ path: 'after', message: 'is no cursor of this list' }]);
}
