import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run bench` runs every test/bench/*.bench.ts, `npm run bench -- send claim` those two: one after the other,
 * each in a process of its own, so that its memory is its own. Ends with 1 when a bound was missed.
 */
async function runBenches(names: readonly string[]): Promise<void> {
  const all = readdirSync(__dirname)
    .filter((file) => file.endsWith('.bench.ts'))
    .map((file) => file.slice(0, -'.bench.ts'.length));
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`No benchmark ${unknown.join()}: there are ${all.join(', ')}`);
  for (const name of names.length > 0 ? names : all) {
    const child = spawn(
      process.execPath,
      ['--require', join(__dirname, '../support/typescript.cjs'), join(__dirname, `${name}.bench.ts`)],
      { stdio: 'inherit' },
    );
    const [code] = await once(child, 'exit');
    if (code !== 0) process.exitCode = 1;
  }
}

runBenches(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
