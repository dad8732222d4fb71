import type { Database } from '../database/database';
import { BadInput } from '../lib/failures';
import { forgetAttempts, limitAttempts, recordAttempt, refuseIfLimited } from './attempts';
import type { Viewer } from './context';
import { type IdentityRoom, refuseSignIn, type SignInOutcome } from './identityRoom';
import { hashPassword, verifyPassword } from './password';
import { endSessions, openSession } from './sessions';

/**
 * Lets a person in by their password. An account that does not exist answers as a wrong password does, in the
 * same time and under the same limit.
 *
 * @throws RateLimited after 10 failures with one address in 15 minutes, or 100 from one client's, whatever the
 * password then is
 */
export async function signIn(
  room: IdentityRoom,
  { email, password }: { email: string; password: string },
  clientAddress: string,
): Promise<SignInOutcome> {
  await refuseIfLimited(room.db, CLIENT_SCOPE, clientAddress, FAILURES_OF_A_CLIENT);
  const personId = await findByPassword(room.db, email, password);
  if (personId !== null) return openSession(room.db, personId);
  await recordAttempt(room.db, CLIENT_SCOPE, clientAddress);
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

/** Ten slips are a bad day; a guesser is stopped long before any list of passwords is through. */
const FAILURES = {
  max: 10,
  windowSeconds: 15 * 60,
  what: 'There were too many failed sign-ins with this address.',
};
export const SIGN_IN_SCOPE = 'sign-in';

/** Who tries one password with many accounts fails with each only once. A whole office can stand behind one address. */
const FAILURES_OF_A_CLIENT = {
  max: 100,
  windowSeconds: 15 * 60,
  what: 'There were too many failed sign-ins from where you are.',
};
const CLIENT_SCOPE = 'sign-in from';

/**
 * Who has this address and password. The limit is asked again after the password was checked: guesses that are
 * tried all at once learn nothing beyond the tenth failure, not even that they were right.
 */
async function findByPassword(db: Database, email: string, password: string): Promise<string | null> {
  await refuseIfLimited(db, SIGN_IN_SCOPE, email, FAILURES);
  const [person] = await db.query<{ id: string; password_hash: string }>(
    'SELECT id, password_hash FROM people WHERE email = $1',
    [email],
  );
  const isRight = await verifyPassword(password, person?.password_hash ?? null);
  if (!person || !isRight) {
    await limitAttempts(db, SIGN_IN_SCOPE, email, FAILURES);
    return null;
  }
  await refuseIfLimited(db, SIGN_IN_SCOPE, email, FAILURES);
  await forgetAttempts(db, SIGN_IN_SCOPE, email);
  return person.id;
}
