import type { Sql, Transaction } from '../database/database';
import type { Change } from '../database/notices';
import { lockCampaign, moveCampaign } from './campaignState';
import { campaignChange } from './campaignsRoom';
import { letFinishedGoOn } from './carryPeopleOver';
import { type EnrolmentState, enrolmentMoves, isActive } from './enrolmentState';
import { noteAutoReply, noteOutcome, type Outcome, postponeEnrolment, stopEnrolment } from './moveEnrolment';
import { addDays } from './wallClock';

/** What a received message tells of an enrolment. */
export interface Answer {
  outcome: Told['outcome'];
  /** For AUTO_REPLIED, which stops nothing: they are away until then. */
  until: Date | null;
  receivedId: string;
  /** The email of ours that it is about, where that is known. */
  answeredId: string | null;
}

/**
 * Does to an enrolment what an answer asks for, and keeps what is needed to take it back. Part of the transaction that
 * takes the answer in.
 *
 * @returns what changed
 */
export async function heedAnswer(tx: Transaction, enrolmentId: string, answer: Answer): Promise<Change[]> {
  const { outcome, until, receivedId, answeredId } = answer;
  await tx.query(
    `INSERT INTO enrolment_answers (received_id, enrolment_id, outcome, answered_id, until, stood)
     SELECT $2, id, $3, $4, $5, ${STANDING} FROM enrolments WHERE id = $1 FOR NO KEY UPDATE
     ON CONFLICT DO NOTHING`,
    [enrolmentId, receivedId, outcome, answeredId, until],
  );
  if (outcome !== 'AUTO_REPLIED') return stopEnrolment(tx, { enrolmentId }, outcome, answeredId);
  return [
    ...(await noteAutoReply(tx, enrolmentId, answeredId)),
    ...(until ? await postponeEnrolment(tx, enrolmentId, until) : []),
  ];
}

/**
 * Takes back what a message did to enrolments: each then stands where it would, had the message never come. What other
 * messages said of it and what a person did meanwhile stays. A sequence that this message alone had ended goes on.
 *
 * @returns what changed
 */
export async function withdrawAnswers(tx: Transaction, receivedId: string): Promise<Change[]> {
  const concerned = await tx.query<{ campaign_id: string }>(
    `SELECT DISTINCT campaign_id FROM enrolments JOIN enrolment_answers ON enrolment_id = id
      WHERE received_id = $1 ORDER BY campaign_id`,
    [receivedId],
  );
  // Before the enrolments, as whoever ends a campaign does.
  for (const row of concerned) await lockCampaign(tx, row.campaign_id);
  const enrolments = await tx.query<EnrolmentRow>(
    `SELECT id, workspace_id, campaign_id, state, postponed_until FROM enrolments
      WHERE id IN (SELECT enrolment_id FROM enrolment_answers WHERE received_id = $1) ORDER BY id FOR NO KEY UPDATE`,
    [receivedId],
  );
  for (const enrolment of enrolments) await withdrawAnswer(tx, receivedId, enrolment);
  return enrolments.map((row) => campaignChange(row.workspace_id, row.campaign_id));
}

/** An answer as it is kept, with how the enrolment stood before it: what it takes to undo it. */
export interface Told {
  /** STOPPED tells of whoever it was addressed to in another sequence, and is not counted. */
  outcome: Outcome | 'STOPPED';
  stood: Stood;
}

interface Stood {
  state: EnrolmentState;
  heldBy: string | null;
  heldReason: string | null;
}

/**
 * What is different had the first of these answers never come: how the enrolment stood before each of the others, and
 * how it stands now, which is null where it stands as it does for another reason. The difference is carried from answer
 * to answer, until it makes none or until the enrolment was moved by something else.
 */
