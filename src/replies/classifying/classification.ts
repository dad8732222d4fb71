import type { HeaderBag } from '../reading/headers';
import type { ParsedMail } from '../reading/mime';
import { type Notice, splitNotice } from '../reading/notice';
import { extractReplyText } from '../reading/replyText';
import { automaticHeader } from './automaticHeader';
import { type DeliveryFailure, listsRecipients, readFailures, saysDelayed } from './failures';
import { findOptOut, isOptOutByMail, isShort } from './optOut';
import {
  AUTOMATIC_SUBJECT,
  AWAY_SUBJECT,
  AWAY_WORDS,
  FAILURE_SUBJECT,
  FAILURE_WORDS,
  GMAIL_BLOCKED,
  GMAIL_LIMIT,
  LIST_SUBJECT,
} from './phrases';
import { findReturnDate } from './returnDate';

/** What a received mail is, as the product acts on it. */
export enum ReceivedKind {
  REPLY = 'REPLY',
  OUT_OF_OFFICE = 'OUT_OF_OFFICE',
  AUTO_REPLY = 'AUTO_REPLY',
  BOUNCE = 'BOUNCE',
  DELAY = 'DELAY',
  UNSUBSCRIBE = 'UNSUBSCRIBE',
  COMPLAINT = 'COMPLAINT',
  SENDING_REFUSED = 'SENDING_REFUSED',
  OTHER = 'OTHER',
}

export interface Classification {
  kind: ReceivedKind;
  /** The name of the rule that decided. */
  rule: string;
  /** The words that it decided on, where there are some to show. */
  detail: string | null;
  /** For what tells of a delivery: who, and how. */
  failures: DeliveryFailure[];
  /** For an out-of-office that says when: the day, as YYYY-MM-DD. */
  returnDate: string | null;
}

/**
 * Decides what a mail is by the first rule that applies. A report is asked first, since bounces also carry the marks of
 * an automatic reply; what no rule claims was written by a person. Pure; its time grows with the mail's length only.
 *
 * @param written its reply text, where that has been extracted already
 */
export function classify(mail: ParsedMail, written = extractReplyText(mail)): Classification {
  const seen = new Seen(mail, written);
  const rule = RULES.find(({ applies }) => applies(seen)) ?? WRITTEN_BY_A_PERSON;
  return {
    kind: rule.kind,
    rule: rule.name,
    detail: rule.detail?.(seen)?.trim().slice(0, LONGEST_DETAIL) || null,
    failures: tellsOfDelivery(rule.kind) ? seen.failures : [],
    returnDate: rule.kind === ReceivedKind.OUT_OF_OFFICE ? seen.returnDate : null,
  };
}

/** Whether a mail of this kind says whom it could not, or not yet, be delivered to. */
export function tellsOfDelivery(kind: ReceivedKind): boolean {
  return TELLS_OF_DELIVERY.has(kind);
}

const LONGEST_DETAIL = 300;

const TELLS_OF_DELIVERY = new Set([ReceivedKind.BOUNCE, ReceivedKind.DELAY, ReceivedKind.SENDING_REFUSED]);

/** What the rules look at: read once, and no sooner than a rule asks, since most mail is no report. */
class Seen {
  private parted: Notice | undefined;
  private failed: DeliveryFailure[] | undefined;
  private back: string | null | undefined;

  constructor(
    readonly mail: ParsedMail,
    /** The words above and between what a person quotes. */
    readonly written: string,
  ) {}

  get failures(): DeliveryFailure[] {
    this.failed ??= readFailures(this.mail);
    return this.failed;
  }

  /** The words above whatever a mail system gives back. */
  get notice(): string {
    return this.parts.words;
  }

  /** The head of what it gives back. */
  get returned(): HeaderBag | null {
    return this.mail.report?.returned ?? this.parts.returned;
  }

  /** The day on which the writer says to be back. */
  get returnDate(): string | null {
    if (this.back === undefined) {
      this.back = findReturnDate(`${this.mail.subject}\n${this.written || this.mail.text}`, this.mail.date);
    }
    return this.back;
  }

  private get parts(): Notice {
    this.parted ??= splitNotice(this.mail.text);
    return this.parted;
  }
}

interface Rule {
  name: string;
  kind: ReceivedKind;
  applies(seen: Seen): boolean;
  detail?(seen: Seen): string | null | undefined;
}

