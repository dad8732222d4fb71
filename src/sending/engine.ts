import { hash } from 'node:crypto';
import { closesAt, isOpen, nextOpening, type Schedule } from '../campaigns/schedule';
import { type Blocker, type BlockerCode, blocker } from './blockers';
import { dayOf, nextDayBegins } from './days';
import { allowanceAfter, type Health, type RampSettings } from './warmUp';

/**
 * The sending engine: what a slot may send at a moment; if nothing, why not, and until when. The sender obeys it,
 * `blockers` reports it and the forecast runs it ahead, so the three cannot disagree. Pure: the clock is an
 * argument.
 */

/** All that decides over one slot's sending. */
export interface SlotState {
  accountId: string;
  connection: { needsAttention: string | null } | null;
  paused: boolean;
  /** Gmail said to leave the account alone until then; `limit` when it was a sending limit. */
  parked: { until: Date; message: string; limit: boolean } | null;
  dailyLimit: number;
  /** When the rolling 24 hours have room again; null while they have. */
  limitedUntil: Date | null;
  ramp: RampSettings & { rampEnabled: boolean };
  /** Of the last week. */
  health: Health;
  /** The workspace's: its days are the ramp's. */
  timezone: string;
  /** The last day that was counted; it is carried over to the day of `now` by `todayOf`. */
  today: Today;
  /** Emails a day over all connections of this sending domain; null without a cap. */
  domainCap: number | null;
  gap: Gap;
  /** When the gap after the last campaign email ends: see `gapEnds`. */
  pacedUntil: Date | null;
  /** When the next one-off email is due. */
  oneOffDueAt: Date | null;
  campaigns: readonly CampaignQueue[];
}

/** Between two campaign emails of an account. */
export interface Gap {
  minSeconds: number;
  maxSeconds: number;
}

/** One day of an account, by the workspace's clocks. */
export interface Today {
  /** YYYY-MM-DD. */
  date: string;
  allowance: number;
  /** Why so many. */
  reason: string;
  /** Emails that went out, one-offs too. */
  sent: number;
  /** Emails of all connections of the sending domain. */
  domainSent: number;
  throttled: boolean;
}

/** What waits in one campaign for one slot. */
export interface CampaignQueue {
  id: string;
  isRunning: boolean;
  schedule: Schedule;
  /** When an email is due that is in the ledger already: it was begun, and came back. */
  ledgerDueAt: Date | null;
  /** When the next follow-up to somebody whom this slot wrote to is due. */
  followUpDueAt: Date | null;
  /** When the next first email is due, which any slot of the campaign may send. */
  firstDueAt: Date | null;
}

/** The work of a campaign, in the order in which it goes. */
const WORK = {
  LEDGER: 'ledgerDueAt',
  FOLLOW_UP: 'followUpDueAt',
  FIRST: 'firstDueAt',
} as const satisfies Record<string, keyof CampaignQueue>;
export type CampaignWork = keyof typeof WORK;

export type Decision =
  | { go: 'ONE_OFF' }
  | { go: CampaignWork; campaignId: string }
  | { go: null; blockers: Blocker[] };

/** What this slot sends at `now`: a one-off at once, and a campaign step when all that paces it allows it. */
export function decide(state: SlotState, now: Date): Decision {
  const always = blockersOfAll(state, now);
  if (always.length === 0 && isDue(state.oneOffDueAt, now)) return { go: 'ONE_OFF' };
  const paced = blockersOfSteps(state, now);
  if (always.length === 0 && paced.length === 0) {
    const open = state.campaigns.filter(({ isRunning, schedule }) => isRunning && isOpen(schedule, now));
    for (const work of Object.keys(WORK) as CampaignWork[]) {
      const campaign = longestDue(open, work, now);
      if (campaign) return { go: work, campaignId: campaign.id };
    }
  }
  return { go: null, blockers: [...always, ...paced, ...blockersOfQueues(state, now)] };
}

