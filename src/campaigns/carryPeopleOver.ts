import type { Sql, Transaction } from '../database/database';
import type { Standing } from './carryOver';

/**
 * Moves everybody of a campaign to where they stand in its edited sequence: for whom nothing is left, it is finished, and
 * who had finished goes on where a step was put behind their last. Part of the transaction that edits, under the
 * campaign's lock.
 *
 * @param standings what carryOver says
 */
export async function carryPeopleOver(
  tx: Transaction,
  campaignId: string,
  standings: readonly Standing[],
): Promise<void> {
  const goingOn = standings.filter(({ keptLast, waitDays }) => keptLast && waitDays !== null);
  const stepsDone = goingOn.map(({ before }) => before);
  await letFinishedGoOn(tx, 'e.campaign_id = $1 AND e.steps_done = ANY ($2)', [campaignId, stepsDone]);
  await moveStandings(tx, campaignId, standings);
  await releaseHeld(tx, campaignId);
}

/**
 * Who has finished waits again, and when for is then for the caller to say. Not whom somebody has written to by hand
 * since: then a person holds the sequence, as it would have been while it ran.
 *
 * @param whom SQL over the enrolment `e`, with these values: behind their last step another one was put
 */
export async function letFinishedGoOn(tx: Sql, whom: string, values: readonly unknown[]): Promise<void> {
  const whose = `e.state = 'FINISHED' AND ${whom}`;
  await tx.query(
    `UPDATE enrolments e
        SET state = 'HELD', held_by = 'PERSON', next_at = now(),
            held_reason = 'Somebody wrote to them by hand after their last email of this campaign.'
      WHERE ${whose} AND EXISTS (
              SELECT FROM conversations c JOIN manual_messages m ON m.conversation_id = c.id
               WHERE c.prospect_id = e.prospect_id AND m.sent_at > e.waiting_since)`,
    values,
  );
  // What is on its way says by itself, once it has gone out, when the next is due.
  await tx.query(
    `UPDATE enrolments e
        SET state = 'WAITING',
            next_at = CASE WHEN NOT EXISTS (
              SELECT FROM outgoing_messages o WHERE o.enrolment_id = e.id
                 AND o.state IN ('QUEUED', 'RESERVED', 'TRANSMITTING', 'UNKNOWN')) THEN now() END
      WHERE ${whose}`,
    values,
  );
}

/** Also who has ended stands somewhere: they may go on when what ended it is taken back, or a step is added. */
async function moveStandings(
  tx: Transaction,
  campaignId: string,
  standings: readonly Standing[],
): Promise<void> {
  if (standings.length === 0) return;
  await tx.query(
    `UPDATE enrolments e
        SET steps_done = moved."stepsDone",
            state = CASE WHEN moved."waitDays" IS NULL AND e.state IN ('WAITING', 'HELD') THEN 'FINISHED'
                         ELSE e.state END,
            held_by = CASE WHEN moved."waitDays" IS NOT NULL THEN held_by END,
            held_reason = CASE WHEN moved."waitDays" IS NOT NULL THEN held_reason END,
            next_at = CASE WHEN e.next_at IS NOT NULL THEN greatest(e.postponed_until,
              (e.waiting_since AT TIME ZONE c.timezone + make_interval(days => moved."waitDays")) AT TIME ZONE c.timezone)
            END
       FROM json_to_recordset($2) AS moved (before int, "stepsDone" int, "waitDays" int), campaigns c
      WHERE c.id = $1 AND e.campaign_id = $1 AND e.steps_done = moved.before`,
    [campaignId, JSON.stringify(standings)],
  );
}

/** Who was held for a missing value is tried again, with the new words. */
async function releaseHeld(tx: Transaction, campaignId: string): Promise<void> {
  await tx.query(
    `UPDATE enrolments SET state = 'WAITING', held_by = NULL, held_reason = NULL
      WHERE campaign_id = $1 AND state = 'HELD' AND held_by = 'MISSING_VALUE'`,
    [campaignId],
  );
}
