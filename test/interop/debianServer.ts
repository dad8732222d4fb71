import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server as Debian ships it, with files of a test's own. */
export interface DebianServer {
  stop(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
}

/** `nobody`, where we are root: these servers refuse to be that. */
export const UNPRIVILEGED = userInfo().uid === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Makes a directory with these files, which the server may read and write. @returns where it is */
export async function prepareFiles(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `connectionsphere-${name}-`));
  for (const [file, content] of Object.entries(files)) await writeFile(join(directory, file), content);
  const { uid, gid } = UNPRIVILEGED;
  if (uid !== undefined)
    for (const path of ['.', ...(await readdir(directory))]) await chown(join(directory, path), uid, gid);
  return directory;
}

/**
 * Starts a server in its directory, and resolves when a line of what it says has the words `ready`.
 *
 * @throws Error with what it said when it ended before, and with `install`, the package that may be missing
 */
export async function startServer(
  [program, ...argv]: readonly [string, ...string[]],
  { directory, ready, install }: { directory: string; ready: string; install: string },
): Promise<DebianServer> {
  const server = spawn(program, argv, {
    cwd: directory,
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...UNPRIVILEGED,
  });
  await becomeReady(server, ready, install);
  return {
    stop: async (signal) => {
      const ended = once(server, 'exit');
      server.kill(signal);
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}

async function becomeReady(server: ChildProcess, ready: string, install: string): Promise<void> {
  server.once('error', () => undefined); // it has no output then
  const lines: string[] = [];
  for await (const line of createInterface({ input: server.stderr as NodeJS.ReadableStream })) {
    lines.push(line);
    if (line.includes(ready)) {
      server.stderr?.resume();
      return;
    }
  }
  throw new Error(`${server.spawnfile} does not start (apt-get install ${install}): ${lines.join('\n')}`);
}
