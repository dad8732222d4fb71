import { setTimeout as sleep } from 'node:timers/promises';
import { composeMessage } from '../gmail/compose';
import { type Problem, ProblemCode } from '../gmail/problem';
import type { Refusal } from '../gmail/refusals';
import type { SmtpSession, Transmission } from '../gmail/smtpSession';
import { backoffDelay } from '../lib/backoff';
import { Loop } from '../lib/loop';
import { moveConnection } from '../slots/connectionState';
import { announceSlot } from '../slots/slotsRoom';
import { ClaimLease } from './claimLease';
import { beginTransmission, claimNext, parkAccount, recoverClaims, type Settlement, settle } from './ledger';
import type { OutgoingMessage } from './outgoing.entity';
import { announceOutgoing, type SendingRoom } from './sendingRoom';
import { SmtpSessions } from './smtpSessions';

/** Accounts that send at the same time in one process; each sends one message after the other. */
const ACCOUNTS_AT_ONCE = 50;
const POLL_MS = 1_000;
/** A message that Gmail defers for its own sake is given up after so many tries, some 20 hours. */
const MOST_ATTEMPTS = 25;
const MESSAGE_BACKOFF = { first: 30_000, most: 3_600_000 };
/** How long a stop waits for what is on the wire before it cuts it off. */
const STOP_PATIENCE_MS = 5_000;

/**
 * Sends what is due: one burst for each account that has something, each burst one claim after the other.
 *
 * The order within a send is the promise that nobody is written to twice: claim (commit), open the session,
 * TRANSMITTING (commit), transmit, settle (commit). A process that dies in between leaves a row that says how
 * far it got.
 */
export class Sender {
  private readonly sessions: SmtpSessions;
  private readonly bursts = new Map<string, Promise<void>>();
  private readonly failures = new Map<string, number>();
  private readonly loop: Loop;
  private stopping = new AbortController();
  private unlisten: () => void = () => {};

  constructor(private readonly room: SendingRoom) {
    this.sessions = new SmtpSessions(room);
    this.loop = new Loop(() => this.runOnce(), { name: 'sender', everyMs: POLL_MS, log: room.log });
  }

  start(): void {
    this.stopping = new AbortController();
    this.unlisten = this.room.notices.listen('outgoing-due', () => this.loop.wake());
    this.loop.start();
  }

  /** Claims nothing more, waits briefly for what is on the wire, and closes the sessions. */
  async stop(): Promise<void> {
    this.unlisten();
    await this.loop.stop();
    const cutOff = setTimeout(() => this.stopping.abort(), STOP_PATIENCE_MS);
    this.stopped = true;
    await Promise.allSettled(this.bursts.values());
    clearTimeout(cutOff);
    await this.sessions.endAll();
  }

  private stopped = false;

  /** Takes back what dead processes held, and starts a burst wherever something is due. */
  async runOnce(): Promise<void> {
    for (const row of await recoverClaims(this.room.db)) {
      announceOutgoing(this.room.notices, row.workspace_id, row.id);
    }
    for (const accountId of await this.findDueAccounts()) {
      if (this.bursts.size >= ACCOUNTS_AT_ONCE) break;
      if (this.bursts.has(accountId)) continue;
      const burst = this.runBurst(accountId)
        .catch((error) => this.room.log.warn({ err: error, accountId }, 'sender: a burst failed'))
        .finally(() => this.bursts.delete(accountId));
      this.bursts.set(accountId, burst);
    }
  }

  /** Accounts with something due and nothing in the way that SQL can see; one probe of outgoing_due each. */
  private async findDueAccounts(): Promise<string[]> {
    const rows = await this.room.db.query<{ id: string }>(
      `SELECT a.id FROM gmail_accounts a
         JOIN connections c ON c.account_id = a.id AND c.slot_id IS NOT NULL AND c.state <> 'REJECTED'
        WHERE NOT a.paused AND coalesce(a.parked_until, '-infinity') <= clock_timestamp()
          AND EXISTS (SELECT FROM outgoing_messages o WHERE o.account_id = a.id AND o.state = 'QUEUED'
                         AND o.due_at <= clock_timestamp())
        ORDER BY random()`,
    );
    return rows.map((row) => row.id);
  }

  private async runBurst(accountId: string): Promise<void> {
    let connectionId: string | null = null;
    try {
      while (!this.stopped) {
        const takenAt = performance.now();
        const { message, cancelled } = await claimNext(this.room, accountId);
        for (const each of cancelled) announceOutgoing(this.room.notices, each.workspaceId, each.id);
        if (!message) return;
        connectionId = message.connectionId;
        const lease = new ClaimLease(this.room, message.id, takenAt);
        try {
          await this.send(message, lease);
        } finally {
          lease.end();
        }
      }
    } finally {
      if (connectionId) this.sessions.giveBack(connectionId);
    }
  }

