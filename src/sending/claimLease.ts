import { CLAIM_SECONDS, renewClaim } from './ledger';
import type { SendingRoom } from './sendingRoom';

const RENEW_EVERY_MS = 4_000;
/** Stop this long before others may think us dead. */
const MARGIN_MS = 2_000;

/**
 * Keeps a claim alive while its message is being sent, and knows whether it still holds. Measured on the
 * monotonic clock, so that a process which was frozen finds its claims gone stale when it wakes.
 */
export class ClaimLease {
  private freshUntil: number;
  private readonly timer: NodeJS.Timeout;

  /** @param takenAt performance.now() before the claim was asked for */
  constructor(
    private readonly room: SendingRoom,
    private readonly messageId: string,
    takenAt: number,
  ) {
    this.freshUntil = freshFrom(takenAt);
    this.timer = setInterval(() => void this.renew(), RENEW_EVERY_MS);
  }

  isFresh(): boolean {
    return performance.now() < this.freshUntil;
  }

  end(): void {
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    const askedAt = performance.now();
    const held = await renewClaim(this.room, this.messageId).catch(() => null);
    if (held === true) this.freshUntil = freshFrom(askedAt);
    if (held === false) this.freshUntil = 0;
  }
}

function freshFrom(startedAt: number): number {
  return startedAt + CLAIM_SECONDS * 1000 - MARGIN_MS;
}
