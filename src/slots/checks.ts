import { normaliseAppPassword } from '../gmail/appPassword';
import type { Credentials } from '../gmail/endpoints';
import { ImapFailure, type ImapSession, openImapSession } from '../gmail/imapSession';
import { type Problem, ProblemCode } from '../gmail/problem';
import { type Refusal, refuse } from '../gmail/refusals';
import { openSmtpSession } from '../gmail/smtpSession';
import type { Timeouts } from '../gmail/timeouts';
import { CheckReport, type CheckResult } from './checkReport';
import { checkDomainAuthentication } from './domainAuthentication';
import type { SlotsRoom } from './slotsRoom';

export type CheckVerdict =
  | { outcome: 'Passed'; appPassword: string; checks: CheckResult[] }
  /** `atLogin`: the server was reached, and refused the account itself. */
  | { outcome: 'Refused'; problem: Problem; atLogin: boolean; needsPerson: boolean; checks: CheckResult[] };

/**
 * Tries an account step by step, as a mail program would: format, SMTP, IMAP, folders, DNS. Each step is
 * kept as it happens (RUNNING, then its outcome), so that it can be watched from anywhere.
 *
 * @param typedPassword as the person typed or pasted it
 */
export async function checkAccount(
  room: SlotsRoom,
  slotId: string,
  email: string,
  typedPassword: string,
): Promise<CheckVerdict> {
  const report = new CheckReport(room, slotId);
  await report.open();
  try {
    await report.begin('ADDRESS_AND_PASSWORD_FORMAT', 'Looking at the address and the App Password');
    const appPassword = normaliseAppPassword(typedPassword);
    if (appPassword === null) {
      return await conclude(report, refuse(ProblemCode.MALFORMED_APP_PASSWORD, room.now()));
    }
    await report.end('PASSED', 'An address, and 16 letters');
    const account = { email, appPassword };
    const refused = (await trySmtp(room, report, account)) ?? (await tryImap(room, report, account));
    if (refused) return refused;
    await report.begin('DOMAIN_AUTHENTICATION', 'Looking up SPF, DKIM and DMARC');
    const domain = await checkDomainAuthentication(room.dns, email);
    await report.end(domain.outcome, domain.detail);
    return { outcome: 'Passed', appPassword, checks: report.results() };
  } finally {
    await report.close();
  }
}

/** A person is waiting: Google greets within a second, and whoever meets a slow door may knock again. Milliseconds. */
const PATIENCE: Partial<Timeouts> = { connect: 10_000, greeting: 5_000, login: 15_000, command: 15_000 };

type Refused = Extract<CheckVerdict, { outcome: 'Refused' }>;

async function trySmtp(room: SlotsRoom, report: CheckReport, account: Credentials): Promise<Refused | null> {
  const { smtp } = room.endpoints;
  await report.begin('SMTP_CONNECT', `Connecting to ${smtp.host}:${smtp.port}`);
  const opening = await openSmtpSession(smtp, account, {
    log: room.log,
    timeouts: PATIENCE,
    onStage: () =>
      report.pass('SMTP_CONNECT', `Connected to ${smtp.host}`, 'SMTP_LOGIN', 'Signing in to send'),
  });
  if (opening.outcome === 'Failed') return conclude(report, opening.refusal, opening.stage === 'LOGIN');
  await opening.session.close();
  await report.end('PASSED', 'Gmail accepts the App Password for sending');
  return null;
}

async function tryImap(room: SlotsRoom, report: CheckReport, account: Credentials): Promise<Refused | null> {
  const { imap } = room.endpoints;
  await report.begin('IMAP_CONNECT', `Connecting to ${imap.host}:${imap.port}`);
  const opening = await openImapSession(imap, account, {
    log: room.log,
    timeouts: PATIENCE,
    onStage: () =>
      report.pass('IMAP_CONNECT', `Connected to ${imap.host}`, 'IMAP_LOGIN', 'Signing in to read'),
  });
  if (opening.outcome === 'Failed') return conclude(report, opening.refusal, opening.stage === 'LOGIN');
  const { session } = opening;
  try {
    await report.end('PASSED', 'Gmail accepts the App Password for reading');
    await report.begin('IMAP_IDLE', 'Asking whether the server announces new mail');
    if (session.features.idle) await report.end('PASSED', 'New mail is announced at once');
    else
      await report.end('WARNING', 'The server does not offer IDLE: new mail is looked for every few seconds');
    return await findFolders(report, session);
  } finally {
    await session.close();
  }
}

async function findFolders(report: CheckReport, session: ImapSession): Promise<Refused | null> {
  await report.begin('FOLDERS', 'Finding the inbox, Sent, Spam and All Mail');
  const folders = await session.findFolders().catch((error: unknown) => {
    if (error instanceof ImapFailure) return error;
    throw error;
  });
  if (folders instanceof ImapFailure) return conclude(report, folders.refusal);
  const hidden = FOLDER_NAMES.filter(([role]) => folders[role] === null).map(([, name]) => name);
  if (hidden.length === 0) await report.end('PASSED', 'Inbox, Sent, Spam and All Mail found');
  else await report.end('WARNING', `Hidden from IMAP: ${hidden.join(', ')}. What is there is not seen.`);
  return null;
}

const FOLDER_NAMES = [
  ['sent', 'Sent'],
  ['spam', 'Spam'],
  ['all', 'All Mail'],
] as const;

async function conclude(report: CheckReport, refusal: Refusal, atLogin = false): Promise<Refused> {
  const problem = withOwnRemedy(refusal.problem);
  await report.fail(problem);
  return { outcome: 'Refused', problem, atLogin, needsPerson: refusal.needsPerson, checks: report.results() };
}

/** What is watched is tried again by itself; what a person tries, nobody tries again for them. */
const REMEDIES: Partial<Record<ProblemCode, string>> = {
  [ProblemCode.TOO_MANY_CONNECTIONS]:
    'Close mail programs that use this account on other devices, and then try again.',
  [ProblemCode.TOO_MANY_LOGINS]: 'Wait an hour, then try again: trying sooner makes the wait longer.',
  [ProblemCode.BANDWIDTH_EXCEEDED]: 'Wait: Gmail lifts the limit within 24 hours. Then try again.',
  [ProblemCode.TEMPORARY_FAILURE]: 'Wait a few minutes, then try again.',
  [ProblemCode.UNREACHABLE]: 'Check this machine’s network, DNS and firewall, and then try again.',
};

function withOwnRemedy(problem: Problem): Problem {
  const remedy = /\bby itself\b/.test(problem.remedy) ? REMEDIES[problem.code] : undefined;
  return remedy ? { ...problem, remedy } : problem;
}
