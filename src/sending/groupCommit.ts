/**
 * Does a piece of work at once, and all that comes in meanwhile together, as the next one: what databases
 * call group commit. Alone nobody waits; under load a hundred messages share a round trip and a flush.
 *
 * When a group fails each of its items is tried alone, so that one cannot spoil it for the others.
 */
export class GroupCommit<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private working = 0;

  /**
   * @param work answers items with results in the same order
   * @param lanes so many groups at the same time
   */
  constructor(
    private readonly work: (items: Item[]) => Promise<Result[]>,
    private readonly lanes = 1,
  ) {}

  /** Resolves and rejects with what came of this very item. */
  run(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.working < this.lanes) void this.workOff();
    });
  }

  private async workOff(): Promise<void> {
    this.working += 1;
    while (this.waiting.length > 0) await this.finish(this.waiting.splice(0, MOST_AT_ONCE));
    this.working -= 1;
  }

  private async finish(group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (group.length === 1) return group[0]?.reject(error);
      for (const alone of group) await this.finish([alone]);
    }
  }
}

/** More would save nothing, and a failed group is retried one by one. */
const MOST_AT_ONCE = 100;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}
