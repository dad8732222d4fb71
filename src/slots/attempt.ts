import { canonicalAddress } from '../gmail/address';
import { normaliseAppPassword } from '../gmail/appPassword';
import { forgetAttempts, limitAttempts } from '../identity/attempts';
import { type CheckVerdict, checkAccount } from './checks';
import type { Slot } from './slot.entity';
import type { SlotsRoom } from './slotsRoom';

/** 20 attempts a minute for a workspace, 5 refused ones for an address in 15 minutes: product.md. */
const ATTEMPTS_A_MINUTE = { max: 20, windowSeconds: 60 };
const REFUSALS_OF_AN_ADDRESS = { max: 5, windowSeconds: 15 * 60 };

/**
 * Tries an account, within the limits: a wrong password tried over and over gets a Google account locked, and
 * could be somebody guessing.
 *
 * An attempt counts as refused before it begins, so that of guesses that come at once no more than five reach
 * Google; one that was not refused clears the count. What cannot be an App Password never gets there, and counts
 * for nothing.
 *
 * @throws RateLimited
 */
export async function attemptLogin(
  room: SlotsRoom,
  slot: Slot,
  email: string,
  typedPassword: string,
): Promise<CheckVerdict> {
  await limitAttempts(room.db, 'connect', slot.workspaceId, ATTEMPTS_A_MINUTE);
  if (normaliseAppPassword(typedPassword) === null) {
    return checkAccount(room, slot.id, email, typedPassword);
  }
  const refusals = ['connect-refused', canonicalAddress(email)] as const;
  await limitAttempts(room.db, ...refusals, REFUSALS_OF_AN_ADDRESS);
  const verdict = await checkAccount(room, slot.id, email, typedPassword);
  if (verdict.outcome === 'Passed' || !verdict.atLogin) await forgetAttempts(room.db, ...refusals);
  return verdict;
}
