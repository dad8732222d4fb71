import { randomUUID } from 'node:crypto';
import { announceEnded } from '../campaigns/campaignState';
import { columnsOf } from '../database/columnsOf';
import { prepare, type Transaction } from '../database/database';
import type { Prospect } from '../prospects/prospect.entity';
import { PROSPECT_COLUMNS } from '../prospects/prospects';
import type { Conversation } from '../sending/conversation.entity';
import { snippetOf } from '../sending/snippet';
import { ReceivedKind } from './classification';
import { ADVANCE, fenceOf, HELD_CONNECTION, LeaseLost, type WatchLease } from './cursors';
import { applyEffects } from './effects';
import { answeredIn, moveEnrolments } from './enrolmentEffects';
import type { Match } from './matchMail';
import { NOTE } from './noteEntry';
import type { ReadMail } from './readMail';
import { ReceivedMessage } from './received.entity';
import type { RecognisedMail } from './recognise';
import type { RepliesRoom } from './repliesRoom';

/** Where a mail lies. */
export interface MailPlace {
  folder: string;
  inSpam: boolean;
  uidValidity: string;
}

/**
 * Stores a mail at its place in the workspace's feed, with what it changes and the cursor, in one transaction, and tells
 * who waits for it.
 *
 * @throws LeaseLost
 */
export async function storeReceived(
  room: RepliesRoom,
  lease: WatchLease,
  place: MailPlace,
  mail: RecognisedMail,
  read: ReadMail,
  match: Match,
): Promise<void> {
  const unplaced = describe(room, lease, place, mail, read, match);
  const { arrival, changes } = await room.db.transaction(async (tx) => {
    const { position, enrolments, ...beside } = await insert(tx, lease, unplaced);
    const message = { ...unplaced, position };
    const effects = await applyEffects(tx, room, message, match);
    const moved = await moveEnrolments(tx, message, match, enrolments);
    return { arrival: { message, ...beside }, changes: [...effects, ...moved] };
  });
  room.feeds.announce(arrival);
  room.notices.publish(`conversations:${lease.workspaceId}`, match.conversationId);
  await announceEnded(room, changes);
}

type Unplaced = Omit<ReceivedMessage, 'position'>;

function describe(
  room: RepliesRoom,
  { workspaceId, connectionId }: WatchLease,
  place: MailPlace,
  { message, identity, heads }: RecognisedMail,
  { mail, replyText, html, classification }: ReadMail,
  { matchedBy, conversationId, outgoing }: Match,
): Unplaced {
  return {
    id: randomUUID(),
    workspaceId,
    connectionId,
    conversationId,
    outgoingId: outgoing?.id ?? null,
    identity,
    ...place,
    uid: String(message.uid),
    gmailThreadId: message.gmailThreadId,
    messageId: heads.messageId,
    fromAddress: heads.from?.address ?? '',
    fromName: heads.from?.name ?? null,
    replyTo: heads.replyTo,
    recipients: mail.recipients,
    subject: mail.subject,
    text: mail.text,
    replyText,
    html,
    // A date that a server makes up must not keep a conversation on top for years.
    receivedAt: new Date(Math.min(message.internalDate.getTime(), room.now().getTime())),
    matchedBy,
    ...classification,
    attachments: mail.attachments,
    correctedBy: null,
    correctedAt: null,
  };
}

interface Inserted {
  position: string;
  /** The enrolments whose emails it may answer. */
  enrolments: string[];
  conversation: Conversation;
  prospect: Prospect | null;
}

/** @throws LeaseLost */
async function insert(tx: Transaction, lease: WatchLease, message: Unplaced): Promise<Inserted> {
  const [inserted] = await tx.query<InsertedRow>(INSERT, [
    ...fenceOf(lease),
    snippetOf(message.replyText || message.text || message.subject),
    FOR_A_PERSON.has(message.kind),
    ...COLUMNS.map(({ valueIn }) => valueIn(message)),
  ]);
  if (!inserted) throw new LeaseLost();
  const { position, enrolments, prospect, ...conversation } = inserted;
  return {
    position,
    enrolments,
    conversation,
    // JSON has no dates.
    prospect: prospect && { ...prospect, createdAt: new Date(prospect.createdAt) },
  };
}

type InsertedRow = Conversation & {
  position: string;
  enrolments: string[];
  prospect: (Omit<Prospect, 'createdAt'> & { createdAt: string }) | null;
};

/** What a person should look at makes the conversation unread; the rest only moves it up. */
const FOR_A_PERSON: ReadonlySet<ReceivedKind> = new Set([
  ReceivedKind.REPLY,
  ReceivedKind.UNSUBSCRIBE,
  ReceivedKind.OTHER,
]);

const COLUMNS = columnsOf<Unplaced>(ReceivedMessage).filter(({ name }) => name !== 'position');
const NAMES = COLUMNS.map(({ name }) => name).join(', ');
const VALUES = COLUMNS.map((_, at) => `$${at + 7}`).join(', ');

/**
 * Under the lease's fence; without it there is no place, and all of this is rolled back. The row of `feed_heads` stays
 * locked until commit, so that a later place is never visible before an earlier one: who reads the feed up to a place has
 * read all that will ever be before it. One statement, since each would be a round trip that the person who waits for the
 * answer waits for. A trigger notes that the conversation is answered, when all this is done.
 */
const INSERT = prepare(`WITH place AS (
    INSERT INTO feed_heads (workspace_id, position)
    SELECT workspace_id, 1 ${HELD_CONNECTION}
    ON CONFLICT (workspace_id) DO UPDATE SET position = feed_heads.position + 1 RETURNING position
  ), message AS (
    INSERT INTO received_messages (position, ${NAMES}) SELECT position, ${VALUES} FROM place RETURNING *
  ), entry AS (
    SELECT conversation_id, connection_id, gmail_thread_id, received_at AS at, $5::text AS snippet,
           $6::boolean AS is_for_person FROM message
  ), conversation AS (
    ${NOTE} RETURNING c.*
  ), dealt AS (
    SELECT connection_id, folder, uid_validity, uid FROM message
  ), ${ADVANCE}
  SELECT place.position, ${answeredIn('c.id')} AS enrolments,
         (SELECT to_json(p) FROM (SELECT ${PROSPECT_COLUMNS} FROM prospects WHERE id = c.prospect_id) p) AS prospect,
         c.id, c.workspace_id AS "workspaceId", c.connection_id AS "connectionId", c.prospect_id AS "prospectId",
         c.subject, c.gmail_thread_id AS "gmailThreadId", c.unread, c.snippet, c.last_message_at AS "lastMessageAt",
         true AS answered
    FROM place, conversation c`);
