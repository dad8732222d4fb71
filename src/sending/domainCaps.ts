import { isConsumerAddress } from '../gmail/address';
import type { Viewer } from '../identity/context';
import { parseEmailAddress } from '../identity/emailAddress';
import { BadInput } from '../lib/failures';
import type { SendingRoom } from './sendingRoom';

export interface DomainCap {
  domain: string;
  dailyCap: number;
}

/** More than this is no cap: Workspace's own limit is 10,000 recipients a day for one user. */
const HIGHEST_CAP = 1_000_000;

/** The workspace's caps, by domain. */
export function listDomainCaps(room: SendingRoom, { workspaceId }: Viewer): Promise<DomainCap[]> {
  return room.db.query<DomainCap>(
    'SELECT domain, daily_cap AS "dailyCap" FROM domain_caps WHERE workspace_id = $1 ORDER BY domain',
    [workspaceId],
  );
}

/**
 * Caps what goes out over all connections of a sending domain on one day; null takes the cap away.
 *
 * @throws BadInput for what is no domain of one's own: gmail.com is everybody's
 */
export async function setDomainCap(
  room: SendingRoom,
  viewer: Viewer,
  domain: string,
  dailyCap: number | null,
): Promise<DomainCap[]> {
  const name = parseEmailAddress(`someone@${domain}`)?.split('@')[1];
  if (!name || isConsumerAddress(`someone@${name}`)) {
    throw new BadInput([{ path: 'domain', message: 'must be a domain of your own, such as example.com' }]);
  }
  if (dailyCap !== null && (dailyCap < 1 || dailyCap > HIGHEST_CAP)) {
    throw new BadInput([{ path: 'dailyCap', message: `must be from 1 to ${HIGHEST_CAP}, or null for none` }]);
  }
  await (dailyCap === null
    ? room.db.query('DELETE FROM domain_caps WHERE workspace_id = $1 AND domain = $2', [
        viewer.workspaceId,
        name,
      ])
    : room.db.query(
        `INSERT INTO domain_caps (workspace_id, domain, daily_cap) VALUES ($1, $2, $3)
         ON CONFLICT (workspace_id, domain) DO UPDATE SET daily_cap = excluded.daily_cap`,
        [viewer.workspaceId, name, dailyCap],
      ));
  room.notices.publish('engine-changed', viewer.workspaceId);
  return listDomainCaps(room, viewer);
}
