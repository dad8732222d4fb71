import type { Logger } from 'pino';
import type { Database, Transaction } from '../database/database';
import type { Notices } from '../database/notices';
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
  /** Tells everybody concerned of those. Called after the commit. */
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
