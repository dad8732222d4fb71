import { explainImapRefusal, type ImapReply } from '../../src/gmail/imapRefusals';
import { describeProblem, ProblemCode, reviveProblem } from '../../src/gmail/problem';
import { explainSmtpRefusal, type SmtpStage } from '../../src/gmail/smtpRefusals';
import { explainSilence } from '../../src/gmail/unreachable';

const now = new Date('2026-11-22T10:00:00Z');
const {
  APP_PASSWORD_REQUIRED,
  BANDWIDTH_EXCEEDED,
  IMAP_DISABLED,
  IMAP_DISABLED_FOR_DOMAIN,
  INVALID_CREDENTIALS,
  MESSAGE_REJECTED,
  RECIPIENT_REJECTED,
  SENDING_LIMIT_REACHED,
  TEMPORARY_FAILURE,
  TOO_MANY_CONNECTIONS,
  TOO_MANY_LOGINS,
  UNREACHABLE,
  WEB_LOGIN_REQUIRED,
} = ProblemCode;

const PERSON = 'a person must act';
const NEVER = 'never';
const LATER = 'later';

describe('what Gmail’s SMTP refusals mean', () => {
  test.each<[SmtpStage, string, ProblemCode, string, string]>([
    [
      'LOGIN',
      '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials x - gsmtp',
      INVALID_CREDENTIALS,
      'SLOT',
      PERSON,
    ],
    [
      'LOGIN',
      '534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor x - gsmtp',
      APP_PASSWORD_REQUIRED,
      'SLOT',
      PERSON,
    ],
    [
      'LOGIN',
      '534-5.7.9 Please log in with your web browser and then try again. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=WebLoginRequired x - gsmtp',
      WEB_LOGIN_REQUIRED,
      'SLOT',
      PERSON,
    ],
    [
      'LOGIN',
      '534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in via your web browser and then try again.\n534 5.7.14  Learn more at https://support.google.com/mail/answer/78754 x - gsmtp',
      WEB_LOGIN_REQUIRED,
      'SLOT',
      PERSON,
    ],
    [
      'LOGIN',
      '454 4.7.0 Too many login attempts, please try again later. For more information, go to https://support.google.com/mail/answer/7126229 x - gsmtp',
      TOO_MANY_LOGINS,
      'SLOT',
      LATER,
    ],
    [
      'LOGIN',
      '454 4.7.0 Cannot authenticate due to a temporary system problem. Try again later. x - gsmtp',
      TEMPORARY_FAILURE,
      'SLOT',
      LATER,
    ],
    ['LOGIN', '504 5.7.4 Unrecognized Authentication Type x - gsmtp', TEMPORARY_FAILURE, 'SLOT', LATER],
    ['CONNECT', '554 5.7.1 No', TEMPORARY_FAILURE, 'SLOT', LATER],
    [
      'CONNECT',
      '421-4.7.0 Try again later, closing connection. (EHLO)\n421 4.7.0 x',
      TEMPORARY_FAILURE,
      'SLOT',
      LATER,
    ],
    [
      'MAIL',
      '530-5.7.0 Authentication Required. For more information, go to\n530 5.7.0  https://support.google.com/mail/?p=WantAuthError x - gsmtp',
      TEMPORARY_FAILURE,
      'SLOT',
      LATER,
    ],
    ['MAIL', '530 5.5.1 Authentication Required. Learn more at x - gsmtp', TEMPORARY_FAILURE, 'SLOT', LATER],
    ['MAIL', '530 5.7.0 Must issue a STARTTLS command first. x - gsmtp', TEMPORARY_FAILURE, 'SLOT', LATER],
    ['MAIL', '535 5.7.8 Username and Password not accepted.', INVALID_CREDENTIALS, 'SLOT', PERSON],
    [
      'RCPT',
      '553-5.1.3 The recipient address <a@b..c> is not a valid RFC 5321 address. For\n553-5.1.3 more information, go to\n553 5.1.3  https://support.google.com/a/answer/3221692 x - gsmtp',
      RECIPIENT_REJECTED,
      'RECIPIENT',
      NEVER,
    ],
    ['RCPT', '550 No such user', RECIPIENT_REJECTED, 'RECIPIENT', NEVER],
    ['RCPT', '550 5.2.1 The account is inactive', RECIPIENT_REJECTED, 'RECIPIENT', NEVER],
    ['RCPT', '550 5.7.1 Your policy forbids this', MESSAGE_REJECTED, 'MESSAGE', NEVER],
    ['RCPT', '452 4.5.3 Your message has too many recipients.', TEMPORARY_FAILURE, 'MESSAGE', LATER],
    ['RCPT', '450 4.2.1 The user is receiving mail too quickly', TEMPORARY_FAILURE, 'RECIPIENT', LATER],
    ['RCPT', '450 Later', TEMPORARY_FAILURE, 'RECIPIENT', LATER],
    ['RCPT', '503 5.5.1 RCPT first. x - gsmtp', TEMPORARY_FAILURE, 'SLOT', LATER],
    [
      'DATA',
      '550-5.4.5 Daily user sending limit exceeded. For more information on Gmail\n550-5.4.5 sending limits go to\n550 5.4.5  https://support.google.com/a/answer/166852 x - gsmtp',
      SENDING_LIMIT_REACHED,
      'SLOT',
      LATER,
    ],
    ['DATA', '550 5.4.5 Daily user sending quota exceeded. x - gsmtp', SENDING_LIMIT_REACHED, 'SLOT', LATER],
    ['RCPT', '550 5.4.5 Daily sending quota exceeded.', SENDING_LIMIT_REACHED, 'SLOT', LATER],
    [
      'DATA',
      '421 4.3.0 Temporary System Problem.  Try again later (10). x - gsmtp',
      TEMPORARY_FAILURE,
      'SLOT',
      LATER,
    ],
    ['DATA', '503 5.5.1 RCPT first. x - gsmtp', TEMPORARY_FAILURE, 'SLOT', LATER],
    ['MESSAGE', '421 4.4.5 Server busy, try again later.', TEMPORARY_FAILURE, 'SLOT', LATER],
    ['MESSAGE', '451 4.4.2 Timeout - closing connection.', TEMPORARY_FAILURE, 'SLOT', LATER],
    ['MAIL', '421 4.7.0 Connection expired, try reconnecting.', TEMPORARY_FAILURE, 'SLOT', LATER],
    ['MESSAGE', '451 Try again', TEMPORARY_FAILURE, 'MESSAGE', LATER],
    [
      'MESSAGE',
      '550-5.7.1 [1.2.3.4] Our system has detected that this message is likely unsolicited mail.\n550 5.7.1  https://support.google.com/mail/?p=UnsolicitedMessageError x - gsmtp',
      MESSAGE_REJECTED,
      'MESSAGE',
      NEVER,
    ],
    [
      'MESSAGE',
      '552-5.7.0 This message was blocked because its content presents a potential security issue.',
      MESSAGE_REJECTED,
      'MESSAGE',
      NEVER,
    ],
    [
      'MESSAGE',
      "552 5.3.4 Your message exceeded Google's message size limits.",
      MESSAGE_REJECTED,
      'MESSAGE',
      NEVER,
    ],
    ['MESSAGE', '552 5.2.3 Your message exceeded the size limit.', MESSAGE_REJECTED, 'MESSAGE', NEVER],
    [
      'MESSAGE',
      '550 5.7.1 Messages missing a valid Message-ID: header are not accepted.',
      MESSAGE_REJECTED,
      'MESSAGE',
      NEVER,
    ],
    [
      'MESSAGE',
      '421 4.7.28 Gmail has detected this message exceeded its quota for sending messages with the same Message-ID:',
      MESSAGE_REJECTED,
      'MESSAGE',
      NEVER,
    ],
  ])('%s: %s', (stage, response, code, scope, retry) => {
    const refusal = explainSmtpRefusal({ code: Number(response.slice(0, 3)), response, stage }, now);
    expect(refusal).toMatchObject({ problem: { code, serverReply: response, at: now }, scope });
    expect(refusal.needsPerson).toBe(retry === PERSON);
    expect(refusal.retryAfterMs !== null).toBe(retry === LATER);
  });

  test('too many logins wait for an hour, the sending limit for up to a day', () => {
    const explain = (response: string) =>
      explainSmtpRefusal({ code: Number(response.slice(0, 3)), response, stage: 'LOGIN' }, now).retryAfterMs;
    expect(explain('454 4.7.0 Too many login attempts')).toBe(3_600_000);
    expect(explain('550 5.4.5 Daily user sending limit exceeded')).toBe(86_400_000);
  });
});

