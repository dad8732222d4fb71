import type { Logger } from 'pino';
import type { Database } from '../database/database';
import type { Notices } from '../database/notices';
import type { GmailEndpoints } from '../gmail/endpoints';
import type { Seal } from '../lib/seal';
import type { UnsubscribeLinks } from '../prospects/unsubscribeLinks';
import type { SlotsContext, SlotsRoom } from '../slots/slotsRoom';

/** What the sending room works with. */
export interface SendingRoom {
  db: Database;
  notices: Notices;
  seal: Seal;
  endpoints: GmailEndpoints;
  slots: SlotsRoom;
  log: Logger;
  now: () => Date;
  /** Names this process in the ledger's claims. New at each start. */
  processId: string;
  /** For the one-click opt-out of campaign emails. */
  unsubscribeLinks: UnsubscribeLinks;
}

export interface SendingContext extends SlotsContext {
  sending: SendingRoom;
}

/** Tells everybody concerned that a ledger row changed. Call it after the commit. */
export function announceOutgoing(notices: Notices, workspaceId: string, messageId: string): void {
  notices.publish(`outgoing:${workspaceId}`, messageId);
}
