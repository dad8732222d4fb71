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
