import type { Sql, Transaction } from '../database/database';
import type { Change } from '../database/notices';
import { campaignChange } from './campaignsRoom';
import { enrolmentStatesBefore, type HeldBy } from './enrolmentState';
import { addDays } from './wallClock';

/** One enrolment, or all of a prospect. */
export type Whose = { enrolmentId: string } | { prospectId: string };

/** Into what an enrolment ends by what somebody did; when it has run to its end, see advanceEnrolment. */
export type Stop = 'REPLIED' | 'BOUNCED' | 'UNSUBSCRIBED' | 'STOPPED';

/** What is counted of an enrolment, beside the emails that went out. */
export type Outcome = Exclude<Stop, 'STOPPED'> | 'AUTO_REPLIED';

/**
 * Ends enrolments, and cancels what they had queued: part of the transaction that takes in why. An enrolment that
 * is on the wire at this moment is not called back. What came of it is counted once an enrolment, for the wording of the
 * email that was answered, or of the last one that went out.
 *
 * @param answeredId the outgoing message that was answered, or came back
 * @returns what changed, to be announced after the commit
 */
export async function stopEnrolment(
  tx: Transaction,
  whose: Whose,
  state: Stop,
  answeredId: string | null = null,
): Promise<Change[]> {
  const stopped = await tx.query<EnrolmentRow>(
    `UPDATE enrolments SET state = $2, held_by = NULL, held_reason = NULL
      WHERE ${column(whose)} = $1 AND state = ANY ($3) RETURNING ${ROW}`,
    [idOf(whose), state, enrolmentStatesBefore(state)],
  );
  const ids = stopped.map(({ id }) => id);
  if (state !== 'STOPPED') await noteOutcome(tx, ids, state, answeredId);
  const cancelled = await tx.query<{ id: string; workspace_id: string }>(
    `UPDATE outgoing_messages SET state = 'CANCELLED' WHERE enrolment_id = ANY ($1) AND state = 'QUEUED'
     RETURNING id, workspace_id`,
    [ids],
  );
  return [
    ...changesOf(stopped),
    ...cancelled.map((row) => ({ topic: `outgoing:${row.workspace_id}`, id: row.id })),
  ];
}

/**
 * Ends all enrolments of whoever opted out by a link, which knows their address.
 *
 * @returns what changed
 */
export async function stopAllEnrolments(
  tx: Transaction,
  optOut: { workspaceId: string; address: string; outgoingId: string | null },
): Promise<Change[]> {
  const [prospect] = await tx.query<{ id: string }>(
    'SELECT id FROM prospects WHERE workspace_id = $1 AND email = $2',
    [optOut.workspaceId, optOut.address],
  );
  return prospect ? stopEnrolment(tx, { prospectId: prospect.id }, 'UNSUBSCRIBED', optOut.outgoingId) : [];
}

/** Counts an answer that a machine gave: it stops nothing. @returns what changed */
export async function noteAutoReply(
  tx: Sql,
  enrolmentId: string,
  answeredId: string | null = null,
): Promise<Change[]> {
  await noteOutcome(tx, [enrolmentId], 'AUTO_REPLIED', answeredId);
  return changesOf(
    await tx.query<EnrolmentRow>(`SELECT ${ROW} FROM enrolments WHERE id = $1`, [enrolmentId]),
  );
}

/**
 * They are away: nothing more goes out to them before, nor does a step that is added once they have finished. The later of
 * two postponements holds.
 *
 * @returns what changed
 */
export async function postponeEnrolment(tx: Sql, enrolmentId: string, until: Date): Promise<Change[]> {
  const postponed = await tx.query<EnrolmentRow>(
    `UPDATE enrolments SET postponed_until = greatest(postponed_until, $2),
            next_at = CASE WHEN next_at IS NOT NULL THEN greatest(next_at, $2) END
      WHERE id = $1 AND state IN ('WAITING', 'HELD', 'FINISHED') RETURNING ${ROW}`,
    [enrolmentId, until],
  );
  return changesOf(postponed);
}

/**
 * Keeps somebody from going on, visibly.
 *
 * @param reason in words for people
 * @param heldBy MISSING_VALUE ends by itself when the prospect or the campaign is changed (a trigger on prospects,
 * updateCampaign); PERSON ends only by resumeEnrolment
 * @returns what changed
 */
