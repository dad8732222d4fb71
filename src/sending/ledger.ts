import type { Sql, Transaction } from '../database/database';
import { describeProblem, type Problem, ProblemCode } from '../gmail/problem';
import { findSuppression } from '../prospects/suppressions';
import { blockersOf } from './blockers';
import { type DeliveryState, statesBefore } from './deliveryState';
import { OutgoingMessage } from './outgoing.entity';
import type { SendingRoom } from './sendingRoom';
import { readAccountStates } from './slotState';

/** A claim that is not renewed for so long is void: its process is dead, or as good as. */
export const CLAIM_SECONDS = 15;

/** What a claim came to. Rows that were cancelled on the way have been written already. */
export interface Claim {
  message: OutgoingMessage | null;
  cancelled: OutgoingMessage[];
}

/**
 * Claims the next due email of an account: QUEUED to RESERVED, under the account's lock, if nothing blocks it
 * and its recipient is not suppressed. Commits before it returns, so before anything is said to Gmail.
 *
 * Stands on outgoing_due. A lock held elsewhere means that another process is claiming here: no claim then.
 */
export async function claimNext(room: SendingRoom, accountId: string): Promise<Claim> {
  return room.db.transaction(async (tx) => {
    const cancelled: OutgoingMessage[] = [];
    const locked = await tx.query(
      `SELECT id FROM gmail_accounts a WHERE id = $1 AND NOT EXISTS
         (SELECT FROM outgoing_messages o WHERE o.account_id = a.id AND o.state IN ('RESERVED', 'TRANSMITTING'))
       FOR UPDATE SKIP LOCKED`,
      [accountId],
    );
    const [account] = locked.length > 0 ? await readAccountStates(tx, [accountId]) : [];
    if (!account?.connectionId || blockersOf(account, account.now).length > 0) {
      return { message: null, cancelled };
    }
    for (;;) {
      const [due] = await tx.query<{ id: string; workspace_id: string; to_address: string }>(
        `SELECT id, workspace_id, to_address FROM outgoing_messages
          WHERE account_id = $1 AND connection_id = $2 AND state = 'QUEUED' AND due_at <= clock_timestamp()
          ORDER BY due_at, queued_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
        [accountId, account.connectionId],
      );
      if (!due) return { message: null, cancelled };
      const suppression = await findSuppression(tx, due.workspace_id, due.to_address);
      if (!suppression) return { message: await reserve(tx, room.processId, due.id), cancelled };
      cancelled.push(await cancelSuppressed(tx, due.id, room.now()));
    }
  });
}

/**
 * The last commit before a byte of the message can reach Gmail.
 *
 * @returns whether the claim still held
 */
export async function beginTransmission(room: SendingRoom, messageId: string): Promise<boolean> {
  const begun = await room.db.query(
    `UPDATE outgoing_messages
        SET state = 'TRANSMITTING', attempts = attempts + 1, counted_at = clock_timestamp(), problem = NULL
      WHERE id = $1 AND claimed_by = $2 AND state = ANY($3) AND claimed_until > clock_timestamp() RETURNING id`,
    [messageId, room.processId, statesBefore('TRANSMITTING')],
  );
  return begun.length > 0;
}

/** Keeps a claim alive. @returns whether it still held */
export async function renewClaim(room: SendingRoom, messageId: string): Promise<boolean> {
  const renewed = await room.db.query(
    `UPDATE outgoing_messages SET claimed_until = clock_timestamp() + make_interval(secs => $3)
      WHERE id = $1 AND claimed_by = $2 AND state IN ('RESERVED', 'TRANSMITTING', 'UNKNOWN') RETURNING id`,
    [messageId, room.processId, CLAIM_SECONDS],
  );
  return renewed.length > 0;
}

export type Settlement =
  | { state: 'SENT' }
  | { state: 'QUEUED'; afterMs: number; problem: Problem | null }
  | { state: 'UNKNOWN'; problem: Problem }
  | { state: 'FAILED'; problem: Problem };

/**
 * Ends a claim with what came of it. A message counts against Gmail's limit unless it is certain that Gmail
 * did not take it.
 *
 * @returns whether the claim still held; if not, whoever recovered it decides
 */
export async function settle(room: SendingRoom, messageId: string, to: Settlement): Promise<boolean> {
  const settled = await room.db.query(
    `UPDATE outgoing_messages
        SET state = $3,
            sent_at = CASE WHEN $3 = 'SENT' THEN coalesce(unknown_since, clock_timestamp()) END,
            unknown_since = CASE WHEN $3 = 'UNKNOWN' THEN clock_timestamp() END,
            counted_at = CASE WHEN $3 IN ('SENT', 'UNKNOWN') THEN counted_at END,
            due_at = CASE WHEN $3 = 'QUEUED' THEN clock_timestamp() + make_interval(secs => $4) ELSE due_at END,
            problem = $5, claimed_by = NULL, claimed_until = NULL
      WHERE id = $1 AND claimed_by = $2 AND state = ANY($6) RETURNING id`,
    [
      messageId,
      room.processId,
      to.state,
      to.state === 'QUEUED' ? to.afterMs / 1000 : 0,
      'problem' in to && to.problem ? JSON.stringify(to.problem) : null,
      statesBefore(to.state),
    ],
  );
  return settled.length > 0;
}

/**
 * Takes back what dead processes held: RESERVED is safe to queue again, TRANSMITTING must be looked up.
 *
 * @returns the rows that moved
 */
export async function recoverClaims(db: Sql): Promise<{ id: string; workspace_id: string }[]> {
  return db.query(
    `UPDATE outgoing_messages
        SET state = CASE state WHEN 'RESERVED' THEN 'QUEUED' ELSE 'UNKNOWN' END,
            unknown_since = CASE state WHEN 'TRANSMITTING' THEN clock_timestamp() END,
            due_at = clock_timestamp(), claimed_by = NULL, claimed_until = NULL
      WHERE state IN ('RESERVED', 'TRANSMITTING') AND claimed_until < clock_timestamp()
      RETURNING id, workspace_id`,
  );
}

/** Cancels what waits on a connection; part of the transaction that disconnects it. */
export async function cancelQueued(tx: Transaction, connectionId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE outgoing_messages SET state = 'CANCELLED' WHERE connection_id = $1 AND state = 'QUEUED' RETURNING id`,
    [connectionId],
  );
  return rows.map((row) => row.id);
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
}

async function reserve(tx: Transaction, processId: string, messageId: string): Promise<OutgoingMessage> {
  await tx.query(
    `UPDATE outgoing_messages SET state = 'RESERVED', claimed_by = $2,
            claimed_until = clock_timestamp() + make_interval(secs => $3)
      WHERE id = $1 AND state = 'QUEUED'`,
    [messageId, processId, CLAIM_SECONDS],
  );
  return tx.manager.findOneByOrFail(OutgoingMessage, { id: messageId });
}

async function cancelSuppressed(tx: Transaction, messageId: string, now: Date): Promise<OutgoingMessage> {
  const state: DeliveryState = 'CANCELLED';
  const problem = describeProblem(ProblemCode.RECIPIENT_REJECTED, now, {
    message: 'The recipient was suppressed before this email went out.',
    remedy: 'Nothing to do: whoever is suppressed is never written to.',
  });
  await tx.manager.update(OutgoingMessage, { id: messageId }, { state, problem });
  return tx.manager.findOneByOrFail(OutgoingMessage, { id: messageId });
}
