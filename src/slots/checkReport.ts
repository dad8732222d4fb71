import { randomUUID } from 'node:crypto';
import type { Problem } from '../gmail/problem';
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

/**
 * The steps of one attempt, written down in order while they happen. Of several attempts on one slot the one that
 * began last is shown; those before it go on unseen.
 *
 * A step that cannot be written fails every later one, and so the attempt: nobody signs in at Google for a result
 * that cannot be kept.
 */
export class CheckReport {
  private readonly attempt = randomUUID();
  private readonly done: CheckResult[] = [];
  private current: CheckName = CHECK_NAMES[0];
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly room: Pick<SlotsRoom, 'db' | 'notices' | 'log'>,
    private readonly slotId: string,
  ) {}

  async open(): Promise<void> {
    await this.room.db.transaction(async (tx) => {
      await tx.query('UPDATE slots SET checking_attempt = $2 WHERE id = $1', [this.slotId, this.attempt]);
      await tx.query('DELETE FROM check_steps WHERE slot_id = $1', [this.slotId]);
    });
  }

  /** Never rejects: what it leaves behind when the database is gone, the next attempt clears away. */
  async close(): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.room.db
      .query('UPDATE slots SET checking_attempt = NULL WHERE id = $1 AND checking_attempt = $2', [
        this.slotId,
        this.attempt,
      ])
      .catch((error) => this.room.log.warn({ err: error }, 'The end of a check could not be kept'));
  }

  begin(name: CheckName, detail: string): Promise<void> {
    this.current = name;
    return this.write({ name, outcome: 'RUNNING', detail, problem: null });
  }

  end(outcome: CheckOutcome, detail: string, problem: Problem | null = null): Promise<void> {
    const result = { name: this.current, outcome, detail, problem };
    this.done.push(result);
    return this.write(result);
  }

  /**
   * One step passed and the next begins, told by a session in the middle of its opening, which waits for nobody: a
   * write that fails is heard of by whoever awaits the next step.
   */
  pass(name: CheckName, detail: string, next: CheckName, nextDetail: string): void {
    this.current = name;
    void this.end('PASSED', detail);
    void this.begin(next, nextDetail);
  }

  /** The current step failed, and what would have followed is skipped. */
  async fail(problem: Problem): Promise<void> {
    await this.end('FAILED', problem.message, problem);
    for (const name of CHECK_NAMES.slice(CHECK_NAMES.indexOf(this.current) + 1)) {
      this.current = name;
      await this.end('SKIPPED', 'Not tried, since an earlier step failed');
    }
  }

  results(): CheckResult[] {
    return [...this.done];
  }

  private write(step: CheckResult): Promise<void> {
    this.writing = this.writing.then(() => this.keep(step));
    this.writing.catch(() => undefined); // heard by whoever awaits it, at the latest by the next step
    return this.writing;
  }

  /** FOR SHARE waits for an attempt that is just beginning, so that nothing is written behind its back. */
  private async keep({ name, outcome, detail, problem }: CheckResult): Promise<void> {
    const [kept] = await this.room.db.query<{ id: string }>(
      `INSERT INTO check_steps (slot_id, attempt, name, outcome, detail, problem)
       SELECT id, checking_attempt, $3::text, $4::text, $5::text, $6::jsonb FROM slots
        WHERE id = $1 AND checking_attempt = $2 FOR SHARE
       RETURNING id`,
      [this.slotId, this.attempt, name, outcome, detail, problem && JSON.stringify(problem)],
    );
    if (kept) this.room.notices.publish(`checks:${this.slotId}`, kept.id);
  }
}
