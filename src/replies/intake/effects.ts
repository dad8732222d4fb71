import type { Transaction } from '../../database/database';
import type { Change } from '../../database/notices';
import { describeProblem, type Problem, ProblemCode } from '../../gmail/problem';
import { liftSuppressionsOf, normaliseSuppression, suppress } from '../../prospects/suppressions';
import { parkAccount, unparkAccount } from '../../sending/ledger';
import { letStandAsSent, takeBackRefused } from '../../sending/takeBack';
import { ReceivedKind } from '../classifying/classification';
import { MatchedBy } from '../matching/matching';
import type { Match } from '../matching/matchMail';
import type { ReceivedMessage } from '../received.entity';
import type { RepliesRoom } from '../repliesRoom';

/** "You have reached a limit": no sending for up to a day (Gmail's help page, answer 166852). */
const LIMIT_PARKING_MS = 24 * 60 * 60 * 1000;

/** The kinds of which nothing follows beyond the enrolments that they answer. */
export const WITHOUT_EFFECTS: ReadonlySet<ReceivedKind> = new Set([
  ReceivedKind.REPLY,
  ReceivedKind.OUT_OF_OFFICE,
  ReceivedKind.AUTO_REPLY,
  ReceivedKind.DELAY,
  ReceivedKind.OTHER,
]);

/**
 * What a received message changes beyond its conversation, in the transaction that takes it in. A report acts
 * only on the recipient of the email it was matched with: whoever forges one can suppress nobody else.
 */
export async function applyEffects(
  tx: Transaction,
  room: RepliesRoom,
  message: ReceivedMessage,
  match: Match,
): Promise<Change[]> {
  switch (message.kind) {
    case ReceivedKind.BOUNCE:
      return markBounced(tx, message, match);
    case ReceivedKind.UNSUBSCRIBE:
      for (const address of optedOut(message, match)) {
        await suppressIfAddress(tx, message, address, 'UNSUBSCRIBED');
      }
      return [];
    case ReceivedKind.COMPLAINT:
      if (match.outgoing) {
        await suppressIfAddress(tx, message, match.outgoing.toAddress, 'COMPLAINED');
      }
      return [];
    case ReceivedKind.SENDING_REFUSED:
      return refuse(tx, room, message, match);
    case ReceivedKind.REPLY:
    case ReceivedKind.OUT_OF_OFFICE:
    case ReceivedKind.AUTO_REPLY:
    case ReceivedKind.DELAY:
    case ReceivedKind.OTHER:
      return [];
  }
}

/**
 * Suppresses whoever asks for it by mail though nothing is known of them: they may have been erased since we wrote to
 * them, and a request to be left alone outlives that.
 */
export async function heedUnknownOptOut(
  tx: Transaction,
  workspaceId: string,
  address: string,
): Promise<void> {
  await suppressIfAddress(tx, { id: null, workspaceId }, address, 'UNSUBSCRIBED');
}

/**
 * Undoes what `applyEffects` did for a message, in the transaction that corrects it: what another message, a link or a
 * person said as well stays.
 *
 * @returns what changed
 */
export async function undoEffects(tx: Transaction, message: ReceivedMessage): Promise<Change[]> {
  await liftSuppressionsOf(tx, message.id);
  if (message.kind === ReceivedKind.BOUNCE) return unmarkBounced(tx, message);
  return message.rule === 'gmail-limit-reached' ? forgetLimit(tx, message) : [];
}

/**
 * Whoever asks, and whom we wrote to, who may be the same person under another address. A colleague asks for
 * themselves only.
 */
function optedOut({ fromAddress, matchedBy }: ReceivedMessage, { outgoing }: Match): Set<string> {
  const asked = outgoing && matchedBy !== MatchedBy.SENDER_DOMAIN ? [outgoing.toAddress] : [];
  return new Set([fromAddress, ...asked]);
}

async function markBounced(
  tx: Transaction,
  message: ReceivedMessage,
  { outgoing }: Match,
): Promise<Change[]> {
  if (!outgoing) return [];
  const failure =
    message.failures.find(({ recipient }) => recipient === outgoing.toAddress) ?? message.failures[0];
  const problem = describeProblem(ProblemCode.RECIPIENT_REJECTED, message.receivedAt, {
    message: 'The email came back: it could not be delivered.',
    serverReply: failure?.diagnostic ?? null,
  });
  await tx.query('UPDATE outgoing_messages SET bounced_at = $2, problem = $3 WHERE id = $1', [
    outgoing.id,
    message.receivedAt,
    JSON.stringify(problem),
  ]);
  if (failure?.deadAddress && (failure.recipient === null || failure.recipient === outgoing.toAddress)) {
    await suppressIfAddress(tx, message, outgoing.toAddress, 'BOUNCED');
  }
  return [{ topic: `outgoing:${message.workspaceId}`, id: outgoing.id }];
}

