import { randomUUID } from 'node:crypto';
import type { Transaction } from '../database/database';
import type { Change } from '../database/notices';
import { canonicalAddress, isConsumerAddress } from '../gmail/address';
import type { Problem } from '../gmail/problem';
import type { Viewer } from '../identity/context';
import { BadInput, NotFound } from '../lib/failures';
import { attemptLogin } from './attempt';
import type { CheckResult } from './checkReport';
import { wrongDisplayName } from './displayName';
import { findSlot } from './integration';
import type { Slot } from './slot.entity';
import { announceState, type SlotsRoom } from './slotsRoom';

export interface ConnectRequest {
  slotId: string;
  email: string;
  appPassword: string;
  displayName?: string | null;
}

export type SlotUnavailable = { outcome: 'SlotUnavailable'; code: string; message: string };
export type ConnectResult =
  | { outcome: 'GmailConnected'; slot: Slot; checks: CheckResult[] }
  | { outcome: 'ConnectionRefused'; code: string; message: string; problem: Problem; checks: CheckResult[] }
  | SlotUnavailable
  | { outcome: 'AddressInUse'; code: 'ADDRESS_IN_USE'; message: string };

/** Connects an account into a free self slot of the viewer's workspace, or again into the slot it is in. */
export async function connectGmail(
  room: SlotsRoom,
  viewer: Viewer,
  request: ConnectRequest,
): Promise<ConnectResult> {
  const slot = await findSlot(room, viewer.workspaceId, request.slotId);
  if (slot.kind === 'FLY') return flySlot();
  return connect(room, viewer, slot, request);
}

/** An operator fills a done-for-you slot of any workspace. */
export async function fillFlySlot(
  room: SlotsRoom,
  viewer: Viewer,
  request: ConnectRequest,
): Promise<ConnectResult> {
  const slot = await findSlot(room, null, request.slotId);
  if (slot.kind !== 'FLY') {
    return {
      outcome: 'SlotUnavailable',
      code: 'SELF_SLOT',
      message: 'This is a self-service slot: its workspace connects an account here itself.',
    };
  }
  return connect(room, viewer, slot, request);
}

async function connect(
  room: SlotsRoom,
  viewer: Viewer,
  slot: Slot,
  request: ConnectRequest,
): Promise<ConnectResult> {
  const wrong = wrongDisplayName(request.displayName);
  if (wrong.length > 0) throw new BadInput(wrong);
  if (await otherAccountInSlot(room.db, slot.id, canonicalAddress(request.email))) return slotTaken();

  const verdict = await attemptLogin(room, viewer, slot, request.email, request.appPassword);
  if (verdict.outcome === 'Refused') return refused(verdict);
  const account = {
    email: request.email,
    displayName: request.displayName?.trim() || null,
    appPassword: verdict.appPassword,
  };
  const kept = await room.db.transaction((tx) => keepConnection(tx, room, slot, account));
  if ('outcome' in kept) return kept;
  announceConnection(room, slot, kept.connectionId);
  room.notices.publishAll(kept.resumed);
  room.notices.publish('engine-changed', slot.workspaceId);
  return { outcome: 'GmailConnected', slot, checks: verdict.checks };
}

/**
 * Puts the account into the slot, under the locks of both, so that of two attempts on one slot or one address
 * exactly one wins.
 *
 * @returns the connection, or why the slot or the address is not to be had any more
 */
async function keepConnection(
  tx: Transaction,
  room: SlotsRoom,
  slot: Slot,
  account: { email: string; appPassword: string; displayName: string | null },
): Promise<
  | { connectionId: string; resumed: readonly Change[] }
  | Exclude<ConnectResult, { outcome: 'GmailConnected' | 'ConnectionRefused' }>
