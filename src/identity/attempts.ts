import type { Database, Sql } from '../database/database';
import { RateLimited } from '../lib/failures';

/** At most `max` attempts within any `windowSeconds`, over all processes and restarts. */
export interface AttemptLimit {
  max: number;
  windowSeconds: number;
  /** What there was too much of, in a sentence. */
  what?: string;
}

/**
 * Takes one attempt, or refuses it. Of attempts that come at once no more than `max` pass.
 *
 * @param scope what is attempted; @param key by whom, or on what
 * @returns its id, by which it can be withdrawn
 * @throws RateLimited
 */
export async function limitAttempts(
  db: Database,
  scope: string,
  key: string,
  limit: AttemptLimit,
): Promise<string> {
  const taken = await db.transaction(async (tx) => {
    await lock(tx, scope, key);
    const { retryAt } = await countAttempts(tx, scope, key, limit);
    return retryAt ?? recordAttempt(tx, scope, key);
  });
  if (taken instanceof Date) throw new RateLimited(taken, limit.what);
  return taken;
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

/** @returns its id */
export async function recordAttempt(db: Sql, scope: string, key: string): Promise<string> {
  const [attempt] = await db.query<{ id: string }>(
    'INSERT INTO attempts (scope, key, at) VALUES ($1, $2, clock_timestamp()) RETURNING id',
    [scope, key],
  );
  if (!attempt) throw new Error('An insert returns its row');
  return attempt.id;
}

/** It turned out to be nothing that counts; the others stay. */
export async function withdrawAttempt(db: Sql, id: string): Promise<void> {
  await db.query('DELETE FROM attempts WHERE id = $1', [id]);
}

/** @throws RateLimited when there were too many; counts for nothing itself */
export async function refuseIfLimited(
  db: Sql,
  scope: string,
  key: string,
  limit: AttemptLimit,
): Promise<void> {
  const { retryAt } = await countAttempts(db, scope, key, limit);
  if (retryAt) throw new RateLimited(retryAt, limit.what);
}

/** What has been set right counts no more: the failed sign-ins before one that worked. */
export async function forgetAttempts(db: Sql, scope: string, key: string): Promise<void> {
  await db.query('DELETE FROM attempts WHERE scope = $1 AND key = $2', [scope, key]);
}

/** Makes the attempts on one key wait for each other until the transaction ends. */
async function lock(tx: Sql, scope: string, key: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`attempts ${scope} ${key}`]);
}
