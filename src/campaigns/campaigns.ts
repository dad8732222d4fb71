import type { Sql } from '../database/database';
import { follow } from '../database/follow';
import { whenBack } from '../database/whenBack';
import type { Viewer } from '../identity/context';
import type { CountedLater, PageRequest } from '../lib/cursor';
import { NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { stream } from '../lib/stream';
import { readNewestFirst } from '../prospects/newestFirst';
import type { Campaign } from './campaign.entity';
import type { CampaignState } from './campaignState';
import { type CampaignsRoom, campaignChange } from './campaignsRoom';

/** What a query must select to be read as a Campaign. */
const COLUMNS = `id, workspace_id AS "workspaceId", name, state, timezone, days, from_minute AS "fromMinute",
  to_minute AS "toMinute", version, created_at AS "createdAt"`;

/** @throws NotFound also for another workspace's, as if it did not exist */
export async function findCampaign(
  { db }: { db: Sql },
  { workspaceId }: Pick<Viewer, 'workspaceId'>,
  id: string,
): Promise<Campaign> {
  const [campaign] = isId(id) ? await loadCampaigns(db, [id]) : [];
  if (campaign?.workspaceId !== workspaceId) throw new NotFound('campaign');
  return campaign;
}

/** These campaigns in the order of their ids, of whichever workspace: for rows that point to them. */
export async function loadCampaigns(db: Sql, ids: readonly string[]): Promise<(Campaign | null)[]> {
  const found = await db.query<Campaign>(
    `SELECT ${COLUMNS} FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (id, place)
       LEFT JOIN campaigns USING (id) ORDER BY place`,
    [ids],
  );
  return found.map((row) => (row.workspaceId === null ? null : row));
}

/** The workspace's campaigns, newest first. @throws BadInput for a strange cursor or page size */
export function listCampaigns(
  room: CampaignsRoom,
  viewer: Viewer,
  { state, ...request }: PageRequest & { state?: CampaignState | null },
): Promise<CountedLater<Campaign>> {
  const selection = {
    table: 'campaigns',
    columns: COLUMNS,
    where: 'workspace_id = $1 AND ($2::text IS NULL OR state = $2)',
    values: [viewer.workspaceId, state ?? null],
  };
  return readNewestFirst(room.db, selection, request);
}

/**
 * Deletes a campaign with its enrolments. What it sent stays in the ledger, what it had queued is cancelled; what
 * is on the wire at this moment arrives.
 *
 * @throws NotFound also for another workspace's
 */
export async function deleteCampaign(room: CampaignsRoom, viewer: Viewer, id: string): Promise<true> {
  const campaign = await findCampaign(room, viewer, id);
  const changes = await room.db.transaction(async (tx) => {
    const cancelled = await tx.query<{ id: string }>(
      `UPDATE outgoing_messages SET state = 'CANCELLED' WHERE campaign_id = $1 AND state = 'QUEUED' RETURNING id`,
      [campaign.id],
    );
    await tx.query('DELETE FROM campaigns WHERE id = $1', [campaign.id]);
    return cancelled.map((row) => ({ topic: `outgoing:${viewer.workspaceId}`, id: row.id }));
  });
  room.notices.publishAll([...changes, campaignChange(viewer.workspaceId, campaign.id)]);
  return true;
}

/**
 * Each campaign of the workspace as it or its numbers change, or one of them. A deleted one is heard of no more.
 *
 * @throws NotFound when the one is not the workspace's
 */
export async function followCampaigns(
  room: CampaignsRoom,
  viewer: Viewer,
  id: string | null,
): Promise<AsyncIterable<Campaign>> {
  const { workspaceId } = viewer;
  if (id !== null) await findCampaign(room, viewer, id);
  return stream(async function* (signal) {
    for await (const changed of follow(room.notices, `campaigns:${workspaceId}`, signal)) {
      const wanted = id === null ? changed : changed === null || changed.includes(id) ? [id] : [];
      yield* await whenBack(signal, () => readCampaigns(room.db, workspaceId, wanted));
    }
  });
}

/** @param ids null: all */
function readCampaigns(db: Sql, workspaceId: string, ids: readonly string[] | null): Promise<Campaign[]> {
  return db.query<Campaign>(
    `SELECT ${COLUMNS} FROM campaigns WHERE workspace_id = $1 AND ($2::uuid[] IS NULL OR id = ANY($2))
      ORDER BY created_at, id`,
    [workspaceId, ids],
  );
}
