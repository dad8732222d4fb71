import type { Sql } from '../database/database';
import type { Viewer } from '../identity/context';
import { parseEmailAddress } from '../identity/emailAddress';
import { BadInput } from '../lib/failures';
import type { Prospect } from './prospect.entity';
import { checkProspect, MOST, mergeByPerson, type ProspectChange, type ProspectData } from './prospectData';
import { PROSPECT_COLUMNS } from './prospects';
import { announceProspects, type ProspectsRoom } from './prospectsRoom';

/**
 * Makes or changes up to 1,000 prospects, told apart by their address. Fields that are given change, others
 * stay; attributes merge by name and go by `removeAttributes`, tags are added. All are saved, or none.
 *
 * @returns them as they stand now, in the order of the inputs
 * @throws BadInput with the path of each wrong value
 */
export async function saveProspects(
  room: ProspectsRoom,
  viewer: Viewer,
  inputs: readonly ProspectData[],
): Promise<Prospect[]> {
  if (inputs.length > MOST_AT_ONCE) {
    throw new BadInput([{ path: 'prospects', message: `must be at most ${MOST_AT_ONCE} at once` }]);
  }
  const wrong = inputs.flatMap((input, n) => checkProspect(input, `prospects.${n}`));
  if (wrong.length > 0) throw new BadInput(wrong);
  const changes = mergeByPerson(inputs);
  const saved = await room.db.transaction(async (tx) => {
    const rows = new Map((await upsert(tx, viewer.workspaceId, changes)).map((row) => [row.email, row]));
    const prospects = inputs.map(({ email }) => rows.get(parseEmailAddress(email) ?? email));
    return prospects.filter((prospect) => prospect !== undefined).map(refuseTooFull);
  });
  announceProspects(room, viewer.workspaceId);
  return saved;
}

const MOST_AT_ONCE = 1_000;

/**
 * One statement, through the unique index over (workspace_id, email), and in the order of the addresses, so
 * that two at once wait for each other instead of dead-locking. $2 holds the changes by address: `?` asks
 * whether a field was given, which a NULL in `excluded` cannot tell.
 */
function upsert(
  db: Sql,
  workspaceId: string,
  changes: ReadonlyMap<string, ProspectChange>,
): Promise<Prospect[]> {
  const keepUnlessGiven = (column: string, field: string) =>
    `${column} = CASE WHEN ($2::jsonb -> excluded.email) ? '${field}' THEN excluded.${column} ELSE kept.${column} END`;
  return db.query<Prospect>(
    `INSERT INTO prospects AS kept (workspace_id, email, first_name, last_name, company, attributes, tags)
     SELECT $1, email, change ->> 'firstName', change ->> 'lastName', change ->> 'company', change -> 'attributes',
            ARRAY(SELECT jsonb_array_elements_text(change -> 'tags'))
       FROM jsonb_each($2::jsonb) AS given (email, change) ORDER BY email
     ON CONFLICT (workspace_id, email) DO UPDATE SET
            ${keepUnlessGiven('first_name', 'firstName')},
            ${keepUnlessGiven('last_name', 'lastName')},
            ${keepUnlessGiven('company', 'company')},
            attributes = (kept.attributes || excluded.attributes)
              - ARRAY(SELECT jsonb_array_elements_text($2::jsonb -> excluded.email -> 'removeAttributes')),
            tags = kept.tags || ARRAY(SELECT tag FROM unnest(excluded.tags) tag WHERE tag <> ALL (kept.tags))
     RETURNING ${PROSPECT_COLUMNS}`,
    [workspaceId, JSON.stringify(Object.fromEntries(changes))],
  );
}

/** Many small saves must not add up to what one may not hold. */
function refuseTooFull(prospect: Prospect, n: number): Prospect {
  const held = { attributes: Object.keys(prospect.attributes).length, tags: prospect.tags.length };
  const wrong = (['attributes', 'tags'] as const)
    .filter((field) => held[field] > MOST[field])
    .map((field) => ({
      path: `prospects.${n}.${field}`,
      message: `must be at most ${MOST[field]}, with those that are kept already`,
    }));
  if (wrong.length > 0) throw new BadInput(wrong);
  return prospect;
}
