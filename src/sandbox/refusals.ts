/** What a server says to refuse. `{id}` becomes the connection's id; `{tag}` the IMAP tag. */
export interface Refusal {
  lines: readonly string[];
  /** The connection ends after it. */
  closes?: true;
}

const support = 'https://support.google.com';

/** Gmail's SMTP refusals, by name (texts: Gmail's own, seen in public logs). Any may be given at any SMTP stage. */
export const smtpRefusals = {
  badCredentials: {
    lines: [
      '535-5.7.8 Username and Password not accepted. For more information, go to',
      `535 5.7.8  ${support}/mail/?p=BadCredentials {id}`,
    ],
  },
  appPasswordRequired: {
    lines: [
      '534-5.7.9 Application-specific password required. For more information, go to',
      `534 5.7.9  ${support}/mail/?p=InvalidSecondFactor {id}`,
    ],
  },
  webLoginRequired: {
    lines: [
      '534-5.7.9 Please log in with your web browser and then try again. For more information, go to',
      `534 5.7.9  ${support}/mail/?p=WebLoginRequired {id}`,
    ],
  },
  webLoginRequiredOld: {
    lines: [
      '534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1&scc=1&plt=AKgnsbt>',
      '534-5.7.14 Please log in via your web browser and then try again.',
      '534-5.7.14  Learn more at',
      `534 5.7.14  ${support}/mail/answer/78754 {id}`,
    ],
  },
  tooManyLogins: {
    lines: [
      '454-4.7.0 Too many login attempts, please try again later. For more information, go to',
      `454 4.7.0  ${support}/mail/answer/7126229 {id}`,
    ],
    closes: true,
  },
  cannotAuthenticate: {
    lines: ['454 4.7.0 Cannot authenticate due to a temporary system problem. Try again later. {id}'],
  },
  unrecognizedAuthentication: { lines: ['504 5.7.4 Unrecognized Authentication Type {id}'] },
  authenticationRequired: {
    lines: [
      '530-5.7.0 Authentication Required. For more information, go to',
      `530 5.7.0  ${support}/mail/?p=WantAuthError {id}`,
    ],
  },
  startTlsFirst: { lines: ['530 5.7.0 Must issue a STARTTLS command first. {id}'] },
  invalidAddress: {
    lines: [
      '553-5.1.3 The recipient address <{recipient}> is not a valid RFC 5321 address.',
      '553-5.1.3 For more information, go to',
      `553 5.1.3  ${support}/a/answer/3221692 and review RFC 5321 specifications. {id}`,
    ],
  },
  tooManyRecipients: {
    lines: [
      '452-4.5.3 Your message has too many recipients. For more information regarding',
      `452 4.5.3 Google's sending limits, go to ${support}/mail/?p=TooManyRecipientsError {id}`,
    ],
  },
  dailyLimit: {
    lines: [
      '550-5.4.5 Daily user sending limit exceeded. For more information on Gmail',
      '550-5.4.5 sending limits go to',
      `550 5.4.5  ${support}/a/answer/166852 {id}`,
    ],
  },
  dailyQuota: { lines: ['550 5.4.5 Daily user sending quota exceeded. {id}'] },
  temporaryProblem: {
    lines: ['421 4.3.0 Temporary System Problem.  Try again later (10). {id}'],
    closes: true,
  },
  serverBusy: { lines: ['421 4.4.5 Server busy, try again later. {id}'], closes: true },
  tryAgainLater: {
    lines: [
      '421-4.7.0 Try again later, closing connection. (EHLO)',
      '421-4.7.0 For more information, go to',
      `421 4.7.0  ${support}/a/answer/3221692 {id}`,
    ],
    closes: true,
  },
  connectionExpired: { lines: ['421 4.7.0 Connection expired, try reconnecting. {id}'], closes: true },
  timeout: { lines: ['451 4.4.2 Timeout - closing connection. {id}'], closes: true },
  unsolicited: {
    lines: [
      '550-5.7.1 Our system has detected that this message is likely unsolicited mail.',
      '550-5.7.1 To reduce the amount of spam sent to Gmail, this message has been blocked.',
      '550-5.7.1 For more information, go to',
      `550 5.7.1  ${support}/mail/?p=UnsolicitedMessageError {id}`,
    ],
  },
  securityIssue: {
    lines: [
      '552-5.7.0 This message was blocked because its content presents a potential',
      '552-5.7.0 security issue. To review our message content and attachment content',
      `552 5.7.0 guidelines, go to ${support}/mail/?p=BlockedMessage {id}`,
    ],
  },
  tooLarge: {
    lines: [
      "552-5.3.4 Your message exceeded Google's message size limits. For more",
      '552-5.3.4 information, go to',
      `552 5.3.4  ${support}/mail/?p=MaxSizeError {id}`,
    ],
  },
  missingMessageId: {
    lines: ['550 5.7.1 Messages missing a valid Message-ID: header are not accepted. {id}'],
  },
  sameMessageId: {
    lines: [
      '421-4.7.28 Gmail has detected that this message exceeded its quota for sending',
      '421-4.7.28 messages with the same Message-ID:. For more information, go to',
      `421 4.7.28  ${support}/mail/?p=RateLimitError {id}`,
    ],
  },
} as const satisfies Record<string, Refusal>;

