import type { Schedule } from '../campaigns/schedule';
import { addDays, DAY_MS } from '../campaigns/wallClock';
import { Heap } from '../lib/heap';
import {
  askAgainAt,
  type CampaignQueue,
  type CampaignWork,
  decide,
  gapEnds,
  type SlotState,
  type Today,
  todayOf,
} from './engine';

/** All that decides what goes out in the coming days, as it stands at one moment. */
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
 *
 * Each slot has its turn when it might send at the earliest. What others send can only put that off, so a slot asks the
 * engine when its turn has come, and not after every email of theirs.
 */
export function* simulate(world: World, now: Date, until: Date): Generator<SimulatedSend, void, undefined> {
  const campaigns = new Map(world.campaigns.map((each) => [each.id, new SimulatedCampaign(each)]));
  const turns = new Heap<Turn>();
  const giveTurn = (at: Date, slot: SimulatedSlot) => turns.push(at.getTime(), { at, slot });
  for (const slot of simulatedSlots(world.slots, [...campaigns.values()])) giveTurn(now, slot);
  for (let turn = turns.pop(); turn && turn.at < until; turn = turns.pop()) {
    const { at, slot } = turn;
    const state = slot.stateAt(at);
    const decision = decide(state, at);
    if (decision.go === null) {
      const next = askAgainAt(state, decision.blockers, at);
      if (next) giveTurn(next, slot);
      continue;
    }
    const campaign = decision.go === 'ONE_OFF' ? undefined : campaigns.get(decision.campaignId);
    if (!campaign || decision.go === 'ONE_OFF') throw new Error('The engine decided for what is not there');
    const step = campaign.take(decision.go, slot.accountId, at);
    slot.noteSend(at);
    giveTurn(at, slot);
    yield { at, accountId: slot.accountId, campaignId: campaign.id, step };
  }
}

/** A slot, and the moment before which it sends nothing. */
interface Turn {
  at: Date;
  slot: SimulatedSlot;
}

function simulatedSlots(
  slots: readonly WorldSlot[],
  campaigns: readonly SimulatedCampaign[],
): SimulatedSlot[] {
  const domains = new Map(slots.map(({ domain, state }) => [domain, new SimulatedDomain(state.today)]));
  return slots.map((slot) => {
    const domain = domains.get(slot.domain) ?? new SimulatedDomain(slot.state.today);
    return new SimulatedSlot(slot, domain, campaigns);
  });
}

class SimulatedSlot {
  readonly accountId: string;
  /** Its own, and changed in place. */
  private readonly state: SlotState;
  private readonly counted: Date[];

  constructor(
    { state, counted }: WorldSlot,
    private readonly domain: SimulatedDomain,
    campaigns: readonly SimulatedCampaign[],
  ) {
    this.accountId = state.accountId;
    const queues = campaigns.map((campaign) => campaign.queueOf(state.accountId));
    this.state = { ...state, oneOffDueAt: null, campaigns: queues.filter((queue) => queue !== null) };
    this.counted = [...counted];
  }

  stateAt(at: Date): SlotState {
    const today = todayOf(this.state, at);
    const domainSent = this.domain.sentOn(today.date);
    this.state.today = { ...today, domainSent };
    return this.state;
  }

  noteSend(at: Date): void {
    const { state } = this;
    state.today.sent += 1;
    this.domain.noteSend();
    this.counted.push(at);
    const filling = this.counted.at(-state.dailyLimit);
    state.limitedUntil = filling ? new Date(filling.getTime() + DAY_MS) : null;
    state.pacedUntil = gapEnds(state.accountId, state.gap, at);
  }
}

/** What all accounts of a sending domain have sent together on one day. */
class SimulatedDomain {
  private date: string;
  private sent: number;

  constructor({ date, domainSent }: Today) {
    this.date = date;
    this.sent = domainSent;
  }

  sentOn(date: string): number {
    if (date > this.date) {
      this.date = date;
      this.sent = 0;
    }
    return this.sent;
  }

  noteSend(): void {
    this.sent += 1;
  }
}

class SimulatedCampaign {
  private readonly firsts = new WaitingQueue();
  private readonly followUps = new Map<string, WaitingQueue>();

  constructor(private readonly campaign: WorldCampaign) {
    for (const { accountId, ...waiting } of campaign.waiting)
      (accountId === null ? this.firsts : this.followUpsOf(accountId)).add(waiting);
  }

  get id(): string {
    return this.campaign.id;
  }

  /**
   * What waits for an account, always as it stands; null where nothing ever does. Also one that was taken out of the
   * campaign follows up whom it wrote to.
   */
  queueOf(accountId: string): CampaignQueue | null {
    const isChosen = this.campaign.accountIds.includes(accountId);
    if (!isChosen && !this.followUps.has(accountId)) return null;
    const { id, isRunning, schedule } = this.campaign;
    const { firsts } = this;
    const followUps = this.followUpsOf(accountId);
    return {
      id,
      isRunning,
      schedule,
      ledgerDueAt: null,
      get followUpDueAt() {
        return followUps.dueAt;
      },
      get firstDueAt() {
        return isChosen ? firsts.dueAt : null;
      },
    };
  }

  /** Sends to the prospect who is due the longest, and queues their next step. @returns the step that went out */
  take(work: CampaignWork, accountId: string, at: Date): number {
    const followUps = this.followUpsOf(accountId);
    const step = (work === 'FIRST' ? this.firsts : followUps).take();
    const wait = this.campaign.waitDays[step + 1];
    if (wait !== undefined) {
      const dueAt = addDays(at, wait, this.campaign.schedule.timezone);
      followUps.add({ stepsDone: step + 1, dueAt, count: 1 });
    }
    return step;
  }

  private followUpsOf(accountId: string): WaitingQueue {
    const queue = this.followUps.get(accountId) ?? new WaitingQueue();
    this.followUps.set(accountId, queue);
    return queue;
  }
}

/** Prospects in the order in which they are due; who is due at the same moment, in the order in which they came. */
class WaitingQueue {
  private readonly groups = new Heap<Group>();

  get dueAt(): Date | null {
    return this.groups.peek()?.dueAt ?? null;
  }

  add(group: Group): void {
    this.groups.push(group.dueAt.getTime(), { ...group });
  }

  /** @returns which step the first of them is to get */
  take(): number {
    const first = this.groups.peek();
    if (!first) throw new Error('The engine sends from an empty queue');
    first.count -= 1;
    if (first.count === 0) this.groups.pop();
    return first.stepsDone;
  }
}

type Group = Omit<Waiting, 'accountId'>;
