import type { Viewer } from '../identity/context';
import { flySlot, notConnected, type SlotUnavailable } from './connect';
import { findSlot } from './integration';
import type { Slot } from './slot.entity';
import { announceSlot, type SlotsRoom } from './slotsRoom';

export type DisconnectResult =
  | { outcome: 'GmailDisconnected'; slot: Slot; cancelledMessages: number }
  | SlotUnavailable;

/** What is on the wire is given this long to finish before the credential is erased. */
const WIRE_PATIENCE_MS = 5_000;

/** Releases a self slot of the viewer's workspace. */
export async function disconnectGmail(
  room: SlotsRoom,
  viewer: Viewer,
  slotId: string,
): Promise<DisconnectResult> {
  const slot = await findSlot(room, viewer.workspaceId, slotId);
  return slot.kind === 'FLY' ? flySlot() : release(room, slot);
}

/** An operator releases a done-for-you slot of any workspace. */
export async function releaseFlySlot(room: SlotsRoom, slotId: string): Promise<DisconnectResult> {
  const slot = await findSlot(room, null, slotId);
  if (slot.kind !== 'FLY') {
    return {
      outcome: 'SlotUnavailable',
      code: 'SELF_SLOT',
      message: 'This is a self-service slot: its workspace disconnects the account itself.',
    };
  }
  return release(room, slot);
}

/**
 * Cancels what is queued, waits briefly for what is on the wire, then erases the credential. The queue goes
 * first, so that the wait can only get shorter. History, limits and settings stay.
 */
async function release(room: SlotsRoom, slot: Slot): Promise<DisconnectResult> {
  const [connection] = await room.db.query<{ id: string }>('SELECT id FROM connections WHERE slot_id = $1', [
    slot.id,
  ]);
  if (!connection) return notConnected();
  const cancelled = await room.db.transaction((tx) => room.sending.cancelQueued(tx, connection.id));
  await room.sending.waitUntilOffTheWire(connection.id, WIRE_PATIENCE_MS);
  const alsoCancelled = await room.db.transaction(async (tx) => {
    const released = await tx.query(
      `UPDATE connections
          SET slot_id = NULL, sealed_password = NULL, problem = NULL, generation = generation + 1,
              watched_by = NULL
        WHERE id = $1 AND slot_id = $2 RETURNING id`,
      [connection.id, slot.id],
    );
    if (released.length === 0) return null;
    return room.sending.cancelQueued(tx, connection.id);
  });
  const ids = [...cancelled, ...(alsoCancelled ?? [])];
  room.sending.announceCancelled(slot.workspaceId, ids);
  if (alsoCancelled === null) return notConnected();
  announceSlot(room.notices, slot.workspaceId, slot.id);
  room.notices.publish('connections', connection.id);
  return { outcome: 'GmailDisconnected', slot, cancelledMessages: ids.length };
}
