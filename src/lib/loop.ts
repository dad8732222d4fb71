import type { Logger } from 'pino';
import { nextBeat, timeUntil } from './beat';

/**
 * Calls a worker's `runOnce` over and over: every `everyMs`, or sooner when woken. Runs never overlap, and a
 * wake during a run is kept for the next. What a run throws is logged and tried again.
 *
 * The loops of a process run on one beat.
 *
 * start() returns at once; stop() resolves when the last run has ended; both twice without harm.
 */
export class Loop {
  private running: Promise<void> | null = null;
  private stopping = new AbortController();
  private woken = false;
  private wakeUp: () => void = () => {};

  constructor(
    private readonly runOnce: (signal: AbortSignal) => Promise<void>,
    private readonly options: { name: string; everyMs: number | (() => number); log: Logger },
  ) {}

  start(): void {
    if (this.running) return;
    this.stopping = new AbortController();
    this.running = this.run(this.stopping.signal);
  }

  wake(): void {
    this.woken = true;
    this.wakeUp();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp();
    await this.running;
    this.running = null;
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.woken = false;
      try {
        await this.runOnce(signal);
      } catch (error) {
        if (!signal.aborted) this.options.log.warn({ err: error }, `${this.options.name}: a run failed`);
      }
      if (!this.woken && !signal.aborted) await this.nap();
    }
  }

  private async nap(): Promise<void> {
    await new Promise<void>((resolve) => {
      const { everyMs } = this.options;
      const beat = nextBeat(typeof everyMs === 'number' ? everyMs : everyMs());
      const timer = setTimeout(resolve, timeUntil(beat));
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = () => {};
  }
}