/** Why nothing goes out of this slot at `now`; empty while something does. */
export function blockersAt(state: SlotState, now: Date): Blocker[] {
  const decision = decide(state, now);
  return decision.go === null ? decision.blockers : [];
}

/**
 * When something goes out of this slot, if nothing happens meanwhile: at `now`, later, or (null) not before a
 * person or something new to send comes. Found by asking the engine at each moment until when it has reasons.
 */
export function nextSendAt(state: SlotState, now: Date): Date | null {
  for (let at: Date | null = now, tries = 0; at !== null && tries < MOST_TRIES; tries += 1) {
    const decision = decide(state, at);
    if (decision.go !== null) return at;
    at = askAgainAt(state, decision.blockers, at);
  }
  return null;
}

/**
 * The first moment after `at` that is not ruled out by what blocks the slot at `at`, so that asking the engine before is
 * in vain; null when it is so until a person or something new to send comes.
 */
export function askAgainAt(state: SlotState, blockers: readonly Blocker[], at: Date): Date | null {
  if (blockers.some(({ code }) => LASTING.has(code))) return null;
  const free = greatest(at, ...blockersOfAll(state, at).map(({ until }) => until));
  const paced = greatest(free, ...blockersOfSteps(state, at).map(({ until }) => until));
  const moments = state.campaigns.map((campaign) => {
    const due = campaign.isRunning ? dueAt(campaign) : null;
    return due && nextOpening(campaign.schedule, greatest(due, paced));
  });
  const { oneOffDueAt } = state;
  const next = least([...moments, oneOffDueAt && greatest(oneOffDueAt, free)]);
  return next && next > at ? next : null;
}

/** A day as the engine sees it at `now`: on a new one the ramp moves on and the counts begin anew. */
export function todayOf(state: SlotState, now: Date): Today {
  const date = dayOf(now, state.timezone);
  if (date <= state.today.date) return state.today;
  return {
    date,
    ...allowanceAfter(state.ramp, state.today, state.health),
    sent: 0,
    domainSent: 0,
    throttled: false,
  };
}

/**
 * The end of the gap after a campaign email: from the account and the moment of that email, so that it looks random,
 * and is the same whoever asks.
 */
export function gapEnds(accountId: string, { minSeconds, maxSeconds }: Gap, sentAt: Date): Date {
  const digest = hash('sha256', `${accountId} ${sentAt.getTime()}`);
  const jitter = Number.parseInt(digest.slice(0, 8), 16) / 2 ** 32;
  const seconds = minSeconds + (maxSeconds - minSeconds) * jitter;
  return new Date(sentAt.getTime() + Math.round(seconds * 1000));
}

/** Until when what was decided for a campaign at a moment holds; null when its window stays open for weeks. */
export function windowCloses({ campaigns }: SlotState, campaignId: string, now: Date): Date | null {
  const campaign = campaigns.find(({ id }) => id === campaignId);
  return campaign ? closesAt(campaign.schedule, now) : null;
}

/** Only a person ends these. */
const LASTING: ReadonlySet<BlockerCode> = new Set(['NOT_CONNECTED', 'NEEDS_ATTENTION', 'PAUSED']);
/** A day of the ramp ends, or of a domain, and the rest with it; not more. */
const MOST_TRIES = 10;

/** Holds for every email, whoever asked for it. */
function blockersOfAll(state: SlotState, now: Date): Blocker[] {
  const { connection, parked, limitedUntil } = state;
  if (!connection) return [blocker('NOT_CONNECTED', 'No Gmail account is connected in this slot.')];
  const blockers: Blocker[] = [];
  if (connection.needsAttention !== null)
    blockers.push(blocker('NEEDS_ATTENTION', connection.needsAttention));
  if (state.paused) blockers.push(blocker('PAUSED', 'Sending is paused in the settings of this slot.'));
  if (parked && parked.until > now) {
    blockers.push(
      blocker(parked.limit ? 'SENDING_LIMIT_REACHED' : 'BACKING_OFF', parked.message, parked.until),
    );
  }
  if (limitedUntil && limitedUntil > now) {
    const words = `${state.dailyLimit} recipients were written to in the last 24 hours, which is the limit.`;
    blockers.push(blocker('DAILY_LIMIT', words, limitedUntil));
  }
  return blockers;
}