async function unmarkBounced(
  tx: Transaction,
  { id, outgoingId, workspaceId }: ReceivedMessage,
): Promise<Change[]> {
  if (outgoingId === null) return [];
  await tx.query(
    `UPDATE outgoing_messages SET bounced_at = other.at, problem = CASE WHEN other.at IS NOT NULL THEN problem END
       FROM (SELECT min(received_at) AS at FROM received_messages
              WHERE outgoing_id = $1 AND kind = 'BOUNCE' AND id <> $2) other
      WHERE outgoing_messages.id = $1 AND bounced_at IS NOT NULL`,
    [outgoingId, id],
  );
  return [{ topic: `outgoing:${workspaceId}`, id: outgoingId }];
}

/** A sender may call itself anything; what is no address cannot be written to either. */
async function suppressIfAddress(
  tx: Transaction,
  { id, workspaceId, outgoingId }: { id: string | null; workspaceId: string; outgoingId?: string | null },
  address: string,
  reason: keyof typeof SOURCES,
): Promise<void> {
  if (normaliseSuppression(address) === null) return;
  const origin = { source: SOURCES[reason], outgoingId: outgoingId ?? null, receivedId: id };
  await suppress(tx, workspaceId, address, reason, origin);
}

/** By what kind of mail somebody comes to be suppressed. */
const SOURCES = { UNSUBSCRIBED: 'REPLY', BOUNCED: 'BOUNCE', COMPLAINED: 'COMPLAINT' } as const;

/**
 * Gmail had taken the email, and sent it to nobody. At a limit the slot is left alone, and the email goes again after
 * that; what Gmail blocked it blocked for what is in it.
 */
async function refuse(
  tx: Transaction,
  room: RepliesRoom,
  message: ReceivedMessage,
  { outgoing }: Match,
): Promise<Change[]> {
  const isLimit = message.rule === 'gmail-limit-reached';
  const code = isLimit ? ProblemCode.SENDING_LIMIT_REACHED : ProblemCode.MESSAGE_REJECTED;
  const problem = describeProblem(code, room.now(), { serverReply: message.detail });
  const parked = isLimit ? await park(tx, message, problem) : [];
  if (!outgoing) return parked;
  const state = isLimit ? 'QUEUED' : 'FAILED';
  return [...parked, ...(await takeBackRefused(tx, outgoing.id, state, problem, message.receivedAt))];
}

async function park(tx: Transaction, message: ReceivedMessage, problem: Problem): Promise<Change[]> {
  const connection = await connectionOf(tx, message);
  if (!connection) return [];
  await parkAccount(tx, connection.account_id, LIMIT_PARKING_MS, problem);
  return slotChange(message, connection);
}

/** Gmail had taken the email after all: it must not go again, unless another mail says the same of it. */
async function forgetLimit(tx: Transaction, message: ReceivedMessage): Promise<Change[]> {
  const { id, outgoingId, receivedAt } = message;
  const unparked = await unpark(tx, message);
  const saidByOthers = await tx.query(
    `SELECT FROM received_messages WHERE outgoing_id = $1 AND kind = 'SENDING_REFUSED' AND id <> $2 LIMIT 1`,
    [outgoingId, id],
  );
  if (outgoingId === null || saidByOthers.length > 0) return unparked;
  return [...unparked, ...(await letStandAsSent(tx, outgoingId, receivedAt))];
}

async function unpark(tx: Transaction, message: ReceivedMessage): Promise<Change[]> {
  const connection = await connectionOf(tx, message);
  if (!connection) return [];
  await unparkAccount(tx, connection.account_id, ProblemCode.SENDING_LIMIT_REACHED, message.detail);
  return slotChange(message, connection);
}

interface ConnectionRow {
  account_id: string;
  slot_id: string | null;
}

async function connectionOf(
  tx: Transaction,
  { connectionId }: ReceivedMessage,
): Promise<ConnectionRow | undefined> {
  const [connection] = await tx.query<ConnectionRow>(
    'SELECT account_id, slot_id FROM connections WHERE id = $1',
    [connectionId],
  );
  return connection;
}

function slotChange({ workspaceId }: ReceivedMessage, { slot_id }: ConnectionRow): Change[] {
  return slot_id === null ? [] : [{ topic: `slots:${workspaceId}`, id: slot_id }];
}
