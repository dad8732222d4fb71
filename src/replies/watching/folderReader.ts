import type { FolderStanding, ImapSession, Message, MessageHead } from '../../gmail/imapSession';
import type { Gather } from '../../lib/gather';
import { type Beginning, type FolderCursor, type FolderMark, OVERLAP, type WatchLease } from '../cursors';
import { fetchMail, GLANCE_BYTES } from '../intake/fetchMail';
import { type TakeIn, takeIn } from '../intake/intake';
import type { RepliesRoom } from '../repliesRoom';

/** A folder to take in: its path, and whether what lies there is spam. */
export interface WatchedFolder {
  path: string;
  inSpam: boolean;
}

/** What is needed to read folders and to write what was found. */
export interface Watch {
  room: RepliesRoom;
  session: ImapSession;
  lease: WatchLease & { email: string; connectedAt: Date; lastProofAt: Date | null };
  /** Where the folders stand as the session begins; nobody else moves them under this lease. */
  marks: ReadonlyMap<string, FolderMark>;
  beginnings: Gather<Beginning, undefined>;
  /** Kept over sessions; see fetchMail. */
  bewareOf: Set<string>;
}

/** Messages looked through together, in one command and, where none concerns us, in one transaction. */
const BATCH = 100;
/** A glance takes the next few UIDs whole; a longer mail is fetched again. */
const GLANCE_MESSAGES = 4;
/** How far back a folder is searched whose UIDs have lost their meaning; what is known is not taken in again. */
const RESCAN_MS = 36 * 60 * 60 * 1000;
/** Whatever a server says, a folder is looked through so often. */
const LOOK_THROUGH_EVERY_MS = 10 * 60 * 1000;
/** The first looks into folders of accounts that log in at the same time share a statement. Milliseconds. */
const BEGIN_WITHIN = 50;
/** Clocks differ: mail from shortly before the connection may answer an email from just after it. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

/**
 * Takes in one folder through one session. Where it stands is read from the database once, and kept in memory
 * from then on: the lease lets nobody else write it, and any error ends the session, and this reader with it.
 */
export class FolderReader {
  private cursor: FolderCursor | null;
  /** The UIDs near the cursor that are dealt with. */
  private seen: Set<number>;
  /** What the server said of the folder when it was last looked through to its end; null where something is to come. */
  private standing: FolderStanding | null = null;
  private lookedThroughAt = 0;

  constructor(
    private readonly watch: Watch,
    readonly folder: WatchedFolder,
    private readonly takeInMails: TakeIn = takeIn,
  ) {
    const mark = watch.marks.get(folder.path);
    this.cursor = mark ? { ...mark.cursor } : null;
    this.seen = new Set(mark?.seen);
  }

  /**
   * Opens the folder anew, which finds a changed UIDVALIDITY, and reads it past its cursor. When it resolves it
   * is proven that nothing which the server showed was missed.
   */
  async reopen(): Promise<void> {
    await this.catchUp(await this.watch.session.openFolder(this.folder.path));
  }

  /**
   * The same, given how the folder stands just now: where there is nothing in it, or nothing has changed, it is not opened.
   *
   * @returns whether it was opened
   */
  async heed(standing: FolderStanding): Promise<boolean> {
    if (standing.exists > 0 && !this.isUnchanged(standing)) {
      await this.reopen();
      return true;
    }
    await this.catchUp(standing);
    return false;
  }

  /** Reads the folder as it is open. @returns whether all that is listed could be seen */
  async read(): Promise<boolean> {
    const uids = await this.watch.session.uidsSince(this.firstUnsure);
    await this.lookThrough(uids.filter((uid) => !this.seen.has(uid)));
    return uids.every((uid) => uid < this.firstUnsure || this.seen.has(uid));
  }

  /**
   * Takes in the next few messages in as few round trips as there can be, and proves nothing: a hint for
   * speed's sake, with `read` to follow.
   *
   * @returns whether there were any
   */
  async glance(): Promise<boolean> {
    const next = this.at.lastUid + 1;
    const uids = Array.from({ length: GLANCE_MESSAGES }, (_, index) => next + index);
    const messages = await this.watch.session.fetchMessages(uids, GLANCE_BYTES);
    await this.takeInAll(messages);
    return messages.length > 0;
  }

  /** What is in an empty folder needs no search. */
  private async catchUp(standing: FolderStanding): Promise<void> {
    const isNew = this.cursor?.uidValidity !== standing.uidValidity || this.isPast(standing);
    if (!isNew && this.isUnchanged(standing)) return;
    const sawAllAtFirst = isNew && (await this.begin(standing));
    const sawAll = sawAllAtFirst || standing.exists === 0 || (await this.read());
    this.standing = sawAll ? standing : null;
    this.lookedThroughAt = performance.now();
  }

