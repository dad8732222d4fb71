import type { Logger } from 'pino';
import { type Reached, waitForPostgres } from './waitForPostgres';

/**
 * What needs a session of PostgreSQL's own, and so takes `sessionUrl`, is all here: LISTEN (noticeChannel.ts), which
 * a pooler that shares server processes out by transaction drops without a word, and the lock that migrations run under
 * (migrate.ts), which it would leave behind forever. Everything else lives within a transaction, and takes `url`.
 *
 * Waits for both, and says how `url` leads to PostgreSQL.
 *
 * @throws NoSession when `sessionUrl` leads through such a pooler
 */
export async function reachSessions(
  url: string,
  sessionUrl: string,
  log: Logger,
  signal?: AbortSignal,
): Promise<Reached> {
  const reached = await waitForPostgres(url, log, signal);
  const sessions = sessionUrl === url ? reached : await waitForPostgres(sessionUrl, log, signal);
  if (sessions === 'BY_TRANSACTION') throw new NoSession();
  if (reached !== 'DIRECTLY') log.info('DATABASE_URL leads through a pooler: nothing is prepared on it');
  return reached;
}

/** LISTEN and migrations would fail without a word. */
export class NoSession extends Error {
  override readonly name = 'NoSession';

  constructor() {
    super(
      'The database is behind a pooler that shares connections out by transaction, such as PgBouncer: notices between ' +
        'processes and migrations need a session. Set DATABASE_SESSION_URL to the same database without the pooler ' +
        '(or with pool_mode = session).',
    );
  }
}
