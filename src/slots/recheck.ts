import type { Viewer } from '../identity/context';
import { attemptLogin } from './attempt';
import { announceConnection, type ConnectResult, flySlot, notConnected, refused } from './connect';
import { GmailConnection } from './connection.entity';
import { moveConnection } from './connectionState';
import { openCredentials } from './credentials';
import { findSlot, reachOf } from './integration';
import type { SlotsRoom } from './slotsRoom';

/**
 * Tries all checks again with the stored App Password. If they pass, a connection that is in trouble begins anew,
 * and one that is watched goes on undisturbed; if Google refuses for good, it is REJECTED.
 */
export async function recheckConnection(
  room: SlotsRoom,
  viewer: Viewer,
  slotId: string,
): Promise<ConnectResult> {
  const slot = await findSlot(room, reachOf(viewer), slotId);
  if (slot.kind === 'FLY' && !viewer.isOperator) return flySlot();
  const [connected] = await room.db.query<{ id: string }>('SELECT id FROM connections WHERE slot_id = $1', [
    slot.id,
  ]);
  const held = connected && (await openCredentials(room, connected.id));
  if (!held) return (await refusedUnopened(room, connected?.id)) ?? notConnected();
  const { email, appPassword } = held.credentials;
  const verdict = await attemptLogin(room, viewer, slot, email, appPassword);
  if (verdict.outcome === 'Refused') {
    if (verdict.needsPerson) await moveConnection(room.db, held, 'REJECTED', verdict.problem);
    announceConnection(room, slot, held.connectionId);
    return refused(verdict);
  }
  if (!(await beginAnew(room, slot.id, held.connectionId))) return notConnected();
  announceConnection(room, slot, held.connectionId);
  return { outcome: 'GmailConnected', slot, checks: verdict.checks };
}

/** Of a connection that is there, but whose password cannot be opened, the problem says why. */
async function refusedUnopened(
  room: SlotsRoom,
  connectionId: string | undefined,
): Promise<ConnectResult | null> {
  if (connectionId === undefined) return null;
  const { manager } = room.db;
  const connection = await manager.findOneBy(GmailConnection, { id: connectionId, state: 'REJECTED' });
  return connection?.problem ? refused({ problem: connection.problem, checks: [] }) : null;
}

/** @returns whether it is still connected */
async function beginAnew(room: SlotsRoom, slotId: string, connectionId: string): Promise<boolean> {
  const still = await room.db.query(
    `UPDATE connections
        SET state = CASE state WHEN 'WATCHING' THEN state ELSE 'CONNECTING' END, problem = NULL,
            generation = generation + CASE state WHEN 'WATCHING' THEN 0 ELSE 1 END
      WHERE id = $1 AND slot_id = $2 RETURNING id`,
    [connectionId, slotId],
  );
  return still.length > 0;
}
