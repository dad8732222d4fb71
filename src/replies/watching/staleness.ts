import { Loop } from '../../lib/loop';
import { announceState } from '../../slots/slotsRoom';
import type { RepliesRoom } from '../repliesRoom';

/** With the 80 s of the pace, within the promised 90. */
const LOOK_EVERY_MS = 5_000;

/**
 * Silence is never health: whoever watched, and whether they live or not, without a proof the light goes out.
 * So every process looks, also one that watches nothing itself: it may be the last that is left.
 */
export class Staleness {
  private readonly loop: Loop;

  constructor(private readonly room: RepliesRoom) {
    this.loop = new Loop(() => this.runOnce(), { name: 'staleness', everyMs: LOOK_EVERY_MS, log: room.log });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  async runOnce(): Promise<void> {
    const rows = await this.room.db.query<{ workspace_id: string; slot_id: string }>(
      `UPDATE connections SET state = 'STALE'
        WHERE slot_id IS NOT NULL AND state = 'WATCHING'
          AND last_proof_at < clock_timestamp() - make_interval(secs => $1)
        RETURNING workspace_id, slot_id`,
      [this.room.pace.staleAfter / 1000],
    );
    for (const row of rows) announceState(this.room.notices, row.workspace_id, row.slot_id);
  }
}
