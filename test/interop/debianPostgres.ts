import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '../../src/database/embedded/postmaster';
import { prepareFiles, startServer, UNPRIVILEGED } from './debianServer';

/** A PostgreSQL as an operator installs it: another build than the embedded one, and an older version. */
export interface DebianPostgres {
  /** Of an empty database, with the role that owns it. */
  url: string;
  /** All that it holds, as pg_dump writes it. */
  dump(): Promise<string>;
  stop(): Promise<void>;
}

const VERSIONS = '/usr/lib/postgresql';

/** Starts the newest that is installed (apt-get install postgresql) on a free port of loopback. */
export async function openDebianPostgres(): Promise<DebianPostgres> {
  const versions = await readdir(VERSIONS).catch(() => []);
  const newest = versions.sort((one, other) => Number(other) - Number(one))[0] ?? 'none';
  const bin = join(VERSIONS, newest, 'bin');
  const directory = await prepareFiles('postgresql', { password: 'secret\n' });
  const auth = ['--username=me', '--pwfile=password', '--auth=scram-sha-256'];
  await promisify(execFile)(join(bin, 'initdb'), ['--no-sync', ...auth, 'data'], {
    cwd: directory,
    ...UNPRIVILEGED,
  });
  const port = await findFreePort();
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'fsync=off'];
  const server = await startServer(
    [join(bin, 'postgres'), '-D', 'data', ...settings.flatMap((setting) => ['-c', setting])],
    { directory, ready: 'ready to accept connections', install: 'postgresql' },
  );
  const url = `postgres://me:secret@127.0.0.1:${port}/postgres`;
  return {
    url,
    dump: async () =>
      (await promisify(execFile)(join(bin, 'pg_dump'), [url], { maxBuffer: 64 * 1024 ** 2 })).stdout,
    stop: () => server.stop('SIGINT'), // a fast shutdown
  };
}
