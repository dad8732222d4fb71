import { setMaxListeners } from 'node:events';
import { composeMessage } from '../gmail/compose';
import { describeProblem, type Problem, ProblemCode } from '../gmail/problem';
import type { Refusal } from '../gmail/refusals';
import type { SmtpSession, Transmission } from '../gmail/smtpSession';
import { backoffDelay } from '../lib/backoff';
import { Loop } from '../lib/loop';
import { refusals, transmissions } from '../lib/meters';
import { nap } from '../lib/nap';
import { unsubscribeHeaders } from '../prospects/unsubscribeLinks';
import { announceSlot } from '../slots/slotsRoom';
import { type Claim, claimBatches, type MessageRef } from './claim';
import { ClaimLeases } from './claimLeases';
import { claimStep } from './claimStep';
import { findWork, type Work } from './findWork';
import { GroupCommit } from './groupCommit';
import { heedRefusal } from './heedRefusal';
import { type OutgoingLetter, recoverClaims, release, type Turn, type Turned, takeTurns } from './ledger';
import { announceOutgoing, type SendingRoom } from './sendingRoom';
import { settlementOf } from './settlement';
import { settleStep } from './settleStep';
import { SmtpSessions } from './smtpSessions';

/** Accounts that send at the same time in one process; each sends one message after the other. */
const ACCOUNTS_AT_ONCE = 200;
/** Groups of turns on their way to the database: while one is flushed to the disk, others are written. */
const TURNS_AT_ONCE = 3;
/** Notices tell of what is queued: this is for those that were lost, and for what dead processes held. */
const POLL_MS = 2_000;
/** While somebody in a campaign waits for their moment, which comes without a notice. */
const POLL_CAMPAIGNS_MS = 1_000;
/** A change that nobody told of is noticed after so long. */
const LONGEST_QUIET_MS = 60_000;
/** How long a stop waits for what is on the wire before it cuts it off. */
const STOP_PATIENCE_MS = 4_000;
/** What Gmail said is worth so many tries to write it down, some 25 seconds. */
const SETTLE_TRIES = 10;
const SETTLE_RETRY_MS = { first: 200, most: 5_000 };

/**
 * Sends what is due: one burst for each account that has something, each burst one message after the other.
 *
 * The order within a send is the promise that nobody is written to twice: claim (commit), open the session,
 * TRANSMITTING (commit), transmit, settle (commit). A process that dies in between leaves a row that says how
 * far it got. Within a burst a message is settled in the commit that makes the next one TRANSMITTING, and the
 * commits of all bursts are gathered, so that they share their flushes.
 */
export class Sender {
  private readonly sessions: SmtpSessions;
  private readonly leases: ClaimLeases;
  private readonly bursts = new Map<string, Promise<void>>();
  /** Refusals in a row, by account. */
  private readonly failures = new Map<string, number>();
  /** Until when the engine has no campaign step for an account, by performance.now(), which nobody sets back. */
  private readonly quietUntil = new Map<string, number>();
  /** Accounts in whose campaigns somebody may be due, when last looked at: others need not be asked one by one. */
  private mayHaveStep = new Set<string>();
  /** Somebody in a campaign may be due. */
  private hasCampaigns = false;
  private newsHeard = 0;
  private readonly loop: Loop;
  private readonly claims: GroupCommit<string, Claim | null>;
  private readonly turns: GroupCommit<Turn, Turned>;
  private isDraining = true;
  /** More accounts have something due than may send at once: bursts make room after each batch. */
  private isCrowded = false;
  private cutOff = new AbortController();
  private unlisten: () => void = () => {};

  constructor(private readonly room: SendingRoom) {
    this.sessions = new SmtpSessions(room);
    this.leases = new ClaimLeases(room);
    this.claims = new GroupCommit((accountIds) => claimBatches(room, accountIds));
    this.turns = new GroupCommit((turns) => takeTurns(room, turns), TURNS_AT_ONCE);
    this.loop = new Loop(() => this.runOnce(), {
      name: 'sender',
      everyMs: () => (this.hasCampaigns ? POLL_CAMPAIGNS_MS : POLL_MS),
      log: room.log,
    });
  }

  start(): void {
    if (!this.isDraining) return;
    this.isDraining = false;
    this.cutOff = new AbortController();
    setMaxListeners(0, this.cutOff.signal); // every open session hears it
    const unlisten = [
      this.room.notices.listen('outgoing-due', (accountId) => this.hearOf(accountId)),
      ...['campaign-due', 'engine-changed', 'prospects-changed'].map((topic) =>
        this.room.notices.listen(topic, () => this.hearOf(null)),
      ),
    ];
    this.unlisten = () => {
      for (const each of unlisten) each();
    };
    this.loop.start();
  }

  /** Begins nothing more, waits briefly for what is on the wire, and closes the sessions: some 6 s at most. */
  async stop(): Promise<void> {
    this.isDraining = true;
    this.unlisten();
    const patience = setTimeout(() => this.cutOff.abort(), STOP_PATIENCE_MS);
    await this.loop.stop();
    await Promise.all(this.bursts.values());
    clearTimeout(patience);
    await this.sessions.endAll();
  }

