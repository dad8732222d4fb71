import {
  type ImapRefusalName,
  imapRefusals,
  type SmtpRefusalName,
  smtpRefusals,
} from '../../src/sandbox/refusals';
import {
  addAccount,
  connect,
  type Employee,
  FILL,
  type Office,
  openOffice,
  outcomes,
  readSlot,
} from '../support/slots';

let office: Office;
let ann: Employee;
/** A slot that nobody has used yet. */
let slotId: string | undefined;
let used = 0;

beforeAll(async () => {
  office = await openOffice(() => ({ DEFAULT_SELF_SLOTS: '100' }));
  ann = await office.hire();
});
beforeEach(async () => {
  slotId = ann.self[used++];
  await office.database.query('DELETE FROM attempts');
});
afterAll(() => office.close());

const STEPS = [
  'ADDRESS_AND_PASSWORD_FORMAT',
  'SMTP_CONNECT',
  'SMTP_LOGIN',
  'IMAP_CONNECT',
  'IMAP_LOGIN',
  'IMAP_IDLE',
  'FOLDERS',
  'DOMAIN_AUTHENTICATION',
];

/** All steps where this one failed. */
function failedAt(failed: string): string[] {
  const at = STEPS.indexOf(failed);
  return STEPS.map((name, index) => `${name} ${index < at ? 'PASSED' : index === at ? 'FAILED' : 'SKIPPED'}`);
}

test('the page counts what is used, in its notation', async () => {
  const labels = async () => {
    const { gmailIntegration: page } = await carol.ask<{
      gmailIntegration: Record<'self' | 'fly' | 'total', { label: string }>;
    }>('{ gmailIntegration { self { label } fly { label } total { label } } }');
    return [page.self.label, page.fly.label, page.total.label];
  };
  const carol = await office.hire();
  expect(await labels()).toEqual(['(self: 0/100)', '(fly: 0/2)', '0/102']);
  const { address } = addAccount(office.sandbox);
  expect(await connect(carol, carol.self[0], address)).toMatchObject({ __typename: 'GmailConnected' });
  const fly = addAccount(office.sandbox).address;
  const filled = await connect(office.operator, carol.fly[0], fly, { mutation: FILL });
  expect(filled).toMatchObject({ __typename: 'GmailConnected' });
  expect(await labels()).toEqual(['(self: 1/100)', '(fly: 1/2)', '2/102']);
});

test.each([
  ['as Google shows it', 'abcd efgh ijkl mnop'],
  ['with no-break spaces, as it is copied', '\u00a0abcd\u00a0efgh\u00a0ijkl\u00a0mnop\n'],
  ['in upper case', 'ABCDEFGHIJKLMNOP'],
])('an App Password is accepted %s', async (_how, appPassword) => {
  const { address } = addAccount(office.sandbox);
  const result = await connect(ann, slotId, address, { appPassword });
  expect(result).toMatchObject({ __typename: 'GmailConnected', slot: { connection: { email: address } } });
  expect(outcomes(result.checks)).toEqual([
    ...STEPS.slice(0, -1).map((name) => `${name} PASSED`),
    'DOMAIN_AUTHENTICATION SKIPPED',
  ]);
});

test.each([
  ['too short', 'abcd efgh ijkl mno'],
  ['too long', 'abcd efgh ijkl mnopq'],
  ['with a digit', 'abcd efgh ijkl mno1'],
  ['a password of another kind', 'correct horse battery!'],
  ['empty', ''],
])('what is no App Password is not even tried: %s', async (_how, appPassword) => {
  const account = addAccount(office.sandbox);
  const result = await connect(ann, slotId, account.address, { appPassword });
  expect(result).toMatchObject({
    __typename: 'ConnectionRefused',
    code: 'MALFORMED_APP_PASSWORD',
    problem: {
      code: 'MALFORMED_APP_PASSWORD',
      serverReply: null,
      helpUrl: expect.stringContaining('185833'),
    },
  });
  expect(outcomes(result.checks)).toEqual(failedAt('ADDRESS_AND_PASSWORD_FORMAT'));
  expect(account.smtpLogins).toBe(0);
});

/** What follows from each refusal: its code, and whether trying the same again can help. */
type Expected = readonly [code: string, remedy: RegExp];
const NEW_PASSWORD = /generate .* App Password/i;
const BROWSER = /sign in .* web browser/i;
const AGAIN = /then try again/i;

const SMTP_LOGIN: Partial<Record<SmtpRefusalName, Expected>> = {
  badCredentials: ['INVALID_CREDENTIALS', NEW_PASSWORD],
  appPasswordRequired: ['APP_PASSWORD_REQUIRED', NEW_PASSWORD],
  webLoginRequired: ['WEB_LOGIN_REQUIRED', BROWSER],
  webLoginRequiredOld: ['WEB_LOGIN_REQUIRED', BROWSER],
  tooManyLogins: ['TOO_MANY_LOGINS', /wait an hour/i],
  cannotAuthenticate: ['TEMPORARY_FAILURE', AGAIN],
  unrecognizedAuthentication: ['TEMPORARY_FAILURE', AGAIN],
  authenticationRequired: ['TEMPORARY_FAILURE', AGAIN],
  startTlsFirst: ['TEMPORARY_FAILURE', AGAIN],
  temporaryProblem: ['TEMPORARY_FAILURE', AGAIN],
  serverBusy: ['TEMPORARY_FAILURE', AGAIN],
  tryAgainLater: ['TEMPORARY_FAILURE', AGAIN],
  connectionExpired: ['TEMPORARY_FAILURE', AGAIN],
  timeout: ['TEMPORARY_FAILURE', AGAIN],
};

