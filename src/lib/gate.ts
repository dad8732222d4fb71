/**
 * Lets a number of works be under way at once, and the others wait for their turn. A work that takes long gives its place
 * away after a while and goes on beside the others: one that hangs must not hold up all.
 */
export class Gate {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  /** @param patienceMs after which a work no longer counts */
  constructor(
    private readonly places: number,
    private readonly patienceMs: number,
  ) {}

  /** Resolves and rejects as `work` does; where `signal` aborts first, the work is begun all the same, and sees it. */
  async pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.takePlace(signal);
    const leave = once(() => {
      clearTimeout(timer);
      this.givePlace();
    });
    const timer = setTimeout(leave, this.patienceMs);
    return work().finally(leave);
  }

  /** In the moment in which a place is free: in the next one somebody else may have seen it too. */
  private async takePlace(signal: AbortSignal): Promise<void> {
    if (this.taken < this.places || signal.aborted) {
      this.taken += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      const go = () => {
        signal.removeEventListener('abort', goAnyway);
        resolve();
      };
      const goAnyway = () => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        this.taken += 1;
        go();
      };
      this.waiting.push(go);
      signal.addEventListener('abort', goAnyway);
    });
  }

  /** To whoever has waited the longest, without it being free in between. */
  private givePlace(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.taken -= 1;
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
