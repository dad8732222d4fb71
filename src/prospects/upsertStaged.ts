import { longTransaction, type Session } from '../database/longStatements';
import { LeaseLost, REJECTS_KEPT, type Reject, saveRejects, stagingTableOf } from './importState';
import { MOST } from './prospectData';
import type { RunningImport, Staged } from './stageFile';

/**
 * Takes an import's staged rows over and ends it, in one transaction.
 *
 * @throws LeaseLost when the import was ended meanwhile; then nothing is taken over
 */
export async function upsertStaged(
  { room, importId, workspaceId }: RunningImport,
  staged: Staged,
): Promise<void> {
  const table = stagingTableOf(importId);
  await longTransaction(room.db, async (tx) => {
    // A workspace that is younger than the last ANALYZE has one row, the planner believes; a loop over 100,000 staged
    // rows in each of 100,000 prospects (minutes, measured) must not come of that.
    await tx.query('SET LOCAL enable_nestloop = off');
    await refuseLost(tx, table, staged.rowsStaged);
    const tooFull = await rejectTooFull(tx, table, workspaceId);
    await saveRejects(tx, importId, tooFull.slice(0, Math.max(0, REJECTS_KEPT - staged.rejected)));
    const changed = await upsert(tx, table, workspaceId);
    const linked = await link(tx, table, workspaceId, importId);
    await finish(tx, importId, {
      ...changed,
      rowsRead: staged.rowsRead,
      rejected: staged.rejected + tooFull.length,
      repeated: staged.rowsStaged - tooFull.length - linked,
      remarks: staged.remarks,
    });
    await tx.query(`DROP TABLE ${table}`);
  });
}

interface Changed {
  created: number;
  updated: number;
}

interface Outcome extends Changed {
  rowsRead: number;
  rejected: number;
  /** Rows whose address came again further down. */
  repeated: number;
  remarks: readonly string[];
}

/** A crash of PostgreSQL empties unlogged tables; then half a file would pass for the whole. */
async function refuseLost(tx: Session, table: string, expected: number): Promise<void> {
  await tx.query(`ANALYZE ${table}`);
  const [row] = await tx.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  if (row?.count !== expected) throw new Error(`${row?.count} rows are staged, not ${expected}`);
}

/** Who would hold more, with what is kept already, than one prospect may. One lookup a row in (workspace_id, email). */
function rejectTooFull(tx: Session, table: string, workspaceId: string): Promise<Reject[]> {
  const words = `would hold more than ${MOST.attributes} attributes or ${MOST.tags} tags, with those that are kept already`;
  return tx.query<Reject>(
    `DELETE FROM ${table} AS staged USING prospects kept
      WHERE kept.workspace_id = $1 AND kept.email = staged.email
        AND (NOT kept.attributes @> staged.attributes AND ${MOST.attributes} <
             (SELECT count(*) FROM jsonb_object_keys(kept.attributes || staged.attributes))
          OR NOT kept.tags @> staged.tags AND ${MOST.tags} <
             (SELECT count(DISTINCT tag) FROM unnest(kept.tags || staged.tags) tag))
      RETURNING line, $2::text AS reason`,
    [workspaceId, words],
  );
}

const CHANGES = `excluded.first_name <> kept.first_name OR kept.first_name IS NULL AND excluded.first_name IS NOT NULL
              OR excluded.last_name <> kept.last_name OR kept.last_name IS NULL AND excluded.last_name IS NOT NULL
              OR excluded.company <> kept.company OR kept.company IS NULL AND excluded.company IS NOT NULL
              OR NOT kept.attributes @> excluded.attributes OR NOT kept.tags @> excluded.tags`;

/**
 * One statement, through the unique index over (workspace_id, email). Of an address that comes more than once the
 * last row counts; an empty cell takes nothing away. In the order of the addresses, as saveProspects, so that two
 * at once wait for each other instead of dead-locking. `xmax` is 0 only in a row that was inserted.
 */
async function upsert(tx: Session, table: string, workspaceId: string): Promise<Changed> {
  const [counts] = await tx.query<Changed>(
    `WITH changed AS (
       INSERT INTO prospects AS kept (workspace_id, email, first_name, last_name, company, attributes, tags)
       SELECT DISTINCT ON (email) $1::uuid, email, first_name, last_name, company, attributes, tags
         FROM ${table} ORDER BY email, line DESC
       ON CONFLICT (workspace_id, email) DO UPDATE SET
              first_name = coalesce(excluded.first_name, kept.first_name),
              last_name = coalesce(excluded.last_name, kept.last_name),
              company = coalesce(excluded.company, kept.company),
              attributes = kept.attributes || excluded.attributes,
              tags = kept.tags || ARRAY(SELECT tag FROM unnest(excluded.tags) tag WHERE tag <> ALL (kept.tags))
        WHERE ${CHANGES}
       RETURNING xmax = 0 AS is_new)
     SELECT count(*) FILTER (WHERE is_new)::int AS created, count(*) FILTER (WHERE NOT is_new)::int AS updated
       FROM changed`,
    [workspaceId],
  );
  return counts ?? { created: 0, updated: 0 };
}

/** Keeps who was in the file, and says how many. */
async function link(tx: Session, table: string, workspaceId: string, importId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `WITH linked AS (
       INSERT INTO import_prospects (import_id, prospect_id)
       SELECT $2::uuid, id FROM prospects
        WHERE workspace_id = $1 AND email IN (SELECT email FROM ${table}) RETURNING 1)
     SELECT count(*)::int AS count FROM linked`,
    [workspaceId, importId],
  );
  return row?.count ?? 0;
}

async function finish(
  tx: Session,
  importId: string,
  { created, updated, rowsRead, rejected, repeated, remarks }: Outcome,
): Promise<void> {
  const repeats = `Of addresses that come more than once the last row counted: ${repeated} above were passed over.`;
  const message = [...remarks, ...(repeated > 0 ? [repeats] : [])].join(' ') || null;
  const finished = await tx.query(
    `UPDATE prospect_imports
        SET state = 'DONE', rows_read = $2, created = $3, updated = $4, rejected = $5, message = $6
      WHERE id = $1 AND state = 'RUNNING' RETURNING id`,
    [importId, rowsRead, created, updated, rejected, message],
  );
  if (finished.length === 0) throw new LeaseLost('The import is not running any more');
}
