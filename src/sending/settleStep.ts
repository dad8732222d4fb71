import { announceEnded } from '../campaigns/campaignState';
import { advanceEnrolment, holdEnrolment, stopEnrolment } from '../campaigns/moveEnrolment';
import type { Transaction } from '../database/database';
import type { Change } from '../database/notices';
import { ProblemCode } from '../gmail/problem';
import { type Settlement, settle } from './ledger';
import type { SendingRoom } from './sendingRoom';

interface StepRow {
  id: string;
  enrolment_id: string;
  step_id: string;
  connection_id: string;
  conversation_id: string;
  sent_at: Date | null;
}

/**
 * Ends the claim of a campaign's email, and in the same transaction moves its enrolment: on to the next step, to
 * BOUNCED when the address was refused, and on hold when the wording was. What went back to the ledger stays on its
 * way.
 *
 * @returns whether the claim still held
 */
export async function settleStep(room: SendingRoom, messageId: string, to: Settlement): Promise<boolean> {
  const settled = await room.db.transaction(async (tx) => {
    const [held] = await settle({ ...room, db: tx }, [{ id: messageId, to }]);
    const [row] = held
      ? await tx.query<StepRow>(
          `SELECT id, enrolment_id, step_id, connection_id, conversation_id, sent_at
             FROM outgoing_messages WHERE id = $1 AND campaign_id IS NOT NULL`,
          [messageId],
        )
      : [];
    const moved = row ? await moveOn(tx, row, to) : { changes: [], hasFinished: false };
    return { held: held === true, ...moved };
  });
  if (settled.hasFinished) await announceEnded(room, settled.changes);
  else room.notices.publishAll(settled.changes);
  return settled.held;
}

async function moveOn(
  tx: Transaction,
  row: StepRow,
  to: Settlement,
): Promise<{ changes: Change[]; hasFinished: boolean }> {
  switch (to.state) {
    case 'SENT':
      return advanceEnrolment(tx, {
        enrolmentId: row.enrolment_id,
        stepId: row.step_id,
        connectionId: row.connection_id,
        conversationId: row.conversation_id,
        at: row.sent_at ?? new Date(),
      });
    case 'FAILED': {
      const isDead = to.problem.code === ProblemCode.RECIPIENT_REJECTED;
      const changes = isDead
        ? await stopEnrolment(tx, { enrolmentId: row.enrolment_id }, 'BOUNCED', row.id)
        : await holdEnrolment(tx, row.enrolment_id, to.problem.message, 'PERSON');
      return { changes, hasFinished: isDead };
    }
    case 'QUEUED':
    case 'UNKNOWN':
      return { changes: [], hasFinished: false };
  }
}