const IMAP_LOGIN: Record<ImapRefusalName, Expected> = {
  invalidCredentials: ['INVALID_CREDENTIALS', NEW_PASSWORD],
  appPasswordRequired: ['APP_PASSWORD_REQUIRED', NEW_PASSWORD],
  webLoginRequired: ['WEB_LOGIN_REQUIRED', BROWSER],
  imapDisabled: ['IMAP_DISABLED', /Enable IMAP/],
  imapDisabledForDomain: ['IMAP_DISABLED_FOR_DOMAIN', /administrator/],
  tooManyConnections: ['TOO_MANY_CONNECTIONS', /Close mail programs/],
  unavailable: ['TEMPORARY_FAILURE', AGAIN],
  unavailableBye: ['TEMPORARY_FAILURE', AGAIN],
  systemError: ['TEMPORARY_FAILURE', AGAIN],
  systemErrorBye: ['TEMPORARY_FAILURE', AGAIN],
  overQuota: ['BANDWIDTH_EXCEEDED', /within 24 hours/],
  sessionExpired: ['TEMPORARY_FAILURE', AGAIN],
};

const REFUSALS = [
  ...Object.entries(SMTP_LOGIN).map(
    ([name, expected]) =>
      ['smtpLogin', name, 'SMTP_LOGIN', smtpRefusals[name as SmtpRefusalName], expected] as const,
  ),
  ...Object.entries(IMAP_LOGIN).map(
    ([name, expected]) =>
      ['imapLogin', name, 'IMAP_LOGIN', imapRefusals[name as ImapRefusalName], expected] as const,
  ),
];

test.each(REFUSALS)('%s refused with %s', async (stage, name, step, { lines }, [code, remedy]) => {
  const account = addAccount(office.sandbox);
  account.refuse(stage, name as never);
  const result = await connect(ann, slotId, account.address);
  expect(result).toMatchObject({
    __typename: 'ConnectionRefused',
    code,
    problem: { code, remedy: expect.stringMatching(remedy), helpUrl: expect.stringMatching(/^https:\/\//) },
  });
  expect(outcomes(result.checks)).toEqual(failedAt(step));
  expect(result.checks?.find((check) => check.name === step)?.problem).toEqual(result.problem);
  for (const line of lines) {
    const words = line.replace(/^\{tag\} NO /, '').replace(/ *\{id\}/, '');
    expect(result.problem?.serverReply).toContain(words);
  }

  expect(await readSlot(ann, slotId)).toMatchObject({ connection: null, lastChecks: result.checks });
  account.accept();
  expect(await connect(ann, slotId, account.address)).toMatchObject({ __typename: 'GmailConnected' });
});

test.each([
  ['smtpGreeting', 'tryAgainLater', 'SMTP_CONNECT'],
  ['smtpEhlo', 'tryAgainLater', 'SMTP_CONNECT'],
  ['imapGreeting', 'unavailableBye', 'IMAP_CONNECT'],
] as const)('refused before the login, at %s', async (stage, which, step) => {
  const { address } = addAccount(office.sandbox);
  office.sandbox.refuse(stage, which);
  const result = await connect(ann, slotId, address);
  office.sandbox.accept();
  expect(result).toMatchObject({ code: 'TEMPORARY_FAILURE', problem: { serverReply: expect.any(String) } });
  expect(outcomes(result.checks)).toEqual(failedAt(step));
});

test('Gmail tells a wrong password from the password of the account', async () => {
  const { address } = office.sandbox.addAccount({
    address: 'wrong.kind@gmail.com',
    appPassword: 'abcdefghijklmnop',
    accountPassword: 'correcthorsebatt',
  });
  const wrong = await connect(ann, slotId, address, { appPassword: 'ponm lkji hgfe dcba' });
  expect(wrong).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  const account = await connect(ann, slotId, address, { appPassword: 'correcthorsebatt' });
  expect(account).toMatchObject({ code: 'APP_PASSWORD_REQUIRED' });
});

test('folders that are hidden from IMAP, and a server without IDLE, are warnings', async () => {
  const account = addAccount(office.sandbox);
  account.hideFolder('\\Sent');
  office.sandbox.without.add('IDLE');
  const { checks } = await connect(ann, slotId, account.address);
  office.sandbox.without.delete('IDLE');
  expect(checks).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'IMAP_IDLE', outcome: 'WARNING' }),
      expect.objectContaining({
        name: 'FOLDERS',
        outcome: 'WARNING',
        detail: expect.stringContaining('Sent'),
      }),
    ]),
  );
});

test('folders that cannot be listed refuse the account, in the words of the server', async () => {
  const account = addAccount(office.sandbox);
  account.refuse('imapList', 'systemError');
  const result = await connect(ann, slotId, account.address);
  expect(result).toMatchObject({
    code: 'TEMPORARY_FAILURE',
    problem: { serverReply: 'System Error (Failure)' },
  });
  expect(outcomes(result.checks)).toEqual(failedAt('FOLDERS'));
});

test('a server that takes the connection and says nothing is unreachable, soon', async () => {
  const { address } = addAccount(office.sandbox);
  office.sandbox.refuse('smtpGreeting', 'silence');
  const result = await connect(ann, slotId, address);
  office.sandbox.accept();
  expect(result).toMatchObject({
    code: 'UNREACHABLE',
    problem: { serverReply: null, remedy: expect.stringMatching(AGAIN) },
  });
  expect(outcomes(result.checks)).toEqual(failedAt('SMTP_CONNECT'));
});
