import { ProblemCode } from './problem';
import { type Refusal, type RefusalScope, refuse } from './refusals';

/** What was waiting for an answer: MESSAGE is the answer to the final dot. */
export type SmtpStage = 'CONNECT' | 'LOGIN' | 'MAIL' | 'RCPT' | 'DATA' | 'MESSAGE';

/** A server's answer: its reply code (RFC 5321 §4.2), and all its lines, codes included. */
export interface SmtpReply {
  code: number;
  response: string;
  stage: SmtpStage;
}

/**
 * What an SMTP refusal means: by reply code and enhanced code (RFC 3463) first, and by text only where
 * Google uses one code for two things. A code nobody knows never stops a slot: it is a passing trouble
 * before the message is on its way, and about the message after that.
 */
export function explainSmtpRefusal(reply: SmtpReply, now: Date): Refusal {
  const { code, scope } = classify({ ...reply, enhanced: enhancedCode(reply.response) });
  return refuse(code, now, { scope, serverReply: reply.response });
}

interface Meaning {
  code: ProblemCode;
  scope: RefusalScope;
}

const ofSlot = (code: ProblemCode): Meaning => ({ code, scope: 'SLOT' });

function classify(reply: SmtpReply & { enhanced: string }): Meaning {
  if (isSendingLimit(reply)) return ofSlot(ProblemCode.SENDING_LIMIT_REACHED);
  const login = loginTrouble(reply);
  if (login) return ofSlot(login);
  return reply.code < 500 ? passing(reply) : permanent(reply);
}

/** 550 5.4.5 comes instead of 354, and is no bounce: the slot waits up to 24 h, the mail stays queued. */
function isSendingLimit({ enhanced, response }: { enhanced: string; response: string }): boolean {
  return enhanced === '5.4.5' || /Daily (user )?sending (limit|quota) exceeded/i.test(response);
}

function loginTrouble({
  code,
  enhanced,
  response,
  stage,
}: SmtpReply & { enhanced: string }): ProblemCode | null {
  if (code === 534 || enhanced === '5.7.9' || enhanced === '5.7.14') {
    // Both are 534 5.7.9: only the words tell a wrong kind of password from a browser sign-in that is due.
    return /InvalidSecondFactor|Application-specific password/i.test(response)
      ? ProblemCode.APP_PASSWORD_REQUIRED
      : ProblemCode.WEB_LOGIN_REQUIRED;
  }
  if (code === 535 || enhanced === '5.7.8') return ProblemCode.INVALID_CREDENTIALS;
  // Google has 454 4.7.0 for this and for its own trouble; only this one asks for an hour.
  if (code < 500 && /Too many login attempts/i.test(response)) return ProblemCode.TOO_MANY_LOGINS;
  // Refused before there is a message, or not signed in (530) or out of step (503, 504): our session's fault.
  const noMessageYet = stage === 'CONNECT' || stage === 'LOGIN';
  return noMessageYet || code === 530 || code === 503 || code === 504 ? ProblemCode.TEMPORARY_FAILURE : null;
}

function passing({ code, enhanced, response, stage }: SmtpReply & { enhanced: string }): Meaning {
  // 421 4.7.28 with these words: the same Message-ID again is refused again, so it must not be repeated.
  if (enhanced === '4.7.28' && /same Message-ID/i.test(response)) {
    return { code: ProblemCode.MESSAGE_REJECTED, scope: 'MESSAGE' };
  }
  return { code: ProblemCode.TEMPORARY_FAILURE, scope: scopeOfPassing(code, enhanced, stage) };
}

/** RFC 3463 §3: x.1 and x.2 speak of the address and its mailbox, x.3, x.4 and x.7 of systems and policy. */
function scopeOfPassing(code: number, enhanced: string, stage: SmtpStage): RefusalScope {
  if (code === 421 || /^4\.[347]\./.test(enhanced)) return 'SLOT';
  if (/^4\.[12]\./.test(enhanced)) return 'RECIPIENT';
  if (/^4\.[56]\./.test(enhanced) || stage === 'MESSAGE') return 'MESSAGE';
  return stage === 'RCPT' ? 'RECIPIENT' : 'SLOT';
}

/**
 * The address is at fault where the server says so (x.1 but for the sender's 5.1.7 and 5.1.8, and x.2 but
 * for a size, 5.2.3), or where RCPT is refused for no stated policy: x.7 is never held against an address.
 */
function permanent({ enhanced, stage }: SmtpReply & { enhanced: string }): Meaning {
  const blamesAddress = /^5\.(1\.(?![78]$)|2\.(?!3$))/.test(enhanced);
  const unexplained = stage === 'RCPT' && !/^5\.[67]\./.test(enhanced);
  return blamesAddress || unexplained
    ? { code: ProblemCode.RECIPIENT_REJECTED, scope: 'RECIPIENT' }
    : { code: ProblemCode.MESSAGE_REJECTED, scope: 'MESSAGE' };
}

/** The enhanced code of the first line (RFC 2034: each line repeats it), or an empty text. */
function enhancedCode(response: string): string {
  return /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?=\s|$)/.exec(response)?.[1] ?? '';
}
