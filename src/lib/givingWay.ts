import { setImmediate as nextTurn } from 'node:timers/promises';

/** Short enough that no lease, heartbeat or request notices. */
const AT_A_STRETCH_MS = 20;

/** Hands out what a long calculation makes, and lets the rest of the process have its turn in between. */
export async function* givingWay<T>(made: Iterable<T>): AsyncGenerator<T, void, undefined> {
  let since = performance.now();
  for (const each of made) {
    yield each;
    if (performance.now() - since < AT_A_STRETCH_MS) continue;
    await nextTurn();
    since = performance.now();
  }
}
