import { In, MoreThan } from 'typeorm';
import { follow } from '../database/follow';
import { whenBack } from '../database/whenBack';
import type { Viewer } from '../identity/context';
import { nap } from '../lib/nap';
import { stream } from '../lib/stream';
import { CheckStep } from './checkStep.entity';
import { findSlot, reachOf } from './integration';
import { Slot } from './slot.entity';
import type { SlotsRoom } from './slotsRoom';

type EventsRoom = Pick<SlotsRoom, 'db' | 'notices'>;

/**
 * A slot that changes many times a second (proofs during a flood of mail) is told of ten times at most: what comes
 * meanwhile is gathered, and the row then says it all. Milliseconds.
 */
const BREATH_MS = 100;

/** Each slot of the workspace as it changes, or one of them; for operators one of any workspace. */
export async function followSlots(
  room: EventsRoom,
  viewer: Viewer,
  slotId: string | null,
): Promise<AsyncIterable<Slot>> {
  const only = slotId === null ? null : await findSlot(room, reachOf(viewer), slotId);
  const { workspaceId } = only ?? viewer;
  return stream(async function* (signal) {
    for await (const changed of follow(room.notices, `slots:${workspaceId}`, signal)) {
      if (only && changed?.includes(only.id) === false) continue;
      yield* await whenBack(signal, () => readSlots(room, workspaceId, only ? [only.id] : changed));
      await nap(BREATH_MS, signal);
    }
  });
}

/**
 * The steps of the attempts to connect on this slot, from the beginning of the one that is going on, if any.
 * Read from the table and only woken by notices: the attempt may be made by another process.
 */
export async function followChecks(
  room: EventsRoom,
  viewer: Viewer,
  slotId: string,
): Promise<AsyncIterable<CheckStep>> {
  const slot = await findSlot(room, reachOf(viewer), slotId);
  return stream(async function* (signal) {
    const wakes = follow(room.notices, `checks:${slot.id}`, signal);
    try {
      let after = await whenBack(signal, () => lastFinishedStep(room, slot.id));
      do {
        const last = after;
        for (const step of await whenBack(signal, () => readStepsAfter(room, slot.id, last))) {
          after = step.id;
          yield step;
        }
      } while (!(await wakes.next()).done);
    } finally {
      await wakes.return?.();
    }
  });
}

/** @param ids null for all of the workspace */
function readSlots(room: EventsRoom, workspaceId: string, ids: readonly string[] | null): Promise<Slot[]> {
  return room.db.manager.find(Slot, {
    where: { workspaceId, ...(ids && { id: In([...ids]) }) },
    order: { kind: 'DESC', position: 'ASC' },
  });
}

/** Stands on check_steps_of_slot. Attempts write one after the other, so no lower id ever comes later. */
function readStepsAfter(room: EventsRoom, slotId: string, after: string): Promise<CheckStep[]> {
  return room.db.manager.find(CheckStep, { where: { slotId, id: MoreThan(after) }, order: { id: 'ASC' } });
}

async function lastFinishedStep(room: EventsRoom, slotId: string): Promise<string> {
  const [last] = await room.db.query<{ id: string }>(
    `SELECT coalesce(max(k.id), 0) AS id FROM check_steps k JOIN slots s ON s.id = k.slot_id
      WHERE s.id = $1 AND k.attempt IS DISTINCT FROM s.checking_attempt`,
    [slotId],
  );
  return last?.id ?? '0';
}
