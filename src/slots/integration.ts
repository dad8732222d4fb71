import { In } from 'typeorm';
import type { Database, Sql, Transaction } from '../database/database';
import { readRows } from '../database/readRows';
import { requireOperator, type Viewer } from '../identity/context';
import { loadTogether } from '../lib/batch';
import { BadInput, NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { GmailAccount } from './account.entity';
import { CHECK_NAMES, type CheckResult } from './checkReport';
import { CheckStep } from './checkStep.entity';
import { GmailConnection } from './connection.entity';
import { Slot, type SlotKind } from './slot.entity';
import { announceSlot, type SlotsRoom } from './slotsRoom';

export interface SlotUsage {
  used: number;
  capacity: number;
  label: string;
}

/** A slot as the integrations page reads it: with who is connected there. */
export type SlotOfPage = Slot & { connection: GmailConnection | null };

export interface GmailIntegration {
  self: SlotUsage;
  fly: SlotUsage;
  total: SlotUsage;
  slots: SlotOfPage[];
  supportUrl: string | null;
}

/**
 * The integrations page: how many slots of each kind are used, of how many, and the slots themselves. Of the
 * viewer's own workspace, or for operators of any.
 *
 * @throws Forbidden, NotFound
 */
export async function showIntegration(
  room: SlotsRoom,
  viewer: Viewer,
  workspaceId: string = viewer.workspaceId,
): Promise<GmailIntegration> {
  if (workspaceId === viewer.workspaceId) return readIntegration(room, workspaceId);
  requireOperator({ viewer });
  const known = isId(workspaceId)
    ? await room.db.query('SELECT id FROM workspaces WHERE id = $1', [workspaceId])
    : [];
  if (known.length === 0) throw new NotFound('workspace');
  return readIntegration(room, workspaceId);
}

async function readIntegration(room: SlotsRoom, workspaceId: string): Promise<GmailIntegration> {
  const [rows, connections] = await Promise.all([
    readRows(room.db, Slot, 'WHERE t.workspace_id = $1 ORDER BY t.kind DESC, t.position', [workspaceId]),
    readRows(room.db, GmailConnection, 'JOIN slots s ON s.id = t.slot_id WHERE s.workspace_id = $1', [
      workspaceId,
    ]),
  ]);
  const bySlot = new Map(connections.map((connection) => [connection.slotId, connection]));
  const slots = rows.map((slot) => ({ ...slot, connection: bySlot.get(slot.id) ?? null }));
  const count = (kind: SlotKind) => {
    const ofKind = slots.filter((slot) => slot.kind === kind);
    return { used: ofKind.filter((slot) => slot.connection).length, capacity: ofKind.length };
  };
  const [self, fly] = [count('SELF'), count('FLY')];
  const total = { used: self.used + fly.used, capacity: self.capacity + fly.capacity };
  return {
    self: { ...self, label: `(self: ${self.used}/${self.capacity})` },
    fly: { ...fly, label: `(fly: ${fly.used}/${fly.capacity})` },
    total: { ...total, label: `${total.used}/${total.capacity}` },
    slots,
    supportUrl: room.supportUrl,
  };
}

/**
 * A slot of the workspace, or of any one when `workspaceId` is null (operators).
 *
 * @throws NotFound also when it is another workspace's, as if it did not exist
 */
export async function findSlot(
  room: Pick<SlotsRoom, 'db'>,
  workspaceId: string | null,
  id: string,
): Promise<Slot> {
  const slot = isId(id)
    ? await room.db.manager.findOneBy(Slot, workspaceId === null ? { id } : { id, workspaceId })
    : null;
  if (!slot) throw new NotFound('slot');
  return slot;
}

/** Whose slots a viewer may look at, as findSlot takes it: the own workspace's, or every one's for an operator. */
export function reachOf({ isOperator, workspaceId }: Viewer): string | null {
  return isOperator ? null : workspaceId;
}

/** Sets a workspace's capacities, never below what is used. Free slots with the highest positions go first. */
export async function grantSlots(
  room: SlotsRoom,
  workspaceId: string,
  capacities: { self: number; fly: number },
): Promise<GmailIntegration> {
  await room.db.transaction(async (tx) => {
    const known = isId(workspaceId)
      ? await tx.query('SELECT id FROM workspaces WHERE id = $1 FOR UPDATE', [workspaceId])
      : [];
    if (known.length === 0) throw new NotFound('workspace');
    await setCapacity(tx, workspaceId, 'SELF', capacities.self);
    await setCapacity(tx, workspaceId, 'FLY', capacities.fly);
  });
  const integration = await readIntegration(room, workspaceId);
  for (const slot of integration.slots) announceSlot(room.notices, workspaceId, slot.id);
  return integration;
}

/** Gives a new workspace its slots, in the transaction that makes it. */
export async function provideSlots(
  tx: Sql,
  workspaceId: string,
  capacities: { self: number; fly: number },
): Promise<void> {
  await addSlots(tx, workspaceId, 'SELF', 0, capacities.self);
  await addSlots(tx, workspaceId, 'FLY', 0, capacities.fly);
}

/**
 * The outcome of each step of the last attempt to connect in each of these slots; a step that still runs
 * shows as RUNNING.
 */
export async function readLastChecks(room: SlotsRoom, slotIds: readonly string[]): Promise<CheckResult[][]> {
  const steps = await room.db.manager.find(CheckStep, {
    where: { slotId: In([...slotIds]) },
    order: { id: 'ASC' },
  });
  return slotIds.map((slotId) => {
    const latest = new Map(steps.filter((step) => step.slotId === slotId).map((step) => [step.name, step]));
    return CHECK_NAMES.map((name) => latest.get(name)).filter((step) => step !== undefined);
  });
}

/** The slots that these connections are in now, in their order; null for the disconnected. */
export async function loadSlotsOf(db: Database, connectionIds: readonly string[]): Promise<(Slot | null)[]> {
  const rows = await db.query<{ id: string; slot_id: string }>(
    'SELECT id, slot_id FROM connections WHERE id = ANY ($1) AND slot_id IS NOT NULL',
    [[...new Set(connectionIds)]],
  );
  const slotIds = new Map(rows.map((row) => [row.id, row.slot_id]));
  const slots = await db.manager.findBy(Slot, { id: In([...slotIds.values()]) });
  return connectionIds.map((id) => slots.find((slot) => slot.id === slotIds.get(id)) ?? null);
}

/** Who is connected in a slot: as its page was told, at once, or loaded together with those of others. */
export function connectionOf(
  room: SlotsRoom,
  slot: Slot | SlotOfPage,
): GmailConnection | null | Promise<GmailConnection | null> {
  return 'connection' in slot ? slot.connection : loadTogether(room, loadConnections, slot.id);
}

/** The connections in these slots, in the slots' order. */
export async function loadConnections(
  room: SlotsRoom,
  slotIds: readonly string[],
): Promise<(GmailConnection | null)[]> {
  const connections = await readRows(room.db, GmailConnection, 'WHERE t.slot_id = ANY ($1)', [slotIds]);
  const bySlot = new Map(connections.map((connection) => [connection.slotId, connection]));
  return slotIds.map((id) => bySlot.get(id) ?? null);
}

/** These accounts, in the order of their ids. */
export async function loadAccounts(
  { db }: { db: Transaction },
  ids: readonly string[],
): Promise<GmailAccount[]> {
  const accounts = await readRows(db, GmailAccount, 'WHERE t.id = ANY ($1)', [ids]);
  const byId = new Map(accounts.map((account) => [account.id, account]));
  return ids.map((id) => {
    const account = byId.get(id);
    if (!account) throw new NotFound('account');
    return account;
  });
}

/** More slots of a kind than this in one workspace is a typing mistake. */
const MOST_SLOTS = 1_000;

async function setCapacity(
  tx: Transaction,
  workspaceId: string,
  kind: SlotKind,
  capacity: number,
): Promise<void> {
  const path = kind === 'SELF' ? 'self' : 'fly';
  if (capacity < 0 || capacity > MOST_SLOTS) {
    throw new BadInput([{ path, message: `A capacity is a number from 0 to ${MOST_SLOTS}.` }]);
  }
  // Locked first and read afterwards: whoever was just connecting here has taken the slot by then.
  await tx.query('SELECT id FROM slots WHERE workspace_id = $1 AND kind = $2 ORDER BY id FOR UPDATE', [
    workspaceId,
    kind,
  ]);
  const slots = await tx.query<{ id: string; position: number; used: boolean }>(
    `SELECT s.id, s.position, EXISTS (SELECT FROM connections c WHERE c.slot_id = s.id) AS used
       FROM slots s WHERE workspace_id = $1 AND kind = $2 ORDER BY position DESC`,
    [workspaceId, kind],
  );
  const used = slots.filter((slot) => slot.used).length;
  if (capacity < used) {
    throw new BadInput([
      { path, message: `${used} slots are used: disconnect some first, or grant at least ${used}.` },
    ]);
  }
  const surplus = slots.filter((slot) => !slot.used).slice(0, Math.max(0, slots.length - capacity));
  await tx.query('DELETE FROM slots WHERE id = ANY($1)', [surplus.map((slot) => slot.id)]);
  await addSlots(tx, workspaceId, kind, slots[0]?.position ?? 0, capacity - slots.length);
}

async function addSlots(
  tx: Sql,
  workspaceId: string,
  kind: SlotKind,
  after: number,
  count: number,
): Promise<void> {
  await tx.query(
    'INSERT INTO slots (workspace_id, kind, position) SELECT $1, $2, n FROM generate_series($3::int, $4::int) n',
    [workspaceId, kind, after + 1, after + count],
  );
}