/** Holds for campaign steps beside that, where there are any. */
function blockersOfSteps(state: SlotState, now: Date): Blocker[] {
  if (!state.connection || state.campaigns.every((campaign) => dueAt(campaign) === null)) return [];
  const blockers: Blocker[] = [];
  const { allowance, sent, domainSent } = todayOf(state, now);
  if (state.ramp.rampEnabled && sent >= allowance) {
    const words = `The warm-up allows ${allowance} emails today, and ${sent} went out.`;
    blockers.push(blocker('RAMP_LIMIT', words, nextDayBegins(now, state.timezone)));
  }
  if (state.domainCap !== null && domainSent >= state.domainCap) {
    const words = `All accounts of this domain together may send ${state.domainCap} emails a day.`;
    blockers.push(blocker('DOMAIN_LIMIT', words, nextDayBegins(now, state.timezone)));
  }
  if (state.pacedUntil && state.pacedUntil > now) {
    const words = 'There is a gap between two campaign emails of a slot.';
    blockers.push(blocker('PACING', words, state.pacedUntil));
  }
  return blockers;
}

/** Why nothing that waits may go now, for its own sake. */
function blockersOfQueues(state: SlotState, now: Date): Blocker[] {
  if (!state.connection || isDue(state.oneOffDueAt, now)) return [];
  const waiting = state.campaigns.filter((campaign) => dueAt(campaign) !== null);
  const running = waiting.filter(({ isRunning }) => isRunning);
  const due = running.filter((campaign) => isDue(dueAt(campaign), now));
  if (due.some(({ schedule }) => isOpen(schedule, now))) return [];
  if (due.length > 0) {
    const opens = least(due.map(({ schedule }) => nextOpening(schedule, now)));
    return [blocker('OUTSIDE_WINDOW', 'The campaign sends on other days or at other hours.', opens)];
  }
  const next = least([state.oneOffDueAt, ...running.map(dueAt)]);
  if (next && next === state.oneOffDueAt) {
    return [blocker('BACKING_OFF', 'An email is tried again after a passing trouble.', next)];
  }
  if (next) return [blocker('NOTHING_QUEUED', 'Nothing is due yet.', next)];
  if (waiting.length > 0) return [blocker('CAMPAIGN_NOT_RUNNING', 'The campaign is not running.')];
  return [blocker('NOTHING_QUEUED', 'Nothing is waiting to be sent.')];
}

function longestDue(
  campaigns: readonly CampaignQueue[],
  work: CampaignWork,
  now: Date,
): CampaignQueue | null {
  const due = campaigns.filter((campaign) => isDue(campaign[WORK[work]], now));
  const since = (campaign: CampaignQueue) => campaign[WORK[work]]?.getTime() ?? 0;
  return due.sort((a, b) => since(a) - since(b) || (a.id < b.id ? -1 : 1))[0] ?? null;
}

function dueAt({ ledgerDueAt, followUpDueAt, firstDueAt }: CampaignQueue): Date | null {
  return least([ledgerDueAt, followUpDueAt, firstDueAt]);
}

function isDue(at: Date | null, now: Date): boolean {
  return at !== null && at <= now;
}

function least(moments: readonly (Date | null)[]): Date | null {
  return moments.reduce((earliest, at) => (at && (!earliest || at < earliest) ? at : earliest), null);
}

function greatest(first: Date, ...others: readonly (Date | null)[]): Date {
  return others.reduce<Date>((latest, at) => (at && at > latest ? at : latest), first);
}