  /**
   * A folder looked at for the first time, or whose UIDVALIDITY changed: what came in lately is looked through
   * for answers to us, everything older is left alone, and the cursor begins at the end. A UID just below the
   * end that cannot be seen yet is still to come.
   *
   * @returns whether all that is listed could be seen, and nothing came meanwhile
   */
  private async begin(standing: FolderStanding): Promise<boolean> {
    const { beginnings, lease } = this.watch;
    const since = this.cursor
      ? new Date((lease.lastProofAt ?? lease.connectedAt).getTime() - RESCAN_MS)
      : new Date(lease.connectedAt.getTime() - CLOCK_SKEW_MS);
    const { end, baselineUid, recent, visible } = await this.survey(standing, since);
    this.cursor = { uidValidity: standing.uidValidity, baselineUid, lastUid: end };
    this.seen = new Set();
    await this.lookThrough(recent, since);
    const unseen = new Set(recent.filter((uid) => !this.seen.has(uid)));
    const dealtWith = visible.filter((uid) => uid <= end && !unseen.has(uid));
    const cursor = { ...this.at, lastUid: end };
    await beginnings.add({ lease, folder: this.folder.path, cursor, seen: dealtWith }, BEGIN_WITHIN);
    this.remember(dealtWith);
    return unseen.size === 0 && visible.every((uid) => uid <= end);
  }

  private async survey({ uidNext, exists }: FolderStanding, since: Date) {
    const { session } = this.watch;
    const end = uidNext === null ? ((await session.uidsSince(1)).at(-1) ?? 0) : uidNext - 1;
    const baselineUid = Math.max(0, end - OVERLAP);
    if (exists === 0) return { end, baselineUid, recent: [], visible: [] };
    const recent = (await session.uidsReceivedSince(since)).filter((uid) => uid <= end);
    return { end, baselineUid, recent, visible: await session.uidsSince(baselineUid + 1) };
  }

  /**
   * The cursor lies far past what the folder can hold: the server once told a UIDNEXT that was none, and nothing would be
   * read until it is reached. A little ahead is no lie, as Gmail's UIDNEXT is a prediction, and late.
   */
  private isPast({ uidNext }: FolderStanding): boolean {
    return uidNext !== null && this.cursor !== null && this.cursor.lastUid - uidNext >= OVERLAP;
  }

  /** No UID was given since, and as many are to be seen: a late one that shows up makes them more. */
  private isUnchanged({ uidValidity, uidNext, exists }: FolderStanding): boolean {
    const { standing } = this;
    return (
      uidNext !== null &&
      standing?.uidNext === uidNext &&
      standing.uidValidity === uidValidity &&
      standing.exists === exists &&
      performance.now() - this.lookedThroughAt < LOOK_THROUGH_EVERY_MS
    );
  }

  /** Looks through these UIDs in their order. What came in before `since` is passed over. */
  private async lookThrough(uids: readonly number[], since?: Date): Promise<void> {
    for (let start = 0; start < uids.length; start += BATCH) {
      const heads = await this.watch.session.fetchHeads(uids.slice(start, start + BATCH));
      const old = since ? heads.filter(({ internalDate }) => internalDate < since) : [];
      this.remember(old.map(({ uid }) => uid));
      await this.takeInAll(heads.filter((head) => !old.includes(head)));
    }
  }

  /**
   * What the server has listed and does not show is not passed over: it has vanished, or is late, and then it
   * is listed once more.
   */
  private async takeInAll(messages: readonly (MessageHead | Message)[]): Promise<void> {
    if (messages.length === 0) return;
    const { room, lease, session, bewareOf } = this.watch;
    const place = { folder: this.folder.path, inSpam: this.folder.inSpam, uidValidity: this.at.uidValidity };
    this.remember(
      await this.takeInMails(room, lease, place, messages, (message) =>
        fetchMail(session, message, bewareOf),
      ),
    );
  }

  private remember(uids: readonly number[]): void {
    for (const uid of uids) this.seen.add(uid);
    this.at.lastUid = Math.max(this.at.lastUid, ...uids);
    for (const uid of this.seen) if (uid < this.firstUnsure) this.seen.delete(uid);
  }

  /** Gmail may show a lower UID after a higher one, so some below the cursor are compared again. */
  private get firstUnsure(): number {
    return Math.max(this.at.baselineUid, this.at.lastUid - OVERLAP) + 1;
  }

  private get at(): FolderCursor {
    if (!this.cursor) throw new Error('The folder was not opened');
    return this.cursor;
  }
}
