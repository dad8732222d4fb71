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
    return (await findRetryAt(tx, scope, key, limit)) ?? recordAttempt(tx, scope, key);
  });
  if (taken instanceof Date) throw new RateLimited(taken, limit.what);
  return taken;
}

/** Counts one attempt more. @returns its id, by which it can be withdrawn */
export async function recordAttempt(db: Sql, scope: string, key: string): Promise<string> {
  const [attempt] = await db.query<{ id: string }>(
    'INSERT INTO attempts (scope, key, at) VALUES ($1, $2, clock_timestamp()) RETURNING id',
    [scope, key],
  );
  if (!attempt) throw new Error('An insert returns its row');
  return attempt.id;
}

/** Counts one attempt no more, which turned out to be none; the others stay. */
export async function withdrawAttempt(db: Sql, id: string): Promise<void> {
  await db.query('DELETE FROM attempts WHERE id = $1', [id]);
}

/**
 * Refuses without counting: for limits on what turns out badly, where `recordAttempt` counts only what was refused.
 *
 * @throws RateLimited when there were too many
 */
export async function refuseIfLimited(
  db: Sql,
  scope: string,
  key: string,
  limit: AttemptLimit,
): Promise<void> {
  const retryAt = await findRetryAt(db, scope, key, limit);
  if (retryAt) throw new RateLimited(retryAt, limit.what);
}

/** Counts none of them any more: the failed sign-ins before one that worked. */
export async function forgetAttempts(db: Sql, scope: string, key: string): Promise<void> {
  await db.query('DELETE FROM attempts WHERE scope = $1 AND key = $2', [scope, key]);
}

/** When the next attempt may come; null where it may come now. */
async function findRetryAt(
  db: Sql,
  scope: string,
  key: string,
  { max, windowSeconds }: AttemptLimit,
): Promise<Date | null> {
  // Stands on attempts_recent. The attempt that has to grow old is the max-th newest.
  const [last] = await db.query<{ retry_at: Date }>(
    `SELECT at + make_interval(secs => $3) AS retry_at FROM attempts
     WHERE scope = $1 AND key = $2 AND at > now() - make_interval(secs => $3)
     ORDER BY at DESC OFFSET $4 LIMIT 1`,
    [scope, key, windowSeconds, max - 1],
  );
  return last?.retry_at ?? null;
}

/** Makes the attempts on one key wait for each other until the transaction ends. */
async function lock(tx: Sql, scope: string, key: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`attempts ${scope} ${key}`]);
}