  /** Takes back what dead processes held, and starts a burst wherever something is due. */
  async runOnce(): Promise<void> {
    const work = await this.findWork();
    const steps = work.steps.filter(
      (accountId) => (this.quietUntil.get(accountId) ?? 0) <= performance.now(),
    );
    this.hasCampaigns = work.steps.length > 0;
    this.mayHaveStep = new Set(steps);
    const due = [...new Set([...work.oneOffs, ...steps])];
    const idle = due.filter((accountId) => !this.bursts.has(accountId));
    const places = ACCOUNTS_AT_ONCE - this.bursts.size;
    this.isCrowded = idle.length > places;
    for (const accountId of this.isDraining ? [] : idle.slice(0, places)) {
      const burst = this.runBurst(accountId)
        .catch((error) => this.room.log.warn({ err: error, accountId }, 'sender: a burst failed'))
        .finally(() => {
          this.bursts.delete(accountId);
          if (this.isCrowded) this.loop.wake();
        });
      this.bursts.set(accountId, burst);
    }
  }

  /** After what dead processes held is free. */
  private async findWork(): Promise<Work> {
    const work = await findWork(this.room.db);
    if (!work.hasVoidClaims) return work;
    const recovered = await recoverClaims(this.room.db);
    this.announce(recovered);
    for (const { id } of recovered) this.room.notices.publish('outgoing-unknown', id);
    return findWork(this.room.db);
  }

  private async runBurst(accountId: string): Promise<void> {
    let last: Claim | null = null;
    try {
      do {
        const takenAt = performance.now();
        const claim = (await this.claims.run(accountId)) ?? (await this.nextStep(accountId));
        if (!claim) return;
        last = claim;
        this.announce(claim.cancelled);
        if (!(await this.sendClaimed(claim, takenAt))) return;
      } while (!this.isDraining && !this.isCrowded);
    } finally {
      if (last) {
        this.sessions.giveBack(last.connectionId);
        announceSlot(this.room.notices, last.workspaceId, last.slotId); // its blockers are others now
      }
    }
  }

  /** A campaign step, if the engine has one; if not, it is left in peace until there may be one. */
  private async nextStep(accountId: string): Promise<Claim | null> {
    if (!this.mayHaveStep.has(accountId)) return null;
    const { newsHeard } = this;
    const { claim, quietMs } = await claimStep(this.room, accountId);
    // What changed while the engine was asked may not be in its answer.
    if (!claim && newsHeard === this.newsHeard) {
      const quiet = Math.min(quietMs ?? LONGEST_QUIET_MS, LONGEST_QUIET_MS);
      this.quietUntil.set(accountId, performance.now() + quiet);
    }
    return claim;
  }

  /** Something changed for one account, or (null) for whichever. */
  private hearOf(accountId: string | null): void {
    this.newsHeard += 1;
    if (accountId === null) this.quietUntil.clear();
    else this.quietUntil.delete(accountId);
    this.loop.wake();
  }

  /** Sends what was claimed, and gives back what could not begin. @returns whether anything came of it */
  private async sendClaimed(claim: Claim, takenAt: number): Promise<boolean> {
    const ids = claim.messages.map(({ id }) => id);
    const burst: Burst = { ...claim, waiting: [...claim.messages], problem: null };
    this.leases.hold(ids, takenAt);
    try {
      let begun = await this.begin(burst);
      while (begun) begun = (await this.send(burst, begun)) ?? (await this.begin(burst));
    } finally {
      this.leases.drop(ids);
      if (burst.waiting.length > 0) await this.giveBack(burst);
    }
    return burst.waiting.length < ids.length || claim.cancelled.length > 0;
  }

  /** The next message of the burst, TRANSMITTING; null when there is none, or something is in the way. */
  private async begin(burst: Burst): Promise<Begun | null> {
    const [message] = burst.waiting;
    if (!message || this.isDraining) return null;
    const taken = await this.sessions.take(burst, this.cutOff.signal);
    if (taken.outcome === 'Disconnected') return null;
    const { generation } = taken;
    if (taken.outcome === 'Refused') {
      burst.problem = taken.refusal.problem;
      refusals.inc({ protocol: 'smtp', code: taken.refusal.problem.code });
      await this.heed({ ...burst, generation }, taken.refusal);
      return null;
    }
    const { letter } = await this.turns.run({
      begins: { id: message.id, generation, closesAt: burst.closesAt },
    });
    // Without a letter something changed since the claim: the next one looks at it all anew.
    return letter && this.onItsWay(burst, { letter, generation, session: taken.session });
  }

  private onItsWay(burst: Burst, begun: Omit<Begun, 'message'>): Begun | null {
    const message = burst.waiting.shift();
    if (!message) return null;
    this.announce([message]);
    return { ...begun, message };
  }

