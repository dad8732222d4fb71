import type { Sql } from '../database/database';
import type { Viewer } from '../identity/context';
import { parseEmailAddress } from '../identity/emailAddress';
import type { CountedLater, PageRequest } from '../lib/cursor';
import { BadInput, NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { readNewestFirst } from './newestFirst';
import type { Prospect } from './prospect.entity';
import type { ProspectsRoom } from './prospectsRoom';
import { refuseUnsearchable, searchAddressPattern, searchPattern } from './search';

/** What is known of a prospect: all that the API tells of one, beside the id. */
export type ProspectFacts = Omit<Prospect, 'id' | 'workspaceId' | 'createdAt'>;

/** What a query must select to be read as ProspectFacts. */
export const PROSPECT_FACTS = `email, first_name AS "firstName", last_name AS "lastName", company, attributes, tags`;

/** What a query must select to be read as a Prospect. */
export const PROSPECT_COLUMNS = `id, workspace_id AS "workspaceId", ${PROSPECT_FACTS}, created_at AS "createdAt"`;

/** @throws NotFound also for another workspace's, as if it did not exist */
export async function findProspect(room: ProspectsRoom, viewer: Viewer, id: string): Promise<Prospect> {
  const [prospect] = isId(id) ? await loadProspects(room.db, [id]) : [];
  if (prospect?.workspaceId !== viewer.workspaceId) throw new NotFound('prospect');
  return prospect;
}

/** These prospects in the order of their ids, of whichever workspace: for rows that point to them. */
export async function loadProspects(db: Sql, ids: readonly string[]): Promise<(Prospect | null)[]> {
  const found = await db.query<Prospect>(
    `SELECT ${PROSPECT_COLUMNS} FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (id, place)
       LEFT JOIN prospects USING (id) ORDER BY place`,
    [ids],
  );
  return found.map((row) => (row.workspaceId === null ? null : row));
}

/**
 * The workspace's prospects, newest first. `search` looks into addresses, names and companies; `tag` is
 * matched exactly.
 *
 * @throws BadInput for a strange cursor, page size or search
 */
export function listProspects(
  room: ProspectsRoom,
  viewer: Viewer,
  { search, tag, ...request }: PageRequest & { search?: string | null; tag?: string | null },
): Promise<CountedLater<Prospect>> {
  refuseUnsearchable('tag', tag ?? '');
  const selection = {
    table: 'prospects',
    columns: PROSPECT_COLUMNS,
    where: `workspace_id = $1 AND ($2::text IS NULL OR tags @> ARRAY[$2])
      AND ($3::text IS NULL OR email ILIKE $4 OR concat_ws(' ', first_name, last_name) ILIKE $3 OR company ILIKE $3)`,
    values: [viewer.workspaceId, tag?.trim() || null, searchPattern(search), searchAddressPattern(search)],
  };
  return readNewestFirst(room.db, selection, request);
}

/** What is known of a person beyond the names, by name. */
export function listAttributes({ attributes }: Prospect): { name: string; value: string }[] {
  const names = Object.keys(attributes).sort();
  return names.map((name) => ({ name, value: attributes[name] ?? '' }));
}

/**
 * Erases a person, and by the foreign keys their conversations with all messages in them. A suppression of
 * their address stays.
 *
 * @throws NotFound also for another workspace's
 */
export async function deleteProspect(room: ProspectsRoom, viewer: Viewer, id: string): Promise<true> {
  const erased = isId(id)
    ? await room.db.query('DELETE FROM prospects WHERE id = $1 AND workspace_id = $2 RETURNING id', [
        id,
        viewer.workspaceId,
      ])
    : [];
  if (erased.length === 0) throw new NotFound('prospect');
  return true;
}

/**
 * The id of the workspace's prospect with this address, who is made if there is none. An upsert also when
 * they exist: it holds the row until the transaction ends, so that nobody erases them in between.
 *
 * @throws BadInput when it is no address
 */
export async function saveRecipient(db: Sql, workspaceId: string, email: string): Promise<string> {
  const address = parseEmailAddress(email);
  if (address === null) throw new BadInput([{ path: 'to', message: 'must be an email address' }]);
  const [prospect] = await db.query<{ id: string }>(
    `INSERT INTO prospects (workspace_id, email) VALUES ($1, $2)
     ON CONFLICT (workspace_id, email) DO UPDATE SET email = excluded.email RETURNING id`,
    [workspaceId, address],
  );
  if (!prospect) throw new Error('An upsert without a condition returns its row');
  return prospect.id;
}
