import { canonicalAddress } from '../gmail/address';
import { normaliseAppPassword } from '../gmail/appPassword';
import { forgetAttempts, limitAttempts, withdrawAttempt } from '../identity/attempts';
import type { Viewer } from '../identity/context';
import { type CheckVerdict, checkAccount } from './checks';
import type { Slot } from './slot.entity';
import type { SlotsRoom } from './slotsRoom';

/** Of a workspace. SECURITY.md lists all of these limits. */
const ATTEMPTS_A_MINUTE = { max: 20, windowSeconds: 60 };
const REFUSALS_OF_AN_ADDRESS = {
  max: 5,
  windowSeconds: 15 * 60,
  what: 'Google refused too many passwords for this address.',
};
/** Whoever goes through a list of addresses and passwords has each refused but once. Their own typing errors are fewer. */
const REFUSALS_OF_A_PERSON = {
  max: 30,
  windowSeconds: 3_600,
  what: 'Google refused too many passwords that you tried.',
};

/**
 * Tries an account, within the limits: a wrong password tried over and over gets a Google account locked, and
 * could be somebody guessing.
 *
 * An attempt counts as refused before it begins, so that of guesses that come at once no more than five reach
 * Google; one that passed clears the count of its address, though not of the person, who may have an account of
 * their own to do so with. One that never got to the login counts for nothing, as what cannot be an App Password.
 *
 * @throws RateLimited
 */
export async function attemptLogin(
  room: SlotsRoom,
  { personId }: Pick<Viewer, 'personId'>,
  slot: Slot,
  email: string,
  typedPassword: string,
): Promise<CheckVerdict> {
  await limitAttempts(room.db, 'connect', slot.workspaceId, ATTEMPTS_A_MINUTE);
  if (normaliseAppPassword(typedPassword) === null) {
    return checkAccount(room, slot.id, email, typedPassword);
  }
  const address = canonicalAddress(email);
  const ofPerson = await limitAttempts(room.db, 'connect-refused-by', personId, REFUSALS_OF_A_PERSON);
  const ofAddress = await limitAttempts(room.db, 'connect-refused', address, REFUSALS_OF_AN_ADDRESS);
  const verdict = await checkAccount(room, slot.id, email, typedPassword);
  if (verdict.outcome === 'Passed') await forgetAttempts(room.db, 'connect-refused', address);
  else if (verdict.atLogin) return verdict;
  await withdrawAttempt(room.db, ofAddress);
  await withdrawAttempt(room.db, ofPerson);
  return verdict;
}
