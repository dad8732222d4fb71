import type { Sql, Transaction } from '../database/database';
import { type Problem, ProblemCode } from '../gmail/problem';
import { CLAIM_SECONDS, type MessageRef } from './claim';
import { type DeliveryState, deliveryMoves, statesBefore } from './deliveryState';
import type { SendingRoom } from './sendingRoom';

/** What goes out, as it stands in the ledger at the moment of sending. */
export interface OutgoingLetter {
  fromAddress: string;
  fromName: string | null;
  toAddress: string;
  subject: string;
  text: string;
  html: string | null;
  messageId: string;
  inReplyTo: string | null;
  referenceIds: string[];
  queuedAt: Date;
  workspaceId: string;
  /** Null for a one-off. */
  campaignId: string | null;
  /** This one included. */
  attempts: number;
}

export type Settlement =
  | { state: 'SENT' }
  | { state: 'QUEUED'; afterMs: number; problem: Problem | null }
  | { state: 'UNKNOWN'; problem: Problem }
  | { state: 'FAILED'; problem: Problem };

/** The end of one of our claims and the beginning of the same account's next: either, or both in one commit. */
export interface Turn {
  ends?: { id: string; to: Settlement };
  /** About to go out over a session that was opened under this generation, and before a window closes. */
  begins?: { id: string; generation: number; closesAt: Date | null };
}

export interface Turned {
  /** Whether the claim that ends still held; if not, whoever recovered it decides. */
  held: boolean;
  /** What goes out now; null for what must not. */
  letter: OutgoingLetter | null;
}

/**
 * Ends claims with what came of them, and begins others: RESERVED to TRANSMITTING, the last commit before a byte of a
 * message can reach Gmail. Whatever may have changed since the claim is asked once more in it: the claim itself, the
 * connection, pause and parking, the suppressions, and for a campaign's email its window, and whether it still is to go.
 *
 * A message that ends counts against Gmail's limit unless it is certain that Gmail did not take it; one that goes back
 * without a wait keeps its place in the queue.
 *
 * @returns what came of each turn, in the order asked
 */
export async function takeTurns(
  room: Pick<SendingRoom, 'processId'> & { db: Sql },
  turns: readonly Turn[],
): Promise<Turned[]> {
  const rows = await room.db.query<Turned & OutgoingLetter & { begunId: string | null }>(TURNS, [
    turns.map(({ ends }) => ends?.id),
    turns.map(({ ends }) => ends?.to.state),
    turns.map(({ ends }) => (ends?.to.state === 'QUEUED' ? ends.to.afterMs / 1000 : 0)),
    turns.map(({ ends }) =>
      ends && 'problem' in ends.to && ends.to.problem ? JSON.stringify(ends.to.problem) : null,
    ),
    turns.map(({ begins }) => begins?.id),
    turns.map(({ begins }) => begins?.generation),
    turns.map(({ begins }) => begins?.closesAt),
    room.processId,
    LEGAL_MOVES,
    statesBefore('TRANSMITTING'),
  ]);
  return rows.map((row) => ({ held: row.held, letter: row.begunId === null ? null : row }));
}

/** Ends claims. @returns for each whether it still held */
export async function settle(
  room: Parameters<typeof takeTurns>[0],
  asked: readonly { id: string; to: Settlement }[],
): Promise<boolean[]> {
  const turned = await takeTurns(
    room,
    asked.map((ends) => ({ ends })),
  );
  return turned.map(({ held }) => held);
}

/** Gives back what was reserved and not begun. @returns the ids that went back */
export async function release(
  room: SendingRoom,
  messageIds: readonly string[],
  problem: Problem | null,
): Promise<string[]> {
  const released = await room.db.query<{ id: string }>(
    `UPDATE outgoing_messages
        SET state = 'QUEUED', problem = coalesce($3, problem), claimed_by = NULL, claimed_until = NULL
      WHERE id = ANY($1) AND claimed_by = $2 AND state = 'RESERVED' RETURNING id`,
    [messageIds, room.processId, problem && JSON.stringify(problem)],
  );
  return released.map(({ id }) => id);
}