> {
  const canonical = canonicalAddress(account.email);
  const locked = await tx.query('SELECT id FROM slots WHERE id = $1 FOR UPDATE', [slot.id]);
  if (locked.length === 0) throw new NotFound('slot'); // an operator took it back while it was tried
  if (await otherAccountInSlot(tx, slot.id, canonical)) return slotTaken();

  const accountId = await lockAccount(tx, canonical);
  const [elsewhere] = await tx.query<{ id: string }>(
    'SELECT id FROM connections WHERE account_id = $1 AND slot_id IS NOT NULL AND slot_id <> $2',
    [accountId, slot.id],
  );
  if (elsewhere) {
    return {
      outcome: 'AddressInUse',
      code: 'ADDRESS_IN_USE',
      message: 'This Gmail account is connected already. Disconnect it there first, or connect another one.',
    };
  }
  const [earlier] = await tx.query<{ id: string }>(
    'SELECT id FROM connections WHERE workspace_id = $1 AND account_id = $2',
    [slot.workspaceId, accountId],
  );
  const id = earlier?.id ?? randomUUID();
  const sealed = room.seal.seal(account.appPassword, id);
  await tx.query(
    `INSERT INTO connections (id, workspace_id, slot_id, account_id, email, display_name, sealed_password, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'CONNECTING')
     ON CONFLICT (id) DO UPDATE SET
       slot_id = excluded.slot_id, email = excluded.email, sealed_password = excluded.sealed_password,
       display_name = coalesce(excluded.display_name, connections.display_name),
       state = 'CONNECTING', problem = NULL, last_proof_at = NULL,
       connected_at = CASE WHEN connections.slot_id IS NULL THEN now() ELSE connections.connected_at END,
       generation = connections.generation + 1, releasing_until = NULL`,
    [id, slot.workspaceId, slot.id, accountId, account.email, account.displayName, sealed],
  );
  return { connectionId: id, resumed: await room.sending.resumeFollowUps(tx, id) };
}

/** The address's row over the whole installation, made at its first connect, locked until commit. */
async function lockAccount(tx: Transaction, canonical: string): Promise<string> {
  const consumer = isConsumerAddress(canonical);
  await tx.query(
    `INSERT INTO gmail_accounts (canonical_address, daily_limit, ramp_ceiling) VALUES ($1, $2, $3)
     ON CONFLICT (canonical_address) DO NOTHING`,
    [canonical, consumer ? 500 : 2_000, consumer ? 30 : 50],
  );
  const [account] = await tx.query<{ id: string }>(
    'SELECT id FROM gmail_accounts WHERE canonical_address = $1 FOR UPDATE',
    [canonical],
  );
  if (!account) throw new Error('The Gmail account vanished under its lock');
  return account.id;
}

async function otherAccountInSlot(
  db: Pick<Transaction, 'query'>,
  slotId: string,
  canonical: string,
): Promise<boolean> {
  const others = await db.query(
    `SELECT 1 FROM connections c JOIN gmail_accounts a ON a.id = c.account_id
      WHERE c.slot_id = $1 AND a.canonical_address <> $2`,
    [slotId, canonical],
  );
  return others.length > 0;
}

/** Also to the watchers, which begin anew with each generation. */
export function announceConnection(room: SlotsRoom, slot: Slot, connectionId: string): void {
  announceState(room.notices, slot.workspaceId, slot.id);
  room.notices.publish('connections', connectionId);
}

/** The outcome for an account that Google, or the network, did not let us into. */
export function refused(verdict: { problem: Problem; checks: CheckResult[] }): ConnectResult {
  const { problem, checks } = verdict;
  return { outcome: 'ConnectionRefused', code: problem.code, message: problem.message, problem, checks };
}

function slotTaken(): SlotUnavailable {
  return {
    outcome: 'SlotUnavailable',
    code: 'SLOT_TAKEN',
    message: 'Another account is connected in this slot. Disconnect it first, or use a free slot.',
  };
}

/** The outcome for a customer who would fill or empty a done-for-you slot. */
export function flySlot(): SlotUnavailable {
  return {
    outcome: 'SlotUnavailable',
    code: 'FLY_SLOT',
    message: 'This is a done-for-you slot: our team connects and disconnects it. Ask support about it.',
  };
}

/** The outcome where an account is needed and none is connected. */
export function notConnected(): SlotUnavailable {
  return {
    outcome: 'SlotUnavailable',
    code: 'NOT_CONNECTED',
    message: 'No account is connected in this slot. Connect one first.',
  };
}
