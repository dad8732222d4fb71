/**
 * An async generator that can be ended while it waits. A bare generator hears of `return()` only at its next
 * `yield`, so a client that leaves a quiet subscription would be waited for forever: here the signal that
 * every wait inside must obey is aborted first. What fails after that is nobody's business any more.
 */
export function stream<T>(
  generate: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncIterableIterator<T> {
  const ending = new AbortController();
  const values = generate(ending.signal);
  return {
    next: () =>
      values.next().catch((error: unknown) => {
        if (!ending.signal.aborted) throw error;
        return { done: true, value: undefined };
      }),
    return: () => {
      ending.abort();
      return values.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
