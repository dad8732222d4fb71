/**
 * When the next multiple of `everyMs` is over, by performance.now().
 *
 * Whatever a process does from time to time it does on such a beat, with all else that is due: waking the processor costs
 * more than most of it.
 */
export function nextBeat(everyMs: number): number {
  return (Math.floor(performance.now() / everyMs) + 1) * everyMs;
}

/** For a timer that ends at `at`, and not the fraction earlier that timers may end. Milliseconds. */
export function timeUntil(at: number): number {
  return Math.ceil(at - performance.now()) + 1;
}