const RULES: readonly Rule[] = [
  // Gmail took the mail, and tells later that it will not send it: the slot's trouble, never the recipient's.
  {
    name: 'gmail-limit-reached',
    kind: ReceivedKind.SENDING_REFUSED,
    applies: (seen) => isFromGmail(seen) && GMAIL_LIMIT.test(wordsOfReport(seen)),
    detail: (seen) => GMAIL_LIMIT.exec(wordsOfReport(seen))?.[0],
  },
  {
    name: 'gmail-message-blocked',
    kind: ReceivedKind.SENDING_REFUSED,
    applies: (seen) => isFromGmail(seen) && GMAIL_BLOCKED.test(wordsOfReport(seen)),
    detail: (seen) => GMAIL_BLOCKED.exec(wordsOfReport(seen))?.[0],
  },
  // RFC 5965. Before the status, which such a report may carry too.
  {
    name: 'feedback-report',
    kind: ReceivedKind.COMPLAINT,
    applies: ({ mail }) => mail.report?.feedback != null,
    detail: ({ mail }) => mail.report?.feedback?.first('feedback-type'),
  },
  // RFC 3464: the Action decides. Gmail reports "failed" with status 4.0.0, and that is final all the same.
  {
    name: 'delivery-status-failed',
    kind: ReceivedKind.BOUNCE,
    applies: (seen) => hasStatus(seen) && seen.failures.some(({ action }) => action === 'failed'),
    detail: diagnosticOf,
  },
  {
    name: 'delivery-status-delayed',
    kind: ReceivedKind.DELAY,
    applies: (seen) => hasStatus(seen) && seen.failures.some(({ action }) => action === 'delayed'),
    detail: diagnosticOf,
  },
  { name: 'delivery-status-success', kind: ReceivedKind.OTHER, applies: hasStatus },
  // Reports of those who do not follow it.
  {
    name: 'delay-in-words',
    kind: ReceivedKind.DELAY,
    applies: (seen) => isFromMailSystem(seen) && saysDelayed(seen.mail),
    detail: diagnosticOf,
  },
  {
    name: 'failed-recipients-header',
    kind: ReceivedKind.BOUNCE,
    applies: ({ mail }) => mail.headers.has('x-failed-recipients'),
    detail: diagnosticOf,
  },
  {
    name: 'failure-in-words',
    kind: ReceivedKind.BOUNCE,
    applies: (seen) => isFromMailSystem(seen) && tellsOfFailure(seen),
    detail: diagnosticOf,
  },
  // RFC 8098: "your mail was displayed" is nobody's answer.
  {
    name: 'read-receipt',
    kind: ReceivedKind.OTHER,
    applies: ({ mail }) =>
      /report-type\s*=\s*"?disposition-notification/i.test(mail.headers.first('content-type')),
  },
  // A List-Unsubscribe by mail: the subject is the request, and the body what the mail program adds of its own.
  {
    name: 'unsubscribes-by-mail',
    kind: ReceivedKind.UNSUBSCRIBE,
    applies: ({ mail, written }) => isOptOutByMail(mail) && isShort(written),
    detail: ({ mail }) => mail.subject,
  },
  {
    name: 'away-by-subject',
    kind: ReceivedKind.OUT_OF_OFFICE,
    applies: ({ mail }) => AWAY_SUBJECT.test(mail.subject) && !isAnswerOfPerson(mail),
    detail: ({ mail }) => mail.subject,
  },
  {
    name: 'away-by-words',
    kind: ReceivedKind.OUT_OF_OFFICE,
    applies: (seen) => isAutomatic(seen) && AWAY_WORDS.test(`${seen.mail.subject}\n${seen.written}`),
    detail: (seen) => AWAY_WORDS.exec(`${seen.mail.subject}\n${seen.written}`)?.[0],
  },
  // Outlook and Gmail write this subject over an absence only; ticket systems write their own.
  {
    name: 'away-by-day',
    kind: ReceivedKind.OUT_OF_OFFICE,
    applies: (seen) => AUTOMATIC_SUBJECT.test(seen.mail.subject) && seen.returnDate !== null,
    detail: ({ returnDate }) => returnDate,
  },
  {
    name: 'automatic-by-header',
    kind: ReceivedKind.AUTO_REPLY,
    applies: ({ mail }) => automaticHeader(mail) !== null,
    detail: ({ mail }) => automaticHeader(mail),
  },
  {
    name: 'automatic-by-subject',
    kind: ReceivedKind.AUTO_REPLY,
    applies: ({ mail }) => AUTOMATIC_SUBJECT.test(mail.subject),
    detail: ({ mail }) => mail.subject,
  },
  {
    name: 'list-manager',
    kind: ReceivedKind.AUTO_REPLY,
    applies: ({ mail }) =>
      mail.headers.has('x-list-administrivia') ||
      (LIST_MANAGER.test(mail.from?.address ?? '') && LIST_SUBJECT.test(mail.subject)),
    detail: ({ mail }) => mail.subject,
  },
  {
    name: 'automatic-by-sender',
    kind: ReceivedKind.AUTO_REPLY,
    applies: ({ mail }) => MACHINE_SENDER.test(mail.from?.address ?? ''),
    detail: ({ mail }) => mail.from?.address,
  },
  {
    name: 'asks-to-be-removed',
    kind: ReceivedKind.UNSUBSCRIBE,
    applies: ({ mail, written }) => findOptOut(mail.subject, written) !== null,
    detail: ({ mail, written }) => findOptOut(mail.subject, written),
  },
];

