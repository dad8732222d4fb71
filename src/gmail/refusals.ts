import { describeProblem, type Problem, ProblemCode } from './problem';

/** Whose trouble it is: everything of the slot waits, or one recipient, or one message. */
export type RefusalScope = 'SLOT' | 'RECIPIENT' | 'MESSAGE';

/** What a refusal means for what comes next. */
export interface Refusal {
  problem: Problem;
  /** Nothing gets better until a person acts: whoever repeats must stop. */
  needsPerson: boolean;
  /**
   * The shortest wait, in milliseconds, after which another try makes sense; a caller's backoff grows from
   * there. Null where the same try never helps: a person must act, or this message is refused for good.
   */
  retryAfterMs: number | null;
  scope: RefusalScope;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Too many logins draw a longer lock-out when repeated within the hour (nodemailer#1388). */
const RETRY_AFTER: Record<ProblemCode, number | null> = {
  [ProblemCode.MALFORMED_APP_PASSWORD]: null,
  [ProblemCode.APP_PASSWORD_REQUIRED]: null,
  [ProblemCode.INVALID_CREDENTIALS]: null,
  [ProblemCode.WEB_LOGIN_REQUIRED]: null,
  [ProblemCode.IMAP_DISABLED]: null,
  [ProblemCode.IMAP_DISABLED_FOR_DOMAIN]: null,
  [ProblemCode.MESSAGE_REJECTED]: null,
  [ProblemCode.RECIPIENT_REJECTED]: null,
  // Frees itself as soon as another client leaves, and until then no reply is seen.
  [ProblemCode.TOO_MANY_CONNECTIONS]: MINUTE,
  [ProblemCode.TOO_MANY_LOGINS]: HOUR,
  [ProblemCode.BANDWIDTH_EXCEEDED]: HOUR,
  [ProblemCode.SENDING_LIMIT_REACHED]: 24 * HOUR,
  [ProblemCode.TEMPORARY_FAILURE]: MINUTE,
  [ProblemCode.UNREACHABLE]: 5 * SECOND,
};

const NEEDS_PERSON: ReadonlySet<ProblemCode> = new Set([
  ProblemCode.MALFORMED_APP_PASSWORD,
  ProblemCode.APP_PASSWORD_REQUIRED,
  ProblemCode.INVALID_CREDENTIALS,
  ProblemCode.WEB_LOGIN_REQUIRED,
  ProblemCode.IMAP_DISABLED,
  ProblemCode.IMAP_DISABLED_FOR_DOMAIN,
]);

/** A refusal of this code, with what follows from the code alone; `particulars` say what is known better. */
export function refuse(
  code: ProblemCode,
  at: Date,
  particulars: Partial<Pick<Problem, 'message' | 'remedy' | 'helpUrl' | 'serverReply'>> & {
    scope?: RefusalScope;
    retryAfterMs?: number;
  } = {},
): Refusal {
  const { scope = 'SLOT', retryAfterMs = RETRY_AFTER[code], ...words } = particulars;
  return {
    problem: describeProblem(code, at, words),
    needsPerson: NEEDS_PERSON.has(code),
    retryAfterMs,
    scope,
  };
}