  private async send(message: OutgoingMessage, lease: ClaimLease): Promise<void> {
    const taken = await this.sessions.take(message.connectionId, this.stopping.signal);
    if (taken.outcome === 'Disconnected') return this.release(message, null);
    const { generation } = taken;
    if (taken.outcome === 'Refused') {
      await this.heed(message, generation, taken.refusal);
      return this.release(message, taken.refusal.problem);
    }
    const raw = await composeOutgoing(message);
    if (!lease.isFresh() || !(await beginTransmission(this.room, message.id))) return;
    announceOutgoing(this.room.notices, message.workspaceId, message.id);
    const transmission = await transmit(taken.session, message, raw, lease);
    if (transmission.outcome === 'Sent') this.failures.delete(message.accountId);
    else if (transmission.outcome !== 'Unknown') await this.heed(message, generation, transmission.refusal);
    await this.settleForSure(message, settlementOf(transmission, message.attempts + 1));
  }

  /** Nothing was said to Gmail about this message: it goes back as it was. */
  private async release(message: OutgoingMessage, problem: Problem | null): Promise<void> {
    await this.settleForSure(message, { state: 'QUEUED', afterMs: 0, problem });
  }

  /** What a refusal means for the slot: a person must act, or it is left alone for a while. */
  private async heed(message: OutgoingMessage, generation: number, refusal: Refusal): Promise<void> {
    if (refusal.scope !== 'SLOT') return;
    const { connectionId, accountId, workspaceId } = message;
    if (refusal.needsPerson) {
      const hold = { connectionId, generation };
      if (await moveConnection(this.room.db, hold, 'REJECTED', refusal.problem)) {
        this.room.notices.publish('connections', connectionId);
      }
    } else {
      const failures = (this.failures.get(accountId) ?? 0) + 1;
      this.failures.set(accountId, failures);
      await parkAccount(this.room.db, accountId, parkingMs(refusal, failures), refusal.problem);
    }
    const [connection] = await this.room.db.query<{ slot_id: string | null }>(
      'SELECT slot_id FROM connections WHERE id = $1',
      [connectionId],
    );
    if (connection?.slot_id) announceSlot(this.room.notices, workspaceId, connection.slot_id);
  }

  /**
   * What Gmail said must be written down, also through a short absence of the database. When it stays away,
   * the row stays TRANSMITTING, and is looked up in Sent like any other lost answer.
   */
  private async settleForSure(message: OutgoingMessage, settlement: Settlement): Promise<void> {
    for (let failures = 0; ; ) {
      try {
        const held = await settle(this.room, message.id, settlement);
        if (!held) this.room.log.warn({ outgoingId: message.id }, 'A claim was lost before it was settled');
        announceOutgoing(this.room.notices, message.workspaceId, message.id);
        return;
      } catch (error) {
        failures += 1;
        if (failures === 10) throw error;
        await sleep(backoffDelay({ first: 200, most: 5_000 }, failures));
      }
    }
  }
}

function composeOutgoing(message: OutgoingMessage): Promise<Buffer> {
  return composeMessage({
    from: { name: message.fromName, address: message.fromAddress },
    to: message.toAddress,
    subject: message.subject,
    text: message.text,
    html: message.html,
    messageId: message.messageId,
    inReplyTo: message.inReplyTo,
    references: message.referenceIds,
    date: message.queuedAt,
  });
}

function transmit(
  session: SmtpSession,
  message: OutgoingMessage,
  raw: Buffer,
  lease: ClaimLease,
): Promise<Transmission> {
  const envelope = { from: message.fromAddress, to: message.toAddress };
  return session.send(envelope, raw, { mayFinish: () => lease.isFresh() });
}

/** What a transmission means for its message. */
export function settlementOf(transmission: Transmission, attempts: number): Settlement {
  switch (transmission.outcome) {
    case 'Sent':
      return { state: 'SENT' };
    case 'Unknown':
      return { state: 'UNKNOWN', problem: transmission.refusal.problem };
    case 'Rejected':
      return { state: 'FAILED', problem: transmission.refusal.problem };
    case 'AuthFailed':
      return { state: 'QUEUED', afterMs: 0, problem: transmission.refusal.problem };
    case 'Deferred': {
      const { problem, scope } = transmission.refusal;
      if (scope === 'SLOT') return { state: 'QUEUED', afterMs: 0, problem };
      if (attempts >= MOST_ATTEMPTS) return { state: 'FAILED', problem };
      return { state: 'QUEUED', afterMs: backoffDelay(MESSAGE_BACKOFF, attempts), problem };
    }
  }
}

/** Limits and lock-outs last as long as Gmail says; passing troubles double from try to try, up to an hour. */
function parkingMs({ problem, retryAfterMs }: Refusal, failures: number): number {
  const first = retryAfterMs ?? 60_000;
  if (problem.code === ProblemCode.SENDING_LIMIT_REACHED) return first;
  return Math.max(first, backoffDelay({ first, most: 3_600_000 }, failures));
}
