import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readConfig } from '../../../src/config';
import { createLog } from '../../../src/lib/log';
import { start } from '../../../src/main';
import { answer } from '../apart';

/** The whole product, configured by its environment. */
const delay = monitorEventLoopDelay({ resolution: 10 });

import { Session } from 'node:inspector/promises';

const ins = new Session();
answer({
  profile: async () => {
    ins.connect();
    await ins.post('Profiler.enable');
    await ins.post('Profiler.setSamplingInterval', { interval: 500 });
    await ins.post('Profiler.start');
  },
  profiled: async () => {
    const { profile } = await ins.post('Profiler.stop');
    require('node:fs').writeFileSync('/tmp/scratch/push4/p.cpuprofile', JSON.stringify(profile));
  },

  start: async () => (await start(readConfig(), createLog('warn'))).url,
  measureDelay: () => {
    delay.reset();
    delay.enable();
  },
  loopDelayP99Ms: () => delay.percentile(99) / 1e6,
});
