import { heedAnswer } from '../../campaigns/answers';
import type { Outcome } from '../../campaigns/moveEnrolment';
import { addDays } from '../../campaigns/wallClock';
import type { Transaction } from '../../database/database';
import type { Change } from '../../database/notices';
import { ReceivedKind } from '../classifying/classification';
import type { Match } from '../matching/matchMail';
import type { ReceivedMessage } from '../received.entity';

/** How long somebody is left alone whose out-of-office does not say when they are back. */
const AWAY_DAYS = 4;

/**
 * What a received message does to the campaigns of whom it comes from, in the transaction that takes it in: an answer
 * or a final bounce ends the sequence that it answers, a request to be left alone ends all, and who is away is
 * waited for. Whomever it had suppressed, before this is asked, no other sequence writes to either.
 *
 * @param answered the enrolments whose emails stand in its conversation
 */
export async function moveEnrolments(
  tx: Transaction,
  message: ReceivedMessage,
  match: Match,
  answered: readonly string[],
): Promise<Change[]> {
  const outcome = OUTCOMES[message.kind];
  if (outcome === undefined) return [];
  const answer = {
    outcome,
    until: message.kind === ReceivedKind.OUT_OF_OFFICE ? backAgain(message) : null,
    receivedId: message.id,
    answeredId: match.outgoing?.id ?? null,
  };
  const changes: Change[] = [];
  for (const id of await enrolmentsConcerned(tx, message, match, answered)) {
    changes.push(...(await heedAnswer(tx, id, answer)));
  }
  if (!SUPPRESSES.has(outcome)) return changes;
  // Elsewhere nothing came back.
  const elsewhere = { ...answer, outcome: outcome === 'BOUNCED' ? 'STOPPED' : outcome } as const;
  for (const { id } of await enrolmentsOfSuppressed(tx, message)) {
    changes.push(...(await heedAnswer(tx, id, elsewhere)));
  }
  return changes;
}

const OUTCOMES: Readonly<Partial<Record<ReceivedKind, Outcome>>> = {
  REPLY: 'REPLIED',
  BOUNCE: 'BOUNCED',
  UNSUBSCRIBE: 'UNSUBSCRIBED',
  COMPLAINT: 'UNSUBSCRIBED',
  OUT_OF_OFFICE: 'AUTO_REPLIED',
  AUTO_REPLY: 'AUTO_REPLIED',
};

/** The enrolments whose emails stand in a conversation, for `moveEnrolments`. */
export async function findAnswered(tx: Transaction, conversationId: string): Promise<string[]> {
  const [row] = await tx.query<{ answered: string[] }>(`SELECT ${answeredIn('$1')} AS answered`, [
    conversationId,
  ]);
  return row?.answered ?? [];
}

/**
 * The same within a larger statement. By the ledger, since an answer can be here before its email is settled as sent.
 * Stands on outgoing_of_conversation.
 */
export function answeredIn(conversationId: string): string {
  return `ARRAY(SELECT DISTINCT enrolment_id FROM outgoing_messages
     WHERE conversation_id = ${conversationId} AND enrolment_id IS NOT NULL ORDER BY enrolment_id)`;
}

/** What may have suppressed somebody. */
const SUPPRESSES: ReadonlySet<Outcome> = new Set(['BOUNCED', 'UNSUBSCRIBED']);

/** A request to be left alone is for all campaigns; the rest concerns the sequence that it answers. */
async function enrolmentsConcerned(
  tx: Transaction,
  { kind, failures }: ReceivedMessage,
  { prospectId }: Match,
  answered: readonly string[],
): Promise<readonly string[]> {
  if (kind === ReceivedKind.UNSUBSCRIBE || kind === ReceivedKind.COMPLAINT) {
    const all = await tx.query<{ id: string }>(
      'SELECT id FROM enrolments WHERE prospect_id = $1 ORDER BY id',
      [prospectId],
    );
    return all.map(({ id }) => id);
  }
  const isTemporary = kind === ReceivedKind.BOUNCE && !failures.some(({ permanent }) => permanent);
  return isTemporary ? [] : answered;
}

/** Whoever this message had suppressed and would still be written to. Stands on suppression_causes_of_received. */
function enrolmentsOfSuppressed(tx: Transaction, { id }: ReceivedMessage): Promise<{ id: string }[]> {
  return tx.query(
    `SELECT e.id FROM suppression_causes c JOIN suppressions s ON s.id = c.suppression_id
       JOIN prospects p ON p.workspace_id = s.workspace_id AND p.email = s.value
       JOIN enrolments e ON e.prospect_id = p.id
      WHERE c.received_id = $1 AND e.state IN ('WAITING', 'HELD') ORDER BY e.id`,
    [id],
  );
}

/** The day of their return, where they say one that is to come. */
function backAgain({ returnDate, receivedAt }: ReceivedMessage): Date {
  const day = returnDate === null ? Number.NaN : Date.parse(`${returnDate}T00:00:00Z`);
  return day > receivedAt.getTime() ? new Date(day) : addDays(receivedAt, AWAY_DAYS, 'UTC');
}