function withoutFirst<T extends Told>(
  [withdrawn, ...later]: readonly [T, ...T[]],
  current: EnrolmentState,
): { later: T[]; now: Stood | null } {
  let was = stateAfter(withdrawn.stood.state, withdrawn.outcome);
  let is = withdrawn.stood;
  const stoodOtherwise = later.map((answer) => {
    if (was === is.state || answer.stood.state !== was) {
      was = is.state;
      return answer;
    }
    const changed = { ...answer, stood: is };
    was = stateAfter(was, answer.outcome);
    is = { ...is, state: stateAfter(is.state, answer.outcome) };
    return changed;
  });
  return { later: stoodOtherwise, now: was !== is.state && was === current ? is : null };
}

interface EnrolmentRow {
  id: string;
  workspace_id: string;
  campaign_id: string;
  state: EnrolmentState;
  postponed_until: Date | null;
}

interface ToldRow extends Told {
  received_id: string;
  answered_id: string | null;
  until: Date | null;
}

const STANDING = `jsonb_build_object('state', state, 'heldBy', held_by, 'heldReason', held_reason)`;

function stateAfter(from: EnrolmentState, outcome: Told['outcome']): EnrolmentState {
  if (outcome === 'AUTO_REPLIED') return from;
  return (enrolmentMoves[from] as readonly EnrolmentState[]).includes(outcome) ? outcome : from;
}

async function withdrawAnswer(tx: Transaction, receivedId: string, enrolment: EnrolmentRow): Promise<void> {
  const told = await tx.query<ToldRow>(
    `SELECT received_id, outcome, answered_id, until, stood FROM enrolment_answers
      WHERE enrolment_id = $1 ORDER BY heeded`,
    [enrolment.id],
  );
  const at = told.findIndex((answer) => answer.received_id === receivedId);
  const [withdrawn, ...after] = told.slice(at);
  if (!withdrawn) return;
  const { later, now } = withoutFirst([withdrawn, ...after], enrolment.state);
  await tx.query('DELETE FROM enrolment_answers WHERE enrolment_id = $1 AND received_id = $2', [
    enrolment.id,
    receivedId,
  ]);
  for (const answer of later) {
    await tx.query('UPDATE enrolment_answers SET stood = $3 WHERE enrolment_id = $1 AND received_id = $2', [
      enrolment.id,
      answer.received_id,
      JSON.stringify(answer.stood),
    ]);
  }
  const rest = [...told.slice(0, at), ...later];
  await recount(tx, enrolment.id, withdrawn, rest);
  const [until = null] = rest
    .flatMap((answer) => answer.until ?? [])
    .toSorted((one, other) => other.getTime() - one.getTime());
  if (withdrawn.until) await pullForward(tx, enrolment, withdrawn.until, until);
  if (!now) return;
  await stand(tx, enrolment, now);
  // Who had ended was not put off.
  if (until) await postponeEnrolment(tx, enrolment.id, until);
}

/** What the withdrawn answer counted for counts no more, unless another says the same; what it hid counts now. */
async function recount(
  tx: Sql,
  enrolmentId: string,
  withdrawn: ToldRow,
  rest: readonly ToldRow[],
): Promise<void> {
  await tx.query('DELETE FROM enrolment_outcomes WHERE enrolment_id = $1 AND outcome = $2', [
    enrolmentId,
    withdrawn.outcome,
  ]);
  for (const { outcome, stood, answered_id } of rest) {
    if (outcome === 'STOPPED') continue;
    const counts = outcome === 'AUTO_REPLIED' || stateAfter(stood.state, outcome) !== stood.state;
    if (counts) await noteOutcome(tx, [enrolmentId], outcome, answered_id);
  }
}

/** They are not away, or not that long: their next email goes when the sequence, or what others told, has it. */
async function pullForward(
  tx: Sql,
  { id, postponed_until: inForce }: EnrolmentRow,
  withdrawn: Date,
  latest: Date | null,
): Promise<void> {
  if (inForce?.getTime() !== withdrawn.getTime()) return;
  await tx.query('UPDATE enrolments SET postponed_until = $2 WHERE id = $1', [id, latest]);
  await dueByStep(tx, id);
}