/** Keeps claims alive. @returns the ids of those that still held */
export async function renewClaims(room: SendingRoom, messageIds: readonly string[]): Promise<string[]> {
  const renewed = await room.db.query<{ id: string }>(
    `WITH held AS (SELECT id FROM outgoing_messages
                    WHERE id = ANY($1) AND claimed_by = $2 AND state IN ('RESERVED', 'TRANSMITTING')
                    ORDER BY id FOR UPDATE)
     UPDATE outgoing_messages o SET claimed_until = clock_timestamp() + make_interval(secs => $3)
       FROM held WHERE o.id = held.id RETURNING o.id`,
    [messageIds, room.processId, CLAIM_SECONDS],
  );
  return renewed.map(({ id }) => id);
}

/** A claim that ends later than any can was made before the clock was set back; nobody is to wait for that hour to pass again. */
export const VOID_CLAIM = `state IN ('RESERVED', 'TRANSMITTING') AND claimed_until NOT BETWEEN
  clock_timestamp() AND clock_timestamp() + make_interval(secs => ${2 * CLAIM_SECONDS})`;

/**
 * Takes back what dead processes held: RESERVED is safe to queue again, TRANSMITTING must be looked up.
 * Stands on outgoing_in_flight.
 *
 * @returns what moved
 */
export async function recoverClaims(db: Sql): Promise<MessageRef[]> {
  return db.query(
    `WITH void AS (SELECT id FROM outgoing_messages WHERE ${VOID_CLAIM} ORDER BY id FOR UPDATE SKIP LOCKED)
     UPDATE outgoing_messages o
        SET state = CASE state WHEN 'RESERVED' THEN 'QUEUED' ELSE 'UNKNOWN' END,
            unknown_since = CASE state WHEN 'TRANSMITTING' THEN clock_timestamp() END,
            claimed_by = NULL, claimed_until = NULL
       FROM void WHERE o.id = void.id RETURNING o.id, o.workspace_id AS "workspaceId"`,
  );
}

/** Cancels what waits on a connection; part of the transaction that disconnects it. @returns their ids */
export async function cancelQueued(tx: Transaction, connectionId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string; enrolment_id: string | null }>(
    `WITH waiting AS (SELECT id FROM outgoing_messages
                       WHERE connection_id = $1 AND state IN ('QUEUED', 'RESERVED') ORDER BY id FOR UPDATE)
     UPDATE outgoing_messages o SET state = 'CANCELLED', claimed_by = NULL, claimed_until = NULL
       FROM waiting WHERE o.id = waiting.id RETURNING o.id, o.enrolment_id`,
    [connectionId],
  );
  // Whoever waits for a step of a campaign goes on waiting: for the reconnect, or for another slot.
  await tx.query(
    `UPDATE enrolments SET next_at = now() WHERE id = ANY ($1) AND state = 'WAITING' AND next_at IS NULL`,
    [rows.map((row) => row.enrolment_id)],
  );
  return rows.map(({ id }) => id);
}

/** Nothing goes out of an account before; the later of two parkings holds. */
export async function parkAccount(
  db: Sql,
  accountId: string,
  forMs: number,
  problem: Problem,
): Promise<void> {
  await db.query(
    `UPDATE gmail_accounts SET parked_until = clock_timestamp() + make_interval(secs => $2), parked_problem = $3
      WHERE id = $1 AND coalesce(parked_until, '-infinity') < clock_timestamp() + make_interval(secs => $2)`,
    [accountId, forMs / 1000, JSON.stringify(problem)],
  );
  if (!THROTTLING.has(problem.code)) return;
  // The ramp steps back on its next day.
  await db.query(
    `UPDATE ramp_days SET throttled = true
      WHERE account_id = $1 AND date = (SELECT max(date) FROM ramp_days WHERE account_id = $1)`,
    [accountId],
  );
}

/**
 * Ends a parking that was a misunderstanding, if it is the one for this code and in these very words, and the ramp has no
 * cause to step back; a day on which it did already stays as it was.
 */
export async function unparkAccount(
  db: Sql,
  accountId: string,
  code: ProblemCode,
  serverReply: string | null,
): Promise<void> {
  await db.query(
    `WITH unparked AS (
       UPDATE gmail_accounts SET parked_until = NULL, parked_problem = NULL
        WHERE id = $1 AND parked_problem->>'code' = $2 AND parked_problem->>'serverReply' IS NOT DISTINCT FROM $3
       RETURNING id)
     UPDATE ramp_days SET throttled = false
      WHERE account_id IN (SELECT id FROM unparked)
        AND date = (SELECT max(date) FROM ramp_days WHERE account_id = $1 AND throttled)`,
    [accountId, code, serverReply],
  );
}

