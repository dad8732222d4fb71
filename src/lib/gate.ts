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
    await this.turn(signal);
    this.taken += 1;
    const leave = once(() => {
      clearTimeout(timer);
      this.taken -= 1;
      this.waiting.shift()?.();
    });
    const timer = setTimeout(leave, this.patienceMs);
    return work().finally(leave);
  }

  private async turn(signal: AbortSignal): Promise<void> {
    if (this.taken < this.places || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        signal.removeEventListener('abort', go);
        const place = this.waiting.indexOf(go);
        if (place >= 0) this.waiting.splice(place, 1);
        resolve();
      };
      this.waiting.push(go);
      signal.addEventListener('abort', go);
    });
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
