import { prepare, type Sql } from '../database/database';
import { loadTogether } from '../lib/batch';

/** Up to where a folder has been taken in. UIDs are below 2^32 (RFC 3501), so numbers hold them. */
export interface FolderCursor {
  uidValidity: string;
  /** What lies at or below it was there before the connection, and is never looked at. */
  baselineUid: number;
  lastUid: number;
}

/** So many UIDs below the last are compared again: Gmail may show a lower one after a higher one. */
export const OVERLAP = 100;

/** What a process that watches a connection must still hold whenever it writes. */
export interface WatchLease {
  connectionId: string;
  workspaceId: string;
  generation: number;
  watchedBy: string;
  /** The fence: another number from the moment on that anybody takes the connection. */
  watchTerm: number;
}

/** Another process watches by now, or the account was disconnected: write nothing more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor() {
    super('This process no longer watches the connection');
  }
}

/** Keeps the lease from changing hands until the transaction ends. @throws LeaseLost */
export async function holdLease(tx: Sql, lease: WatchLease): Promise<void> {
  const held = await tx.query(HOLD_LEASE, fenceOf(lease));
  if (held.length === 0) throw new LeaseLost();
}

/** The connection while the lease holds, given `fenceOf` as its first values. */
export const HELD_CONNECTION = `FROM connections
  WHERE id = $1 AND generation = $2 AND watched_by = $3 AND watch_term = $4 AND slot_id IS NOT NULL FOR SHARE`;

/** The values of `HELD_CONNECTION`. */
export function fenceOf({ connectionId, generation, watchedBy, watchTerm }: WatchLease): unknown[] {
  return [connectionId, generation, watchedBy, watchTerm];
}

const HOLD_LEASE = prepare(`SELECT 1 ${HELD_CONNECTION}`);

/** Where one folder stands: its cursor, and which of the UIDs near it have been dealt with. */
export interface FolderMark {
  cursor: FolderCursor;
  seen: Set<number>;
}

/** Where all folders of a connection stand, by their paths. Together for whoever asks in the same turn. */
export function readMarks(db: Sql, connectionId: string): Promise<Map<string, FolderMark>> {
  return loadTogether(db, loadMarks, connectionId);
}

async function loadMarks(db: Sql, connectionIds: readonly string[]): Promise<Map<string, FolderMark>[]> {
  const rows = await db.query<MarkRow>(READ_MARKS, [connectionIds, OVERLAP]);
  const marks = new Map(connectionIds.map((id) => [id, new Map<string, FolderMark>()]));
  for (const { connection_id, folder, uid_validity, baseline_uid, last_uid, seen } of rows) {
    const cursor = {
      uidValidity: uid_validity,
      baselineUid: Number(baseline_uid),
      lastUid: Number(last_uid),
    };
    marks.get(connection_id)?.set(folder, { cursor, seen: new Set(seen.map(Number)) });
  }
  return connectionIds.map((id) => marks.get(id) ?? new Map());
}

interface MarkRow {
  connection_id: string;
  folder: string;
  uid_validity: string;
  baseline_uid: string;
  last_uid: string;
  seen: string[];
}

/** Stands on the primary keys of both tables. */
const READ_MARKS = prepare(`SELECT c.*, ARRAY(SELECT uid FROM seen_mail s
         WHERE s.connection_id = c.connection_id AND s.folder = c.folder AND s.uid_validity = c.uid_validity
           AND s.uid > c.last_uid - $2) AS seen
  FROM folder_cursors c WHERE c.connection_id = ANY($1)`);

/** A folder that begins, or begins anew under another UIDVALIDITY. */
export interface Beginning {
  lease: WatchLease;
  folder: string;
  cursor: FolderCursor;
  /** The UIDs near its end that are dealt with. */
  seen: readonly number[];
}

