/** Why Gmail, or the way to it, said no. The names are the public contract's. */
export enum ProblemCode {
  MALFORMED_APP_PASSWORD = 'MALFORMED_APP_PASSWORD',
  APP_PASSWORD_REQUIRED = 'APP_PASSWORD_REQUIRED',
  INVALID_CREDENTIALS = 'INVALID_CREDENTIALS',
  WEB_LOGIN_REQUIRED = 'WEB_LOGIN_REQUIRED',
  IMAP_DISABLED = 'IMAP_DISABLED',
  IMAP_DISABLED_FOR_DOMAIN = 'IMAP_DISABLED_FOR_DOMAIN',
  TOO_MANY_CONNECTIONS = 'TOO_MANY_CONNECTIONS',
  TOO_MANY_LOGINS = 'TOO_MANY_LOGINS',
  BANDWIDTH_EXCEEDED = 'BANDWIDTH_EXCEEDED',
  SENDING_LIMIT_REACHED = 'SENDING_LIMIT_REACHED',
  MESSAGE_REJECTED = 'MESSAGE_REJECTED',
  RECIPIENT_REJECTED = 'RECIPIENT_REJECTED',
  TEMPORARY_FAILURE = 'TEMPORARY_FAILURE',
  UNREACHABLE = 'UNREACHABLE',
}

/** What happened, what to do about it, and the server's own words. */
export interface Problem {
  code: ProblemCode;
  /** What happened, in one plain sentence. */
  message: string;
  /** What to do about it, in one plain sentence. */
  remedy: string;
  helpUrl: string | null;
  /** Verbatim, lines joined by newlines, at most 2,000 characters, with no secret in it. */
  serverReply: string | null;
  at: Date;
}

/** What a person is told where the code alone says it; `particulars` replace what is known better. */
export function describeProblem(
  code: ProblemCode,
  at: Date,
  particulars: Partial<Pick<Problem, 'message' | 'remedy' | 'helpUrl' | 'serverReply'>> = {},
): Problem {
  return { code, ...EXPLANATIONS[code], serverReply: null, ...particulars, at };
}

/** A problem as it comes back from a jsonb column, where its date is text. */
export function reviveProblem(json: Omit<Problem, 'at'> & { at: string | Date }): Problem {
  return { ...json, at: new Date(json.at) };
}

const APP_PASSWORDS = 'https://support.google.com/accounts/answer/185833';
const ENABLE_IMAP = 'https://support.google.com/mail/answer/7126229';
const SENDING_LIMITS = 'https://support.google.com/a/answer/166852';

const EXPLANATIONS: Record<ProblemCode, Pick<Problem, 'message' | 'remedy' | 'helpUrl'>> = {
  MALFORMED_APP_PASSWORD: {
    message: 'This is not an App Password, which is 16 letters from a to z.',
    remedy: 'Generate an App Password in your Google Account and paste all 16 letters of it.',
    helpUrl: APP_PASSWORDS,
  },
  APP_PASSWORD_REQUIRED: {
    message: 'Google wants an App Password here and was given the password of the account.',
    remedy:
      'Turn on 2-Step Verification, generate an App Password, and use it instead of your regular password.',
    helpUrl: APP_PASSWORDS,
  },
  INVALID_CREDENTIALS: {
    message: 'Google does not accept this address with this App Password.',
    remedy:
      'Check the address and generate a new App Password: changing the account’s password revokes the old ones.',
    helpUrl: APP_PASSWORDS,
  },
  WEB_LOGIN_REQUIRED: {
    message: 'Google wants to see you sign in with a browser before it lets this connection in.',
    remedy:
      'Sign in to this account in a web browser, confirm that the attempt was yours, and then connect again.',
    helpUrl: 'https://support.google.com/mail/accounts/answer/78754',
  },
  IMAP_DISABLED: {
    message: 'IMAP is turned off in the settings of this Gmail account.',
    remedy:
      'In Gmail, open See all settings, Forwarding and POP/IMAP, select Enable IMAP, save, and connect again.',
    helpUrl: ENABLE_IMAP,
  },
  IMAP_DISABLED_FOR_DOMAIN: {
    message: 'The administrator of this domain has turned IMAP off.',
    remedy: 'Ask your Google Workspace administrator to allow IMAP access for this account.',
    helpUrl: 'https://support.google.com/a/answer/105694',
  },
  TOO_MANY_CONNECTIONS: {
    message: 'This account has more mail connections open than the 15 that Gmail allows.',
    remedy: 'Close mail programs that use this account on other devices; it is tried again by itself.',
    helpUrl: ENABLE_IMAP,
  },
  TOO_MANY_LOGINS: {
    message: 'Google has seen too many sign-ins to this account in a short time.',
    remedy: 'Wait: it is tried again by itself after an hour, and trying sooner makes the wait longer.',
    helpUrl: ENABLE_IMAP,
  },
  BANDWIDTH_EXCEEDED: {
    message: 'This account has transferred more mail over IMAP than Gmail allows in a day.',
    remedy: 'Wait: Gmail lifts the limit by itself within 24 hours, and then the mail is read again.',
    helpUrl: 'https://support.google.com/a/answer/1071518',
  },
  SENDING_LIMIT_REACHED: {
    message: 'This account has reached Gmail’s limit for sending mail.',
    remedy: 'Wait: Gmail allows sending again within 24 hours, and what is queued here stays queued.',
    helpUrl: SENDING_LIMITS,
  },
  MESSAGE_REJECTED: {
    message: 'Gmail refused this email because of what is in it or how it looks.',
    remedy: 'Read the server’s reply, change the wording, links or size of the email, and send it again.',
    helpUrl: 'https://support.google.com/mail/answer/69585',
  },
  RECIPIENT_REJECTED: {
    message: 'Gmail refused the recipient’s address.',
    remedy: 'Correct the address of this recipient, or remove them.',
    helpUrl: null,
  },
  TEMPORARY_FAILURE: {
    message: 'Gmail could not do this at the moment.',
    remedy: 'Nothing to do: it is tried again by itself.',
    helpUrl: 'https://www.google.com/appsstatus/dashboard/',
  },
  UNREACHABLE: {
    message: 'The mail server could not be reached.',
    remedy: 'Check this machine’s network and firewall; it is tried again by itself.',
    helpUrl: null,
  },
};
