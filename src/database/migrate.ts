import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DataSource, type Migration, MigrationExecutor, type QueryRunner } from 'typeorm';
import { type Connection, dataSourceOptions } from '../../ormconfig';
import { backoffDelay } from '../lib/backoff';
import { sqlState } from './sqlState';

/** Any fixed number, the same in every release: it names the lock that all our processes migrate under. */
export const MIGRATION_LOCK = 4_718_253_061;

const POLL_MS = 100;

/** A migration waits no longer for a table, since all others would wait behind it. It is tried again. */
const LOCK_WITHIN_MS = 3_000;
const LOCK_RETRY_MS = { first: 1_000, most: 30_000 };

/**
 * Runs the pending migrations, each in its own transaction. Of several processes that start at once, one
 * migrates and the others wait. Other processes, of this release or the one before, go on working meanwhile.
 * Rejects with the migration's error, after which the next start tries it again.
 */
export async function migrate(connection: Connection, log: Logger, signal?: AbortSignal): Promise<void> {
  const options = dataSourceOptions({ ...connection, poolSize: 2 });
  // Building an index may take longer than any query of the product, so this pool has no timeout.
  const dataSource = new DataSource({ ...options, entities: [], extra: { keepAlive: true } });
  await dataSource.initialize();
  const runner = dataSource.createQueryRunner();
  try {
    await lock(runner, signal);
    await runner.query(`SET lock_timeout = ${LOCK_WITHIN_MS}`);
    // The lock lives as long as the session, and the migrations run in that very session: they end together.
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = options.migrationsTransactionMode;
    for (const migration of await executePatiently(executor, log, signal)) {
      log.info({ migration: migration.name }, 'Migrated the database');
    }
  } finally {
    await runner.release();
    await dataSource.destroy(); // ends the session, and with it the lock
  }
}

async function executePatiently(
  executor: MigrationExecutor,
  log: Logger,
  signal?: AbortSignal,
): Promise<Migration[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await executor.executePendingMigrations();
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
      log.warn({ err: error }, 'A migration waits for a table that is in use');
      await sleep(backoffDelay(LOCK_RETRY_MS, tries), undefined, signal ? { signal } : {});
    }
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Polls instead of waiting in pg_advisory_lock(): a waiting statement holds a snapshot, and CREATE INDEX
 * CONCURRENTLY in a migration would wait for that snapshot forever.
 */
async function lock(runner: QueryRunner, signal?: AbortSignal): Promise<void> {
  while (!(await tryLock(runner))) await sleep(POLL_MS, undefined, signal ? { signal } : {});
}

async function tryLock(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query('SELECT pg_try_advisory_lock($1) AS locked', [MIGRATION_LOCK])) as {
    locked: boolean;
  }[];
  return row?.locked ?? false;
}
