import { withdrawAnswers } from '../../campaigns/answers';
import { announceEnded } from '../../campaigns/campaignState';
import { announceDue } from '../../campaigns/campaignsRoom';
import type { Sql, Transaction } from '../../database/database';
import type { Change } from '../../database/notices';
import type { Viewer } from '../../identity/context';
import { BadInput, NotFound } from '../../lib/failures';
import { isId } from '../../lib/ids';
import { findProspect } from '../../prospects/prospects';
import { Conversation } from '../../sending/conversation.entity';
import { snippetOf } from '../../sending/snippet';
import { ReceivedKind } from '../classifying/classification';
import { findReturnDate } from '../classifying/returnDate';
import { findConversation } from '../conversations/conversations';
import { MatchedBy } from '../matching/matching';
import type { Match } from '../matching/matchMail';
import { ReceivedMessage } from '../received.entity';
import type { RepliesRoom } from '../repliesRoom';
import { applyEffects, undoEffects } from './effects';
import { findAnswered, moveEnrolments } from './enrolmentEffects';
import { noteEntry } from './noteEntry';

/** At most one of `prospectId`, `conversationId` and `nobody` says whose the message is; what is left out stays. */
export interface CorrectionRequest {
  messageId: string;
  prospectId?: string | null;
  conversationId?: string | null;
  nobody?: boolean | null;
  kind?: ReceivedKind | null;
}

export type CorrectionResult =
  | { outcome: 'MatchCorrected'; received: ReceivedMessage; conversation: Conversation }
  | { outcome: 'CorrectionRefused'; code: 'NOTHING_SENT'; message: string };

/**
 * A person says whose a received message is, and what it is. What the message did as it was understood is undone, as far
 * as nothing else says the same, and what it does as it is meant is done, in one transaction. To say the same twice
 * changes nothing. The message keeps its place in the reply feed.
 *
 * @throws NotFound also for another workspace's; BadInput when more than one owner is named
 */
export async function correctMatch(
  room: RepliesRoom,
  viewer: Viewer,
  request: CorrectionRequest,
): Promise<CorrectionResult> {
  const target = await findTarget(room, viewer, request);
  if (target === 'NOTHING_SENT') {
    return {
      outcome: 'CorrectionRefused',
      code: 'NOTHING_SENT',
      message:
        'Nothing was sent to this prospect yet: there is no conversation that the message could belong to.',
    };
  }
  const changed = await room.db.transaction((tx) => correct(tx, room, viewer, request, target));
  const conversationIds = new Set([changed.before, changed.message.conversationId]);
  for (const id of conversationIds) room.notices.publish(`conversations:${viewer.workspaceId}`, id);
  await announceEnded(room, changed.changes);
  for (const { topic, id } of changed.changes)
    if (topic.startsWith('campaigns:')) announceDue(room.notices, id);
  const { message: received } = changed;
  const conversation = await findConversation(room, viewer, received.conversationId);
  return { outcome: 'MatchCorrected', received, conversation };
}

/** Where the message is to be: a conversation that there is, one of its own, or where it is. */
type Target = Conversation | 'NOBODY' | 'STAYS';

async function findTarget(
  room: RepliesRoom,
  viewer: Viewer,
  { messageId, conversationId, prospectId, nobody }: CorrectionRequest,
): Promise<Target | 'NOTHING_SENT'> {
  if ([conversationId, prospectId, nobody].filter(Boolean).length > 1) {
    throw new BadInput([
      { path: 'nobody', message: 'excludes conversationId and prospectId, and they each other' },
    ]);
  }
  if (conversationId) return findConversation(room, viewer, conversationId);
  if (!prospectId) return nobody ? 'NOBODY' : 'STAYS';
  if (!isId(messageId)) throw new NotFound('message');
  const { id } = await findProspect(room, viewer, prospectId);
  const [theirs] = await room.db.query<{ id: string }>(
    // The one that it is in, else the latest on the account that it came to, else the latest.
    `SELECT c.id FROM conversations c LEFT JOIN received_messages r ON r.id = $2
      WHERE c.prospect_id = $1
      ORDER BY c.id IS NOT DISTINCT FROM r.conversation_id DESC,
               c.connection_id IS NOT DISTINCT FROM r.connection_id DESC, c.last_message_at DESC LIMIT 1`,
    [id, messageId],
  );
  return theirs ? findConversation(room, viewer, theirs.id) : 'NOTHING_SENT';
}

