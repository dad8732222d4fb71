import type { Transaction } from '../database/database';
import { describeProblem, ProblemCode } from '../gmail/problem';
import type { SuppressionReason } from '../prospects/suppression.entity';
import { normaliseSuppression, suppress } from '../prospects/suppressions';
import { parkAccount } from '../sending/ledger';
import { ReceivedKind } from './classification';
import { MatchedBy } from './matching';
import type { Match } from './matchMail';
import type { ReceivedMessage } from './received.entity';
import type { RepliesRoom } from './repliesRoom';

/** What else changed, to be announced after the commit. */
export interface Change {
  topic: string;
  id: string;
}

/** "You have reached a limit": no sending for up to a day (Gmail's help page, answer 166852). */
const LIMIT_PARKING_MS = 24 * 60 * 60 * 1000;

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
        await suppressIfAddress(tx, message.workspaceId, address, 'UNSUBSCRIBED');
      }
      return [];
    case ReceivedKind.COMPLAINT:
      if (match.outgoing) {
        await suppressIfAddress(tx, message.workspaceId, match.outgoing.toAddress, 'COMPLAINED');
      }
      return [];
    case ReceivedKind.SENDING_REFUSED:
      return message.rule === 'gmail-limit-reached' ? park(tx, room, message) : [];
    case ReceivedKind.REPLY:
    case ReceivedKind.OUT_OF_OFFICE:
    case ReceivedKind.AUTO_REPLY:
    case ReceivedKind.DELAY:
    case ReceivedKind.OTHER:
      return [];
  }
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
    await suppressIfAddress(tx, message.workspaceId, outgoing.toAddress, 'BOUNCED');
  }
  return [{ topic: `outgoing:${message.workspaceId}`, id: outgoing.id }];
}

/** A sender may call itself anything; what is no address cannot be written to either. */
async function suppressIfAddress(
  tx: Transaction,
  workspaceId: string,
  address: string,
  reason: SuppressionReason,
): Promise<void> {
  if (normaliseSuppression(address) !== null) await suppress(tx, workspaceId, address, reason);
}

async function park(tx: Transaction, room: RepliesRoom, message: ReceivedMessage): Promise<Change[]> {
  const [connection] = await tx.query<{ account_id: string; slot_id: string | null }>(
    'SELECT account_id, slot_id FROM connections WHERE id = $1',
    [message.connectionId],
  );
  if (!connection) return [];
  const problem = describeProblem(ProblemCode.SENDING_LIMIT_REACHED, room.now(), {
    serverReply: message.detail,
  });
  await parkAccount(tx, connection.account_id, LIMIT_PARKING_MS, problem);
  return connection.slot_id ? [{ topic: `slots:${message.workspaceId}`, id: connection.slot_id }] : [];
}
