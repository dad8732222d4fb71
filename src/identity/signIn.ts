import type { Database } from '../database/database';
import { BadInput, RateLimited } from '../lib/failures';
import { countAttempts, forgetAttempts, limitAttempts } from './attempts';
import type { Viewer } from './context';
import { type IdentityRoom, refuseSignIn, type SignInOutcome } from './identityRoom';
import { hashPassword, verifyPassword } from './password';
import { endSessions, openSession } from './sessions';

/**
 * Lets a person in by their password. An account that does not exist answers as a wrong password does, in the
 * same time and under the same limit.
 *
 * @throws RateLimited after 10 failures with one address in 15 minutes, whatever the password then is
 */
export async function signIn(
  room: IdentityRoom,
  { email, password }: { email: string; password: string },
): Promise<SignInOutcome> {
  const personId = await findByPassword(room.db, email, password);
  if (personId !== null) return openSession(room.db, personId);
  return refuseSignIn('WRONG_PASSWORD', 'This address and password do not belong together.');
}

/**
 * Sets a new password, and ends all other sessions of the person.
 *
 * @throws BadInput when the current password is wrong
 * @throws RateLimited as signIn does
 */
export async function changePassword(
  room: IdentityRoom,
  viewer: Viewer,
  { current, next }: { current: string; next: string },
): Promise<true> {
  const personId = await findByPassword(room.db, viewer.email, current);
  if (personId === null) throw new BadInput([{ path: 'current', message: 'is not your current password' }]);
  const passwordHash = await hashPassword(next);
  await room.db.transaction(async (tx) => {
    await tx.query('UPDATE people SET password_hash = $2 WHERE id = $1', [personId, passwordHash]);
    await endSessions(tx, personId, viewer.via === 'session' ? viewer.credentialId : null);
  });
  return true;
}

/** product.md. */
const FAILURES = { max: 10, windowSeconds: 15 * 60 };
export const SIGN_IN_SCOPE = 'sign-in';

/**
 * Who has this address and password. The limit is asked again after the password was checked: guesses that are
 * tried all at once learn nothing beyond the tenth failure, not even that they were right.
 */
async function findByPassword(db: Database, email: string, password: string): Promise<string | null> {
  await refuseIfLimited(db, email);
  const [person] = await db.query<{ id: string; password_hash: string }>(
    'SELECT id, password_hash FROM people WHERE email = $1',
    [email],
  );
  const isRight = await verifyPassword(password, person?.password_hash ?? null);
  if (!person || !isRight) {
    await limitAttempts(db, SIGN_IN_SCOPE, email, FAILURES);
    return null;
  }
  await refuseIfLimited(db, email);
  await forgetAttempts(db, SIGN_IN_SCOPE, email);
  return person.id;
}

async function refuseIfLimited(db: Database, email: string): Promise<void> {
  const { retryAt } = await countAttempts(db, SIGN_IN_SCOPE, email, FAILURES);
  if (retryAt) throw new RateLimited(retryAt, 'There were too many failed sign-ins with this address.');
}
