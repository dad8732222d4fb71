import { setTimeout as sleep } from 'node:timers/promises';
import type { Costs } from './apart';
import { bench } from './bench';
import { seedConnections, seedWorkspace } from './seed';
import { startWatched, untilWatching } from './watched';

const ACCOUNTS = 1_000;
const AT_ONCE = 20;
/** Every folder has been looked at for the first time, and V8 has tidied up after the logins, which it does 100 s later. */
const SETTLED_MS = 115_000;
const IDLE_MS = 60_000;

/**
 * Brings 1,000 accounts online over TLS, and keeps them; the peer is bare imapflow, which logs in, selects the inbox and
 * goes into IDLE. Then all are cut at once, and ours come back.
 */
bench(async ({ db, url }) => {
  const watched = await startWatched(url, 2 * ACCOUNTS);
  const { gmail, product, bare, gmailPort: port } = watched;
  try {
    const workspace = await seedWorkspace(db);
    const bareBefore = await bare.ask<Costs>('costs');
    const half = { port, count: ACCOUNTS / 2, atOnce: AT_ONCE };
    const firstHalf = await bare.ask<{ seconds: number }>('watch', { ...half, first: ACCOUNTS });

    const before = await product.ask<Costs>('costs');
    await product.ask('measureDelay');
    const startedAt = performance.now();
    await seedConnections(db, workspace.id, ACCOUNTS);
    await untilWatching(db, ACCOUNTS);
    const seconds = (performance.now() - startedAt) / 1000;
    const loopDelay = await product.ask<number>('loopDelayP99Ms');
    const online = await product.ask<Costs>('costs');

    const otherHalf = await bare.ask<{ seconds: number }>('watch', { ...half, first: 1.5 * ACCOUNTS });
    const bareOnline = await bare.ask<Costs>('costs');
    const bareSeconds = firstHalf.seconds + otherHalf.seconds;

    await sleep(SETTLED_MS);
    const idleFrom = await product.ask<number>('cpuMs');
    const bareIdle = await bare.ask<Costs>('costs');
    await sleep(IDLE_MS);
    const idleTo = await product.ask<Costs>('costs');

    await bare.end();
    await gmail.ask('cutAll');
    const cutAt = performance.now();
    while ((await gmail.ask<number>('idling')) < ACCOUNTS) await sleep(100);
    const backAfter = (performance.now() - cutAt) / 1000;
    const most = await gmail.ask<number>('mostLoggingIn');

    const each = (from: Costs, to: Costs) => ((to.rssMiB - from.rssMiB) * 1024) / ACCOUNTS;
    const [memory, bareMemory] = [each(before, idleTo), each(bareBefore, bareIdle)];
    const [cpu, bareCpu] = [online.cpuMs - before.cpuMs, bareOnline.cpuMs - bareBefore.cpuMs];
    return [
      {
        what: 'memory of a connection',
        value: memory / bareMemory,
        bound: { atMost: 1.5 },
        ours: `${memory.toFixed(0)} KiB`,
        peer: `${bareMemory.toFixed(0)} KiB`,
      },
      {
        what: `time to bring ${ACCOUNTS} online`,
        value: seconds / bareSeconds,
        bound: { atMost: 1.5 },
        ours: `${seconds.toFixed(1)} s`,
        peer: `${bareSeconds.toFixed(1)} s`,
      },
      {
        what: 'processor time for that',
        value: cpu / bareCpu,
        bound: { atMost: 1.5 },
        ours: `${(cpu / ACCOUNTS).toFixed(1)} ms each`,
        peer: `${(bareCpu / ACCOUNTS).toFixed(1)} ms each`,
      },
      { what: 'event loop delay meanwhile, p99', value: loopDelay, unit: 'ms', bound: { atMost: 50 } },
      {
        what: 'idle processor time',
        value: ((idleTo.cpuMs - idleFrom) / IDLE_MS) * 100,
        unit: '% of a core',
        bound: { atMost: 1 },
      },
      { what: 'all cut, all back in IDLE', value: backAfter, unit: 's', bound: { atMost: 60 } },
      { what: 'logins at once meanwhile', value: most, unit: 'logins', bound: { atMost: AT_ONCE } },
    ];
  } finally {
    await watched.end();
  }
});