export async function holdEnrolment(
  tx: Sql,
  enrolmentId: string,
  reason: string,
  heldBy: HeldBy = 'MISSING_VALUE',
): Promise<Change[]> {
  const held = await tx.query<EnrolmentRow>(
    `UPDATE enrolments SET state = 'HELD', held_by = $2, held_reason = $3, next_at = coalesce(next_at, now())
      WHERE id = $1 AND state = 'WAITING' RETURNING ${ROW}`,
    [enrolmentId, heldBy, reason],
  );
  return changesOf(held);
}

/**
 * Keeps all sequences of whoever a person now writes to by hand from going on, until a person says so: of the
 * conversation's prospect, of whomever it was opened with, and of whoever has one of these addresses. What is on hold for a missing value is
 * from now on held by the person, and an email that waits in the ledger waits on.
 *
 * @returns what changed
 */
export async function pauseEnrolments(
  tx: Sql,
  { workspaceId, conversationId, addresses }: Writing,
  reason: string,
): Promise<Change[]> {
  const paused = await tx.query<EnrolmentRow>(
    `UPDATE enrolments SET state = 'HELD', held_by = 'PERSON', held_reason = $4
      WHERE state = ANY ($5) AND held_by IS DISTINCT FROM 'PERSON' AND id IN (
        SELECT e.id FROM enrolments e JOIN prospects p ON p.id = e.prospect_id
         WHERE p.workspace_id = $1 AND p.email = ANY ($3)
        UNION SELECT e.id FROM enrolments e JOIN conversations c ON c.prospect_id = e.prospect_id WHERE c.id = $2
        UNION SELECT enrolment_id FROM outgoing_messages WHERE conversation_id = $2)
     RETURNING ${ROW}`,
    [workspaceId, conversationId, addresses, reason, ['WAITING', 'HELD']],
  );
  return changesOf(paused);
}

/** Ends a hold, whoever ended it. @returns what changed */
export async function releaseEnrolment(tx: Sql, enrolmentId: string): Promise<Change[]> {
  const released = await tx.query<EnrolmentRow>(
    `UPDATE enrolments SET state = 'WAITING', held_by = NULL, held_reason = NULL
      WHERE id = $1 AND state = 'HELD' RETURNING ${ROW}`,
    [enrolmentId],
  );
  return changesOf(released);
}

/**
 * Holds everybody to whom a connection that goes away has written: a conversation keeps its sender. Who got nothing yet
 * is bound to nobody, and goes on with the campaign's other slots.
 *
 * @returns what changed
 */
export async function holdEnrolmentsOf(tx: Sql, connectionId: string): Promise<Change[]> {
  const held = await tx.query<EnrolmentRow>(
    `UPDATE enrolments e SET state = 'HELD', held_by = 'DISCONNECTED',
            held_reason = c.email || ' wrote to them, and is disconnected: connect it again, and they go on.'
       FROM connections c WHERE c.id = $1 AND e.connection_id = c.id AND e.state = 'WAITING'
      RETURNING e.id, e.workspace_id, e.campaign_id`,
    [connectionId],
  );
  return changesOf(held);
}

/** Their sender is back. Stands on enrolments_disconnected. @returns what changed */
export async function releaseEnrolmentsOf(tx: Sql, connectionId: string): Promise<Change[]> {
  const released = await tx.query<EnrolmentRow>(
    `UPDATE enrolments SET state = 'WAITING', held_by = NULL, held_reason = NULL
      WHERE connection_id = $1 AND held_by = 'DISCONNECTED' RETURNING ${ROW}`,
    [connectionId],
  );
  return changesOf(released);
}

/** What a person writes by hand: in which conversation, and to whom. */
export interface Writing {
  workspaceId: string;
  conversationId: string;
  addresses: readonly string[];
}

/** An email of a campaign that has gone out. */
export interface SentStep {
  enrolmentId: string;
  stepId: string;
  connectionId: string;
  conversationId: string;
  at: Date;
}

/**
 * Puts a step behind somebody, and says when the next is due; after the last, they have FINISHED. The first binds them to
 * their sender. Also who has answered in the meantime got it, but stays as they are.
 *
 * @returns what changed; `hasFinished` asks for finishCampaign after the commit
 */
