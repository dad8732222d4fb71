import 'reflect-metadata';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../../src/database/embedded';
import { createTemplate, type TestServer } from './testServer';

/**
 * One PostgreSQL for the whole run: TEST_DATABASE_URL where it is set (a role that may create databases), else an
 * embedded one that forgets everything, so that it need not wait for the disk.
 */
export default async function setUp(): Promise<void> {
  const log = pino({ level: 'warn' });
  const server: TestServer = process.env['TEST_DATABASE_URL']
    ? { url: process.env['TEST_DATABASE_URL'], stop: async () => {} }
    : await startEphemeral();
  const template = await createTemplate(server.url, log);
  // Test files run in processes of their own; the environment is what jest hands to them.
  process.env['TEST_SERVER_URL'] = server.url;
  process.env['TEST_TEMPLATE'] = template;
  globalThis.testServer = server;

  async function startEphemeral(): Promise<TestServer> {
    const directory = await mkdtemp(join(tmpdir(), 'connectionsphere-test-'));
    const settings = {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '300',
    };
    const { url, stop } = await startEmbeddedPostgres(directory, log, settings);
    return { url, stop, directory };
  }
}
