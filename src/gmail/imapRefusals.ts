import { ProblemCode } from './problem';
import { type Refusal, refuse } from './refusals';

/** A tagged NO or BAD, or a BYE, with what the server said beside it. */
export interface ImapReply {
  /** The code in brackets, e.g. AUTHENTICATIONFAILED (RFC 5530), where there was one. */
  serverResponseCode?: string | null;
  /** The words after the code. */
  responseText?: string | null;
  /** The untagged lines that came before the refusal and explain it: `* NO [WEBALERT …] …`, `* BYE …`. */
  alerts?: readonly string[];
  /** Why the server ended the session; imapflow gives it without its code. */
  byeReason?: string | null;
}

/**
 * What an IMAP refusal means: by response code, then by Google's words, as it says [ALERT] to five
 * different things. What is unknown is passing: imapflow's `authenticationFailed` is true for every NO,
 * "System Error" included, and a blip must not stop a slot.
 */
export function explainImapRefusal(reply: ImapReply, now: Date): Refusal {
  const lines = [...(reply.alerts ?? []), quote(reply)].filter(Boolean);
  const bye = lines.some((line) => line.includes(reply.byeReason ?? '')) ? null : reply.byeReason;
  const words = [...lines, bye].filter(Boolean).join('\n');
  const code = byResponseCode(reply) ?? byWords(words) ?? ProblemCode.TEMPORARY_FAILURE;
  // Once a day or so Gmail ends a session like this; nothing is wrong, and a new one may begin at once.
  const ended = /Session expired/i.test(words);
  return refuse(code, now, { serverReply: words || null, ...(ended && { retryAfterMs: 0 }) });
}

const BY_RESPONSE_CODE: Readonly<Record<string, ProblemCode>> = {
  AUTHENTICATIONFAILED: ProblemCode.INVALID_CREDENTIALS,
  EXPIRED: ProblemCode.INVALID_CREDENTIALS,
  WEBALERT: ProblemCode.WEB_LOGIN_REQUIRED,
  OVERQUOTA: ProblemCode.BANDWIDTH_EXCEEDED,
  UNAVAILABLE: ProblemCode.TEMPORARY_FAILURE,
  INUSE: ProblemCode.TEMPORARY_FAILURE,
  SERVERBUG: ProblemCode.TEMPORARY_FAILURE,
};

const BY_WORDS: readonly (readonly [RegExp, ProblemCode])[] = [
  [/Application-specific password/i, ProblemCode.APP_PASSWORD_REQUIRED],
  [/\[WEBALERT|Web login required|log in (via|with) your web browser/i, ProblemCode.WEB_LOGIN_REQUIRED],
  [/IMAP access is disabled for your domain/i, ProblemCode.IMAP_DISABLED_FOR_DOMAIN],
  [/not enabled for IMAP/i, ProblemCode.IMAP_DISABLED],
  [/Too many simultaneous connections/i, ProblemCode.TOO_MANY_CONNECTIONS],
  [/exceeded command or bandwidth limits/i, ProblemCode.BANDWIDTH_EXCEEDED],
  [/Too many login attempts/i, ProblemCode.TOO_MANY_LOGINS],
  [/Invalid credentials/i, ProblemCode.INVALID_CREDENTIALS],
];

function byResponseCode({ serverResponseCode, alerts = [] }: ImapReply): ProblemCode | null {
  const codes = [serverResponseCode, ...alerts.map((line) => /\[([A-Z]+)/i.exec(line)?.[1])];
  const known = codes.find((code) => code && code.toUpperCase() in BY_RESPONSE_CODE);
  return (known && BY_RESPONSE_CODE[known.toUpperCase()]) || null;
}

function byWords(words: string): ProblemCode | null {
  return BY_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}

function quote({ serverResponseCode, responseText }: ImapReply): string {
  return [serverResponseCode && `[${serverResponseCode}]`, responseText].filter(Boolean).join(' ');
}