const WRITTEN_BY_A_PERSON: Rule = {
  name: 'written-by-a-person',
  kind: ReceivedKind.REPLY,
  applies: () => true,
};

function hasStatus(seen: Seen): boolean {
  const { report, headers } = seen.mail;
  const isReport =
    report?.status != null || /report-type\s*=\s*"?delivery-status/i.test(headers.first('content-type'));
  return isReport && seen.failures.length > 0;
}

function diagnosticOf({ failures, mail }: Seen): string {
  return failures.find(({ diagnostic }) => diagnostic !== null)?.diagnostic ?? mail.subject;
}

function wordsOfReport({ mail, notice, failures }: Seen): string {
  return [mail.subject, notice, ...failures.map(({ diagnostic, status }) => `${status} ${diagnostic}`)].join(
    '\n',
  );
}

const GMAIL_DAEMON = /^mailer-daemon@(?:googlemail|gmail|google)\.com$/;
function isFromGmail({ mail }: Seen): boolean {
  return GMAIL_DAEMON.test(mail.from?.address ?? '');
}

// Names that mail systems write under. A null return path (RFC 5321 §4.5.5) tells the same, whoever writes.
const MAIL_SYSTEM =
  /^(?:mailer-?daemon|mail-?daemon|po+st[-_.]?master|mail[-._]?delivery(?:[-._](?:sub)?system)?|mailsys(?:tem)?|mdaemon|bounces?|mmdf|microsoftexchange\w*|mail\.delivery\.system)\b/i;
function isFromMailSystem(seen: Seen): boolean {
  const { headers, from, subject, inReplyTo } = seen.mail;
  return (
    MAIL_SYSTEM.test(from?.address ?? headers.text('from')) ||
    /^(?:<\s*>|<?mailer-daemon(?:@\S*)?>?$)/i.test(headers.first('return-path')) ||
    // Some write under any name, or none; they give the mail back or list whom it did not reach, and answer nothing.
    (FAILURE_SUBJECT.test(subject) &&
      inReplyTo.length === 0 &&
      (from === null ||
        seen.returned !== null ||
        (FAILURE_WORDS.test(seen.notice) && listsRecipients(seen.notice, from.address))))
  );
}

/** By its subject; or by its words, if it names who failed and quotes nobody: a postmaster may answer us, too. */
function tellsOfFailure(seen: Seen): boolean {
  if (FAILURE_SUBJECT.test(seen.mail.subject)) return true;
  return (
    FAILURE_WORDS.test(seen.notice) &&
    !QUOTES.test(seen.notice) &&
    seen.failures.some(({ recipient }) => recipient !== null)
  );
}

/** Someone answers a mail whose subject spoke of an absence. */
function isAnswerOfPerson(mail: ParsedMail): boolean {
  return (
    automaticHeader(mail) === null &&
    mail.report === null &&
    mail.inReplyTo.length > 0 &&
    QUOTES.test(mail.text)
  );
}
// One mark; transcripts of sessions have three.
const QUOTES = /^\s{0,3}>(?!>)/m;

function isAutomatic({ mail }: Seen): boolean {
  return automaticHeader(mail) !== null || AUTOMATIC_SUBJECT.test(mail.subject);
}

// As Mailman, fml, Majordomo and LISTSERV call themselves.
const LIST_MANAGER =
  /(?:^|[-_.])(?:admin|bounces?|owner|request|majordomo|listserv|sympa|ezmlm)(?:[-+]\S*)?@|^owner-/i;

const MACHINE_SENDER =
  /^(?:no[-._]?reply|do[-._]?not[-._]?reply|nao[-._]?responda|ne[-._]?pas[-._]?repondre|noreply[-._+]\w*|auto(?:matic)?[-._]?(?:reply|responder))[@+._-]/i;
