import type { Transaction } from '../database/database';
import { createMessageId } from '../gmail/compose';
import type { Viewer } from '../identity/context';
import { BadInput, type WrongField } from '../lib/failures';
import { saveRecipient } from '../prospects/prospects';
import type { Suppression } from '../prospects/suppression.entity';
import { findSuppression } from '../prospects/suppressions';
import { notConnected, type SlotUnavailable } from '../slots/connect';
import type { GmailConnection } from '../slots/connection.entity';
import { findSlot, loadAccounts, loadConnections } from '../slots/integration';
import { announceSlot } from '../slots/slotsRoom';
import { Conversation } from './conversation.entity';
import { OutgoingMessage } from './outgoing.entity';
import { announceOutgoing, type SendingRoom } from './sendingRoom';
import { snippetOf } from './snippet';

export interface EmailRequest {
  slotId: string;
  to: string;
  subject: string;
  text: string;
  html?: string | null;
  idempotencyKey?: string | null;
}

export type SendResult =
  | { outcome: 'EmailQueued'; email: OutgoingMessage }
  | { outcome: 'RecipientSuppressed'; code: 'SUPPRESSED'; message: string; suppression: Suppression }
  | SlotUnavailable;

/** What a message answers: it goes into that conversation, and into that thread of the recipient's mailbox. */
export interface Thread {
  conversationId: string;
  inReplyTo: string;
  references: string[];
}

/** Queues a one-off email: it goes out at once, under the rolling limit and the suppressions only. */
export async function sendEmail(
  room: SendingRoom,
  viewer: Viewer,
  request: EmailRequest,
): Promise<SendResult> {
  const slot = await findSlot(room.slots, viewer.workspaceId, request.slotId);
  const earlier = await findByKey(room.db, viewer.workspaceId, request.idempotencyKey);
  if (earlier) return { outcome: 'EmailQueued', email: earlier };
  const [connection] = await loadConnections(room.slots, [slot.id]);
  return connection ? queueEmail(room, connection, request, null) : notConnected();
}

/**
 * Writes an email into the ledger, unless its recipient is suppressed or its idempotency key was used: then
 * the first email under that key is returned again.
 *
 * @throws BadInput for what cannot be an email: line breaks in the subject, nothing to say, too long
 */
export async function queueEmail(
  room: SendingRoom,
  connection: GmailConnection,
  request: Omit<EmailRequest, 'slotId'>,
  thread: Thread | null,
): Promise<SendResult> {
  // A mail in a thread is asked for without an input object.
  const wrong = wrongEmail(request, thread ? '' : 'input.');
  if (wrong.length > 0) throw new BadInput(wrong);
  const { workspaceId } = connection;
  const result = await room.db.transaction(async (tx): Promise<SendResult> => {
    if (request.idempotencyKey) {
      // Two requests with one key wait for each other here, so that the second finds the first's email.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `idempotency ${workspaceId} ${request.idempotencyKey}`,
      ]);
      const first = await findByKey(tx, workspaceId, request.idempotencyKey);
      if (first) return { outcome: 'EmailQueued', email: first };
    }
    if (!(await holdConnected(tx, connection.id))) return notConnected();
    const suppression = await findSuppression(tx, workspaceId, request.to);
    if (suppression) return suppressed(suppression);
    return { outcome: 'EmailQueued', email: await insertEmail(tx, connection, request, thread) };
  });
  if (result.outcome === 'EmailQueued') {
    announceOutgoing(room.notices, workspaceId, result.email.id);
    room.notices.publish('outgoing-due', connection.accountId);
    if (connection.slotId) announceSlot(room.notices, workspaceId, connection.slotId);
    room.notices.publish(`conversations:${workspaceId}`, result.email.conversationId);
  }
  return result;
}

/** Whoever disconnects waits for this transaction, and then cancels what it queued. */
async function holdConnected(tx: Transaction, connectionId: string): Promise<boolean> {
  const held = await tx.query('SELECT id FROM connections WHERE id = $1 AND slot_id IS NOT NULL FOR SHARE', [
    connectionId,
  ]);
  return held.length > 0;
}

async function insertEmail(
  tx: Transaction,
  connection: GmailConnection,
  request: Omit<EmailRequest, 'slotId'>,
  thread: Thread | null,
): Promise<OutgoingMessage> {
  const { workspaceId } = connection;
  const [account] = await loadAccounts({ db: tx }, [connection.accountId]);
  const prospectId = await saveRecipient(tx, workspaceId, request.to);
  const conversation = await tx.manager.save(Conversation, {
    ...(thread
      ? { id: thread.conversationId, unread: false }
      : { workspaceId, connectionId: connection.id, prospectId, subject: request.subject }),
    lastMessageAt: new Date(),
    snippet: snippetOf(request.text),
  });
  const message = await tx.manager.save(OutgoingMessage, {
    workspaceId,
    connectionId: connection.id,
    accountId: connection.accountId,
    conversationId: conversation.id,
    prospectId,
    fromAddress: connection.email,
    fromName: connection.displayName,
    toAddress: request.to,
    subject: request.subject,
    text: signed(request.text, account?.signature ?? null),
    html: request.html ?? null,
    messageId: createMessageId(connection.email),
    inReplyTo: thread?.inReplyTo ?? null,
    referenceIds: thread?.references ?? [],
    idempotencyKey: request.idempotencyKey ?? null,
  });
  return tx.manager.findOneByOrFail(OutgoingMessage, { id: message.id });
}

function wrongEmail(
  { subject, text, html, idempotencyKey }: Omit<EmailRequest, 'slotId'>,
  place: string,
): WrongField[] {
  const wrong: WrongField[] = [];
  const say = (field: string, message: string) => wrong.push({ path: `${place}${field}`, message });
  if (/\p{Cc}/u.test(subject)) say('subject', 'is one line: take out line breaks and control characters');
  if (subject.length > LONGEST.subject) say('subject', `has at most ${LONGEST.subject} characters`);
  if (text.trim() === '' && !html?.trim()) say('text', 'is empty: write what the email is to say');
  if (text.length > LONGEST.body) say('text', `has at most ${LONGEST.body} characters`);
  if ((html?.length ?? 0) > LONGEST.body) say('html', `has at most ${LONGEST.body} characters`);
  if (text.includes('\0') || html?.includes('\0')) say('text', 'holds a NUL character: take it out');
  if (idempotencyKey === '' || (idempotencyKey?.length ?? 0) > LONGEST.idempotencyKey) {
    say('idempotencyKey', `has from 1 to ${LONGEST.idempotencyKey} characters`);
  }
  return wrong;
}

/** RFC 5322 folds a long subject, people do not read it; bodies stay far below Gmail's 25 MB with encoding. */
const LONGEST = { subject: 998, body: 1_000_000, idempotencyKey: 200 };

async function findByKey(
  db: Pick<Transaction, 'manager'>,
  workspaceId: string,
  idempotencyKey: string | null | undefined,
): Promise<OutgoingMessage | null> {
  return idempotencyKey ? db.manager.findOneBy(OutgoingMessage, { workspaceId, idempotencyKey }) : null;
}

function suppressed(suppression: Suppression): SendResult {
  return {
    outcome: 'RecipientSuppressed',
    code: 'SUPPRESSED',
    message: `${suppression.value} must not be written to: ${suppression.reason.toLowerCase()}.`,
    suppression,
  };
}

/** RFC 3676 section 4.3: two dashes and a space set a signature off, and mail programs fold it away. */
function signed(text: string, signature: string | null): string {
  return signature === null ? text : `${text}\n\n-- \n${signature}`;
}