/** Who waits for a moment waits for the one that their next step says, or until they are back. */
async function dueByStep(tx: Sql, id: string): Promise<void> {
  const [next] = await tx.query<{ waiting_since: Date; wait_days: number; timezone: string }>(
    `SELECT e.waiting_since, s.wait_days, c.timezone
       FROM enrolments e JOIN campaigns c ON c.id = e.campaign_id JOIN ${NEXT_STEP} WHERE e.id = $1`,
    [id],
  );
  if (!next) return;
  await tx.query(
    'UPDATE enrolments SET next_at = greatest($2, postponed_until) WHERE id = $1 AND next_at IS NOT NULL',
    [id, addDays(next.waiting_since, next.wait_days, next.timezone)],
  );
}

/**
 * The one way back out of a state that ends a sequence: a person says that it should never have ended. An email that was
 * cancelled with it is due at once, unless another is on its way; where all steps are behind them, they have finished, and
 * go on where one was put behind their last meanwhile. Who opted out otherwise stays out.
 */
async function stand(
  tx: Transaction,
  { id, campaign_id: campaignId }: EnrolmentRow,
  { state, heldBy, heldReason }: Stood,
): Promise<void> {
  const [facts] = await tx.query<{
    is_sending: boolean;
    has_next: boolean;
    kept_last: boolean | null;
    opted_out: boolean;
    campaign: string;
  }>(
    `SELECT c.state AS campaign,
            EXISTS (SELECT FROM outgoing_messages WHERE enrolment_id = e.id
                       AND state IN ('QUEUED', 'RESERVED', 'TRANSMITTING', 'UNKNOWN')) AS is_sending,
            s.id IS NOT NULL AS has_next,
            (SELECT last.removed_at IS NULL FROM outgoing_messages o JOIN campaign_steps last ON last.id = o.step_id
              WHERE o.enrolment_id = e.id AND o.state = 'SENT' ORDER BY o.sent_at DESC LIMIT 1) AS kept_last,
            EXISTS (SELECT FROM prospects p JOIN suppressions s ON s.workspace_id = p.workspace_id AND s.value = p.email
                     WHERE p.id = e.prospect_id AND s.reason IN ('UNSUBSCRIBED', 'COMPLAINED')) AS opted_out
       FROM enrolments e JOIN campaigns c ON c.id = e.campaign_id LEFT JOIN ${NEXT_STEP} WHERE e.id = $1`,
    [id],
  );
  if (!facts) return;
  const goesOn = isActive(state) && (facts.is_sending || facts.has_next);
  const to = isActive(state) && !goesOn ? 'FINISHED' : state;
  const held = to === 'HELD';
  await tx.query(
    `UPDATE enrolments SET state = $2, held_by = $3, held_reason = $4,
            next_at = CASE WHEN $5 THEN coalesce(next_at, now()) ELSE next_at END WHERE id = $1`,
    [id, to, held ? heldBy : null, held ? heldReason : null, goesOn && !facts.is_sending],
  );
  const isPutBehind = to === 'FINISHED' && facts.has_next && facts.kept_last;
  if (isPutBehind) {
    await letFinishedGoOn(tx, 'e.id = $1', [id]);
    await dueByStep(tx, id);
  }
  if (facts.opted_out) await stopEnrolment(tx, { enrolmentId: id }, 'UNSUBSCRIBED');
  else if ((goesOn || isPutBehind) && facts.campaign === 'FINISHED')
    await moveCampaign(tx, campaignId, 'RUNNING');
}

/** The step that the enrolment `e` waits for. */
const NEXT_STEP = `campaign_steps s
  ON s.campaign_id = e.campaign_id AND s.removed_at IS NULL AND s.position = e.steps_done`;
