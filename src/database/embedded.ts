import { access, constants, mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { chooseAccount } from './embedded/account';
import { findBinaries } from './embedded/binaries';
import { prepareCluster, ROLE } from './embedded/cluster';
import { holdDirectory } from './embedded/holdDirectory';
import { keepRunning } from './embedded/keepRunning';

export interface EmbeddedPostgres {
  /** Where it listens: loopback, a free port, a generated password. Stays the same until stop(). */
  url: string;
  /** Ends PostgreSQL within some 5 s and lets go of the directory. Twice without harm. */
  stop: () => Promise<void>;
}

/**
 * Starts the PostgreSQL that lives in `dataDir`, created on first use. What an earlier run left behind, killed
 * at whatever moment, is ended first. As root it runs as `nobody`. When it ends unasked it is started
 * again at the same address.
 * Rejects, with what to do about it, when another process runs on `dataDir`, when that is no writable directory,
 * or when its data are another PostgreSQL version's. `settings` go to the server (tests turn fsync off).
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  log: Logger,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedPostgres> {
  const directory = resolve(dataDir);
  await prepareDirectory(directory);
  const letGo = await holdDirectory(directory);
  try {
    const cluster = join(directory, 'postgres');
    const account = await chooseAccount(cluster);
    const binaries = await findBinaries(directory, account);
    const password = await prepareCluster(cluster, binaries, account, log);
    const server = await keepRunning({ cluster, binaries, account, settings, log });
    let stopped: Promise<void> | undefined;
    return {
      url: `postgres://${ROLE}:${password}@127.0.0.1:${server.port}/postgres`,
      stop: () => {
        stopped ??= server.stop().finally(letGo);
        return stopped;
      },
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}

async function prepareDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32')
    throw new Error('On Windows there is no embedded PostgreSQL: set DATABASE_URL');
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const isFile = await stat(directory).then(
      (stats) => !stats.isDirectory(),
      () => false,
    );
    const reason = isFile ? 'it is a file' : (error as Error).message;
    throw new Error(`DATA_DIR ${directory} must be a directory that this process may write to: ${reason}`, {
      cause: error,
    });
  }
}
