import type { Transmission } from '../gmail/smtpSession';
import { backoffDelay } from '../lib/backoff';
import type { Settlement } from './ledger';

/** A message that Gmail defers for its own sake is given up after so many tries, some 14 hours. */
const MOST_ATTEMPTS = 25;
const MESSAGE_BACKOFF = { first: 30_000, most: 3_600_000 };

/**
 * What a transmission means for its message. When the trouble is the slot's, the message keeps its turn: it
 * is the slot that waits.
 *
 * @param attempts transmissions of this message so far, this one included
 */
export function settlementOf(transmission: Transmission, attempts: number): Settlement {
  switch (transmission.outcome) {
    case 'Sent':
      return { state: 'SENT' };
    case 'Unknown':
      return { state: 'UNKNOWN', problem: transmission.refusal.problem };
    case 'Rejected':
      return { state: 'FAILED', problem: transmission.refusal.problem };
    case 'AuthFailed':
      return { state: 'QUEUED', afterMs: 0, problem: transmission.refusal.problem };
    case 'Deferred': {
      const { problem, scope } = transmission.refusal;
      if (scope === 'SLOT') return { state: 'QUEUED', afterMs: 0, problem };
      if (attempts >= MOST_ATTEMPTS) return { state: 'FAILED', problem };
      return { state: 'QUEUED', afterMs: backoffDelay(MESSAGE_BACKOFF, attempts), problem };
    }
  }
}
