import { execFile } from 'node:child_process';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Logger } from 'pino';

const POLL_MS = 50;

/**
 * A postmaster gets an orderly shutdown, then one that leaves recovery to the next start, then the kernel's.
 * Without a postmaster the others end by themselves within moments; whoever does not is stuck.
 */
const PATIENCE = {
  withPostmaster: { quitAfterMs: 5_000, killAfterMs: 8_000 },
  without: { quitAfterMs: 500, killAfterMs: 2_000 },
};
const GIVE_UP_AFTER_MS = 60_000;

const PREFIX = 'connectionsphere-';

/**
 * The name that a cluster's PostgreSQL shows in all its process titles (cluster_name). By it, and never by a
 * process id from a file, we know a process of this directory: ids are recycled, within a container at once.
 * Titles are readable without the privilege that /proc/PID/cwd needs.
 */
export async function labelOf(cluster: string): Promise<string> {
  const { dev, ino } = await stat(cluster);
  return `${PREFIX}${dev}-${ino}`;
}

/**
 * Ends what an earlier run left on the cluster and waits until it is gone: a postmaster that outlived a
 * kill -9 of its parent, or server processes that are still dying. Only for the holder of the data directory.
 */
export async function endLeftovers(cluster: string, log: Logger): Promise<void> {
  const label = await labelOf(cluster);
  const began = Date.now();
  for (let tries = 0; ; tries += 1) {
    const left = await findProcesses(label);
    if (left.length === 0) break;
    if (tries === 0)
      log.warn({ pids: left.map(({ pid }) => pid) }, 'Ending the PostgreSQL that an earlier run left');
    const elapsed = Date.now() - began;
    if (elapsed > GIVE_UP_AFTER_MS) {
      throw new Error(
        `PostgreSQL processes of ${cluster} do not end: ${left.map(({ pid }) => pid).join(', ')}`,
      );
    }
    const hasPostmaster = left.some(({ title }) => isPostmaster(title));
    const patience = hasPostmaster ? PATIENCE.withPostmaster : PATIENCE.without;
    for (const { pid, title } of left) {
      if (elapsed > patience.killAfterMs) signal(pid, 'SIGKILL');
      else if (elapsed > patience.quitAfterMs) signal(pid, 'SIGQUIT');
      else if (tries === 0 && isPostmaster(title)) signal(pid, 'SIGINT');
    }
    await sleep(POLL_MS);
  }
  await removeStaleLock(join(cluster, 'postmaster.pid'));
}

/** With no process of the cluster alive its lock file is stale, even if its process id belongs to somebody now. */
async function removeStaleLock(file: string): Promise<void> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  const owner = (await readTitles()).find((process) => process.pid === pid);
  // A PostgreSQL that we did not start may be on this directory by hand: leave the decision to it.
  const isForeign = owner && /postgres/.test(owner.title) && !owner.title.includes(PREFIX);
  if (!isForeign) await rm(file, { force: true });
}

interface Process {
  pid: number;
  /** The command line, or what the process calls itself; with spaces between the arguments. */
  title: string;
}

async function findProcesses(label: string): Promise<Process[]> {
  return (await readTitles()).filter(
    ({ title }) =>
      title.startsWith(`postgres: ${label}: `) ||
      (isPostmaster(title) && `${title} `.includes(` cluster_name=${label} `)),
  );
}

function isPostmaster(title: string): boolean {
  return /^\S*\/postgres /.test(title);
}

/** A process that is a zombie has no title any more, and holds nothing. */
async function readTitles(): Promise<Process[]> {
  if (process.platform !== 'linux') return readTitlesByPs();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid: Number(pid), title: line.replaceAll('\0', ' ').trim() };
    }),
  );
}

async function readTitlesByPs(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, title] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    return pid && title ? [{ pid: Number(pid), title }] : [];
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ESRCH: it ended just now
  }
}
