import { In } from 'typeorm';
import type { Database, Sql, Transaction } from '../database/database';
import type { Viewer } from '../identity/context';
import type { CountedLater, PageRequest } from '../lib/cursor';
import { BadInput, NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { readNewestFirst } from '../prospects/newestFirst';
import { Slot } from '../slots/slot.entity';
import type { Campaign } from './campaign.entity';
import { announceEnded } from './campaignState';
import { announceDue, type CampaignsRoom, campaignChange } from './campaignsRoom';
import type { Enrolment } from './enrolment.entity';
import { type EnrolmentState, isActive } from './enrolmentState';
import { releaseEnrolment, stopEnrolment } from './moveEnrolment';

/** What a query must select to be read as an Enrolment. */
const COLUMNS = `id, workspace_id AS "workspaceId", campaign_id AS "campaignId", prospect_id AS "prospectId", state,
  connection_id AS "connectionId", conversation_id AS "conversationId", steps_done AS "stepsDone",
  waiting_since AS "waitingSince", postponed_until AS "postponedUntil", next_at AS "nextAt", held_by AS "heldBy",
  held_reason AS "heldReason", created_at AS "createdAt"`;

/**
 * Who is in a campaign, newest first. Stands on enrolments_newest; for a state of which there may be few among many, on
 * enrolments_by_state.
 */
export function listEnrolments(
  room: CampaignsRoom,
  campaign: Campaign,
  { state, ...request }: PageRequest & { state?: EnrolmentState | null },
): Promise<CountedLater<Enrolment>> {
  const selection = {
    table: 'enrolments',
    columns: COLUMNS,
    where: state ? 'campaign_id = $1 AND state = $2' : 'campaign_id = $1',
    values: state ? [campaign.id, state] : [campaign.id],
  };
  return readNewestFirst(room.db, selection, request);
}

/** The enrolments of each of these prospects, newest first. */
export async function loadEnrolmentsOf(db: Sql, prospectIds: readonly string[]): Promise<Enrolment[][]> {
  const enrolments = await db.query<Enrolment>(
    `SELECT ${COLUMNS} FROM enrolments WHERE prospect_id = ANY ($1) ORDER BY created_at DESC, id DESC`,
    [[...new Set(prospectIds)]],
  );
  return prospectIds.map((id) => enrolments.filter(({ prospectId }) => prospectId === id));
}

/** The slots of each of these campaigns, in the order of the integrations page. */
export async function loadCampaignSlots(db: Database, campaignIds: readonly string[]): Promise<Slot[][]> {
  const rows = await db.query<{ campaign_id: string; slot_id: string }>(
    'SELECT campaign_id, slot_id FROM campaign_slots WHERE campaign_id = ANY ($1)',
    [[...new Set(campaignIds)]],
  );
  const slots = await db.manager.find(Slot, {
    where: { id: In([...new Set(rows.map((row) => row.slot_id))]) },
    order: { kind: 'DESC', position: 'ASC' },
  });
  return campaignIds.map((id) => {
    const ofCampaign = new Set(rows.filter((row) => row.campaign_id === id).map((row) => row.slot_id));
    return slots.filter((slot) => ofCampaign.has(slot.id));
  });
}

/**
 * Takes somebody out of a campaign: they get none of its emails any more. Whose sequence has ended stays as they are.
 *
 * @throws NotFound also for another workspace's
 */
export async function unenrol(room: CampaignsRoom, viewer: Viewer, id: string): Promise<Enrolment> {
  const { id: enrolmentId, state } = await findEnrolment(room, viewer, id);
  if (isActive(state)) {
    const stop = (tx: Transaction) => stopEnrolment(tx, { enrolmentId }, 'STOPPED');
    await announceEnded(room, await room.db.transaction(stop));
  }
  return findEnrolment(room, viewer, id);
}

/**
 * Lets a held enrolment go on.
 *
 * @throws NotFound also for another workspace's; BadInput when it is not held, or its sender is not connected
 */
export async function resumeEnrolment(room: CampaignsRoom, viewer: Viewer, id: string): Promise<Enrolment> {
  const { id: enrolmentId, campaignId, state, heldBy, heldReason } = await findEnrolment(room, viewer, id);
  if (state !== 'HELD') throw new BadInput([{ path: 'enrolmentId', message: `is ${state}, not HELD` }]);
  if (heldBy === 'DISCONNECTED') {
    throw new BadInput([{ path: 'enrolmentId', message: `cannot go on yet: ${heldReason}` }]);
  }
  await releaseEnrolment(room.db, enrolmentId);
  room.notices.publishAll([campaignChange(viewer.workspaceId, campaignId)]);
  announceDue(room.notices, campaignId);
  return findEnrolment(room, viewer, id);
}

/** @throws NotFound also for another workspace's, as if it did not exist */
async function findEnrolment({ db }: { db: Sql }, { workspaceId }: Viewer, id: string): Promise<Enrolment> {
  const [enrolment] = isId(id)
    ? await db.query<Enrolment>(`SELECT ${COLUMNS} FROM enrolments WHERE id = $1 AND workspace_id = $2`, [
        id,
        workspaceId,
      ])
    : [];
  if (!enrolment) throw new NotFound('enrolment');
  return enrolment;
}
