import type { ImapSession } from '../gmail/imapSession';
import { type FolderCursor, holdLease, readCursor, readSeen, type WatchLease, writeCursor } from './cursors';
import { type MailPlace, skipMail, takeIn } from './intake';
import type { RepliesRoom } from './repliesRoom';

/** A folder to take in: its path, and whether what lies there is spam. */
export interface WatchedFolder {
  path: string;
  inSpam: boolean;
}

/** What is needed to read a folder and to write what was found. */
export interface Watch {
  room: RepliesRoom;
  session: ImapSession;
  lease: WatchLease & { email: string; connectedAt: Date; lastProofAt: Date | null };
}

/** Gmail may show a lower UID after a higher one, so this many below the cursor are compared again. */
const OVERLAP = 100;
/** Heads fetched at a time: some 3 KB each. */
const BATCH = 100;
/** How far back a folder is searched whose UIDs have lost their meaning; what is known is not taken in again. */
const RESCAN_MS = 36 * 60 * 60 * 1000;
/** Clocks differ: mail from shortly before the connection may answer an email from just after it. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

/**
 * Takes in all of a folder that lies past its cursor. When it resolves, it is proven that nothing which the
 * server showed was missed.
 *
 * @param reopen ask for the folder's state anew, also when it is open: finds a changed UIDVALIDITY
 * @returns how many messages were taken in
 */
export async function catchUp(watch: Watch, folder: WatchedFolder, reopen: boolean): Promise<number> {
  const { room, session, lease } = watch;
  const cursor = await readCursor(room.db, lease.connectionId, folder.path);
  if (reopen || !cursor) {
    const opened = await session.openFolder(folder.path);
    if (!cursor || cursor.uidValidity !== opened.uidValidity) {
      return beginFolder(watch, folder, cursor, opened);
    }
  }
  const from = Math.max(cursor.baselineUid, cursor.lastUid - OVERLAP) + 1;
  const uids = await session.uidsSince(from);
  const seen = await readSeen(room.db, lease.connectionId, folder.path, cursor.uidValidity, from);
  const unseen = uids.filter((uid) => !seen.has(uid));
  return takeInAll(watch, { ...placeOf(folder), uidValidity: cursor.uidValidity }, unseen);
}

/**
 * A folder looked at for the first time, or whose UIDVALIDITY changed: what came in lately is looked through
 * for answers to us, everything older is left alone, and the cursor begins at the end.
 */
async function beginFolder(
  watch: Watch,
  folder: WatchedFolder,
  before: FolderCursor | null,
  opened: { uidValidity: string; uidNext: number | null },
): Promise<number> {
  const { room, session, lease } = watch;
  const since = before
    ? new Date((lease.lastProofAt ?? lease.connectedAt).getTime() - RESCAN_MS)
    : new Date(lease.connectedAt.getTime() - CLOCK_SKEW_MS);
  const end = opened.uidNext === null ? ((await session.uidsSince(1)).at(-1) ?? 0) : opened.uidNext - 1;
  const recent = (await session.uidsReceivedSince(since)).filter((uid) => uid <= end);
  const { uidValidity } = opened;
  const taken = await takeInAll(watch, { ...placeOf(folder), uidValidity }, recent, since);
  await room.db.transaction(async (tx) => {
    await holdLease(tx, lease);
    await writeCursor(tx, lease.connectionId, folder.path, { uidValidity, baselineUid: end, lastUid: end });
  });
  return taken + (await catchUp(watch, folder, false));
}

/** Takes in these UIDs in their order; what concerns nobody is skipped together, batch by batch. */
async function takeInAll(
  { room, session, lease }: Watch,
  place: MailPlace,
  uids: readonly number[],
  since?: Date,
): Promise<number> {
  const fetchSource = (uid: number, maxBytes: number) => session.fetchSource(uid, maxBytes);
  let taken = 0;
  for (let start = 0; start < uids.length; start += BATCH) {
    const batch = uids.slice(start, start + BATCH);
    const heads = new Map((await session.fetchHeads(batch)).map((head) => [head.uid, head]));
    const skipped: number[] = [];
    for (const uid of batch) {
      const head = heads.get(uid);
      const concerns = head && !(since && head.internalDate < since);
      if (concerns && (await takeIn(room, lease, place, head, fetchSource))) taken += 1;
      else skipped.push(uid);
    }
    await skipMail(room, lease, place, skipped);
  }
  return taken;
}

function placeOf({ path, inSpam }: WatchedFolder): Omit<MailPlace, 'uidValidity'> {
  return { folder: path, inSpam };
}
