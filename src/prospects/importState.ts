import type { Sql } from '../database/database';
import { limitAttempts } from '../identity/attempts';
import type { Viewer } from '../identity/context';
import { RateLimited } from '../lib/failures';
import { announceImport } from './imports';
import type { ProspectsRoom } from './prospectsRoom';

/*
 *   RUNNING ──► DONE     with the upsert, in its transaction (upsertStaged.ts)
 *      └──────► FAILED   nothing was taken over; also by another process, when the lease ran out
 *
 * Every statement here asks that the import is still RUNNING, so nothing moves twice.
 */

/** Of the file's rejects so many are kept, the first; all are counted. */
export const REJECTS_KEPT = 10_000;

/** A process that has not renewed for so long is dead. That it is noticed within 15 s is promised. */
const LEASE = `now() + interval '10 seconds'`;
/** How often an import that makes no progress must renew. */
export const RENEW_EVERY_MS = 3_000;

export const INTERRUPTED = 'Interrupted: send the file again. Nothing was imported.';

export interface ImportProgress {
  rowsRead: number;
  rejected: number;
}

export interface Reject {
  line: number;
  reason: string;
}

/** The import was ended by somebody else, since it looked dead. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

/** The table in which an import's rows wait for its end. */
export function stagingTableOf(importId: string): string {
  return `import_staging_${importId.replaceAll('-', '')}`;
}

/** Each holds a table and the process's attention; what nobody sends on ends after two minutes. */
const RUNNING_AT_ONCE = 5;
const COME_BACK_AFTER_MS = 30_000;
const IMPORTS_A_MINUTE = { max: 60, windowSeconds: 60, what: 'Too many files came in.' };

/** Begins an import: its row and its staging table. @throws RateLimited */
export async function beginImport(room: ProspectsRoom, { workspaceId }: Viewer): Promise<string> {
  await limitAttempts(room.db, 'import', workspaceId, IMPORTS_A_MINUTE);
  return room.db.transaction(async (tx) => {
    // The workspace's row is locked, so that of many that begin at once no more than these do.
    await tx.query('SELECT FROM workspaces WHERE id = $1 FOR NO KEY UPDATE', [workspaceId]);
    const running = await tx.query(
      `SELECT FROM prospect_imports WHERE workspace_id = $1 AND state = 'RUNNING' LIMIT ${RUNNING_AT_ONCE}`,
      [workspaceId],
    );
    if (running.length === RUNNING_AT_ONCE) {
      throw new RateLimited(
        new Date(Date.now() + COME_BACK_AFTER_MS),
        'Five files are on their way already.',
      );
    }
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO prospect_imports (workspace_id, lease_until) VALUES ($1, ${LEASE}) RETURNING id`,
      [workspaceId],
    );
    if (!row) throw new Error('An insert returns its row');
    await tx.query(
      `CREATE UNLOGGED TABLE ${stagingTableOf(row.id)} (line int NOT NULL, email text NOT NULL, first_name text,
         last_name text, company text, attributes jsonb NOT NULL, tags text[] NOT NULL)`,
    );
    return row.id;
  });
}

/** Writes down how far the import is, and renews its lease. @throws LeaseLost */
export async function saveProgress(
  db: Sql,
  importId: string,
  { rowsRead, rejected }: ImportProgress,
  rejects: readonly Reject[],
): Promise<void> {
  const saved = await db.query(
    `UPDATE prospect_imports SET rows_read = $2, rejected = $3, lease_until = ${LEASE}
      WHERE id = $1 AND state = 'RUNNING' RETURNING id`,
    [importId, rowsRead, rejected],
  );
  if (saved.length === 0) throw new LeaseLost('The import is not running any more');
  await saveRejects(db, importId, rejects);
}

/** Keeps lines that could not be used, with the reason of each. */
export async function saveRejects(db: Sql, importId: string, rejects: readonly Reject[]): Promise<void> {
  if (rejects.length === 0) return;
  await db.query(
    'INSERT INTO import_rejects (import_id, line, reason) SELECT $1, * FROM unnest($2::int[], $3::text[])',
    [importId, rejects.map(({ line }) => line), rejects.map(({ reason }) => reason)],
  );
}

/** Only says that the import's process is alive. */
export async function renewImport(db: Sql, importId: string): Promise<void> {
  await db.query(`UPDATE prospect_imports SET lease_until = ${LEASE} WHERE id = $1 AND state = 'RUNNING'`, [
    importId,
  ]);
}

/** Ends an import of which nothing was taken over. Does nothing to one that has ended. */
export async function failImport(room: ProspectsRoom, importId: string, message: string): Promise<void> {
  await fail(room, 'id = $2', [message, importId]);
  await room.db.query(`DROP TABLE IF EXISTS ${stagingTableOf(importId)}`);
}

/** Ends every import whose process is dead. */
export async function failAbandoned(room: ProspectsRoom): Promise<void> {
  const failed = await fail(room, 'lease_until < now()', [INTERRUPTED]);
  if (failed > 0) room.log.warn({ imports: failed }, 'Imports were left behind by a process that has ended');
}

/** The index over running imports is as small as they are few. */
async function fail(room: ProspectsRoom, which: string, values: readonly string[]): Promise<number> {
  const failed = await room.db.query<{ id: string; workspaceId: string }>(
    `UPDATE prospect_imports SET state = 'FAILED', message = $1 WHERE state = 'RUNNING' AND ${which}
     RETURNING id, workspace_id AS "workspaceId"`,
    values,
  );
  for (const { id, workspaceId } of failed) announceImport(room, workspaceId, id);
  return failed.length;
}