interface Corrected {
  message: ReceivedMessage;
  /** The conversation that it was in. */
  before: string;
  changes: Change[];
}

async function correct(
  tx: Transaction,
  room: RepliesRoom,
  viewer: Viewer,
  request: CorrectionRequest,
  target: Target,
): Promise<Corrected> {
  const message = await lockMessage(tx, viewer, request.messageId);
  const before = message.conversationId;
  const kind = request.kind ?? message.kind;
  const isElsewhere = await belongsElsewhere(tx, message, target);
  if (!isElsewhere && kind === message.kind) return { message, before, changes: [] };
  // That Gmail refused is the slot's trouble, whoever the email was for.
  const isStillRefusal = kind === message.kind && kind === ReceivedKind.SENDING_REFUSED;
  const undone = isStillRefusal ? [] : await undo(tx, message);
  const match = await matchByHand(tx, message, isElsewhere ? target : 'STAYS');
  const corrected = await tx.manager.save(ReceivedMessage, {
    ...message,
    ...(kind === message.kind ? {} : understoodAs(kind, message, match)),
    ...(isElsewhere ? { matchedBy: MatchedBy.NONE } : {}),
    conversationId: match.conversationId,
    outgoingId: match.outgoing?.id ?? null,
    correctedBy: viewer.email,
    correctedAt: room.now(),
  });
  if (isElsewhere) {
    await leaveConversation(tx, before);
    const words = corrected.replyText || corrected.text || corrected.subject;
    // The person who says so has just looked at it.
    await noteEntry(tx, { ...corrected, at: corrected.receivedAt, words, isForPerson: false });
  }
  // What belongs to nobody asks nothing of us.
  const isHeeded = match.prospectId !== null && !isStillRefusal;
  const done = isHeeded ? await heed(tx, room, corrected, match) : [];
  return { message: corrected, before, changes: [...undone, ...done] };
}

async function undo(tx: Transaction, message: ReceivedMessage): Promise<Change[]> {
  return [...(await undoEffects(tx, message)), ...(await withdrawAnswers(tx, message.id))];
}

async function heed(
  tx: Transaction,
  room: RepliesRoom,
  message: ReceivedMessage,
  match: Match,
): Promise<Change[]> {
  const answered = await findAnswered(tx, message.conversationId);
  return [
    ...(await applyEffects(tx, room, message, match)),
    ...(await moveEnrolments(tx, message, match, answered)),
  ];
}

async function lockMessage(tx: Transaction, { workspaceId }: Viewer, id: string): Promise<ReceivedMessage> {
  const message = isId(id)
    ? await tx.manager.findOne(ReceivedMessage, {
        where: { id, workspaceId },
        lock: { mode: 'pessimistic_write' },
      })
    : null;
  if (!message) throw new NotFound('message');
  return message;
}

/** A conversation without a prospect is nobody's already; one with this very prospect is theirs. */
async function belongsElsewhere(tx: Transaction, message: ReceivedMessage, target: Target): Promise<boolean> {
  if (target === 'STAYS') return false;
  if (target !== 'NOBODY') return target.id !== message.conversationId;
  const conversation = await tx.manager.findOneByOrFail(Conversation, { id: message.conversationId });
  return conversation.prospectId !== null;
}

