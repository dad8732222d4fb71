import type { Transaction } from '../database/database';
import type { Viewer } from '../identity/context';
import { BadInput, NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { refuseUnsearchable } from '../prospects/search';
import { lockCampaign, moveCampaign } from './campaignState';
import { findCampaign } from './campaigns';
import { announceDue, type CampaignsRoom, campaignChange } from './campaignsRoom';

/** Which prospects: exactly one of them. */
export interface ProspectSelection {
  ids?: readonly string[] | null;
  importId?: string | null;
  tag?: string | null;
}

export interface EnrolRequest {
  campaignId: string;
  selection: ProspectSelection;
  /** Also who waits in another campaign of the workspace already. */
  allowOtherCampaigns?: boolean | null;
}

/** Everybody who was selected, in exactly one of them, the first that holds in this order. */
export interface EnrolResult {
  alreadyEnrolled: number;
  suppressed: number;
  inOtherCampaign: number;
  enrolled: number;
}

/**
 * Enrols any number of prospects in one statement. In a running campaign their first emails are due at once; one that
 * had finished runs again.
 *
 * @throws NotFound for a campaign, import or prospect that is not the workspace's; BadInput unless exactly one
 * selection is given
 */
export async function enrolProspects(
  room: CampaignsRoom,
  viewer: Viewer,
  { campaignId, selection, allowOtherCampaigns }: EnrolRequest,
): Promise<EnrolResult> {
  const selected = describeSelection(selection);
  const { id } = await findCampaign(room, viewer, campaignId);
  const result = await room.db.transaction(async (tx) => {
    // One after the other in a workspace: of two campaigns that enrol the same people at once, the second sees the
    // first. And nobody is erased meanwhile (erase_enrolments waits for it).
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`enrol ${viewer.workspaceId}`]);
    await lockCampaign(tx, id);
    await refuseUnknown(tx, viewer, selection);
    const counts = await insertEnrolments(tx, viewer, id, selected, allowOtherCampaigns ?? false);
    const { state } = await findCampaign({ db: tx }, viewer, id);
    if (state === 'FINISHED' && counts.enrolled > 0) await moveCampaign(tx, id, 'RUNNING');
    return counts;
  });
  room.notices.publishAll([campaignChange(viewer.workspaceId, id)]);
  announceDue(room.notices, id);
  return result;
}

/** Chooses of the table `p` of prospects, with the value under $3. */
interface Selected {
  where: string;
  value: unknown;
}

function describeSelection({ ids, importId, tag }: ProspectSelection): Selected {
  const given = [ids, importId, tag].filter((each) => each !== null && each !== undefined);
  if (given.length !== 1) {
    throw new BadInput([{ path: 'selection', message: 'must be exactly one of ids, importId and tag' }]);
  }
  if (ids) return { where: 'p.id = ANY ($3::uuid[])', value: ids.filter(isId) };
  if (importId) {
    const where = 'p.id IN (SELECT prospect_id FROM import_prospects WHERE import_id = $3)';
    return { where, value: importId };
  }
  refuseUnsearchable('selection.tag', tag ?? '');
  return { where: 'p.tags @> ARRAY[$3]', value: tag?.trim() };
}

/** Whoever is asked for by id must be there; a tag that nobody has is nobody. */
async function refuseUnknown(
  tx: Transaction,
  { workspaceId }: Viewer,
  { ids, importId }: ProspectSelection,
): Promise<void> {
  if (typeof importId === 'string') {
    const found = isId(importId)
      ? await tx.query('SELECT FROM prospect_imports WHERE id = $1 AND workspace_id = $2', [
          importId,
          workspaceId,
        ])
      : [];
    if (found.length === 0) throw new NotFound('import');
  }
  if (ids) {
    const asked = new Set(ids.map((id) => id.toLowerCase()));
    const [found] = await tx.query<{ count: number }>(
      'SELECT count(*)::int FROM prospects WHERE id = ANY ($1::uuid[]) AND workspace_id = $2',
      [ids.filter(isId), workspaceId],
    );
    if (found?.count !== asked.size) throw new NotFound('prospect');
  }
}

/**
 * Stands on the unique indexes over suppressions (workspace_id, value) and enrolments (prospect_id, campaign_id), of
 * which the planner makes hash joins when many are selected. Rows are made in the order of their prospects, with ids
 * that rise in it (the time, a number, then chance), so that each of their indexes grows at one place.
 */
async function insertEnrolments(
  tx: Transaction,
  { workspaceId }: Viewer,
  campaignId: string,
  selected: Selected,
  allowOtherCampaigns: boolean,
): Promise<EnrolResult> {
  const counts = await tx.query<{ verdict: keyof EnrolResult; count: number }>(
    `WITH chosen AS (
       SELECT id, email FROM prospects p WHERE workspace_id = $1 AND ${selected.where}),
     judged AS MATERIALIZED (
       SELECT chosen.id, CASE
                WHEN own.id IS NOT NULL THEN 'alreadyEnrolled'
                WHEN address.id IS NOT NULL OR domain.id IS NOT NULL THEN 'suppressed'
                WHEN NOT $4 AND EXISTS (
                  SELECT FROM enrolments other WHERE other.prospect_id = chosen.id
                     AND other.campaign_id <> $2 AND other.state IN ('WAITING', 'HELD')) THEN 'inOtherCampaign'
                ELSE 'enrolled' END AS verdict
         FROM chosen
         LEFT JOIN enrolments own ON own.campaign_id = $2 AND own.prospect_id = chosen.id
         LEFT JOIN suppressions address ON address.workspace_id = $1 AND address.value = chosen.email
         LEFT JOIN suppressions domain
           ON domain.workspace_id = $1 AND domain.value = '@' || split_part(chosen.email, '@', 2)),
     inserted AS (
       INSERT INTO enrolments (id, workspace_id, campaign_id, prospect_id, next_at)
       SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') ||
               lpad(to_hex(row_number() OVER (ORDER BY judged.id)), 8, '0') ||
               right(gen_random_uuid()::text, 12))::uuid, $1, $2, judged.id, first.email_at
         FROM judged CROSS JOIN (
           SELECT (now() AT TIME ZONE timezone + make_interval(days => wait_days)) AT TIME ZONE timezone AS email_at
             FROM campaigns JOIN campaign_steps ON campaign_id = campaigns.id
            WHERE campaigns.id = $2 AND position = 0 AND removed_at IS NULL) first
        WHERE verdict = 'enrolled')
     SELECT verdict, count(*)::int FROM judged GROUP BY verdict`,
    [workspaceId, campaignId, selected.value, allowOtherCampaigns],
  );
  const none = { alreadyEnrolled: 0, suppressed: 0, inOtherCampaign: 0, enrolled: 0 };
  return Object.assign(none, Object.fromEntries(counts.map(({ verdict, count }) => [verdict, count])));
}
