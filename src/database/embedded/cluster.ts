import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Logger } from 'pino';
import { type Account, handOver } from './account';
import type { Binaries } from './binaries';

/** The one role and, beside the data that it opens, the file with its password. */
export const ROLE = 'connectionsphere';
const PASSWORD_FILE = 'connectionsphere.password';

/**
 * PostgreSQL's name for "the directory you were started in". A child enters its directory before it drops root,
 * and by this name never has to walk the path again, which `nobody` could not below a directory of mode 700.
 */
export const WORKING_DIRECTORY = process.platform === 'linux' ? '/proc/self/cwd' : '.';

/** The whole environment of PostgreSQL's programs: none of PGDATA, PGPORT or the person's locale leaks in. */
export const PROGRAM_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Makes sure that there is a cluster, and resolves to its password. A new one is made aside, synced, and renamed
 * into place as the last step, so that a kill at any moment leaves a whole cluster or none.
 */
export async function prepareCluster(
  cluster: string,
  binaries: Binaries,
  account: Account,
  log: Logger,
): Promise<string> {
  await removeUnfinished(cluster);
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null) {
    await refuseForeignFiles(cluster);
    log.info({ directory: cluster }, 'Creating the embedded database');
    await create(cluster, binaries, account);
  } else if (version.trim() !== binaries.major) {
    throw new Error(
      `The database in ${cluster} was made by PostgreSQL ${version.trim()}, and this release brings ${binaries.major}. ` +
        'Dump it with the release that made it and load it into a fresh DATA_DIR, or serve it to us by DATABASE_URL.',
    );
  }
  return readPassword(cluster);
}

async function refuseForeignFiles(cluster: string): Promise<void> {
  const files = await readdir(cluster).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (files.length > 0) {
    throw new Error(
      `${cluster} is not empty and holds no PostgreSQL database: move it away, or set another DATA_DIR`,
    );
  }
}

async function readPassword(cluster: string): Promise<string> {
  const file = join(cluster, PASSWORD_FILE);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new Error(`${file} cannot be read; without it nobody can log in to the database`, { cause: error });
  }
}

async function removeUnfinished(cluster: string): Promise<void> {
  const parent = join(cluster, '..');
  for (const name of await readdir(parent)) {
    if (name.startsWith('postgres.init-')) await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function create(cluster: string, binaries: Binaries, account: Account): Promise<void> {
  const workshop = await mkdtemp(`${cluster}.init-`);
  const made = join(workshop, 'data');
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(workshop, 'password');
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flush: true });
    await mkdir(made, { mode: 0o700 });
    await handOver(workshop, account);
    await runInitdb(made, passwordFile, binaries, account);
    await rename(passwordFile, join(made, PASSWORD_FILE));
    await sync(made);
    await rename(made, cluster);
    await sync(join(cluster, '..'));
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

async function runInitdb(
  made: string,
  passwordFile: string,
  binaries: Binaries,
  account: Account,
): Promise<void> {
  const password = await open(passwordFile);
  try {
    const initdb = spawn(
      binaries.initdb,
      [
        ...['-D', WORKING_DIRECTORY, `--username=${ROLE}`, '--pwfile=/dev/stdin', '--auth=scram-sha-256'],
        // The same order and case rules on every machine, whatever its libc: an index outlives an upgrade of it.
        ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ],
      { cwd: made, env: PROGRAM_ENV, stdio: [password.fd, 'ignore', 'pipe'], ...account },
    );
    const complaint = initdb.stderr ? text(initdb.stderr) : '';
    const [code] = await once(initdb, 'close');
    if (code !== 0) {
      const reason = (await complaint).trim(); // a full disk, or a user without a name in /etc/passwd
      throw new Error(`Cannot create the embedded database (DATABASE_URL would use another): ${reason}`);
    }
  } finally {
    await password.close();
  }
}

/** Makes renames within a directory survive a power cut. */
async function sync(directory: string): Promise<void> {
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
