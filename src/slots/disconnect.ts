import type { Viewer } from '../identity/context';
import { flySlot, notConnected, type SlotUnavailable } from './connect';
import { findSlot } from './integration';
import type { Slot } from './slot.entity';
import { announceState, type SlotsRoom } from './slotsRoom';

export type DisconnectResult =
  | { outcome: 'GmailDisconnected'; slot: Slot; cancelledMessages: number }
  | SlotUnavailable;

/** What is on the wire is given this long to finish before the credential is erased. */
const WIRE_PATIENCE_MS = 5_000;
/** Longer than all of it takes; a process that dies in between must not keep the slot from sending for good. */
const RELEASE_SECONDS = 15;

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
 * first, and from the same moment on nothing is claimed there, so that the wait can only get shorter. History,
 * limits and settings stay.
 */
async function release(room: SlotsRoom, slot: Slot): Promise<DisconnectResult> {
  const [connection] = await room.db.query<{ id: string; account_id: string }>(
    'SELECT id, account_id FROM connections WHERE slot_id = $1',
    [slot.id],
  );
  if (!connection) return notConnected();
  const cancelled = await room.db.transaction(async (tx) => {
    // Who claims holds this row: what they have claimed is cancelled with the rest, and nobody claims after us.
    await tx.query('SELECT FROM gmail_accounts WHERE id = $1 FOR NO KEY UPDATE', [connection.account_id]);
    await tx.query(
      'UPDATE connections SET releasing_until = clock_timestamp() + make_interval(secs => $2) WHERE id = $1',
      [connection.id, RELEASE_SECONDS],
    );
    return room.sending.cancelQueued(tx, connection.id);
  });
  await room.sending.waitUntilOffTheWire(connection.id, WIRE_PATIENCE_MS);
  const released = await room.db.transaction(async (tx) => {
    const moved = await tx.query(
      `UPDATE connections
          SET slot_id = NULL, sealed_password = NULL, problem = NULL, generation = generation + 1,
              watched_by = NULL, releasing_until = NULL
        WHERE id = $1 AND slot_id = $2 RETURNING id`,
      [connection.id, slot.id],
    );
    if (moved.length === 0) return null;
    const ids = await room.sending.cancelQueued(tx, connection.id);
    return { ids, held: await room.sending.holdFollowUps(tx, connection.id) };
  });
  const ids = [...cancelled, ...(released?.ids ?? [])];
  room.sending.announceCancelled(slot.workspaceId, ids);
  if (released === null) return notConnected();
  room.notices.publishAll(released.held);
  announceState(room.notices, slot.workspaceId, slot.id);
  room.notices.publish('connections', connection.id);
  return { outcome: 'GmailDisconnected', slot, cancelledMessages: ids.length };
}