describe('what Gmail’s IMAP refusals mean', () => {
  test.each<[ImapReply, ProblemCode, string]>([
    [
      { serverResponseCode: 'AUTHENTICATIONFAILED', responseText: 'Invalid credentials (Failure)' },
      INVALID_CREDENTIALS,
      PERSON,
    ],
    [
      { serverResponseCode: 'ALERT', responseText: 'Invalid credentials (Failure)' },
      INVALID_CREDENTIALS,
      PERSON,
    ],
    [
      {
        serverResponseCode: 'ALERT',
        responseText:
          'Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
      },
      APP_PASSWORD_REQUIRED,
      PERSON,
    ],
    [
      {
        serverResponseCode: 'ALERT',
        responseText:
          'Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)',
        alerts: ['* NO [WEBALERT https://accounts.google.com/signin/continue?x=1] Web login required.'],
      },
      WEB_LOGIN_REQUIRED,
      PERSON,
    ],
    [
      { responseText: 'Failure', alerts: ['* NO [WEBALERT https://accounts.google.com/x] …'] },
      WEB_LOGIN_REQUIRED,
      PERSON,
    ],
    [
      {
        serverResponseCode: 'ALERT',
        responseText:
          'Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)',
      },
      IMAP_DISABLED,
      PERSON,
    ],
    [
      {
        serverResponseCode: 'ALERT',
        responseText:
          'IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)',
      },
      IMAP_DISABLED_FOR_DOMAIN,
      PERSON,
    ],
    [
      { serverResponseCode: 'ALERT', responseText: 'Too many simultaneous connections. (Failure)' },
      TOO_MANY_CONNECTIONS,
      LATER,
    ],
    [{ serverResponseCode: 'UNAVAILABLE', responseText: 'Temporary System Error' }, TEMPORARY_FAILURE, LATER],
    [{ byeReason: 'Temporary System Error' }, TEMPORARY_FAILURE, LATER],
    [{ responseText: 'System Error (Failure)' }, TEMPORARY_FAILURE, LATER],
    [{ byeReason: 'System Error' }, TEMPORARY_FAILURE, LATER],
    [{ byeReason: 'Account exceeded command or bandwidth limits.' }, BANDWIDTH_EXCEEDED, LATER],
    [{ alerts: ['* BYE [OVERQUOTA] Account exceeded its limits.'] }, BANDWIDTH_EXCEEDED, LATER],
    [{ byeReason: 'Session expired, please login again.' }, TEMPORARY_FAILURE, LATER],
    [{ serverResponseCode: 'ALERT', responseText: 'Something new' }, TEMPORARY_FAILURE, LATER],
    [{}, TEMPORARY_FAILURE, LATER],
  ])('%j', (reply, code, retry) => {
    const refusal = explainImapRefusal(reply, now);
    expect(refusal).toMatchObject({ problem: { code }, scope: 'SLOT', needsPerson: retry === PERSON });
    expect(refusal.retryAfterMs !== null).toBe(retry === LATER);
  });

  test('the server’s words are kept, and said once', () => {
    const { problem } = explainImapRefusal(
      {
        serverResponseCode: 'ALERT',
        responseText: 'Please log in',
        alerts: ['* NO [WEBALERT https://x] Web login required.', '* BYE Gone'],
        byeReason: 'Gone',
      },
      now,
    );
    expect(problem.serverReply).toBe(
      '* NO [WEBALERT https://x] Web login required.\n* BYE Gone\n[ALERT] Please log in',
    );
  });

  test('a place among the fifteen connections is asked for again within a minute', () => {
    const crowded = {
      serverResponseCode: 'ALERT',
      responseText: 'Too many simultaneous connections. (Failure)',
    };
    expect(explainImapRefusal(crowded, now).retryAfterMs).toBe(60_000);
  });

  test('a session that expired may begin anew at once', () => {
    expect(explainImapRefusal({ byeReason: 'Session expired, please login again.' }, now).retryAfterMs).toBe(
      0,
    );
  });
});

