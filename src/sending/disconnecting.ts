import { setTimeout as sleep } from 'node:timers/promises';
import { holdEnrolmentsOf, releaseEnrolmentsOf } from '../campaigns/moveEnrolment';
import type { Database } from '../database/database';
import type { Notices } from '../database/notices';
import type { SendingPort } from '../slots/slotsRoom';
import { cancelQueued } from './ledger';
import { announceOutgoing } from './sendingRoom';

const LOOK_EVERY_MS = 50;

/** What the slots room asks of us when an account goes away. */
export function createSendingPort(db: Database, notices: Notices): SendingPort {
  return {
    cancelQueued,
    holdFollowUps: holdEnrolmentsOf,
    resumeFollowUps: releaseEnrolmentsOf,
    announceCancelled(workspaceId, ids) {
      for (const id of ids) announceOutgoing(notices, workspaceId, id);
    },
    async waitUntilOffTheWire(connectionId, milliseconds) {
      const patientUntil = performance.now() + milliseconds;
      while (performance.now() < patientUntil && (await isOnTheWire(db, connectionId)))
        await sleep(LOOK_EVERY_MS);
    },
  };
}

async function isOnTheWire(db: Database, connectionId: string): Promise<boolean> {
  const rows = await db.query(
    `SELECT 1 FROM outgoing_messages
      WHERE connection_id = $1 AND state IN ('RESERVED', 'TRANSMITTING') AND claimed_until > clock_timestamp()`,
    [connectionId],
  );
  return rows.length > 0;
}
