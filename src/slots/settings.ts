import { isConsumerAddress } from '../gmail/address';
import { isLoopback } from '../gmail/endpoints';
import type { Viewer } from '../identity/context';
import { BadInput } from '../lib/failures';
import { GmailAccount } from './account.entity';
import { notConnected } from './connect';
import { findSlot, loadConnections } from './integration';
import type { Slot } from './slot.entity';
import { announceSlot, type SlotsRoom } from './slotsRoom';

/** What a person may set; what is absent stays as it is. */
export interface SendingSettingsChange {
  dailyLimit?: number | null;
  rampEnabled?: boolean | null;
  rampStart?: number | null;
  rampGrowth?: number | null;
  rampCeiling?: number | null;
  gapMinSeconds?: number | null;
  gapMaxSeconds?: number | null;
  paused?: boolean | null;
  signature?: string | null;
  displayName?: string | null;
}

/** Changes how a connected slot sends. An empty signature or display name takes it away. */
export async function updateSendingSettings(
  room: SlotsRoom,
  viewer: Viewer,
  slotId: string,
  change: SendingSettingsChange,
): Promise<Slot> {
  const slot = await findSlot(room, viewer.workspaceId, slotId);
  const [connection] = await loadConnections(room, [slot.id]);
  if (!connection) throw new BadInput([{ path: 'slotId', message: notConnected().message }]);
  const { signature, displayName, ...rest } = change;
  const account = Object.assign(connection.account, withoutNulls(rest));
  if (typeof signature === 'string') account.signature = signature.trim() === '' ? null : signature;
  const wrong = [...wrongSettings(account, room), ...wrongName(displayName)];
  if (wrong.length > 0) throw new BadInput(wrong);
  await room.db.transaction(async (tx) => {
    await tx.manager.save(GmailAccount, account);
    if (typeof displayName === 'string') {
      await tx.query('UPDATE connections SET display_name = $2 WHERE id = $1', [
        connection.id,
        displayName.trim() || null,
      ]);
    }
  });
  announceSlot(room.notices, slot.workspaceId, slot.id);
  room.notices.publish('outgoing-due', account.id);
  return slot;
}

function wrongSettings(account: GmailAccount, room: SlotsRoom): { path: string; message: string }[] {
  const most = isConsumerAddress(account.canonicalAddress) ? 500 : 2_000;
  const leastGap = isLoopback(room.endpoints.smtp) ? 0 : 1;
  const day = 24 * 60 * 60;
  const ranges: [keyof GmailAccount & keyof SendingSettingsChange, number, number][] = [
    ['dailyLimit', 1, most],
    ['rampStart', 1, most],
    ['rampGrowth', 0, most],
    ['rampCeiling', account.rampStart, most],
    ['gapMinSeconds', leastGap, day],
    ['gapMaxSeconds', account.gapMinSeconds, day],
  ];
  const wrong = ranges
    .filter(([name, least, greatest]) => {
      const value = Number(account[name]);
      return value < least || value > greatest;
    })
    .map(([name, least, greatest]) => ({
      path: `input.${name}`,
      message: `${name} must be from ${least} to ${greatest}.`,
    }));
  if ((account.signature?.length ?? 0) > 10_000) {
    wrong.push({ path: 'input.signature', message: 'A signature has at most 10,000 characters.' });
  }
  return wrong;
}

function wrongName(name: string | null | undefined): { path: string; message: string }[] {
  if (!name || (!/\p{Cc}/u.test(name) && name.length <= 200)) return [];
  return [{ path: 'input.displayName', message: 'A name is one line of at most 200 characters.' }];
}

function withoutNulls<T extends object>(change: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== null && value !== undefined),
  ) as { [K in keyof T]?: NonNullable<T[K]> };
}
