import type { Change } from '../campaigns/campaignsRoom';
import { noteAutoReply, postponeEnrolment, stopEnrolment } from '../campaigns/moveEnrolment';
import { addDays } from '../campaigns/wallClock';
import type { Transaction } from '../database/database';
import { ReceivedKind } from './classification';
import type { Match } from './matchMail';
import type { ReceivedMessage } from './received.entity';

/** How long somebody is left alone whose out-of-office does not say when they are back. */
const AWAY_DAYS = 4;

/**
 * What a received message does to the campaigns of whom it comes from, in the transaction that takes it in: an answer
 * or a final bounce ends the sequence that it answers, a request to be left alone ends all, and who is away is
 * waited for.
 */
export async function moveEnrolments(
  tx: Transaction,
  message: ReceivedMessage,
  match: Match,
): Promise<Change[]> {
  const answeredId = match.outgoing?.id ?? null;
  const enrolments = await enrolmentsOf(tx, message.conversationId);
  const forEach = async (move: (enrolmentId: string) => Promise<Change[]>) => {
    const changes: Change[] = [];
    for (const { id } of enrolments) changes.push(...(await move(id)));
    return changes;
  };
  switch (message.kind) {
    case ReceivedKind.REPLY:
      return forEach((enrolmentId) => stopEnrolment(tx, { enrolmentId }, 'REPLIED', answeredId));
    case ReceivedKind.BOUNCE:
      if (!message.failures.some(({ permanent }) => permanent)) return [];
      return forEach((enrolmentId) => stopEnrolment(tx, { enrolmentId }, 'BOUNCED', answeredId));
    case ReceivedKind.UNSUBSCRIBE:
    case ReceivedKind.COMPLAINT:
      if (match.prospectId === null) return [];
      return stopEnrolment(tx, { prospectId: match.prospectId }, 'UNSUBSCRIBED', answeredId);
    case ReceivedKind.OUT_OF_OFFICE:
      return forEach(async (enrolmentId) => [
        ...(await noteAutoReply(tx, enrolmentId, answeredId)),
        ...(await postponeEnrolment(tx, enrolmentId, backAgain(message))),
      ]);
    case ReceivedKind.AUTO_REPLY:
      return forEach((enrolmentId) => noteAutoReply(tx, enrolmentId, answeredId));
    case ReceivedKind.DELAY:
    case ReceivedKind.SENDING_REFUSED:
    case ReceivedKind.OTHER:
      return [];
  }
}

/**
 * By the ledger, since an answer can be here before its email is settled as sent. Stands on
 * outgoing_of_conversation.
 */
function enrolmentsOf(tx: Transaction, conversationId: string): Promise<{ id: string }[]> {
  return tx.query(
    `SELECT DISTINCT enrolment_id AS id FROM outgoing_messages
      WHERE conversation_id = $1 AND enrolment_id IS NOT NULL`,
    [conversationId],
  );
}

/** The day of their return, where they say one that is to come. */
function backAgain({ returnDate, receivedAt }: ReceivedMessage): Date {
  const day = returnDate === null ? Number.NaN : Date.parse(`${returnDate}T00:00:00Z`);
  return day > receivedAt.getTime() ? new Date(day) : addDays(receivedAt, AWAY_DAYS, 'UTC');
}
