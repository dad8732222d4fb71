import type { Viewer } from '../identity/context';
import { BadInput, NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { announceProspects, type ProspectsRoom } from './prospectsRoom';
import { refuseUnsearchable } from './search';

/** A list of people, by its name, and how many are on it. */
export interface Tag {
  name: string;
  prospects: number;
}

/** The workspace's tags, the most used first; no more than anybody can choose from. */
export function listTags(room: ProspectsRoom, viewer: Viewer): Promise<Tag[]> {
  return room.db.query<Tag>(
    `SELECT name, count(*)::int AS prospects FROM prospects CROSS JOIN unnest(tags) name WHERE workspace_id = $1
      GROUP BY name ORDER BY prospects DESC, name LIMIT $2`,
    [viewer.workspaceId, MOST_LISTED],
  );
}

const MOST_LISTED = 500;
const MOST_AT_ONCE = 1_000;

/**
 * Takes a tag from these prospects, or (null) from everybody who has it. Stands on prospects_by_tag.
 *
 * @returns from how many
 * @throws BadInput for more than 1,000 ids; NotFound also for another workspace's
 */
export async function untagProspects(
  room: ProspectsRoom,
  { workspaceId }: Viewer,
  tag: string,
  ids: readonly string[] | null,
): Promise<number> {
  refuseUnsearchable('tag', tag);
  if (ids && ids.length > MOST_AT_ONCE) {
    throw new BadInput([{ path: 'ids', message: `must be at most ${MOST_AT_ONCE} at once` }]);
  }
  if (ids?.every(isId) === false) throw new NotFound('prospect');
  const untagged = await room.db.transaction(async (tx) => {
    const known = await tx.query('SELECT FROM prospects WHERE workspace_id = $1 AND id = ANY ($2)', [
      workspaceId,
      ids ?? [],
    ]);
    if (known.length < new Set(ids).size) throw new NotFound('prospect');
    const [changed] = await tx.query<{ count: number }>(
      `WITH changed AS (
         UPDATE prospects SET tags = array_remove(tags, $2)
          WHERE workspace_id = $1 AND tags @> ARRAY[$2] AND ($3::uuid[] IS NULL OR id = ANY ($3)) RETURNING id)
       SELECT count(*)::int FROM changed`,
      [workspaceId, tag.trim(), ids],
    );
    return changed?.count ?? 0;
  });
  announceProspects(room, workspaceId);
  return untagged;
}
