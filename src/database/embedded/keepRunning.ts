import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelay } from '../../lib/backoff';
import { nap } from '../../lib/nap';
import { endLeftovers } from './leftovers';
import { findFreePort, type Launch, LaunchFailed, launch, type Postmaster } from './postmaster';

/** What a server process of an earlier run that is still dying, or a port taken in between, make PostgreSQL say. */
const PASSING =
  /pre-existing shared memory block|lock file "postmaster\.pid" already exists|Address already in use/;
const RETRY_FOR_MS = 15_000;
const RETRY_MS = 250;
const RESTART_MS = { first: 250, most: 5_000 };

/**
 * Starts PostgreSQL on a free port, and starts it again on that port whenever it ends unasked, until stop().
 * Rejects when the first start fails for good.
 */
export async function keepRunning(
  options: Omit<Launch, 'port'>,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const { cluster, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const first = await startPatiently(options);
  const { port } = first;
  let current = first.postmaster;

  async function supervise(): Promise<void> {
    await current.ended;
    for (let failures = 0; !signal.aborted; failures += 1) {
      log.error('The embedded PostgreSQL ended unasked: starting it again');
      try {
        await endLeftovers(cluster, log);
        current = await launch({ ...options, port });
        if (signal.aborted) await current.stop();
        failures = 0;
        await current.ended;
      } catch (error) {
        log.error({ err: error }, 'The embedded PostgreSQL does not come back: trying again');
        await nap(backoffDelay(RESTART_MS, failures + 1), signal);
      }
    }
  }

  const supervision = supervise();
  return {
    port,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await supervision;
    },
  };
}

async function startPatiently(
  options: Omit<Launch, 'port'>,
): Promise<{ port: number; postmaster: Postmaster }> {
  const began = Date.now();
  for (;;) {
    await endLeftovers(options.cluster, options.log);
    const port = await findFreePort();
    try {
      return { port, postmaster: await launch({ ...options, port }) };
    } catch (error) {
      const mayPass = error instanceof LaunchFailed && PASSING.test(error.output);
      if (!mayPass || Date.now() - began > RETRY_FOR_MS) throw error;
      await sleep(RETRY_MS);
    }
  }
}