test.each([
  ['ENOTFOUND', 'The name of imap.gmail.com:993 could not be looked up.'],
  ['EDNS', 'The name of imap.gmail.com:993 could not be looked up.'],
  ['ECONNREFUSED', 'Nothing accepts connections at imap.gmail.com:993.'],
  ['CERT_HAS_EXPIRED', 'No secure connection with imap.gmail.com:993 came about.'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'No secure connection with imap.gmail.com:993 came about.'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'No secure connection with imap.gmail.com:993 came about.'],
  ['GREETING_TIMEOUT', 'The server at imap.gmail.com:993 did not answer in time.'],
  ['ECONNRESET', 'The server at imap.gmail.com:993 closed the connection.'],
])('%s: %s', (code, message) => {
  const endpoint = { host: 'imap.gmail.com', port: 993, secure: true };
  expect(explainSilence(endpoint, [undefined, code], 'NOTHING', now).problem).toMatchObject({
    code: UNREACHABLE,
    message,
  });
  expect(explainSilence(endpoint, [code], 'GREETING', now).problem.code).toBe(TEMPORARY_FAILURE);
});

test('each problem has one plain sentence and one remedy, and survives a jsonb column', () => {
  for (const code of Object.values(ProblemCode)) {
    const problem = describeProblem(code, now);
    expect(problem.message).toMatch(/^[A-Z][^\n]+\.$/);
    expect(problem.remedy).toMatch(/^[A-Z][^\n]+\.$/);
    expect(problem.helpUrl ?? 'https://').toMatch(/^https:\/\//);
    expect(reviveProblem(JSON.parse(JSON.stringify(problem)))).toEqual(problem);
  }
});
