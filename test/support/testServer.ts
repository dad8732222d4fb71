import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { openDatabase } from '../../src/database/database';

/** The PostgreSQL of this jest run. */
export interface TestServer {
  url: string;
  stop: () => Promise<void>;
  /** Its files, when they are ours to remove. */
  directory?: string;
}

declare global {
  /** Carries the server from globalSetup to globalTeardown, which share a process. */
  var testServer: TestServer | undefined;
}

/** Makes the migrated database that every test clones, and returns its name. */
export async function createTemplate(serverUrl: string, log: Logger): Promise<string> {
  const template = `template_${randomBytes(6).toString('hex')}`;
  await administer(serverUrl, `CREATE DATABASE ${template}`);
  const database = await openDatabase({ url: urlOf(serverUrl, template), log });
  await database.close();
  // A template that somebody is connected to cannot be cloned, and autovacuum would be somebody.
  await administer(serverUrl, `ALTER DATABASE ${template} ALLOW_CONNECTIONS false`);
  return template;
}

/** Runs one statement on the server's own database. */
export async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The address of another database on the same server. */
export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = database;
  return url.href;
}
