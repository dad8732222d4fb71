import { randomUUID } from 'node:crypto';
import { enrolProspects } from '../../src/campaigns/enrol';
import { takeIn } from '../../src/replies/intake/intake';
import type { RepliesRoom } from '../../src/replies/repliesRoom';
import { ReplyFeeds } from '../../src/replies/replyFeeds';
import {
  makeCampaign,
  makeOwner,
  makeProspects,
  type Owner,
  openCampaigns,
  sendStep,
  stepText,
} from './campaigns';

/** Real intake into a real database, without the sockets before it. */
export interface AnswersWorld {
  room: RepliesRoom;
  close(): Promise<void>;
}

export async function openAnswers(): Promise<AnswersWorld> {
  const world = await openCampaigns();
  return {
    // Taking in and correcting need no more of the room than this.
    room: { ...world.room, processId: randomUUID(), feeds: new ReplyFeeds(world.room) } as RepliesRoom,
    close: () => world.close(),
  };
}

export const sentAt = new Date('2026-11-02T09:00:00Z');
export const receivedAt = new Date('2026-11-03T09:00:00Z');

export interface Person {
  prospectId: string;
  enrolmentId: string;
  address: string;
  messageId: string;
}

/** Somebody's workspace with a campaign in which these people got the first of three emails. */
export interface Desk {
  owner: Owner;
  people: Person[];
}

/** @param addresses of the people, or how many there are */
export async function openDesk(room: RepliesRoom, people: number | readonly string[]): Promise<Desk> {
  const owner = await makeOwner(room.db);
  const steps = [stepText(0), stepText(3, { subject: '' }), stepText(3, { subject: '' })];
  const { id: campaignId } = await makeCampaign(room, owner, { steps });
  const ids = await makeProspects(room, owner, typeof people === 'number' ? people : people.length);
  for (const [index, address] of (typeof people === 'number' ? [] : people).entries()) {
    await room.db.query('UPDATE prospects SET email = $2 WHERE id = $1', [ids[index], address]);
  }
  await enrolProspects(room, owner, { campaignId, selection: { ids } });
  await room.db.query('UPDATE connections SET watched_by = $2 WHERE id = $1', [
    owner.connectionId,
    room.processId,
  ]);
  const desk: Desk = { owner, people: [] };
  for (const prospectId of ids) {
    const [enrolment] = await room.db.query<{ id: string }>(
      'SELECT id FROM enrolments WHERE prospect_id = $1',
      [prospectId],
    );
    if (!enrolment) throw new Error('Nobody was enrolled');
    const { outgoingId } = await sendStep(room, owner, enrolment.id, sentAt);
    const [email] = await room.db.query<{ address: string; message_id: string }>(
      `UPDATE outgoing_messages o SET to_address = p.email FROM prospects p
        WHERE o.id = $1 AND p.id = o.prospect_id RETURNING p.email AS address, o.message_id`,
      [outgoingId],
    );
    if (!email) throw new Error('Nothing was sent');
    await room.db.query(
      `UPDATE conversations SET snippet = 'Hi', last_message_at = $2 WHERE prospect_id = $1`,
      [prospectId, sentAt],
    );
    desk.people.push({
      prospectId,
      enrolmentId: enrolment.id,
      address: email.address,
      messageId: email.message_id,
    });
  }
  return desk;
}

let uids = 0;

/** @returns the received message; null when it was passed over */
export async function receive(
  room: RepliesRoom,
  { owner }: Desk,
  source: Buffer,
  { at = receivedAt, gmailThreadId = null }: { at?: Date; gmailThreadId?: string | null } = {},
): Promise<{ id: string; matchedBy: string; kind: string; conversationId: string } | null> {
  const uid = ++uids;
  const [lease] = await room.db.query<{ generation: number; watchTerm: number }>(
    'SELECT generation, watch_term AS "watchTerm" FROM connections WHERE id = $1',
    [owner.connectionId],
  );
  if (!lease) throw new Error('The account is gone');
  await takeIn(
    room,
    { ...owner, ...lease, watchedBy: room.processId, email: 'me@ours.example' },
    { folder: 'INBOX', inSpam: false, uidValidity: '1' },
    [
      {
        uid,
        size: source.length,
        internalDate: at,
        headers: source,
        gmailMessageId: String(uid),
        gmailThreadId,
        labels: [],
        flags: [],
      },
    ],
    async () => ({ source, attachments: null }),
  );
  const [received] = await room.db.query<{
    id: string;
    matchedBy: string;
    kind: string;
    conversationId: string;
  }>(
    `SELECT id, matched_by AS "matchedBy", kind, conversation_id AS "conversationId" FROM received_messages
      WHERE connection_id = $1 AND uid = $2`,
    [owner.connectionId, uid],
  );
  return received ?? null;
}
