import type { Notices } from './notices';

/** With more pending ids than this a reader does better to look at everything once. */
const PENDING_AT_MOST = 1_000;

/**
 * The notices of one topic as an async iterable. It listens from this call on, not from the first next(), so a
 * reader that calls follow(), reads the database and then iterates misses nothing. Ids that arrive while the
 * reader is busy are collected without repeats; null stands for "anything may have changed, catch up".
 * Ends when `signal` aborts or the loop is left.
 *
 * Not an async generator: return() on one of those waits for the next notice, which may never come.
 */
export function follow(
  notices: Notices,
  topic: string,
  signal: AbortSignal,
): AsyncIterableIterator<string[] | null> {
  const pending = new Set<string>();
  let everything = false;
  let ended = signal.aborted;
  const sleepers: (() => void)[] = [];

  const wake = () => {
    for (const sleeper of sleepers.splice(0)) sleeper();
  };
  const unlisten = notices.listen(topic, (id) => {
    if (id === null || pending.size >= PENDING_AT_MOST) everything = true;
    else pending.add(id);
    wake();
  });
  const end = () => {
    ended = true;
    unlisten();
    signal.removeEventListener('abort', end);
    wake();
  };
  if (ended) end();
  else signal.addEventListener('abort', end);

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (!ended) {
        if (everything || pending.size > 0) {
          const value = everything ? null : [...pending];
          everything = false;
          pending.clear();
          return { value, done: false };
        }
        await new Promise<void>((resolve) => {
          sleepers.push(resolve);
        });
      }
      return { value: undefined, done: true };
    },
    async return() {
      end();
      return { value: undefined, done: true };
    },
  };
}
