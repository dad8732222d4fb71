import { advanceEnrolment } from '../campaigns/moveEnrolment';
import { type MovedBack, standAgainBefore } from '../campaigns/standAgain';
import type { Transaction } from '../database/database';
import type { Change } from '../database/notices';
import type { Problem } from '../gmail/problem';
import { type DeliveryState, statesBefore } from './deliveryState';

/** Gmail's clock and ours may differ, and INTERNALDATE has whole seconds; a resend is a day later. */
const CLOCKS_DIFFER_MS = 3_600_000;

/**
 * Gmail took an email with 250, and says by mail that it sent it to nobody. QUEUED: it goes again, under the same
 * Message-ID and before all else of its slot, once that may send. FAILED: for what is in it, so a person must act. In
 * both it counts as sent no more, and whoever it was for stands again where they stood before it.
 *
 * Part of the transaction that takes the mail in. The row may still be on its way to SENT: then this decides.
 *
 * @param saidAt when Gmail said so: an attempt that was made later is not meant
 * @returns what changed, to be announced after the commit
 */
export async function takeBackRefused(
  tx: Transaction,
  outgoingId: string,
  state: 'QUEUED' | 'FAILED',
  problem: Problem,
  saidAt: Date,
): Promise<Change[]> {
  const [row] = await tx.query<Row>(
    `UPDATE outgoing_messages
        SET state = $2, problem = $3, refused_at = clock_timestamp(), counted_at = NULL, sent_at = NULL,
            unknown_since = NULL, claimed_by = NULL, claimed_until = NULL
      WHERE id = $1 AND state = ANY ($4) AND counted_at <= $5
      RETURNING workspace_id AS "workspaceId", enrolment_id AS "enrolmentId", step_id AS "stepId"`,
    [
      outgoingId,
      state,
      JSON.stringify(problem),
      statesBefore(state).filter((before) => MAY_BE_AT_GMAIL.has(before)),
      new Date(saidAt.getTime() + CLOCKS_DIFFER_MS),
    ],
  );
  if (!row) return [];
  const changes = [{ topic: `outgoing:${row.workspaceId}`, id: outgoingId }];
  if (row.enrolmentId === null || row.stepId === null) return changes;
  const back: MovedBack = state === 'QUEUED' ? { to: 'WAITING' } : { to: 'HELD', reason: problem.message };
  return [...changes, ...(await standAgainBefore(tx, row.enrolmentId, row.stepId, back))];
}

/**
 * A person finds that no mail of Gmail's says so: an email that `takeBackRefused` queued again, and that has not begun
 * since, went out when it was taken for refused. Else it would be written twice.
 *
 * Part of the transaction that corrects the mail, which must not be counted among those that say so any more.
 *
 * @param sentAt when Gmail had it at the latest
 * @returns what changed, to be announced after the commit
 */
export async function letStandAsSent(tx: Transaction, outgoingId: string, sentAt: Date): Promise<Change[]> {
  const [row] = await tx.query<Row & { connectionId: string; conversationId: string }>(
    `UPDATE outgoing_messages
        SET state = 'SENT', problem = NULL, refused_at = NULL, counted_at = $2, sent_at = $2
      WHERE id = $1 AND state = 'QUEUED' AND refused_at IS NOT NULL
      RETURNING workspace_id AS "workspaceId", enrolment_id AS "enrolmentId", step_id AS "stepId",
                connection_id AS "connectionId", conversation_id AS "conversationId"`,
    [outgoingId, sentAt],
  );
  if (!row) return [];
  const { enrolmentId, stepId, connectionId, conversationId } = row;
  const changes = [{ topic: `outgoing:${row.workspaceId}`, id: outgoingId }];
  if (enrolmentId === null || stepId === null) return changes;
  const step = { enrolmentId, stepId, connectionId, conversationId, at: sentAt };
  return [...changes, ...(await advanceEnrolment(tx, step)).changes];
}

interface Row {
  workspaceId: string;
  enrolmentId: string | null;
  stepId: string | null;
}

const MAY_BE_AT_GMAIL: ReadonlySet<DeliveryState> = new Set(['TRANSMITTING', 'SENT', 'UNKNOWN']);
