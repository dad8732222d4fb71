import { isConsumerAddress } from '../gmail/address';
import { isLoopback } from '../gmail/endpoints';
import type { Viewer } from '../identity/context';
import { BadInput } from '../lib/failures';
import { GmailAccount } from './account.entity';
import { notConnected } from './connect';
import { wrongDisplayName } from './displayName';
import { findSlot } from './integration';
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
  const { displayName, ...settings } = change;
  const accountId = await room.db.transaction(async (tx) => {
    const [connection] = await tx.query<{ id: string; account_id: string }>(
      'SELECT id, account_id FROM connections WHERE slot_id = $1',
      [slot.id],
    );
    if (!connection) throw new BadInput([{ path: 'slotId', message: notConnected().message }]);
    const where = { id: connection.account_id };
    // Under its lock: each change is judged together with what another one has just set.
    const account = await tx.manager.findOneOrFail(GmailAccount, {
      where,
      lock: { mode: 'pessimistic_write' },
    });
    const given = givenSettings(settings);
    const wrong = [...wrongSettings({ ...account, ...given }, room), ...wrongDisplayName(displayName)];
    if (wrong.length > 0) throw new BadInput(wrong);
    if (Object.keys(given).length > 0) await tx.manager.update(GmailAccount, where, given);
    if (typeof displayName === 'string') {
      const name = displayName.trim() || null;
      await tx.query('UPDATE connections SET display_name = $2 WHERE id = $1', [connection.id, name]);
    }
    return connection.account_id;
  });
  announceSlot(room.notices, slot.workspaceId, slot.id);
  room.notices.publish('outgoing-due', accountId);
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
  const signature = account.signature ?? '';
  if (signature.length > 10_000 || /[^\P{Cc}\t\r\n]/u.test(signature)) {
    const message = 'A signature has at most 10,000 characters, and no control characters.';
    wrong.push({ path: 'input.signature', message });
  }
  return wrong;
}

/** What is left out, or null, stays as it is. */
function givenSettings(change: Omit<SendingSettingsChange, 'displayName'>): Partial<GmailAccount> {
  const given = Object.entries(change).filter(([, value]) => value !== null && value !== undefined);
  const settings: Partial<GmailAccount> = Object.fromEntries(given);
  return settings.signature?.trim() === '' ? { ...settings, signature: null } : settings;
}
