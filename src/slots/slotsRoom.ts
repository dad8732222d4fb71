import type { Logger } from 'pino';
import type { Database, Transaction } from '../database/database';
import type { Change, Notices } from '../database/notices';
import type { GmailEndpoints } from '../gmail/endpoints';
import type { RequestContext } from '../identity/context';
import type { Seal } from '../lib/seal';
import type { DnsPort } from './domainAuthentication';

/** What the slots room works with. */
export interface SlotsRoom {
  db: Database;
  notices: Notices;
  seal: Seal;
  endpoints: GmailEndpoints;
  dns: DnsPort;
  log: Logger;
  now: () => Date;
  supportUrl: string | null;
  newWorkspaceSlots: { self: number; fly: number };
  /** What is queued or on the wire of a connection is the sending room's: it is asked when one goes away. */
  sending: SendingPort;
}

export interface SendingPort {
  /** Cancels what is queued there; returns the ids. Part of the disconnecting transaction. */
  cancelQueued(tx: Transaction, connectionId: string): Promise<string[]>;
  /**
   * Whoever the connection was writing to waits for it to come back. Part of the disconnecting transaction.
   *
   * @returns what changed, to be announced after the commit
   */
  holdFollowUps(tx: Transaction, connectionId: string): Promise<readonly Change[]>;
  /** It is back, and they go on. Part of the connecting transaction. @returns as `holdFollowUps` does */
  resumeFollowUps(tx: Transaction, connectionId: string): Promise<readonly Change[]>;
  /** Tells everybody concerned of what was cancelled. Called after the commit. */
  announceCancelled(workspaceId: string, ids: readonly string[]): void;
  /** Resolves when nothing of the connection is on the wire, or after `milliseconds` at the latest. */
  waitUntilOffTheWire(connectionId: string, milliseconds: number): Promise<void>;
}

export interface SlotsContext extends RequestContext {
  slots: SlotsRoom;
}

/** Tells everybody concerned that a slot's row changed. */
export function announceSlot(notices: Notices, workspaceId: string, slotId: string): void {
  notices.publish(`slots:${workspaceId}`, slotId);
}

/** Tells the operators, too: the connection has come into trouble, is in another, or is out of it. */
export function announceState(notices: Notices, workspaceId: string, slotId: string): void {
  announceSlot(notices, workspaceId, slotId);
  notices.publish(TROUBLES, slotId);
}

/** The topic of all workspaces' connections that change their state or problem. */
export const TROUBLES = 'troubles';

/** Tells of a proof, as each connection has one every minute: nothing but its time changed. */
export function announceProof(notices: Notices, workspaceId: string, slotId: string): void {
  notices.publishLater(`slots:${workspaceId}`, slotId);
}
