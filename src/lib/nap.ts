import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so long, or until `signal` aborts. Never rejects: whoever naps looks at the signal next. */
export async function nap(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
