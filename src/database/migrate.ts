import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { type Connection, dataSourceOptions } from '../../ormconfig';

/** Any fixed number, the same in every release: it names the lock that all our processes migrate under. */
export const MIGRATION_LOCK = 4_718_253_061;

const POLL_MS = 100;

/**
 * Runs the pending migrations, each in its own transaction. Of several processes that start at once, one
 * migrates and the others wait. Rejects with the migration's error, after which the next start tries it again.
 */
export async function migrate(connection: Connection, log: Logger, signal?: AbortSignal): Promise<void> {
  const options = dataSourceOptions({ ...connection, poolSize: 2 });
  // Building an index may take longer than any query of the product, so this pool has no timeout.
  const dataSource = new DataSource({ ...options, entities: [], extra: { keepAlive: true } });
  await dataSource.initialize();
  const runner = dataSource.createQueryRunner();
  try {
    await lock(runner, signal);
    // The lock lives as long as the session, and the migrations run in that very session: they end together.
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = options.migrationsTransactionMode;
    for (const migration of await executor.executePendingMigrations()) {
      log.info({ migration: migration.name }, 'Migrated the database');
    }
  } finally {
    await runner.release();
    await dataSource.destroy(); // ends the session, and with it the lock
  }
}

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
