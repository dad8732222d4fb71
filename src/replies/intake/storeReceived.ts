import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { announceEnded } from '../../campaigns/campaignState';
import { columnsOf } from '../../database/columnsOf';
import { prepare, type Sql } from '../../database/database';
import type { Change } from '../../database/notices';
import { retryConflicts } from '../../database/transaction';
import type { Prospect } from '../../prospects/prospect.entity';
import { PROSPECT_COLUMNS } from '../../prospects/prospects';
import type { Conversation } from '../../sending/conversation.entity';
import { snippetOf } from '../../sending/snippet';
import { ReceivedKind } from '../classifying/classification';
import { ADVANCE, fenceOf, HELD_CONNECTION, LeaseLost, type WatchLease } from '../cursors';
import type { Match } from '../matching/matchMail';
import type { RecognisedMail } from '../matching/recognise';
import { ReceivedMessage } from '../received.entity';
import type { RepliesRoom } from '../repliesRoom';
import type { Arrival } from '../replyFeeds';
import { applyEffects, WITHOUT_EFFECTS } from './effects';
import { answeredIn, moveEnrolments } from './enrolmentEffects';
import { NOTE } from './noteEntry';
import type { ReadMail } from './readMail';

/** Where a mail lies. */
export interface MailPlace {
  folder: string;
  inSpam: boolean;
  uidValidity: string;
}

/**
 * Stores a mail at its place in the workspace's feed, with what it changes and the cursor, in one transaction, and tells
 * who waits for it. Mostly nothing follows from it, and the one statement is the transaction.
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
  const alone = storeAlone(room, lease, unplaced, match);
  room.feeds.expect(lease.workspaceId); // the statement is on its way
  const { arrival, changes } =
    (await alone) ??
    (await room.db.transaction(async (tx) => {
      const inserted = await insert(tx, lease, unplaced, 'WITH_EFFECTS');
      if (!inserted) throw new LeaseLost();
      const { arrival, enrolments } = inserted;
      const effects = await applyEffects(tx, room, arrival.message, match);
      const moved = await moveEnrolments(tx, arrival.message, match, enrolments);
      return { arrival, changes: [...effects, ...moved] };
    }));
  room.feeds.announce(arrival);
  room.notices.publish(`conversations:${lease.workspaceId}`, match.conversationId);
  await announceEnded(room, changes);
  await setImmediate(); // who waits for the answer gets it before the next command is written
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

/** @returns null where more is to follow, which needs a transaction, or where the lease is lost */
async function storeAlone(
  room: RepliesRoom,
  lease: WatchLease,
  message: Unplaced,
  { outgoing }: Match,
): Promise<{ arrival: Arrival; changes: Change[] } | null> {
  if (!WITHOUT_EFFECTS.has(message.kind) || outgoing?.isOfCampaign) return null;
  const inserted = await retryConflicts(() => insert(room.db.swift, lease, message, 'ALONE'));
  return inserted && { arrival: inserted.arrival, changes: [] };
}

interface Inserted {
  arrival: Arrival;
  /** The enrolments whose emails it may answer. */
  enrolments: string[];
}

/** @returns null where the lease is lost; alone, also where there are enrolments, which follow it */
async function insert(
  db: Sql,
  lease: WatchLease,
  unplaced: Unplaced,
  how: 'ALONE' | 'WITH_EFFECTS',
): Promise<Inserted | null> {
  const [inserted] = await db.query<InsertedRow>(INSERT, [
    ...fenceOf(lease),
    snippetOf(unplaced.replyText || unplaced.text || unplaced.subject),
    FOR_A_PERSON.has(unplaced.kind),
    how === 'ALONE',
    ...COLUMNS.map(({ valueIn }) => valueIn(unplaced)),
  ]);
  if (!inserted) return null;
  const { position, enrolments, prospect: row, ...conversation } = inserted;
  // JSON has no dates.
  const prospect = row && { ...row, createdAt: new Date(row.createdAt) };
  return { arrival: { message: { ...unplaced, position }, conversation, prospect }, enrolments };
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
const VALUES = COLUMNS.map((_, at) => `$${at + 8}`).join(', ');
const CONVERSATION = `$${COLUMNS.findIndex(({ name }) => name === 'conversation_id') + 8}`;

/**
 * Under the lease's fence; without it there is no place, and all of this is rolled back. The row of `feed_heads` stays
 * locked until commit, so that a later place is never visible before an earlier one: who reads the feed up to a place has
 * read all that will ever be before it. One statement, since each would be a round trip that the person who waits for the
 * answer waits for.
 */
const INSERT = prepare(`WITH held AS (
    SELECT workspace_id ${HELD_CONNECTION}
  ), answered AS (
    SELECT ${answeredIn(CONVERSATION)} AS enrolments
  ), place AS (
    INSERT INTO feed_heads (workspace_id, position)
    SELECT workspace_id, 1 FROM held, answered WHERE NOT $7 OR enrolments = '{}'
    ON CONFLICT (workspace_id) DO UPDATE SET position = feed_heads.position + 1 RETURNING position
  ), message AS (
    INSERT INTO received_messages (position, ${NAMES}) SELECT position, ${VALUES} FROM place RETURNING *
  ), entry AS (
    SELECT conversation_id, connection_id, gmail_thread_id, received_at AS at, $5::text AS snippet,
           $6::boolean AS is_for_person, true AS is_answer FROM message
  ), conversation AS (
    ${NOTE} RETURNING c.*
  ), dealt AS (
    SELECT connection_id, folder, uid_validity, uid FROM message
  ), ${ADVANCE}
  SELECT place.position, enrolments,
         (SELECT to_json(p) FROM (SELECT ${PROSPECT_COLUMNS} FROM prospects WHERE id = c.prospect_id) p) AS prospect,
         c.id, c.workspace_id AS "workspaceId", c.connection_id AS "connectionId", c.prospect_id AS "prospectId",
         c.subject, c.gmail_thread_id AS "gmailThreadId", c.unread, c.snippet, c.last_message_at AS "lastMessageAt",
         c.answered
    FROM place, answered, conversation c`);
