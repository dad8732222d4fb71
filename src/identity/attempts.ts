import type { Database, Sql } from '../database/database';
import { RateLimited } from '../lib/failures';

/** At most `max` attempts within any `windowSeconds`, over all processes and restarts. */
export interface AttemptLimit {
  max: number;
  windowSeconds: number;
}

/**
 * Takes one attempt, or refuses it. Of attempts that come at once no more than `max` pass.
 *
 * @param scope what is attempted; @param key by whom, or on what
 * @throws RateLimited
 */
export async function limitAttempts(
  db: Database,
  scope: string,
  key: string,
  limit: AttemptLimit,
): Promise<void> {
  const retryAt = await db.transaction(async (tx) => {
    await lock(tx, scope, key);
    const counted = await countAttempts(tx, scope, key, limit);
    if (counted.retryAt === null) await recordAttempt(tx, scope, key);
    return counted.retryAt;
  });
  if (retryAt) throw new RateLimited(retryAt);
}

/**
 * How often it was attempted in the window, and, once that is too often, when the next may come. For limits
 * on what turns out badly: count before, and record what was refused.
 */
export async function countAttempts(
  db: Sql,
  scope: string,
  key: string,
  { max, windowSeconds }: AttemptLimit,
): Promise<{ count: number; retryAt: Date | null }> {
  // Stands on attempts_recent. The attempt that has to grow old is the max-th newest.
  const rows = await db.query<{ retry_at: Date }>(
    `SELECT at + make_interval(secs => $3) AS retry_at FROM attempts
     WHERE scope = $1 AND key = $2 AND at > now() - make_interval(secs => $3)
     ORDER BY at DESC LIMIT $4`,
    [scope, key, windowSeconds, max],
  );
  return { count: rows.length, retryAt: rows[max - 1]?.retry_at ?? null };
}

export async function recordAttempt(db: Sql, scope: string, key: string): Promise<void> {
  await db.query('INSERT INTO attempts (scope, key, at) VALUES ($1, $2, clock_timestamp())', [scope, key]);
}

/** What has been set right counts no more: the failed sign-ins before one that worked. */
export async function forgetAttempts(db: Sql, scope: string, key: string): Promise<void> {
  await db.query('DELETE FROM attempts WHERE scope = $1 AND key = $2', [scope, key]);
}

/** Makes the attempts on one key wait for each other until the transaction ends. */
async function lock(tx: Sql, scope: string, key: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`attempts ${scope} ${key}`]);
}