  /** From TRANSMITTING to what came of it; and when all is well, in the same commit, the next message with it. */
  private async send(burst: Burst, { message, letter, generation, session }: Begun): Promise<Begun | null> {
    const transmission = await this.transmit(message, letter, session);
    const isSent = transmission.outcome === 'Sent';
    transmissions.inc({ outcome: transmission.outcome });
    if (isSent) this.failures.delete(burst.accountId);
    const refusal = isSent || transmission.outcome === 'Unknown' ? null : transmission.refusal;
    if (refusal) refusals.inc({ protocol: 'smtp', code: refusal.problem.code });
    const settlement = settlementOf(transmission, letter.attempts);
    const next = isSent && session.isOpen && !this.isDraining ? burst.waiting[0] : undefined;
    const turned = await this.insist(async (): Promise<Turned> => {
      // The slot first: nobody may claim here again before it is parked.
      if (refusal) await this.heed({ ...burst, generation }, refusal);
      if (letter.campaignId !== null) {
        return { held: await settleStep(this.room, message.id, settlement), letter: null };
      }
      return this.turns.run({
        ends: { id: message.id, to: settlement },
        ...(next && { begins: { id: next.id, generation, closesAt: burst.closesAt } }),
      });
    });
    if (!turned.held)
      this.room.log.warn({ outgoingId: message.id }, 'A claim was lost before it was settled');
    this.announce([message]);
    if (settlement.state === 'UNKNOWN') this.room.notices.publish('outgoing-unknown', message.id);
    return turned.letter && this.onItsWay(burst, { letter: turned.letter, generation, session });
  }

  private async transmit(
    message: MessageRef,
    letter: OutgoingLetter,
    session: SmtpSession,
  ): Promise<Transmission> {
    let raw: Buffer;
    try {
      raw = composeOutgoing(this.room, message.id, letter);
    } catch (error) {
      this.room.log.error({ err: error, outgoingId: message.id }, 'An email cannot be written down');
      return { outcome: 'Rejected', refusal: unwritable(this.room.now()) };
    }
    const envelope = { from: letter.fromAddress, to: letter.toAddress };
    return session.send(envelope, raw, { mayFinish: () => this.leases.isFresh(message.id) });
  }

  private async heed(hold: Hold, refusal: Refusal): Promise<void> {
    const failures = (this.failures.get(hold.accountId) ?? 0) + 1;
    if (refusal.scope === 'SLOT') this.failures.set(hold.accountId, failures);
    await heedRefusal(this.room, hold, refusal, failures);
  }

  private async giveBack({ waiting, problem }: Burst): Promise<void> {
    const ids = waiting.map(({ id }) => id);
    const released = new Set(await release(this.room, ids, problem));
    if (problem) this.announce(waiting.filter(({ id }) => released.has(id)));
  }

  /**
   * What Gmail said must be written down, also through a short absence of the database. When it stays away,
   * the row stays TRANSMITTING, and is looked up in Sent like any other lost answer.
   */
  private async insist<T>(write: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await write();
      } catch (error) {
        if (tries === SETTLE_TRIES || this.cutOff.signal.aborted) throw error;
        const delay = backoffDelay(SETTLE_RETRY_MS, tries);
        await nap(delay, this.cutOff.signal);
      }
    }
  }

  private announce(messages: readonly MessageRef[]): void {
    for (const { id, workspaceId } of messages) announceOutgoing(this.room.notices, workspaceId, id);
  }
}

interface Hold {
  accountId: string;
  connectionId: string;
  generation: number;
}

/** A claim being sent. */
interface Burst extends Claim {
  /** Reserved and not yet begun, in their order. */
  waiting: MessageRef[];
  /** Why they go back. */
  problem: Problem | null;
}

/** A message that is TRANSMITTING, and how it goes out. */
interface Begun {
  message: MessageRef;
  letter: OutgoingLetter;
  session: SmtpSession;
  generation: number;
}

function composeOutgoing(
  { unsubscribeLinks }: SendingRoom,
  outgoingId: string,
  letter: OutgoingLetter,
): Buffer {
  const { workspaceId, toAddress, fromAddress } = letter;
  return composeMessage({
    from: { name: letter.fromName, address: fromAddress },
    to: toAddress,
    subject: letter.subject,
    text: letter.text,
    html: letter.html,
    messageId: letter.messageId,
    inReplyTo: letter.inReplyTo,
    references: letter.referenceIds,
    date: letter.queuedAt,
    // A one-off is one person writing to another.
    ...(letter.campaignId !== null && {
      headers: unsubscribeHeaders(
        unsubscribeLinks.linkFor({ workspaceId, address: toAddress, outgoingId }),
        letter,
      ),
    }),
  });
}

function unwritable(at: Date): Refusal {
  const problem = describeProblem(ProblemCode.MESSAGE_REJECTED, at, {
    message: 'This email cannot be written down as one: an address or a header of it is broken.',
    remedy: 'Correct the address of the sender or the recipient, and send it again.',
    helpUrl: null,
  });
  return { problem, needsPerson: false, retryAfterMs: null, scope: 'MESSAGE' };
}