/**
 * Rows are locked by their primary key and in its order, as everywhere, so that no two groups wait for each other. What
 * ends ends first: the unique index over TRANSMITTING knows one message an account, hence the count of what has ended
 * in what is ready to begin.
 */
const TURNS = `
  WITH turns AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::float8[], $4::jsonb[], $5::uuid[], $6::int[], $7::timestamptz[])
                    WITH ORDINALITY AS turn (ended_id, state, wait, problem, next_id, generation, closes_at, number)),
  locked AS MATERIALIZED (
    SELECT * FROM outgoing_messages WHERE id = ANY ($1 || $5) ORDER BY id FOR UPDATE),
  ended AS (
    UPDATE outgoing_messages o
       SET state = turn.state,
           sent_at = CASE WHEN turn.state = 'SENT' THEN coalesce(o.unknown_since, clock_timestamp()) END,
           unknown_since = CASE WHEN turn.state = 'UNKNOWN' THEN clock_timestamp() END,
           counted_at = CASE WHEN turn.state IN ('SENT', 'UNKNOWN') THEN o.counted_at END,
           due_at = CASE WHEN turn.wait > 0 THEN clock_timestamp() + make_interval(secs => turn.wait)
                         ELSE o.due_at END,
           problem = turn.problem, claimed_by = NULL, claimed_until = NULL
      FROM turns turn JOIN locked ON locked.id = turn.ended_id
     WHERE o.id = locked.id AND locked.claimed_by = $8 AND locked.state || '>' || turn.state = ANY ($9)
    RETURNING o.id),
  ready AS (
    SELECT m.id FROM turns JOIN locked m ON m.id = turns.next_id
      JOIN gmail_accounts a ON a.id = m.account_id
      JOIN connections c ON c.id = m.connection_id AND c.generation = turns.generation
     WHERE (SELECT count(*) FROM ended) >= 0
       AND m.claimed_by = $8 AND m.state = ANY ($10) AND m.claimed_until > clock_timestamp()
       AND coalesce(turns.closes_at, 'infinity') > clock_timestamp()
       AND NOT a.paused AND coalesce(a.parked_until, '-infinity') <= clock_timestamp()
       AND c.slot_id IS NOT NULL AND c.state <> 'REJECTED'
       AND (m.campaign_id IS NULL OR EXISTS (
              SELECT FROM enrolments e JOIN campaigns k ON k.id = e.campaign_id
               WHERE e.id = m.enrolment_id AND e.state = 'WAITING' AND k.state = 'RUNNING'))
       AND NOT EXISTS (SELECT FROM suppressions s WHERE s.workspace_id = m.workspace_id
                          AND s.value IN (m.to_address, '@' || split_part(m.to_address, '@', 2)))),
  begun AS (
    UPDATE outgoing_messages o
       SET state = 'TRANSMITTING', attempts = attempts + 1, counted_at = clock_timestamp(), problem = NULL
      FROM ready WHERE o.id = ready.id
    RETURNING o.*)
  SELECT ended.id IS NOT NULL AS held, begun.id AS "begunId",
         from_address AS "fromAddress", from_name AS "fromName", to_address AS "toAddress", subject, text, html,
         message_id AS "messageId", in_reply_to AS "inReplyTo", workspace_id AS "workspaceId",
         campaign_id AS "campaignId", reference_ids AS "referenceIds", queued_at AS "queuedAt", attempts
    FROM turns LEFT JOIN ended ON ended.id = turns.ended_id LEFT JOIN begun ON begun.id = turns.next_id
   ORDER BY turns.number`;

/** Gmail found that it was too much. */
const THROTTLING: ReadonlySet<ProblemCode> = new Set([
  ProblemCode.SENDING_LIMIT_REACHED,
  ProblemCode.TOO_MANY_LOGINS,
]);

const LEGAL_MOVES = (Object.keys(deliveryMoves) as DeliveryState[]).flatMap((from) =>
  deliveryMoves[from].map((to) => `${from}>${to}`),
);
