import type { Problem } from '../gmail/problem';
import { ProblemCode } from '../gmail/problem';
import type { ConnectionState } from '../slots/connectionState';

export const BLOCKER_CODES = [
  'NOT_CONNECTED',
  'NEEDS_ATTENTION',
  'PAUSED',
  'DAILY_LIMIT',
  'RAMP_LIMIT',
  'DOMAIN_LIMIT',
  'OUTSIDE_WINDOW',
  'PACING',
  'NOTHING_QUEUED',
  'SENDING_LIMIT_REACHED',
  'CAMPAIGN_NOT_RUNNING',
  'BACKING_OFF',
] as const;
export type BlockerCode = (typeof BLOCKER_CODES)[number];

/** One reason why something is not sending now, and when it ends, if that is known. */
export interface Blocker {
  code: BlockerCode;
  message: string;
  until: Date | null;
}

/** All that decides whether a slot may send a one-off email. */
export interface SlotSendingState {
  connection: { state: ConnectionState; problem: Problem | null } | null;
  paused: boolean;
  dailyLimit: number;
  /** When the rolling 24 hours have room again; null while they have. */
  limitedUntil: Date | null;
  parkedUntil: Date | null;
  parkedProblem: Problem | null;
  /** When the next queued email is due; null when nothing is queued. */
  nextDueAt: Date | null;
}

/**
 * Why a slot is not sending at `now`. The sender claims exactly when this is empty, so what a person reads is
 * what the machine obeys.
 */
export function blockersOf(state: SlotSendingState, now: Date): Blocker[] {
  const { connection } = state;
  if (!connection) return [blocker('NOT_CONNECTED', 'No Gmail account is connected in this slot.')];
  const blockers: Blocker[] = [];
  if (connection.state === 'REJECTED') {
    blockers.push(blocker('NEEDS_ATTENTION', connection.problem?.message ?? 'Gmail refused this account.'));
  }
  if (state.paused) blockers.push(blocker('PAUSED', 'Sending is paused in the settings of this slot.'));
  if (state.parkedUntil && state.parkedUntil > now)
    blockers.push(parked(state.parkedUntil, state.parkedProblem));
  if (state.limitedUntil && state.limitedUntil > now) {
    const words = `${state.dailyLimit} recipients were written to in the last 24 hours, which is the limit.`;
    blockers.push(blocker('DAILY_LIMIT', words, state.limitedUntil));
  }
  if (!state.nextDueAt) blockers.push(blocker('NOTHING_QUEUED', 'Nothing is waiting to be sent.'));
  else if (state.nextDueAt > now) {
    blockers.push(
      blocker('BACKING_OFF', 'An email is tried again after a passing trouble.', state.nextDueAt),
    );
  }
  return blockers;
}

/** When the next email can go out, or null when nothing is queued or only a person can say. */
export function nextSendAt(blockers: readonly Blocker[], now: Date): Date | null {
  if (blockers.some(({ until }) => until === null)) return null;
  return blockers.reduce((latest, { until }) => (until && until > latest ? until : latest), now);
}

function parked(until: Date, problem: Problem | null): Blocker {
  const limit = problem?.code === ProblemCode.SENDING_LIMIT_REACHED;
  return blocker(
    limit ? 'SENDING_LIMIT_REACHED' : 'BACKING_OFF',
    problem?.message ?? 'Gmail asked to come back later.',
    until,
  );
}

function blocker(code: BlockerCode, message: string, until: Date | null = null): Blocker {
  return { code, message, until };
}
