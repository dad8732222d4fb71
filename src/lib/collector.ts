import { nextBeat, timeUntil } from './beat';

/**
 * Collects what is asked for within a while, and does it together: one statement for a hundred. Unlike `loadTogether` it
 * waits, so it is for what nobody is in a hurry for.
 */
export class Collector<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** When the timer ends, by performance.now(). */
  private dueAt = Number.POSITIVE_INFINITY;

  /** @param work answers items in their order; what it throws is everybody's */
  constructor(private readonly work: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>) {}

  /** Done on the next beat of so many milliseconds, or with what is more urgent. */
  add(item: Item, withinMs: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      const at = nextBeat(withinMs);
      if (at >= this.dueAt) return;
      this.dueAt = at;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.doAll(), timeUntil(at));
    });
  }

  /** Does now what is waiting. */
  hurry(): void {
    if (this.waiting.length > 0) void this.doAll();
  }

  private async doAll(): Promise<void> {
    const all = this.waiting;
    clearTimeout(this.timer);
    this.waiting = [];
    this.dueAt = Number.POSITIVE_INFINITY;
    try {
      const results = await this.work(all.map(({ item }) => item));
      for (const [index, { resolve, reject }] of all.entries()) {
        const result = results[index];
        if (result instanceof Error) reject(result);
        else resolve(result as Result);
      }
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}
