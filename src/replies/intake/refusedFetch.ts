import { ImapFailure, type ImapSession, type MessageHead } from '../../gmail/imapSession';
import { ProblemCode } from '../../gmail/problem';

/** Where so many are refused one by one, and nothing is given, it is not the mail that is to blame. */
const ALL_REFUSED = 10;

/**
 * The heads of these messages, by ascending UID. Gmail answers a FETCH of many with "NO Some messages could not be FETCHed
 * (Failure)" because of one that it cannot read, each time that it is asked for. So where it refuses, fewer are asked for at
 * once, and one that is refused alone is left out, as one that has vanished is.
 */
export async function fetchHeads(session: ImapSession, uids: readonly number[]): Promise<MessageHead[]> {
  const heads: MessageHead[] = [];
  const queue = [uids];
  let refused = 0;
  for (let some = queue.shift(); some; some = queue.shift()) {
    try {
      heads.push(...(await session.fetchHeads(some)));
    } catch (error) {
      if (!isRefusedFetch(session, error)) throw error;
      const half = Math.ceil(some.length / 2);
      if (some.length > 1) queue.push(some.slice(0, half), some.slice(half));
      else if (++refused >= ALL_REFUSED && heads.length === 0) throw error;
    }
  }
  return heads.sort((a, b) => a.uid - b.uid);
}

/**
 * Whether only what was asked for is refused: the session goes on, and it is no lock-out. One that is lost may look open for
 * a moment yet: the next command will tell.
 */
export function isRefusedFetch(session: ImapSession, error: unknown): boolean {
  return (
    error instanceof ImapFailure &&
    session.isOpen &&
    error.refusal.problem.code === ProblemCode.TEMPORARY_FAILURE
  );
}
