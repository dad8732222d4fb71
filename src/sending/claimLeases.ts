import { CLAIM_SECONDS } from './claim';
import { renewClaims } from './ledger';
import type { SendingRoom } from './sendingRoom';

const RENEW_EVERY_MS = 3_000;
/** Stop this long before others may think us dead. */
const MARGIN_MS = 2_000;

/**
 * Keeps this process's claims alive, and knows which still hold. Measured on the monotonic clock, so that a
 * process which was frozen finds its claims gone stale when it wakes.
 */
export class ClaimLeases {
  private readonly freshUntil = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly room: SendingRoom) {}

  /** @param takenAt performance.now() from before the claim was asked for */
  hold(messageIds: readonly string[], takenAt: number): void {
    for (const id of messageIds) this.freshUntil.set(id, freshFrom(takenAt));
    this.timer ??= setInterval(() => void this.renew(), RENEW_EVERY_MS);
  }

  isFresh(messageId: string): boolean {
    return performance.now() < (this.freshUntil.get(messageId) ?? 0);
  }

  drop(messageIds: readonly string[]): void {
    for (const id of messageIds) this.freshUntil.delete(id);
    if (this.freshUntil.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** What could not be renewed, the database being away, goes stale by itself. */
  private async renew(): Promise<void> {
    const askedAt = performance.now();
    const ids = [...this.freshUntil.keys()];
    const renewed = await renewClaims(this.room, ids).catch(() => null);
    if (renewed === null) return;
    const held = new Set(renewed);
    for (const id of ids) {
      if (this.freshUntil.has(id)) this.freshUntil.set(id, held.has(id) ? freshFrom(askedAt) : 0);
    }
  }
}

function freshFrom(startedAt: number): number {
  return startedAt + CLAIM_SECONDS * 1000 - MARGIN_MS;
}