export async function advanceEnrolment(
  tx: Transaction,
  { enrolmentId, stepId, connectionId, conversationId, at }: SentStep,
): Promise<{ changes: Change[]; hasFinished: boolean }> {
  // Held off while the steps are edited, since positions are about to change; other sends share it.
  await tx.query(
    'SELECT FROM campaigns c JOIN enrolments e ON e.campaign_id = c.id WHERE e.id = $1 FOR SHARE OF c',
    [enrolmentId],
  );
  const [standing] = await tx.query<{
    steps_done: number;
    timezone: string;
    wait_days: number | null;
    postponed_until: Date | null;
  }>(
    `SELECT now.steps_done, c.timezone, next.wait_days, e.postponed_until
       FROM enrolments e JOIN campaigns c ON c.id = e.campaign_id
       LEFT JOIN campaign_steps sent ON sent.id = $2 AND sent.removed_at IS NULL
      CROSS JOIN LATERAL (SELECT greatest(e.steps_done, sent.position + 1) AS steps_done) now
       LEFT JOIN campaign_steps next
         ON next.campaign_id = c.id AND next.removed_at IS NULL AND next.position = now.steps_done
      WHERE e.id = $1 FOR NO KEY UPDATE OF e`,
    [enrolmentId, stepId],
  );
  if (!standing) return { changes: [], hasFinished: false };
  const { wait_days: waitDays, postponed_until: postponedUntil } = standing;
  const due = waitDays === null ? null : addDays(at, waitDays, standing.timezone);
  const [moved] = await tx.query<EnrolmentRow & { state: string }>(
    `UPDATE enrolments SET steps_done = $2, waiting_since = $3, next_at = $4,
            connection_id = coalesce(connection_id, $5), conversation_id = coalesce(conversation_id, $6),
            state = CASE WHEN $7 AND state = ANY ($8) THEN 'FINISHED' ELSE state END,
            held_by = CASE WHEN NOT $7 THEN held_by END, held_reason = CASE WHEN NOT $7 THEN held_reason END
      WHERE id = $1 RETURNING ${ROW}, state`,
    [
      enrolmentId,
      standing.steps_done,
      at,
      due && postponedUntil && postponedUntil > due ? postponedUntil : due,
      connectionId,
      conversationId,
      waitDays === null,
      enrolmentStatesBefore('FINISHED'),
    ],
  );
  return { changes: changesOf(moved ? [moved] : []), hasFinished: moved?.state === 'FINISHED' };
}

/**
 * Counts what came of enrolments, each outcome at most once an enrolment. Stands on outgoing_step_once: what may have
 * gone out is in it.
 */
export async function noteOutcome(
  tx: Sql,
  enrolmentIds: readonly string[],
  outcome: Outcome,
  answeredId: string | null,
): Promise<void> {
  await tx.query(
    `INSERT INTO enrolment_outcomes (enrolment_id, outcome, campaign_id, step_id, variant_id)
     SELECT e.id, $2, e.campaign_id, email.step_id, email.variant_id FROM enrolments e
       LEFT JOIN LATERAL (
         SELECT step_id, variant_id FROM outgoing_messages WHERE enrolment_id = e.id AND counted_at IS NOT NULL
          ORDER BY (id IS NOT DISTINCT FROM $3) DESC, counted_at DESC LIMIT 1) email ON true
      WHERE e.id = ANY ($1)
     ON CONFLICT DO NOTHING`,
    [enrolmentIds, outcome, answeredId],
  );
}

interface EnrolmentRow {
  id: string;
  workspace_id: string;
  campaign_id: string;
}

const ROW = 'id, workspace_id, campaign_id';

/** One a campaign. */
function changesOf(rows: readonly EnrolmentRow[]): Change[] {
  const campaigns = new Map(rows.map((row) => [row.campaign_id, row.workspace_id]));
  return [...campaigns].map(([campaignId, workspaceId]) => campaignChange(workspaceId, campaignId));
}

function column(whose: Whose): string {
  return 'enrolmentId' in whose ? 'id' : 'prospect_id';
}

function idOf(whose: Whose): string {
  return 'enrolmentId' in whose ? whose.enrolmentId : whose.prospectId;
}
