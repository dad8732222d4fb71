import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import setUp from '../support/globalSetup';
import tearDown from '../support/globalTeardown';
import { fuzzIntake } from './fuzzIntake';

/**
 * `npm run fuzz -- 100000 7` sends so many hostile mails through the intake into a real database, from seed 7 (or another
 * each time). Ends with 1 where one crashed it, hung, stopped the cursor, or made the process large.
 */

/** No mail of 256 KB takes so long, fifty of them together included. */
const HANGS_MS = 60_000;
const MOST_MEMORY_MB = 1_500;

async function fuzz(mails: number, seed: number): Promise<void> {
  await setUp();
  process.stdout.write(`${mails} hostile mails from seed ${seed}\n`);
  const worker = new Worker(__filename, { workerData: { mails, seed } });
  let read = 0;
  let largestMb = 0;
  const hang = () => {
    process.stderr.write(`Seed ${seed} hangs after mail ${read}\n`);
    process.exitCode = 1;
    void worker.terminate();
  };
  let watchdog = setTimeout(hang, HANGS_MS);
  worker.on('message', (done: number) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(hang, HANGS_MS);
    read = done;
    largestMb = Math.max(largestMb, process.memoryUsage().rss / 1024 ** 2);
    if (read % 5_000 === 0) process.stdout.write(`${read} read, ${Math.round(largestMb)} MB at most\n`);
  });
  worker.on('error', (error) => {
    process.stderr.write(`${error.stack}\n`);
    if (error.cause instanceof Error) process.stderr.write(`${error.cause.stack}\n`);
    process.exitCode = 1;
  });
  await new Promise((resolve) => worker.once('exit', resolve));
  clearTimeout(watchdog);
  if (largestMb > MOST_MEMORY_MB) {
    process.stderr.write(`The process grew to ${Math.round(largestMb)} MB\n`);
    process.exitCode = 1;
  }
  await tearDown();
}

async function work({ mails, seed }: { mails: number; seed: number }): Promise<void> {
  const { kept, slowestMs } = await fuzzIntake(mails, seed, (read) => parentPort?.postMessage(read));
  process.stdout.write(`${mails} read, ${kept} kept; the slowest took ${Math.round(slowestMs)} ms\n`);
}

if (isMainThread) {
  const [mails = '100000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
  void fuzz(Number(mails), Number(seed));
} else {
  void work(workerData);
}
