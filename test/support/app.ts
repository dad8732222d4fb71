import { readConfig } from '../../src/config';
import type { Log } from '../../src/lib/log';
import { type App, start } from '../../src/main';
import { createTestDatabase, testLog } from './database';

export interface TestApp extends App {
  /** For tests that look into the database, or let a second process run on it. */
  databaseUrl: string;
}

/**
 * The whole product in this process, on a free port and a database of its own. One at a time: it takes the one
 * DataSource. `env` is what the environment would say.
 */
export async function startTestApp(
  env: Readonly<Record<string, string>> = {},
  log: Log = testLog,
): Promise<TestApp> {
  const { url: databaseUrl, drop } = await createTestDatabase();
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    GMAIL_SMTP_URL: 'smtp://127.0.0.1:9',
    GMAIL_IMAP_URL: 'imap://127.0.0.1:9',
    SIGN_UP: 'open',
    ...env,
  });
  const app = await start(config, log);
  return {
    ...app,
    databaseUrl,
    stop: async () => {
      await app.stop();
      await drop();
    },
  };
}