/** Begins folders of many connections in one statement. @returns for each whether its lease holds */
export async function beginCursors(
  db: Sql,
  beginnings: readonly Beginning[],
): Promise<(LeaseLost | undefined)[]> {
  const rows = beginnings.map(({ lease, folder, cursor, seen }, n) => ({
    n,
    id: lease.connectionId,
    generation: lease.generation,
    watched_by: lease.watchedBy,
    watch_term: lease.watchTerm,
    folder,
    uid_validity: cursor.uidValidity,
    seen,
    baseline_uid: cursor.baselineUid,
    last_uid: cursor.lastUid,
  }));
  const begun = await db.query<{ n: number }>(BEGIN, [JSON.stringify(rows)]);
  const held = new Set(begun.map(({ n }) => n));
  return rows.map(({ n }) => (held.has(n) ? undefined : new LeaseLost()));
}

/** Under the same fence as `holdLease`. */
const BEGIN = prepare(`WITH asked AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS a (n int, id uuid, generation int, watched_by uuid, watch_term int,
      folder text, uid_validity bigint, baseline_uid bigint, last_uid bigint, seen bigint[])
  ), held AS (
    SELECT a.* FROM connections c JOIN asked a USING (id, generation, watched_by, watch_term)
     WHERE c.slot_id IS NOT NULL ORDER BY c.id FOR SHARE OF c
  ), begun AS (
    INSERT INTO folder_cursors (connection_id, folder, uid_validity, baseline_uid, last_uid)
    SELECT id, folder, uid_validity, baseline_uid, last_uid FROM held
    ON CONFLICT (connection_id, folder) DO UPDATE SET uid_validity = excluded.uid_validity,
      baseline_uid = excluded.baseline_uid, last_uid = excluded.last_uid
  ), forgotten AS (
    DELETE FROM seen_mail s USING held h
     WHERE s.connection_id = h.id AND s.folder = h.folder AND s.uid_validity <> h.uid_validity
  ), noted AS (
    INSERT INTO seen_mail (connection_id, folder, uid_validity, uid)
    SELECT id, folder, uid_validity, unnest(seen) FROM held ON CONFLICT DO NOTHING
  )
  SELECT n FROM held`);

/**
 * Notes that these UIDs are dealt with, and moves the cursor past them, never back. What lies too far below
 * it to be compared again is forgotten.
 */
export async function advanceCursor(
  tx: Sql,
  connectionId: string,
  folder: string,
  uidValidity: string,
  uids: readonly number[],
): Promise<void> {
  if (uids.length === 0) return;
  await tx.query(ADVANCE_CURSOR, [connectionId, folder, uidValidity, uids]);
}

/** The same as parts of a larger statement, for the rows that its WITH calls `dealt`: UIDs of one folder. */
export const ADVANCE = `noted AS (
    INSERT INTO seen_mail (connection_id, folder, uid_validity, uid)
    SELECT connection_id, folder, uid_validity, uid FROM dealt ON CONFLICT DO NOTHING
  ), last AS (
    SELECT connection_id, folder, uid_validity, max(uid) AS uid FROM dealt GROUP BY connection_id, folder, uid_validity
  ), forgotten AS (
    DELETE FROM seen_mail s USING last l JOIN folder_cursors c USING (connection_id, folder, uid_validity)
     WHERE s.connection_id = l.connection_id AND s.folder = l.folder AND s.uid_validity = l.uid_validity
       AND s.uid <= c.last_uid - ${OVERLAP}
  ), advanced AS (
    UPDATE folder_cursors c SET last_uid = greatest(c.last_uid, l.uid) FROM last l
     WHERE c.connection_id = l.connection_id AND c.folder = l.folder AND c.uid_validity = l.uid_validity
  )`;

const ADVANCE_CURSOR = prepare(`WITH dealt AS (
    SELECT $1::uuid AS connection_id, $2::text AS folder, $3::bigint AS uid_validity, unnest($4::bigint[]) AS uid
  ), ${ADVANCE} SELECT`);
