import type { GmailConnection } from '../slots/connection.entity';
import type { Blocker } from './blockers';
import { blockersAt, nextSendAt } from './engine';
import type { SendingRoom } from './sendingRoom';
import { readSlots } from './slotStates';

export interface SendingStatus {
  sentLast24h: number;
  dailyLimit: number;
  rampAllowance: number | null;
  nextSendAt: Date | null;
  blockers: Blocker[];
}

/** What these connections may send, and why they are not sending now, in their order. */
export async function readSendingStatuses(
  room: SendingRoom,
  connections: readonly GmailConnection[],
): Promise<SendingStatus[]> {
  const slots = await readSlots(
    room.db,
    connections.map((connection) => connection.accountId),
  );
  return connections.map(({ accountId }) => {
    const slot = slots.find(({ state }) => state.accountId === accountId);
    if (!slot) throw new Error('A connection without its Gmail account');
    const { state, now, sentLast24h } = slot;
    return {
      sentLast24h,
      dailyLimit: state.dailyLimit,
      rampAllowance: state.ramp.rampEnabled ? state.today.allowance : null,
      nextSendAt: nextSendAt(state, now),
      blockers: blockersAt(state, now),
    };
  });
}
