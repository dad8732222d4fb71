import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readConfig } from '../../../src/config';
import { createLog } from '../../../src/lib/log';
import { start } from '../../../src/main';
import { answer } from '../apart';

/** The whole product, configured by its environment. */
const delay = monitorEventLoopDelay({ resolution: 10 });

answer({
  start: async () => (await start(readConfig(), createLog('warn'))).url,
  measureDelay: () => {
    delay.reset();
    delay.enable();
  },
  loopDelayP99Ms: () => {
    delay.disable(); // it looks every 10 ms, which is 0.45 % of a core
    return delay.percentile(99) / 1e6;
  },
});
