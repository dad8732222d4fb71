import type { Transaction } from '../database/database';
import type { ProspectsRoom } from './prospectsRoom';
import { suppress } from './suppressions';
import type { OptOut, UnsubscribeLinks } from './unsubscribeLinks';

/** What unsubscribing works with. */
export interface UnsubscribeRoom extends ProspectsRoom {
  unsubscribeLinks: UnsubscribeLinks;
  /**
   * What else must end when somebody opts out, such as their place in campaigns: part of the transaction that
   * suppresses them, so it may run more than once. What it returns is announced after the commit.
   */
  onUnsubscribed: (tx: Transaction, optOut: OptOut) => Promise<readonly { topic: string; id: string }[]>;
}

/** Never writes to them again. Twice does no harm, and it needs no prospect: who was erased stays suppressed. */
export async function unsubscribe(room: UnsubscribeRoom, optOut: OptOut): Promise<void> {
  const changes = await room.db.transaction(async (tx) => {
    const { workspaceId, address, outgoingId } = optOut;
    await suppress(tx, workspaceId, address, 'UNSUBSCRIBED', { source: 'LINK', outgoingId });
    return room.onUnsubscribed(tx, optOut);
  });
  for (const { topic, id } of changes) room.notices.publish(topic, id);
}
