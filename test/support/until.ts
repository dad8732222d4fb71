import { setTimeout as pauseFor } from 'node:timers/promises';

/** Asks again until it is true: for what no event tells of. What it throws, the test fails with. */
export async function until(isTrue: () => Promise<boolean>, everyMs = 20): Promise<void> {
  while (!(await isTrue())) await pauseFor(everyMs);
}

/** The same while PostgreSQL or a process may be away: no answer is taken for a no. */
export function untilDespiteOutages(isTrue: () => Promise<boolean>): Promise<void> {
  return until(() => isTrue().catch(() => false), 100);
}