/** Gmail's IMAP refusals, by name. Any may be given at any IMAP stage. */
export const imapRefusals = {
  invalidCredentials: { lines: ['{tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)'] },
  appPasswordRequired: {
    lines: [
      `{tag} NO [ALERT] Application-specific password required: ${support}/accounts/answer/185833 (Failure)`,
    ],
  },
  webLoginRequired: {
    lines: [
      '* NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1&scc=1&plt=AKgnsbt] Web login required.',
      `{tag} NO [ALERT] Please log in via your web browser: ${support}/mail/accounts/answer/78754 (Failure)`,
    ],
  },
  imapDisabled: {
    lines: [
      '{tag} NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)',
    ],
  },
  imapDisabledForDomain: {
    lines: [
      '{tag} NO [ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)',
    ],
  },
  tooManyConnections: { lines: ['{tag} NO [ALERT] Too many simultaneous connections. (Failure)'] },
  unavailable: { lines: ['{tag} NO [UNAVAILABLE] Temporary System Error (Failure)'] },
  unavailableBye: { lines: ['* BYE [UNAVAILABLE] Temporary System Error'], closes: true },
  systemError: { lines: ['{tag} NO System Error (Failure)'] },
  systemErrorBye: { lines: ['* BYE System Error'], closes: true },
  overQuota: { lines: ['* BYE [OVERQUOTA] Account exceeded command or bandwidth limits.'], closes: true },
  sessionExpired: { lines: ['* BYE Session expired, please login again.'], closes: true },
} as const satisfies Record<string, Refusal>;

/** What a stage can do besides refusing: say nothing from here on, or cut the connection. */
export const faults = ['silence', 'close'] as const;

/** What Gmail sends as a mail after it took the message with 250 OK. */
export const lateRefusals = ['limitReached', 'messageBlocked', 'messageBlockedLocalised'] as const;

/** Where a session can be refused or broken, and what may happen there. */
export const smtpStages = [
  'smtpGreeting',
  'smtpEhlo',
  'smtpLogin',
  'smtpMail',
  'smtpRcpt',
  'smtpData',
  'smtpEnd', // after the final dot, before the message is stored
  'smtpStored', // after the final dot, when the message is stored
] as const;
export const imapStages = [
  'imapGreeting',
  'imapLogin',
  'imapList',
  'imapSelect',
  'imapFetch',
  'imapSearch',
  'imapIdle',
  'imapNoop',
] as const;

export type SmtpRefusalName = keyof typeof smtpRefusals;
export type ImapRefusalName = keyof typeof imapRefusals;
export type LateRefusalName = (typeof lateRefusals)[number];
export type Fault = (typeof faults)[number];
export type SmtpStage = (typeof smtpStages)[number];
export type ImapStage = (typeof imapStages)[number];

/** What can be ordered for each stage. */
export type OrdersByStage = Record<SmtpStage, SmtpRefusalName | Fault> &
  Record<ImapStage, ImapRefusalName | Fault> & { afterSend: LateRefusalName };
export type Stage = keyof OrdersByStage;

/** The standing orders of one account, or of the whole server for what comes before a login. */
export class Orders {
  private readonly standing = new Map<Stage, { which: string; left: number }>();

  /** Orders that a stage refuses (or falls silent, or closes), `times` times or until accepted again. */
  refuse<S extends Stage>(stage: S, which: OrdersByStage[S], times = Number.POSITIVE_INFINITY): void {
    this.standing.set(stage, { which, left: times });
  }

  /** Takes an order back, or all of them. */
  accept(stage?: Stage): void {
    if (stage) this.standing.delete(stage);
    else this.standing.clear();
  }

  /** What a stage must do now, using the order up once; undefined when all is well. */
  take<S extends Stage>(stage: S): OrdersByStage[S] | undefined {
    const order = this.standing.get(stage);
    if (!order) return undefined;
    order.left -= 1;
    if (order.left <= 0) this.standing.delete(stage);
    return order.which as OrdersByStage[S]; // put in by refuse() for this very stage
  }
}

/** Whether a stage knows that order: for input from outside the process. */
export function isOrder(stage: string, which: string): boolean {
  const known = (names: readonly string[], refusals: object) =>
    names.includes(stage) && (which in refusals || (faults as readonly string[]).includes(which));
  return (
    known(smtpStages, smtpRefusals) ||
    known(imapStages, imapRefusals) ||
    (stage === 'afterSend' && (lateRefusals as readonly string[]).includes(which))
  );
}