async function matchByHand(tx: Transaction, message: ReceivedMessage, target: Target): Promise<Match> {
  const matchedBy = target === 'STAYS' ? message.matchedBy : MatchedBy.NONE;
  if (target === 'NOBODY') {
    const { workspaceId, connectionId, subject, receivedAt, gmailThreadId } = message;
    // Its thread goes with it, so that what follows in it does not come back.
    const own = { workspaceId, connectionId, subject, lastMessageAt: receivedAt, gmailThreadId };
    const { id: conversationId } = await tx.manager.save(Conversation, own);
    return { matchedBy, conversationId, prospectId: null, outgoing: null };
  }
  const conversationId = target === 'STAYS' ? message.conversationId : target.id;
  const [row] = await tx.query<{ prospect_id: string | null; id: string | null; to_address: string | null }>(
    // The email that it was found to answer, if that is in the conversation; else the last one before it.
    `SELECT c.prospect_id, o.id, o.to_address FROM conversations c
       LEFT JOIN LATERAL (
         SELECT id, to_address FROM outgoing_messages
          WHERE conversation_id = c.id AND counted_at < $2::timestamptz + interval '5 minutes'
          ORDER BY (id IS NOT DISTINCT FROM $3) DESC, counted_at DESC LIMIT 1) o ON true
      WHERE c.id = $1`,
    [conversationId, message.receivedAt, message.outgoingId],
  );
  if (!row) throw new NotFound('conversation');
  const outgoing =
    row.id !== null && row.to_address !== null ? { id: row.id, toAddress: row.to_address } : null;
  return { matchedBy, conversationId, prospectId: row.prospect_id, outgoing };
}

/** What goes with a kind. A bounce that named nobody is about whom we wrote to, of whose address it proves nothing. */
function understoodAs(
  kind: ReceivedKind,
  message: ReceivedMessage,
  { outgoing }: Match,
): Partial<ReceivedMessage> {
  const returnDate =
    kind === ReceivedKind.OUT_OF_OFFICE
      ? findReturnDate(`${message.subject}\n${message.replyText || message.text}`, message.receivedAt)
      : null;
  const assumed = {
    recipient: outgoing?.toAddress ?? null,
    status: null,
    diagnostic: null,
    action: 'failed',
    permanent: true,
    deadAddress: false,
  };
  const failures =
    kind === ReceivedKind.BOUNCE && message.failures.length === 0 ? [assumed] : message.failures;
  return { kind, rule: 'said-by-a-person', detail: null, returnDate, failures };
}

/** The conversation as if the message had never been in it; one that was made for it alone is gone. */
async function leaveConversation(tx: Sql, id: string): Promise<void> {
  // Whoever writes into it meanwhile has done so before this, or finds that it is gone.
  await tx.query('SELECT id FROM conversations WHERE id = $1 FOR UPDATE', [id]);
  const [newest] = await tx.query<{ at: Date; text: string }>(
    `SELECT at, text FROM (
       SELECT coalesce(sent_at, queued_at) AS at, 0 AS position, text FROM outgoing_messages WHERE conversation_id = $1
       UNION ALL
       SELECT received_at, position, coalesce(nullif(reply_text, ''), nullif(text, ''), subject) FROM received_messages
        WHERE conversation_id = $1
       UNION ALL
       SELECT sent_at, 0, text FROM manual_messages WHERE conversation_id = $1) entries ORDER BY at DESC, position DESC LIMIT 1`,
    [id],
  );
  if (!newest) {
    await tx.query('DELETE FROM conversations WHERE id = $1', [id]);
    return;
  }
  await tx.query(
    `UPDATE conversations c SET last_message_at = $2, snippet = $3,
            unread = unread AND EXISTS (SELECT FROM received_messages WHERE conversation_id = c.id),
            gmail_thread_id = (SELECT gmail_thread_id FROM received_messages
              WHERE conversation_id = c.id AND connection_id = c.connection_id ORDER BY position LIMIT 1)
      WHERE id = $1`,
    [id, newest.at, snippetOf(newest.text)],
  );
}
