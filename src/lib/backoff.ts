/** Delays in milliseconds. */
export interface Backoff {
  first: number;
  most: number;
}

/**
 * How long to wait before the next try: doubling from `first` to `most`, and then spread over its upper half,
 * so that a thousand connections dropped at once do not come back at once.
 *
 * @param failures tries that failed in a row, from 1
 * @param random in [0, 1)
 */
export function backoffDelay({ first, most }: Backoff, failures: number, random = Math.random()): number {
  const full = Math.min(most, first * 2 ** Math.min(failures - 1, 30));
  return Math.round(full / 2 + (full / 2) * random);
}
