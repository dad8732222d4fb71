import { prepare, type Sql } from '../database/database';

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
  const held = await tx.query(HOLD_LEASE, [
    lease.connectionId,
    lease.generation,
    lease.watchedBy,
    lease.watchTerm,
  ]);
  if (held.length === 0) throw new LeaseLost();
}

const HOLD_LEASE = prepare(`SELECT 1 FROM connections
  WHERE id = $1 AND generation = $2 AND watched_by = $3 AND watch_term = $4 AND slot_id IS NOT NULL FOR SHARE`);

export async function readCursor(
  db: Sql,
  connectionId: string,
  folder: string,
): Promise<FolderCursor | null> {
  const [row] = await db.query<{ uid_validity: string; baseline_uid: string; last_uid: string }>(
    `SELECT uid_validity, baseline_uid, last_uid FROM folder_cursors WHERE connection_id = $1 AND folder = $2`,
    [connectionId, folder],
  );
  return row
    ? { uidValidity: row.uid_validity, baselineUid: Number(row.baseline_uid), lastUid: Number(row.last_uid) }
    : null;
}

/** Begins a folder, or begins it anew under another UIDVALIDITY. */
export async function beginCursor(
  tx: Sql,
  connectionId: string,
  folder: string,
  cursor: FolderCursor,
): Promise<void> {
  await tx.query(
    `INSERT INTO folder_cursors (connection_id, folder, uid_validity, baseline_uid, last_uid)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (connection_id, folder) DO UPDATE SET uid_validity = excluded.uid_validity,
       baseline_uid = excluded.baseline_uid, last_uid = excluded.last_uid`,
    [connectionId, folder, cursor.uidValidity, cursor.baselineUid, cursor.lastUid],
  );
  await tx.query('DELETE FROM seen_mail WHERE connection_id = $1 AND folder = $2 AND uid_validity <> $3', [
    connectionId,
    folder,
    cursor.uidValidity,
  ]);
}

/** Which of the UIDs near the cursor have been dealt with. */
export async function readSeen(
  db: Sql,
  connectionId: string,
  folder: string,
  { uidValidity, lastUid }: FolderCursor,
): Promise<Set<number>> {
  const rows = await db.query<{ uid: string }>(
    'SELECT uid FROM seen_mail WHERE connection_id = $1 AND folder = $2 AND uid_validity = $3 AND uid > $4',
    [connectionId, folder, uidValidity, lastUid - OVERLAP],
  );
  return new Set(rows.map((row) => Number(row.uid)));
}

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
  await tx.query(ADVANCE, [connectionId, folder, uidValidity, uids, Math.max(...uids), OVERLAP]);
}

const ADVANCE = prepare(`WITH noted AS (
     INSERT INTO seen_mail (connection_id, folder, uid_validity, uid)
     SELECT $1, $2, $3, unnest($4::bigint[]) ON CONFLICT DO NOTHING
   ), forgotten AS (
     DELETE FROM seen_mail s USING folder_cursors c
      WHERE s.connection_id = $1 AND s.folder = $2 AND s.uid_validity = $3
        AND c.connection_id = $1 AND c.folder = $2 AND c.uid_validity = $3 AND s.uid <= c.last_uid - $6
   )
   UPDATE folder_cursors SET last_uid = greatest(last_uid, $5)
    WHERE connection_id = $1 AND folder = $2 AND uid_validity = $3`);
