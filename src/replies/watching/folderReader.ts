import type { FolderStanding, ImapSession, Message, MessageHead } from '../../gmail/imapSession';
import type { Collector } from '../../lib/collector';
import { type Beginning, type FolderCursor, type FolderMark, OVERLAP, type WatchLease } from '../cursors';
import { fetchMail, GLANCE_BYTES } from '../intake/fetchMail';
import { type TakeIn, takeIn } from '../intake/intake';
import { fetchHeads, isRefusedFetch } from '../intake/refusedFetch';
import type { RepliesRoom } from '../repliesRoom';
import { UnshownMail } from './unshownMail';

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
  beginnings: Collector<Beginning, undefined>;
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
  /** What the server said of the folder when all of it had been seen; null where something is still to come. */
  private standing: FolderStanding | null = null;
  private lookedThroughAt = 0;
  private readonly unshown = new UnshownMail();

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
   * Does what `reopen` does, and proves the same, given what the server just said of the folder, which is not as it stood
   * (`isUnchanged`). A folder that is empty is not opened for it.
   *
   * @returns whether it was opened
   */
  async heed(standing: FolderStanding): Promise<boolean> {
    if (standing.exists === 0) await this.catchUp(standing);
    else await this.reopen();
    return standing.exists > 0;
  }

  /** No UID was given since, and as many are to be seen: a late one that shows up makes them more. */
  isUnchanged(now: FolderStanding): boolean {
    const { standing } = this;
    return (
      now.uidNext !== null &&
      standing?.uidNext === now.uidNext &&
      standing.uidValidity === now.uidValidity &&
      standing.exists === now.exists &&
      !this.isPast(now) &&
      performance.now() - this.lookedThroughAt < LOOK_THROUGH_EVERY_MS
    );
  }

  /** Reads the folder as it is open. @returns whether all that is listed could be seen */
  async read(): Promise<boolean> {
    let uids = await this.listUnseen();
    if (!(await this.lookThrough(uids))) {
      // What has vanished is listed no more.
      uids = await this.listUnseen();
      await this.lookThrough(uids);
    }
    return uids.every((uid) => uid < this.firstUnsure || this.seen.has(uid));
  }

  private async listUnseen(): Promise<number[]> {
    const uids = await this.watch.session.uidsSince(this.firstUnsure);
    return uids.filter((uid) => !this.seen.has(uid));
  }

  /**
   * Takes in the next few messages in as few round trips as there can be, and proves nothing: a hint for
   * speed's sake, with `read` to follow.
   *
   * @returns whether there were any; also false where one is refused, which `read` deals with
   */
  async glance(): Promise<boolean> {
    if (this.at.lastUid + GLANCE_MESSAGES > this.unshown.reach) return false;
    const next = this.at.lastUid + 1;
    const uids = Array.from({ length: GLANCE_MESSAGES }, (_, index) => next + index);
    const { session } = this.watch;
    const messages = await session.fetchMessages(uids, GLANCE_BYTES).catch((error: unknown) => {
      if (!isRefusedFetch(session, error)) throw error;
      return [];
    });
    await this.takeInAll(messages);
    return messages.length > 0;
  }

  /** Takes in what lies past the cursor, where there is something; of an empty folder nothing is asked. */
  private async catchUp(standing: FolderStanding): Promise<void> {
    if (this.isUnchanged(standing)) return;
    const isNew = this.cursor?.uidValidity !== standing.uidValidity || this.isPast(standing);
    const before = this.cursor;
    const sawAllAtFirst =
      isNew &&
      (await this.begin(standing).catch((error: unknown) => {
        this.cursor = before; // it has not begun
        throw error;
      }));
    const sawAll = sawAllAtFirst || standing.exists === 0 || (await this.read());
    this.standing = sawAll ? standing : null;
    this.lookedThroughAt = performance.now();
  }

  /**
   * Puts the cursor at the end of a folder that is looked at for the first time, or whose UIDVALIDITY changed. What came in
   * lately is looked through for answers to us, and everything older is left alone. A UID just below the end that cannot be
   * seen yet counts as still to come.
   *
   * @returns whether all that is listed could be seen, and nothing came meanwhile
   */
  private async begin(standing: FolderStanding): Promise<boolean> {
    const { beginnings, lease } = this.watch;
    const since = this.cursor
      ? new Date((lease.lastProofAt ?? lease.connectedAt).getTime() - RESCAN_MS)
      : new Date(lease.connectedAt.getTime() - CLOCK_SKEW_MS);
    const { end, recent, visible } = await this.survey(standing, since);
    this.cursor = { uidValidity: standing.uidValidity, baselineUid: 0, lastUid: 0 };
    this.seen = new Set();
    this.unshown.forget(Number.POSITIVE_INFINITY);
    await this.lookThrough(recent, since);
    const unseen = new Set(recent.filter((uid) => !this.seen.has(uid)));
    const lastUid = Math.min(end, this.unshown.reach);
    const dealtWith = visible.filter((uid) => uid <= lastUid && !unseen.has(uid));
    this.cursor = { ...this.cursor, baselineUid: Math.max(0, lastUid - OVERLAP), lastUid };
    await beginnings.add(
      { lease, folder: this.folder.path, cursor: { ...this.cursor }, seen: dealtWith },
      BEGIN_WITHIN,
    );
    this.remember(dealtWith);
    return unseen.size === 0 && visible.every((uid) => uid <= end);
  }

  /** The last UID of the folder, those that came in since then, and those that can be seen near its end. */
  private async survey({ uidNext, exists }: FolderStanding, since: Date) {
    const { session } = this.watch;
    if (exists === 0) return { end: (uidNext ?? 1) - 1, recent: [], visible: [] };
    const end = uidNext === null ? ((await session.uidsSince(1)).at(-1) ?? 0) : uidNext - 1;
    const recent = (await session.uidsReceivedSince(since)).filter((uid) => uid <= end);
    return { end, recent, visible: await session.uidsSince(Math.max(0, end - OVERLAP) + 1) };
  }

  /**
   * The cursor lies far past what the folder can hold: the server once told a UIDNEXT that was none, and nothing would be
   * read until it is reached. A little ahead is no lie, as Gmail's UIDNEXT is a prediction, and late.
   */
  private isPast({ uidNext }: FolderStanding): boolean {
    return uidNext !== null && this.cursor !== null && this.cursor.lastUid - uidNext >= OVERLAP;
  }

  /**
   * Looks through these UIDs in their order. What came in before `since` is passed over. What is listed and not shown is
   * late, or has vanished: nothing is taken in that would leave it too far behind to be compared again.
   *
   * @returns whether it went through them all
   */
  private async lookThrough(uids: readonly number[], since?: Date): Promise<boolean> {
    this.unshown.beginLook();
    for (let start = 0; start < uids.length; start += BATCH) {
      const batch = uids.slice(start, start + BATCH).filter((uid) => uid <= this.unshown.reach);
      if (batch.length === 0) return false;
      const shown = await fetchHeads(this.watch.session, batch);
      const given = new Set(shown.map(({ uid }) => uid));
      for (const uid of this.unshown.note(batch, given)) this.giveUp(uid);
      const heads = shown.filter(({ uid }) => uid <= this.unshown.reach);
      const old = since ? heads.filter(({ internalDate }) => internalDate < since) : [];
      this.remember(old.map(({ uid }) => uid));
      await this.takeInAll(heads.filter((head) => !old.includes(head)));
    }
    return uids.every((uid) => uid <= this.unshown.reach);
  }

  private giveUp(uid: number): void {
    const { room, lease } = this.watch;
    const place = { connectionId: lease.connectionId, folder: this.folder.path, uid };
    room.log.warn(place, 'A mail that is listed cannot be fetched');
  }

  /** Takes these in, and moves the cursor past those that are dealt with. What vanished meanwhile stays unseen. */
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
    this.unshown.forget(this.firstUnsure);
  }

  /** The lowest UID that is still compared: Gmail may show a lower one after a higher one. */
  private get firstUnsure(): number {
    return Math.max(this.at.baselineUid, this.at.lastUid - OVERLAP) + 1;
  }

  private get at(): FolderCursor {
    if (!this.cursor) throw new Error('The folder was not opened');
    return this.cursor;
  }
}
