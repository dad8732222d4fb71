import { pino } from 'pino';
import { openDatabase } from '../../src/database/database';
import { startEmbeddedPostgres } from '../../src/database/embedded';

/**
 * A process of its own with an embedded PostgreSQL in the directory of its first argument. Says one line of JSON
 * for each thing that happens: up, drained (after SIGINT, having used the database once more), refused.
 */
async function run(directory: string): Promise<void> {
  const log = pino({ level: 'silent' });
  const postgres = await startEmbeddedPostgres(directory, log);
  const database = await openDatabase({ url: postgres.url, log });
  process.once('SIGINT', async () => {
    const [row] = await database.query<{ alive: boolean }>('SELECT pg_sleep(0.2), true AS alive');
    await database.close();
    await postgres.stop();
    say({ drained: row?.alive });
  });
  say({ up: postgres.url });
}

function say(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

run(process.argv[2] ?? '').catch((error: Error) => {
  say({ refused: error.message });
  process.exitCode = 1;
});
