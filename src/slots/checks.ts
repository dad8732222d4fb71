import { randomUUID } from 'node:crypto';
import { normaliseAppPassword } from '../gmail/appPassword';
import { type ImapSession, openImapSession } from '../gmail/imapSession';
import { describeProblem, type Problem, ProblemCode } from '../gmail/problem';
import { openSmtpSession } from '../gmail/smtpSession';
import { checkDomainAuthentication } from './domainAuthentication';
import type { SlotsRoom } from './slotsRoom';

export const CHECK_NAMES = [
  'ADDRESS_AND_PASSWORD_FORMAT',
  'SMTP_CONNECT',
  'SMTP_LOGIN',
  'IMAP_CONNECT',
  'IMAP_LOGIN',
  'IMAP_IDLE',
  'FOLDERS',
  'DOMAIN_AUTHENTICATION',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];
export type CheckOutcome = 'RUNNING' | 'PASSED' | 'WARNING' | 'FAILED' | 'SKIPPED';

/** What one step of trying an account found. */
export interface CheckResult {
  name: CheckName;
  outcome: CheckOutcome;
  detail: string;
  problem: Problem | null;
}

export type CheckVerdict =
  | { outcome: 'Passed'; appPassword: string; checks: CheckResult[] }
  | { outcome: 'Refused'; problem: Problem; atLogin: boolean; needsPerson: boolean; checks: CheckResult[] };

/**
 * Tries an account step by step, as a mail program would: format, SMTP, IMAP, folders, DNS. Each step is
 * kept as it happens (RUNNING, then its outcome), so that it can be watched from anywhere.
 *
 * @param typedPassword as the person typed or pasted it
 */
export async function checkAccount(
  room: SlotsRoom,
  slot: { id: string; workspaceId: string },
  email: string,
  typedPassword: string,
): Promise<CheckVerdict> {
  const report = new CheckReport(room, slot);
  await report.open();
  try {
    const appPassword = normaliseAppPassword(typedPassword);
    await report.begin('ADDRESS_AND_PASSWORD_FORMAT', 'Looking at the address and the App Password');
    if (appPassword === null) {
      return await report.refuse(describeProblem(ProblemCode.MALFORMED_APP_PASSWORD, room.now()));
    }
    await report.end('PASSED', 'An address, and 16 letters');
    const refusal =
      (await trySmtp(room, report, { email, appPassword })) ??
      (await tryImap(room, report, { email, appPassword }));
    if (refusal) return refusal;
    await report.begin('DOMAIN_AUTHENTICATION', 'Looking up SPF, DKIM and DMARC');
    const domain = await checkDomainAuthentication(room.dns, email);
    await report.end(domain.outcome, domain.detail);
    return { outcome: 'Passed', appPassword, checks: report.results() };
  } finally {
    await report.close();
  }
}

type Refused = Extract<CheckVerdict, { outcome: 'Refused' }>;
interface Account {
  email: string;
  appPassword: string;
}

async function trySmtp(room: SlotsRoom, report: CheckReport, account: Account): Promise<Refused | null> {
  const { smtp } = room.endpoints;
  await report.begin('SMTP_CONNECT', `Connecting to ${smtp.host}:${smtp.port}`);
  const opening = await openSmtpSession(smtp, account, {
    log: room.log,
    onStage: () =>
      report.pass('SMTP_CONNECT', `Connected to ${smtp.host}`, 'SMTP_LOGIN', 'Signing in to send'),
  });
  await report.settled();
  if (opening.outcome === 'Failed') {
    return report.refuse(opening.refusal.problem, opening.stage === 'LOGIN', opening.refusal.needsPerson);
  }
  await report.end('PASSED', 'Gmail accepts the App Password for sending');
  await opening.session.close();
  return null;
}

