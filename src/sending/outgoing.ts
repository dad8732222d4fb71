import { In } from 'typeorm';
import type { Campaign } from '../campaigns/campaign.entity';
import { announceEnded } from '../campaigns/campaignState';
import { findCampaign, loadCampaigns } from '../campaigns/campaigns';
import { stopEnrolment } from '../campaigns/moveEnrolment';
import { follow } from '../database/follow';
import type { Change } from '../database/notices';
import { whenBack } from '../database/whenBack';
import type { Viewer } from '../identity/context';
import { type CountedLater, decodeCursor, type PageRequest, pageCountedLater, pageSize } from '../lib/cursor';
import { BadInput, NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { stream } from '../lib/stream';
import { findSlot, loadSlotsOf } from '../slots/integration';
import type { Slot } from '../slots/slot.entity';
import type { DeliveryState } from './deliveryState';
import { statesBefore } from './deliveryState';
import { OutgoingMessage } from './outgoing.entity';
import { announceOutgoing, type SendingRoom } from './sendingRoom';

export interface OutgoingFilter {
  slotId?: string | null;
  campaignId?: string | null;
  states?: DeliveryState[] | null;
}

/** @throws NotFound also when it is another workspace's */
export async function findOutgoing(room: SendingRoom, viewer: Viewer, id: string): Promise<OutgoingMessage> {
  const { workspaceId } = viewer;
  const message = isId(id) ? await room.db.manager.findOneBy(OutgoingMessage, { id, workspaceId }) : null;
  if (!message) throw new NotFound('email');
  return message;
}

/** The workspace's emails, newest first. Stands on outgoing_newest. */
export async function listOutgoing(
  room: SendingRoom,
  viewer: Viewer,
  request: PageRequest & OutgoingFilter,
): Promise<CountedLater<OutgoingMessage>> {
  const size = pageSize(request);
  const matching = room.db.manager
    .createQueryBuilder(OutgoingMessage, 'o')
    .where('o.workspace_id = :workspaceId', { workspaceId: viewer.workspaceId });
  if (request.states) matching.andWhere({ state: In(request.states) });
  if (request.slotId) {
    const slot = await findSlot(room.slots, viewer.workspaceId, request.slotId);
    matching.andWhere('o.connection_id IN (SELECT c.id FROM connections c WHERE c.slot_id = :slotId)', {
      slotId: slot.id,
    });
  }
  if (request.campaignId) {
    const { id } = await findCampaign(room, viewer, request.campaignId);
    matching.andWhere('o.campaign_id = :id', { id });
  }
  const page = matching
    .clone()
    .orderBy('o.queued_at', 'DESC')
    .addOrderBy('o.id', 'DESC')
    .take(size + 1);
  if (request.after) {
    const [at, id] = decodeCursor(request.after, 2);
    page.andWhere('(o.queued_at, o.id) < (:at::timestamptz, :id::uuid)', { at, id });
  }
  return pageCountedLater(
    await page.getMany(),
    size,
    (message) => [message.queuedAt.toISOString(), message.id],
    () => matching.getCount(),
  );
}

/** Withdraws an email that is QUEUED, or gives up on an UNKNOWN one. With a campaign's email its sequence ends. */
export async function cancelEmail(room: SendingRoom, viewer: Viewer, id: string): Promise<OutgoingMessage> {
  const { workspaceId } = await findOutgoing(room, viewer, id);
  const changes: Change[] = [];
  const cancelled = await room.db.transaction(async (tx) => {
    const rows = await tx.query<{ enrolment_id: string | null }>(
      `UPDATE outgoing_messages SET state = 'CANCELLED', claimed_by = NULL, claimed_until = NULL
        WHERE id = $1 AND state = ANY($2) RETURNING enrolment_id`,
      [id, statesBefore('CANCELLED')],
    );
    const enrolmentId = rows[0]?.enrolment_id;
    changes.splice(0, Infinity, ...(enrolmentId ? await stopEnrolment(tx, { enrolmentId }, 'STOPPED') : []));
    return rows;
  });
  await announceEnded(room, changes);
  const message = await findOutgoing(room, viewer, id);
  if (cancelled.length === 0 && message.state !== 'CANCELLED') {
    const words = `is ${message.state}: only what is QUEUED or UNKNOWN can be cancelled`;
    throw new BadInput([{ path: 'id', message: words }]);
  }
  announceOutgoing(room.notices, workspaceId, id);
  return message;
}

/** Each email of the workspace as it changes, or those of one slot. */
export async function followOutgoing(
  room: SendingRoom,
  viewer: Viewer,
  filter: Pick<OutgoingFilter, 'slotId' | 'campaignId'>,
): Promise<AsyncIterable<OutgoingMessage>> {
  const { workspaceId } = viewer;
  if (filter.slotId) await findSlot(room.slots, workspaceId, filter.slotId);
  if (filter.campaignId) await findCampaign(room, viewer, filter.campaignId);
  return stream(async function* (signal) {
    let since = new Date();
    for await (const ids of follow(room.notices, `outgoing:${workspaceId}`, signal)) {
      const changed = await whenBack(signal, () =>
        ids
          ? room.db.manager.findBy(OutgoingMessage, { id: In(ids), workspaceId })
          : readQueuedSince(room, workspaceId, since),
      );
      since = new Date();
      for (const message of changed) {
        if (filter.campaignId && message.campaignId !== filter.campaignId) continue;
        const isThere = async () => (await slotsOf(room, [message]))[0]?.id === filter.slotId;
        if (!filter.slotId || (await whenBack(signal, isThere))) yield message;
      }
    }
  });
}

/** The slots that these messages' connections are in now, in their order; null for the disconnected. */
export async function slotsOf(
  room: SendingRoom,
  messages: readonly { connectionId: string }[],
): Promise<(Slot | null)[]> {
  return loadSlotsOf(
    room.db,
    messages.map(({ connectionId }) => connectionId),
  );
}

/** The campaigns that these messages are steps of, in their order; null for one-offs. */
export async function campaignsOf(
  room: SendingRoom,
  messages: readonly Pick<OutgoingMessage, 'campaignId'>[],
): Promise<(Campaign | null)[]> {
  const ids = [...new Set(messages.flatMap(({ campaignId }) => campaignId ?? []))];
  const campaigns = await loadCampaigns(room.db, ids);
  return messages.map(({ campaignId }) => campaigns.find((campaign) => campaign?.id === campaignId) ?? null);
}

/** What may have changed while notices were lost: all that is not settled, and what was queued since. */
async function readQueuedSince(
  room: SendingRoom,
  workspaceId: string,
  since: Date,
): Promise<OutgoingMessage[]> {
  return room.db.manager
    .createQueryBuilder(OutgoingMessage, 'o')
    .where('o.workspace_id = :workspaceId', { workspaceId })
    .andWhere(`(o.state IN ('QUEUED', 'RESERVED', 'TRANSMITTING', 'UNKNOWN') OR o.sent_at > :since)`, {
      since,
    })
    .orderBy('o.queued_at')
    .take(1_000)
    .getMany();
}
