import { canonicalAddress } from '../../gmail/address';
import type { Viewer } from '../../identity/context';
import { parseEmailAddress } from '../../identity/emailAddress';
import { NotFound } from '../../lib/failures';
import { OutgoingMessage } from '../../sending/outgoing.entity';
import { queueEmail, type SendResult } from '../../sending/sendEmail';
import { notConnected } from '../../slots/connect';
import { loadConnections } from '../../slots/integration';
import { ReceivedKind } from '../classifying/classification';
import { ReceivedMessage } from '../received.entity';
import type { RepliesRoom } from '../repliesRoom';
import { findConversation } from './conversations';
import { type ConversationEntry, readEntries } from './entries';

/** Answers the last message of a conversation, in its thread and from its address, through the ledger. */
export async function replyToConversation(
  room: RepliesRoom,
  viewer: Viewer,
  request: { conversationId: string; text: string; idempotencyKey?: string | null },
): Promise<SendResult> {
  const conversation = await findConversation(room, viewer, request.conversationId);
  const [row] = await room.db.query<{ slot_id: string | null }>(
    'SELECT slot_id FROM connections WHERE id = $1',
    [conversation.connectionId],
  );
  const [connection] = row?.slot_id ? await loadConnections(room.slots, [row.slot_id]) : [];
  if (!connection) return notConnected();
  const { edges } = await readEntries(room, conversation, { last: THREAD_LENGTH });
  const thread = edges.map((edge) => edge.node).filter((entry) => !isReport(entry));
  const parent = thread.findLast((entry) => entry instanceof ReceivedMessage) ?? thread.at(-1);
  if (!parent) throw new NotFound('conversation');
  const messageIds = thread.map((entry) => entry.messageId).filter(isMessageId);
  return queueEmail(
    room,
    connection,
    {
      to: recipientOf(parent, thread, connection.email),
      subject: replySubject(conversation.subject),
      text: request.text,
      idempotencyKey: request.idempotencyKey ?? null,
    },
    {
      conversationId: conversation.id,
      inReplyTo: isMessageId(parent.messageId) ? parent.messageId : (messageIds.at(-1) ?? parent.messageId),
      references: messageIds,
    },
  );
}

/** A thread of years has more; In-Reply-To and the latest ids are what mail programs go by. */
const THREAD_LENGTH = 50;

/** What mail systems say is read in a conversation, and not answered. */
const REPORTS: ReadonlySet<ReceivedKind> = new Set([
  ReceivedKind.BOUNCE,
  ReceivedKind.DELAY,
  ReceivedKind.COMPLAINT,
  ReceivedKind.SENDING_REFUSED,
]);

function isReport(entry: ConversationEntry): boolean {
  return entry instanceof ReceivedMessage && REPORTS.has(entry.kind);
}

/** Where whoever wrote last wants the answer; where that is no address to write to, or our own, whom we wrote to. */
function recipientOf(
  parent: ConversationEntry,
  thread: readonly ConversationEntry[],
  ownAddress: string,
): string {
  const wanted = parent instanceof ReceivedMessage ? [parent.replyTo ?? '', parent.fromAddress] : [];
  for (const address of wanted.map(parseEmailAddress)) {
    if (address && canonicalAddress(address) !== canonicalAddress(ownAddress)) return address;
  }
  const sent = thread.findLast((entry) => entry instanceof OutgoingMessage);
  if (!sent) throw new NotFound('conversation');
  return sent.toAddress;
}

/** RFC 5322 section 3.6.5: one "Re: ", however long the thread. */
function replySubject(subject: string): string {
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`;
}

/** A derived id is our own name for a mail without one: it means nothing to the recipient's mail program. */
function isMessageId(id: string): boolean {
  return !id.endsWith('@derived.invalid>');
}