async function tryImap(room: SlotsRoom, report: CheckReport, account: Account): Promise<Refused | null> {
  const { imap } = room.endpoints;
  await report.begin('IMAP_CONNECT', `Connecting to ${imap.host}:${imap.port}`);
  const opening = await openImapSession(imap, account, {
    log: room.log,
    onStage: () =>
      report.pass('IMAP_CONNECT', `Connected to ${imap.host}`, 'IMAP_LOGIN', 'Signing in to read'),
  });
  await report.settled();
  if (opening.outcome === 'Failed') {
    return report.refuse(opening.refusal.problem, opening.stage === 'LOGIN', opening.refusal.needsPerson);
  }
  const { session } = opening;
  try {
    await report.end('PASSED', 'Gmail accepts the App Password for reading');
    await report.begin('IMAP_IDLE', 'Asking whether the server announces new mail');
    if (session.features.idle) await report.end('PASSED', 'New mail is announced at once');
    else
      await report.end('WARNING', 'The server does not offer IDLE: new mail is looked for every few seconds');
    return await findFolders(room, report, session);
  } finally {
    await session.close();
  }
}

async function findFolders(
  room: SlotsRoom,
  report: CheckReport,
  session: ImapSession,
): Promise<Refused | null> {
  await report.begin('FOLDERS', 'Finding the inbox, Sent, Spam and All Mail');
  try {
    const folders = await session.findFolders();
    const hidden = (['sent', 'spam', 'all'] as const).filter((role) => folders[role] === null);
    if (hidden.length === 0) await report.end('PASSED', 'Inbox, Sent, Spam and All Mail found');
    else await report.end('WARNING', `Hidden from IMAP: ${hidden.join(', ')}. Replies there are not seen.`);
    return null;
  } catch (error) {
    room.log.info({ err: error }, 'The folders could not be listed');
    const refusal = session.isOpen ? null : await session.closed;
    return report.refuse(refusal?.problem ?? describeProblem(ProblemCode.TEMPORARY_FAILURE, room.now()));
  }
}

/** The steps of one attempt, written down in order while they happen. */
class CheckReport {
  private readonly attempt = randomUUID();
  private readonly done: CheckResult[] = [];
  private current: CheckName = CHECK_NAMES[0];
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly room: SlotsRoom,
    private readonly slot: { id: string; workspaceId: string },
  ) {}

  async open(): Promise<void> {
    await this.room.db.transaction(async (tx) => {
      await tx.query('UPDATE slots SET checking_attempt = $2 WHERE id = $1', [this.slot.id, this.attempt]);
      await tx.query('DELETE FROM check_steps WHERE slot_id = $1', [this.slot.id]);
    });
  }

  async close(): Promise<void> {
    await this.settled();
    await this.room.db.query(
      'UPDATE slots SET checking_attempt = NULL WHERE id = $1 AND checking_attempt = $2',
      [this.slot.id, this.attempt],
    );
  }

  async begin(name: CheckName, detail: string): Promise<void> {
    this.current = name;
    await this.write({ name, outcome: 'RUNNING', detail, problem: null });
  }

  async end(outcome: CheckOutcome, detail: string, problem: Problem | null = null): Promise<void> {
    const result = { name: this.current, outcome, detail, problem };
    this.done.push(result);
    await this.write(result);
  }

  /** One step passed and the next begins, told by a session in the middle of its opening. */
  pass(name: CheckName, detail: string, next: CheckName, nextDetail: string): void {
    this.current = name;
    void this.end('PASSED', detail);
    void this.begin(next, nextDetail);
  }

  /** The current step failed, and what would have followed is skipped. */
  async refuse(problem: Problem, atLogin = false, needsPerson = true): Promise<Refused> {
    await this.end('FAILED', problem.message, problem);
    for (const name of CHECK_NAMES.slice(CHECK_NAMES.indexOf(this.current) + 1)) {
      this.current = name;
      await this.end('SKIPPED', 'Not tried, since an earlier step failed');
    }
    return { outcome: 'Refused', problem, atLogin, needsPerson, checks: this.results() };
  }

  results(): CheckResult[] {
    return [...this.done];
  }

  async settled(): Promise<void> {
    await this.writing;
  }

  private async write(step: CheckResult): Promise<void> {
    this.writing = this.writing.then(async () => {
      const [kept] = await this.room.db.query<{ id: string }>(
        `INSERT INTO check_steps (slot_id, attempt, name, outcome, detail, problem)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
        [this.slot.id, this.attempt, step.name, step.outcome, step.detail, jsonOrNull(step.problem)],
      );
      if (kept) this.room.notices.publish(`checks:${this.slot.id}`, kept.id);
    });
    await this.writing;
  }
}

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
