import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Account } from './account';
import type { Binaries } from './binaries';
import { PROGRAM_ENV, WORKING_DIRECTORY } from './cluster';
import { labelOf } from './leftovers';

export interface Launch {
  cluster: string;
  binaries: Binaries;
  account: Account;
  port: number;
  /** Server settings beyond ours. */
  settings: Readonly<Record<string, string>>;
  log: Logger;
}

/** A running PostgreSQL. */
export interface Postmaster {
  /** Resolves when it has ended, for whatever reason. Never rejects. */
  ended: Promise<void>;
  /** Rolls back what is open and ends it, within seconds. */
  stop: () => Promise<void>;
}

/** PostgreSQL did not come up; `output` is what it said. */
export class LaunchFailed extends Error {
  constructor(readonly output: string) {
    super(`The embedded PostgreSQL does not start: ${output.trim() || 'it says nothing'}`);
  }
}

/** A fast shutdown writes out what is dirty. Past this the next start recovers from the log, and loses nothing. */
const STOP_WITHIN_MS = 4_000;
const OUTPUT_LINES = 30;

/**
 * Starts PostgreSQL and resolves once it accepts connections, which after a crash includes recovery.
 * Rejects with LaunchFailed.
 */
export async function launch({
  cluster,
  binaries,
  account,
  port,
  settings,
  log,
}: Launch): Promise<Postmaster> {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '', // the default is /tmp, where anybody could connect
    cluster_name: await labelOf(cluster),
    timezone: 'UTC',
    // Failed statements come back to whoever sent them, and may hold what must not be in a log.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_line_prefix: '',
    ...settings,
  };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(binaries.postgres, ['-D', WORKING_DIRECTORY, ...args], {
    cwd: cluster,
    env: PROGRAM_ENV,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // its own session: Ctrl-C and a supervisor's signal to the group leave it to us to end it
    ...account,
  });
  const ended = new Promise<void>((resolve) => {
    server.on('error', () => resolve());
    server.on('exit', () => resolve());
  });
  if (server.pid !== undefined) {
    const guard = guardAgainstOrphan(server.pid, account);
    void ended.then(() => guard.kill('SIGKILL'));
  }
  await becomeReady(server, log);
  return { ended, stop: () => stop(server, ended) };
}

/** A port of loopback that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('Loopback has no free port');
  return address.port;
}

function becomeReady(server: ChildProcess, log: Logger): Promise<void> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new LaunchFailed(error.message)));
    server.once('close', () => reject(new LaunchFailed(lines.join('\n'))));
    if (!server.stderr) return;
    createInterface(server.stderr).on('line', (line) => {
      lines.push(line);
      if (lines.length > OUTPUT_LINES) lines.shift();
      log[line.startsWith('PANIC:') ? 'error' : 'debug']({ postgres: line }, 'PostgreSQL says');
      if (line.includes('database system is ready to accept connections')) resolve();
    });
  });
}

/**
 * A shell that does nothing but wait for our end of its input to close, as the kernel does even after kill -9,
 * and then ends PostgreSQL in order. So no run leaves one behind for long, also if it is never started again.
 */
function guardAgainstOrphan(pid: number, account: Account): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'guard', String(pid)], {
    cwd: '/',
    env: PROGRAM_ENV,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    ...account,
  });
  guard.on('error', () => undefined); // no shell, no guard: the next start ends the orphan
  guard.unref();
  return guard;
}

async function stop(server: ChildProcess, ended: Promise<void>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    server.kill(signal);
    if (await endsWithin(ended, STOP_WITHIN_MS)) return;
  }
}

function endsWithin(ended: Promise<void>, milliseconds: number): Promise<boolean> {
  return Promise.race([ended.then(() => true), sleep(milliseconds, false, { ref: false })]);
}
