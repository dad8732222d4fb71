import { randomBytes } from 'node:crypto';
import { type Logger, pino } from 'pino';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig';
import { type Database, openDatabase } from '../../src/database/database';
import { administer, urlOf } from './testServer';

/** A database of a test's own: migrated, empty, gone after close(). */
export interface TestDatabase {
  database: Database;
  /** For what opens connections of its own: notices, a second process. */
  url: string;
  close: () => Promise<void>;
}

/** Says only what would be wrong in a test. */
export const testLog: Logger = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'fatal' });

/** Clones the migrated template. Call close() in afterAll or at the test's end. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const { url, drop } = await createTestDatabase();
  const database = await openOnceMore(url);
  return {
    database,
    url,
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

/** Another pool on a test's database, as a second process would have. */
export function openOnceMore(url: string): Promise<Database> {
  return openDatabase({ url, log: testLog, dataSource: new DataSource(dataSourceOptions()) });
}

/** A database without anybody connected to it; `from` null makes one that was never migrated. */
export async function createTestDatabase(
  from: string | null = setting('TEST_TEMPLATE'),
): Promise<{ url: string; drop: () => Promise<void> }> {
  const serverUrl = setting('TEST_SERVER_URL');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${from ?? 'template0'}`);
  return {
    url: urlOf(serverUrl, name),
    drop: () => administer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

function setting(name: 'TEST_SERVER_URL' | 'TEST_TEMPLATE'): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: test/support/globalSetup.ts has not run`);
  return value;
}
