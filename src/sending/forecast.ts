import type { Schedule } from '../campaigns/schedule';
import { addDays } from '../campaigns/wallClock';
import { type CampaignQueue, type CampaignWork, decide, nextSendAt, type SlotState, todayOf } from './engine';

/** All that the coming days hang on, as it stands at one moment. */
export interface World {
  slots: readonly WorldSlot[];
  campaigns: readonly WorldCampaign[];
}

export interface WorldSlot {
  /** Its `campaigns` and `oneOffDueAt` are not looked at: the queues stand in the world's campaigns. */
  state: SlotState;
  /** When each recipient of the last 24 hours was written to, oldest first. */
  counted: readonly Date[];
  /** What its domain cap is counted by. */
  domain: string;
}

export interface WorldCampaign {
  id: string;
  isRunning: boolean;
  schedule: Schedule;
  accountIds: readonly string[];
  /** Days before each step, the first one included. */
  waitDays: readonly number[];
  /** Prospects who wait: for their first email (`accountId` null), or for a follow-up from one account. */
  waiting: readonly Waiting[];
}

/** So many prospects who are due at the same moment for the same step. */
export interface Waiting {
  accountId: string | null;
  stepsDone: number;
  dueAt: Date;
  count: number;
}

/** One email as the engine would send it. */
export interface SimulatedSend {
  at: Date;
  accountId: string;
  campaignId: string;
  /** From 0. */
  step: number;
}

/**
 * Runs the engine ahead, from `now` until before `until`, as if nobody answered, bounced or interfered: at each
 * moment the slot that may send first sends, and what follows from that is put into the queues.
 */
export function* simulate(world: World, now: Date, until: Date): Generator<SimulatedSend, void, undefined> {
  const campaigns = world.campaigns.map((campaign) => new SimulatedCampaign(campaign));
  const slots = world.slots.map((slot) => new SimulatedSlot(slot, campaigns));
  for (let at = now; ; ) {
    const next = firstOf(slots, at);
    if (!next || next.at >= until) return;
    at = next.at;
    const { slot } = next;
    const decision = decide(slot.stateNow(), at);
    if (decision.go === null || decision.go === 'ONE_OFF') throw new Error('The engine contradicts itself');
    const campaign = campaigns.find(({ id }) => id === decision.campaignId);
    if (!campaign) throw new Error('The engine decided for a campaign that is not there');
    const { firstDueAt } = campaign;
    const step = campaign.take(decision.go, slot.accountId, at);
    const shared = campaign.firstDueAt === firstDueAt ? null : campaign;
    for (const other of slots) other.noteSend(at, slot, shared);
    yield { at, accountId: slot.accountId, campaignId: campaign.id, step };
  }
}

class SimulatedSlot {
  readonly accountId: string;
  private state: SlotState;
  private readonly counted: number[];
  private readonly mine: readonly SimulatedCampaign[];
  /** When it would send next, as far as that is known; undefined after something changed. */
  private next: Date | null | undefined;

  constructor(
    private readonly slot: WorldSlot,
    campaigns: readonly SimulatedCampaign[],
  ) {
    this.accountId = slot.state.accountId;
    this.state = slot.state;
    this.counted = slot.counted.map((at) => at.getTime());
    this.mine = campaigns.filter((campaign) => campaign.concerns(this.accountId));
  }

  stateNow(): SlotState {
    const campaigns = this.mine.map((campaign) => campaign.queueOf(this.accountId));
    return { ...this.state, oneOffDueAt: null, campaigns };
  }

  nextSend(now: Date): Date | null {
    if (this.next === undefined || (this.next !== null && this.next < now)) {
      this.next = nextSendAt(this.stateNow(), now);
    }
    return this.next;
  }

  /**
   * What an email of `sender` changes here: its own counts, its domain's, and the queue they share.
   *
   * @param shared the campaign whose next first email is due at another moment now
   */
  noteSend(at: Date, sender: SimulatedSlot, shared: SimulatedCampaign | null): void {
    const isMine = sender === this;
    const sharesDomain = sender.slot.domain === this.slot.domain;
    if (isMine || sharesDomain) {
      const today = todayOf(this.state, at);
      const domainSent = today.domainSent + 1;
      this.state = { ...this.state, today: { ...today, domainSent, sent: today.sent + (isMine ? 1 : 0) } };
    }
    if (isMine) {
      this.counted.push(at.getTime());
      const filling = this.counted.at(-this.state.dailyLimit);
      const limitedUntil = filling === undefined ? null : new Date(filling + DAY_MS);
      this.state = { ...this.state, lastStepAt: at, limitedUntil };
    }
    const isAffected =
      isMine ||
      (sharesDomain && this.state.domainCap !== null) ||
      (shared !== null && this.mine.includes(shared));
    if (isAffected) this.next = undefined;
  }
}

class SimulatedCampaign {
  readonly id: string;
  /** Each in the order in which it is due. */
  private readonly firsts: Waiting[];
  private readonly followUps = new Map<string, Waiting[]>();

  constructor(private readonly campaign: WorldCampaign) {
    this.id = campaign.id;
    const inOrder = campaign.waiting.map((waiting) => ({ ...waiting })).sort(byDueAt);
    this.firsts = inOrder.filter(({ accountId }) => accountId === null);
    for (const waiting of inOrder)
      if (waiting.accountId !== null) this.queue(waiting.accountId).push(waiting);
  }

  /** Also an account that was taken out of the campaign follows up whom it wrote to. */
  concerns(accountId: string): boolean {
    return this.campaign.accountIds.includes(accountId) || this.queue(accountId).length > 0;
  }

  get firstDueAt(): Date | null {
    return this.firsts[0]?.dueAt ?? null;
  }

  queueOf(accountId: string): CampaignQueue {
    const { id, isRunning, schedule, accountIds } = this.campaign;
    return {
      id,
      isRunning,
      schedule,
      ledgerDueAt: null,
      followUpDueAt: this.queue(accountId)[0]?.dueAt ?? null,
      firstDueAt: accountIds.includes(accountId) ? this.firstDueAt : null,
    };
  }

  /** Sends to the prospect who is due the longest, and queues their next step. @returns the step that went out */
  take(work: CampaignWork, accountId: string, at: Date): number {
    const queue = work === 'FIRST' ? this.firsts : this.queue(accountId);
    const [head] = queue;
    if (!head) throw new Error('The engine sends from an empty queue');
    head.count -= 1;
    if (head.count === 0) queue.shift();
    const wait = this.campaign.waitDays[head.stepsDone + 1];
    if (wait !== undefined) {
      const dueAt = addDays(at, wait, this.campaign.schedule.timezone);
      const followUps = this.queue(accountId);
      const place = 1 + followUps.findLastIndex((other) => other.dueAt <= dueAt);
      followUps.splice(place, 0, { accountId, stepsDone: head.stepsDone + 1, dueAt, count: 1 });
    }
    return head.stepsDone;
  }

  private queue(accountId: string): Waiting[] {
    const queue = this.followUps.get(accountId) ?? [];
    this.followUps.set(accountId, queue);
    return queue;
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

function firstOf(slots: readonly SimulatedSlot[], now: Date): { slot: SimulatedSlot; at: Date } | null {
  return slots.reduce<{ slot: SimulatedSlot; at: Date } | null>((first, slot) => {
    const at = slot.nextSend(now);
    return at && (!first || at < first.at) ? { slot, at } : first;
  }, null);
}

function byDueAt(a: Waiting, b: Waiting): number {
  return a.dueAt.getTime() - b.dueAt.getTime();
}
