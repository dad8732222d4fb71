import type { Database } from '../database/database';
import type { Notices } from '../database/notices';
import type { RequestContext } from '../identity/context';
import type { Log } from '../lib/log';

/** What the prospects room works with. */
export interface ProspectsRoom {
  db: Database;
  notices: Notices;
  log: Log;
}

export interface ProspectsContext extends RequestContext {
  prospects: ProspectsRoom;
}

/** More is known of some prospects: whoever was held for want of it may go on. Call it after the commit. */
export function announceProspects({ notices }: ProspectsRoom, workspaceId: string): void {
  notices.publish('prospects-changed', workspaceId);
}
