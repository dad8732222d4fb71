import { MoreThan } from 'typeorm';
import { follow } from '../database/follow';
import type { Viewer } from '../identity/context';
import { stream } from '../lib/stream';
import { CheckStep } from './checkStep.entity';
import { findSlot } from './integration';
import { Slot } from './slot.entity';
import type { SlotsRoom } from './slotsRoom';

/** Each slot of the workspace as it changes, or one of them. */
export async function followSlots(
  room: SlotsRoom,
  viewer: Viewer,
  slotId: string | null,
): Promise<AsyncIterable<Slot>> {
  const { workspaceId } = viewer;
  if (slotId !== null) await findSlot(room, workspaceId, slotId);
  return stream(async function* (signal) {
    for await (const ids of follow(room.notices, `slots:${workspaceId}`, signal)) {
      const wanted =
        ids?.filter((id) => slotId === null || id === slotId) ?? (slotId === null ? null : [slotId]);
      for (const slot of await readSlots(room, workspaceId, wanted)) yield slot;
    }
  });
}

/**
 * The steps of the attempts to connect on this slot, from the beginning of the one that is going on, if any.
 * Read from the table and only woken by notices: the attempt may be made by another process.
 */
export async function followChecks(
  room: SlotsRoom,
  viewer: Viewer,
  slotId: string,
): Promise<AsyncIterable<CheckStep>> {
  await findSlot(room, viewer.isOperator ? null : viewer.workspaceId, slotId);
  return stream(async function* (signal) {
    const wakes = follow(room.notices, `checks:${slotId}`, signal);
    let after = await lastFinishedStep(room, slotId);
    do {
      const steps = await room.db.manager.find(CheckStep, {
        where: { slotId, id: MoreThan(after) },
        order: { id: 'ASC' },
      });
      for (const step of steps) {
        after = step.id;
        yield step;
      }
    } while (!(await wakes.next()).done);
  });
}

async function readSlots(
  room: SlotsRoom,
  workspaceId: string,
  ids: readonly string[] | null,
): Promise<Slot[]> {
  const slots = await room.db.manager.find(Slot, { where: { workspaceId }, order: { position: 'ASC' } });
  return ids === null ? slots : slots.filter((slot) => ids.includes(slot.id));
}

async function lastFinishedStep(room: SlotsRoom, slotId: string): Promise<string> {
  const [last] = await room.db.query<{ id: string }>(
    `SELECT coalesce(max(k.id), 0) AS id FROM check_steps k JOIN slots s ON s.id = k.slot_id
      WHERE s.id = $1 AND k.attempt IS DISTINCT FROM s.checking_attempt`,
    [slotId],
  );
  return last?.id ?? '0';
}
