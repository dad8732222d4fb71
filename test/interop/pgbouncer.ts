import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findFreePort } from '../../src/database/embedded/postmaster';

/** A PgBouncer of a test's own, before one database. */
export interface PgBouncer {
  url: string;
  stop(): Promise<void>;
}

const NOBODY = 65_534;

/** Starts it on a free port of loopback, as Debian ships it (apt-get install pgbouncer): no setting but these. */
export async function openPgBouncer(
  databaseUrl: string,
  mode: 'session' | 'transaction',
): Promise<PgBouncer> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const directory = await mkdtemp(join(tmpdir(), 'connectionsphere-pgbouncer-'));
  const own = await findFreePort();
  const file = join(directory, 'pgbouncer.ini');
  await writeFile(join(directory, 'users.txt'), `"${username}" "${password}"\n`);
  await writeFile(
    file,
    `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = md5
auth_file = ${join(directory, 'users.txt')}
pool_mode = ${mode}
`,
  );
  const isRoot = userInfo().uid === 0; // which it refuses to be
  for (const path of isRoot ? [directory, file, join(directory, 'users.txt')] : [])
    await chown(path, NOBODY, NOBODY);
  const server = spawn('pgbouncer', [file], {
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  });
  await becomeReady(server);
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${own}${pathname}`,
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}

async function becomeReady(server: ChildProcess): Promise<void> {
  server.once('error', () => undefined); // it has no output then
  const lines: string[] = [];
  for await (const line of createInterface({ input: server.stderr as NodeJS.ReadableStream })) {
    lines.push(line);
    if (line.includes('process up')) {
      server.stderr?.resume();
      return;
    }
  }
  throw new Error(`PgBouncer does not start (apt-get install pgbouncer): ${lines.join('\n')}`);
}
