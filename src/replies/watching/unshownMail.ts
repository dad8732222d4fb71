import { OVERLAP } from '../cursors';

/** So often a mail is asked for that SEARCH lists and FETCH does not show, which is two or three minutes; then it is given up. */
const PATIENCE = 5;

/** The mails of a folder that SEARCH lists and FETCH does not show: late, or vanished, or never to be had. */
export class UnshownMail {
  /** How often each of these UIDs was asked for. */
  private readonly tries = new Map<number, number>();
  /** The lowest of them that is not given up. */
  private waitsFor = Number.POSITIVE_INFINITY;

  /** The highest UID that may be taken in: with a higher one the cursor would leave what is waited for behind. */
  get reach(): number {
    return this.waitsFor + OVERLAP - 1;
  }

  /** The folder is looked through from here on: what is still not shown will be noted again. */
  beginLook(): void {
    this.waitsFor = Number.POSITIVE_INFINITY;
  }

  /** Notes which of the listed mails were not shown. @returns those that are given up now */
  note(listed: readonly number[], shown: ReadonlySet<number>): number[] {
    const givenUp: number[] = [];
    for (const uid of listed) {
      if (shown.has(uid)) continue;
      const times = (this.tries.get(uid) ?? 0) + 1;
      this.tries.set(uid, times);
      if (times < PATIENCE) this.waitsFor = Math.min(this.waitsFor, uid);
      if (times === PATIENCE) givenUp.push(uid);
    }
    return givenUp;
  }

  /** What lies below this UID is compared no more. */
  forget(below: number): void {
    for (const uid of this.tries.keys()) if (uid < below) this.tries.delete(uid);
  }
}
