import type { Sql } from '../database/database';
import { anywhere } from '../lib/anywhere';
import { decodeCursor, type Page, type PageRequest, pageOf, pageSize } from '../lib/cursor';
import { NotFound } from '../lib/failures';
import type { Viewer } from './context';
import type { IdentityRoom } from './identityRoom';
import { Workspace } from './workspace.entity';

/** @throws NotFound */
export async function findWorkspace(room: IdentityRoom, id: string): Promise<Workspace> {
  const workspace = await room.db.manager.findOneBy(Workspace, { id });
  if (!workspace) throw new NotFound('workspace');
  return workspace;
}

export interface WorkspaceChange {
  name?: string | null;
  timezone?: string | null;
  postalAddress?: string | null;
  optOutLine?: string | null;
}

/** Changes what is given. Postal address and opt-out line can be taken away, with null or nothing but spaces. */
export async function updateWorkspace(
  room: IdentityRoom,
  viewer: Viewer,
  { name, timezone, postalAddress, optOutLine }: WorkspaceChange,
): Promise<Workspace> {
  const change = {
    ...(name && { name: name.trim() }),
    ...(timezone && { timezone }),
    ...(postalAddress !== undefined && { postalAddress: postalAddress?.trim() || null }),
    ...(optOutLine !== undefined && { optOutLine: optOutLine?.trim() || null }),
  };
  if (Object.keys(change).length > 0) {
    await room.db.manager.update(Workspace, { id: viewer.workspaceId }, change);
  }
  return findWorkspace(room, viewer.workspaceId);
}

/**
 * All workspaces of the installation by name. `search` looks into names and into its people's addresses.
 *
 * @throws BadInput for a strange cursor or page size
 */
export async function listWorkspaces(
  room: IdentityRoom,
  request: PageRequest & { search?: string | null },
): Promise<Page<Workspace>> {
  const size = pageSize(request);
  const pattern = anywhere((request.search ?? '').trim());
  const [name, id] = request.after ? decodeCursor(request.after, 2) : [null, null];
  const rows = await room.db.query<Workspace>(
    `SELECT id, name, timezone, postal_address AS "postalAddress",
            opt_out_line AS "optOutLine", created_at AS "createdAt" FROM workspaces
     WHERE ${MATCHES} AND ($2::text IS NULL OR (name, id::text) > ($2, $3))
     ORDER BY name, id::text LIMIT $4`,
    [pattern, name, id, size + 1],
  );
  return pageOf(rows, size, (row) => [row.name, row.id], await countWorkspaces(room.db, pattern));
}

const MATCHES = `(name ILIKE $1 OR EXISTS (
  SELECT FROM people WHERE workspace_id = workspaces.id AND email ILIKE $1))`;

async function countWorkspaces(db: Sql, pattern: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM workspaces WHERE ${MATCHES}`,
    [pattern],
  );
  return row?.count ?? 0;
}
