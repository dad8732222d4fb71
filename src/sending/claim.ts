import type { Transaction } from '../database/database';
import { describeProblem, type Problem, ProblemCode } from '../gmail/problem';
import { findSuppressions } from '../prospects/suppressions';
import { decide } from './engine';
import { keepRampDays } from './rampDays';
import type { SendingRoom } from './sendingRoom';
import { type ConnectedSlot, isConnected, readSlots } from './slotStates';

/** A claim that is not renewed for so long is void. Others look every two seconds, which is within the 15 that are promised. */
export const CLAIM_SECONDS = 12;
/** Reserved at a time: enough that claiming costs next to nothing, few enough that a settings change bites. */
const RESERVED_AT_ONCE = 20;

export interface MessageRef {
  id: string;
  workspaceId: string;
}

/** An account and the connection through which it sends now. */
interface Connected {
  accountId: string;
  connectionId: string;
  generation: number;
  slotId: string;
  workspaceId: string;
}

/** The next emails of an account, RESERVED for this process, in the order in which they go out. */
export interface Claim extends Connected {
  messages: MessageRef[];
  /** Found suppressed, and CANCELLED for it. */
  cancelled: MessageRef[];
  /** When its campaign's window closes, and what has not begun waits for the next; null for one-offs, and for a window that stays open. */
  closesAt: Date | null;
}

/**
 * Claims the next due emails of each of these accounts: QUEUED to RESERVED, under the accounts' locks, where
 * nothing blocks and the recipient is not suppressed. Commits before it returns, so before anything is said to
 * Gmail.
 *
 * A lock held elsewhere means that another process is claiming there; rows in flight, that one is sending.
 * Stands on outgoing_due and outgoing_in_flight. ANY (ARRAY(...)) is a join that can only be made by the primary
 * key: PostgreSQL guesses that the limits are high, and would rather read the whole table.
 *
 * @returns a claim or null for each account, in their order
 */
export async function claimBatches(
  room: SendingRoom,
  accountIds: readonly string[],
): Promise<(Claim | null)[]> {
  const claims = await room.db.transaction(async (tx) => {
    // NO KEY: whoever queues an email refers to the account, and is not to wait for us, nor we for them.
    const locked = await tx.query<{ id: string }>(
      'SELECT id FROM gmail_accounts WHERE id = ANY($1) FOR NO KEY UPDATE SKIP LOCKED',
      [accountIds],
    );
    // A statement of its own: only after the lock is there a snapshot that shows what others did under it.
    const slots = await readSlots(
      tx,
      locked.map(({ id }) => id),
    );
    const free = slots.filter(isConnected).filter(sendsOneOff);
    return free.length > 0 ? reserve(tx, room, free) : [];
  });
  const byAccount = new Map(claims.map((claim) => [claim.accountId, claim]));
  return accountIds.map((id) => byAccount.get(id) ?? null);
}

interface ReservedRow {
  id: string;
  workspaceId: string;
  accountId: string;
  email: string;
}

function sendsOneOff({ state, isInFlight, now }: ConnectedSlot): boolean {
  return !isInFlight && decide(state, now).go === 'ONE_OFF';
}

async function reserve(tx: Transaction, room: SendingRoom, slots: ConnectedSlot[]): Promise<Claim[]> {
  const reserved = await tx.query<ReservedRow>(
    `WITH account AS (SELECT * FROM unnest($1::uuid[], $2::int[]) AS a (connection_id, room)),
          due AS (
            SELECT next.id FROM account CROSS JOIN LATERAL (
              SELECT id FROM outgoing_messages
               WHERE connection_id = account.connection_id
                 AND state = 'QUEUED' AND campaign_id IS NULL AND due_at <= statement_timestamp()
               ORDER BY due_at, queued_at LIMIT account.room FOR UPDATE SKIP LOCKED) next),
          reserved AS (
            UPDATE outgoing_messages o
               SET state = 'RESERVED', claimed_by = $3,
                   claimed_until = clock_timestamp() + make_interval(secs => $4)
             WHERE o.id = ANY (ARRAY(SELECT id FROM due))
            RETURNING o.id, o.workspace_id, o.account_id, o.to_address, o.due_at, o.queued_at)
     SELECT id, workspace_id AS "workspaceId", account_id AS "accountId", to_address AS email
       FROM reserved ORDER BY due_at, queued_at`,
    [
      slots.map((slot) => slot.connectionId),
      slots.map((slot) => Math.min(RESERVED_AT_ONCE, slot.state.dailyLimit - slot.sentLast24h)),
      room.processId,
      CLAIM_SECONDS,
    ],
  );
  const suppressions = await findSuppressions(tx, reserved);
  const suppressed = new Set(reserved.filter((_, index) => suppressions[index]));
  if (suppressed.size > 0) await cancelSuppressed(tx, [...suppressed], room.now());
  await keepRampDays(tx, slots);
  const claims = new Map(
    slots.map(({ state: { accountId }, connectionId, generation, slotId, workspaceId }): [string, Claim] => [
      accountId,
      {
        accountId,
        connectionId,
        generation,
        slotId,
        workspaceId,
        messages: [],
        cancelled: [],
        closesAt: null,
      },
    ]),
  );
  for (const row of reserved) {
    const claim = claims.get(row.accountId);
    (suppressed.has(row) ? claim?.cancelled : claim?.messages)?.push(row);
  }
  return [...claims.values()];
}

async function cancelSuppressed(
  tx: Transaction,
  messages: readonly { id: string }[],
  now: Date,
): Promise<void> {
  const problem: Problem = describeProblem(ProblemCode.RECIPIENT_REJECTED, now, {
    message: 'The recipient was suppressed before this email went out.',
    remedy: 'Nothing to do: whoever is suppressed is never written to.',
  });
  await tx.query(
    `UPDATE outgoing_messages SET state = 'CANCELLED', problem = $2, claimed_by = NULL, claimed_until = NULL
      WHERE id = ANY($1)`,
    [messages.map(({ id }) => id), JSON.stringify(problem)],
  );
}
