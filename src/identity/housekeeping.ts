import { Loop } from '../lib/loop';
import type { IdentityRoom } from './identityRoom';

const HOUR_MS = 3_600_000;

/** Removes, every hour, what has lost its meaning. Several processes may do so at once without harm. */
export function createHousekeeping(room: IdentityRoom): Loop {
  return new Loop(() => removeWhatIsOver(room), { name: 'Housekeeping', everyMs: HOUR_MS, log: room.log });
}

/** No limit looks further back than a day, and no token opens anything once it has expired. */
export async function removeWhatIsOver({ db }: IdentityRoom): Promise<void> {
  await db.query(`DELETE FROM attempts WHERE at < now() - interval '1 day'`);
  await db.query('DELETE FROM sessions WHERE expires_at < now()');
  await db.query('DELETE FROM invitations WHERE expires_at < now()');
}
