import { ProblemCode } from '../gmail/problem';
import type { Refusal } from '../gmail/refusals';
import { backoffDelay } from '../lib/backoff';
import { type ConnectionHold, moveConnection } from '../slots/connectionState';
import { announceState } from '../slots/slotsRoom';
import { parkAccount } from './ledger';
import type { SendingRoom } from './sendingRoom';

/**
 * What Gmail's refusal means for the slot: a person must act, or its account is left alone for a while.
 * A refusal of one message or one recipient says nothing about the slot.
 *
 * @param failures refusals of this account in a row, this one included
 */
export async function heedRefusal(
  room: SendingRoom,
  hold: ConnectionHold,
  refusal: Refusal,
  failures: number,
): Promise<void> {
  if (refusal.scope !== 'SLOT') return;
  const [connection] = await room.db.query<{ account: string; workspace: string; slot: string | null }>(
    'SELECT account_id AS account, workspace_id AS workspace, slot_id AS slot FROM connections WHERE id = $1',
    [hold.connectionId],
  );
  if (!connection) return;
  if (refusal.needsPerson) {
    if (await moveConnection(room.db, hold, 'REJECTED', refusal.problem)) {
      room.notices.publish('connections', hold.connectionId);
    }
  } else {
    await parkAccount(room.db, connection.account, parkingMs(refusal, failures), refusal.problem);
  }
  if (connection.slot) announceState(room.notices, connection.workspace, connection.slot);
}

const LONGEST_BACKOFF_MS = 3_600_000;

/** Limits and lock-outs last as long as Gmail says; passing troubles double from try to try, up to an hour. */
export function parkingMs({ problem, retryAfterMs }: Refusal, failures: number): number {
  const first = retryAfterMs ?? 60_000;
  if (problem.code === ProblemCode.SENDING_LIMIT_REACHED) return first;
  return Math.max(first, backoffDelay({ first, most: LONGEST_BACKOFF_MS }, failures));
}
