import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { enrolProspects } from '../../src/campaigns/enrol';
import { suppress } from '../../src/prospects/suppressions';
import { ReceivedKind } from '../../src/replies/classification';
import { type CorrectionRequest, correctMatch } from '../../src/replies/correction';
import { takeIn } from '../../src/replies/intake';
import type { RepliesRoom } from '../../src/replies/repliesRoom';
import { ReplyFeeds } from '../../src/replies/replyFeeds';
import { deliveryReport, mail } from '../rules/mail/build';
import { keptNumbers, recount } from '../support/campaignNumbers';
import {
  type CampaignsWorld,
  makeCampaign,
  makeOwner,
  makeProspects,
  type Owner,
  openCampaigns,
  sendStep,
  stepText,
} from '../support/campaigns';

/** A person corrects whose a received mail is: real intake into a real database, without the sockets before it. */

let world: CampaignsWorld;
let room: RepliesRoom;

beforeAll(async () => {
  world = await openCampaigns();
  // Taking in and correcting need no more of the room than this.
  room = { ...world.room, processId: randomUUID(), feeds: new ReplyFeeds(world.room) } as RepliesRoom;
});
afterAll(() => world.close());

const sentAt = new Date('2026-11-02T09:00:00Z');
const receivedAt = new Date('2026-11-03T09:00:00Z');

interface Person {
  prospectId: string;
  enrolmentId: string;
  address: string;
  messageId: string;
}

/** Somebody's workspace with a campaign in which these people got the first of three emails. */
interface Desk {
  owner: Owner;
  people: Person[];
}

async function openDesk(people: number): Promise<Desk> {
  const owner = await makeOwner(room.db);
  const steps = [stepText(0), stepText(3, { subject: '' }), stepText(3, { subject: '' })];
  const { id: campaignId } = await makeCampaign(room, owner, { steps });
  const ids = await makeProspects(room, owner, people);
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

/** What a mail from, or about, somebody looks like. */
const MAILS = {
  reply: ({ address, messageId }: Person) => mail({ From: address, 'In-Reply-To': messageId }, 'Call me.'),
  unsubscribe: ({ address, messageId }: Person) =>
    mail({ From: address, 'In-Reply-To': messageId }, 'Unsubscribe'),
  away: ({ address, messageId }: Person) =>
    mail(
      {
        From: address,
        'In-Reply-To': messageId,
        'Auto-Submitted': 'auto-replied',
        Date: receivedAt.toUTCString(),
      },
      'I am on vacation and will be back on 20 November 2026.',
    ),
  autoReply: ({ address, messageId }: Person) =>
    mail({ From: address, 'In-Reply-To': messageId, 'Auto-Submitted': 'auto-replied' }, 'We got your mail.'),
  bounce: ({ address, messageId }: Person) =>
    deliveryReport(
      { 'In-Reply-To': messageId },
      'Address not found',
      `Final-Recipient: rfc822; ${address}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown`,
    ),
} as const;
type MailName = keyof typeof MAILS;

let uids = 0;

/** @returns the received message */
async function receive({ owner }: Desk, name: MailName, person: Person): Promise<string> {
  const source = MAILS[name](person);
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
        ...{ uid, size: source.length, internalDate: receivedAt, headers: source },
        ...{ gmailMessageId: String(uid), gmailThreadId: null, labels: [], flags: [] },
      },
    ],
    async () => ({ source, attachments: null }),
  );
  const [received] = await room.db.query<{ id: string }>(
    'SELECT id FROM received_messages WHERE connection_id = $1 AND uid = $2',
    [owner.connectionId, uid],
  );
  if (!received) throw new Error('The mail was not taken in');
  return received.id;
}

async function correct({ owner }: Desk, messageId: string, request: Omit<CorrectionRequest, 'messageId'>) {
  const result = await correctMatch(room, owner, { messageId, ...request });
  if (result.outcome !== 'MatchCorrected') throw new Error(result.message);
  expect(await keptNumbers(room.db, owner)).toEqual(await recount(room.db, owner));
  return result;
}

/** How everybody stands, so that two desks can be compared. */
async function standing({ owner, people }: Desk): Promise<unknown[]> {
  const numbers = await room.db.query<{ number: string; sum: string }>(
    `SELECT number, sum(delta)::int FROM campaign_counts JOIN campaigns c ON c.id = campaign_id
      WHERE c.workspace_id = $1 AND step_id IS NULL GROUP BY number HAVING sum(delta) <> 0 ORDER BY number`,
    [owner.workspaceId],
  );
  const rows = await Promise.all(
    people.map(async ({ enrolmentId, address }) => {
      const [row] = await room.db.query(
        `SELECT e.state, e.held_by, c.snippet,
                CASE WHEN e.state = 'WAITING' THEN jsonb_build_array(e.next_at, e.postponed_until) END AS goes_on,
                (SELECT array_agg(outcome ORDER BY outcome) FROM enrolment_outcomes WHERE enrolment_id = e.id) AS outcomes,
                (SELECT count(*)::int FROM outgoing_messages WHERE enrolment_id = e.id AND bounced_at IS NOT NULL) AS bounced,
                EXISTS (SELECT FROM suppressions WHERE workspace_id = e.workspace_id AND value = $2) AS suppressed
           FROM enrolments e JOIN conversations c ON c.id = e.conversation_id WHERE e.id = $1`,
        [enrolmentId, address],
      );
      return row;
    }),
  );
  return [numbers, ...rows];
}

test.each(Object.keys(MAILS) as MailName[])(
  '%s: taken from its prospect it has done nothing, given back it does it again',
  async (name) => {
    const desk = await openDesk(1);
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const before = await standing(desk);
    const id = await receive(desk, name, person);
    const after = await standing(desk);
    expect(after).not.toEqual(before);
    const { received, conversation } = await correct(desk, id, { nobody: true });
    expect(received).toMatchObject({
      matchedBy: 'NONE',
      correctedBy: desk.owner.email,
      correctedAt: expect.any(Date),
    });
    expect(conversation.prospectId).toBeNull();
    expect(await standing(desk)).toEqual(before);
    const again = await correct(desk, id, { nobody: true });
    expect(again.conversation.id).toBe(conversation.id);
    await correct(desk, id, { prospectId: person.prospectId });
    expect(await standing(desk)).toEqual(after);
  },
);

test('whatever else came, a mail taken away leaves what would be without it', async () => {
  const told = fc.tuple(fc.constantFrom(...(Object.keys(MAILS) as MailName[])), fc.nat(1));
  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 5 }), fc.nat(4), async (mails, seed) => {
      const [desk, twin] = [await openDesk(2), await openDesk(2)];
      const wrong = seed % mails.length;
      const ids: string[] = [];
      for (const [at, [name, who]] of mails.entries()) {
        for (const each of at === wrong ? [desk] : [desk, twin]) {
          const person = each.people[who];
          if (!person) throw new Error('Nobody is there');
          const id = await receive(each, name, person);
          if (each === desk) ids.push(id);
        }
      }
      await correct(desk, ids[wrong] ?? '', { nobody: true });
      expect(await standing(desk)).toEqual(await standing(twin));
    }),
    { numRuns: 10 },
  );
}, 60_000);

describe('a mail', () => {
  test('that belongs to somebody else moves what it did to them', async () => {
    const desk = await openDesk(2);
    const [ann, bob] = desk.people;
    if (!ann || !bob) throw new Error('Nobody is there');
    const id = await receive(desk, 'reply', ann);
    const told: (string | null)[] = [];
    for (const topic of ['conversations', 'campaigns']) {
      room.notices.listen(`${topic}:${desk.owner.workspaceId}`, (changed) => told.push(changed));
    }
    const { conversation } = await correct(desk, id, { prospectId: bob.prospectId });
    expect(new Set(told).size).toBe(3); // both conversations, and the campaign
    expect(conversation).toMatchObject({ prospectId: bob.prospectId, snippet: 'Call me.' });
    expect(await standing(desk)).toMatchObject([
      expect.anything(),
      { state: 'WAITING', outcomes: null },
      { state: 'REPLIED', outcomes: ['REPLIED'] },
    ]);
  });

  test('that is no bounce but a reply condemns no address any more', async () => {
    const desk = await openDesk(1);
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const id = await receive(desk, 'bounce', person);
    const { received } = await correct(desk, id, { kind: ReceivedKind.REPLY });
    expect(received).toMatchObject({ kind: 'REPLY', matchedBy: 'MESSAGE_ID', rule: 'said-by-a-person' });
    expect(await standing(desk)).toMatchObject([
      expect.anything(),
      { state: 'REPLIED', outcomes: ['REPLIED'], bounced: 0, suppressed: false },
    ]);
    await correct(desk, id, { kind: ReceivedKind.BOUNCE });
    expect(await standing(desk)).toMatchObject([
      expect.anything(),
      { state: 'BOUNCED', outcomes: ['BOUNCED'], bounced: 1, suppressed: true },
    ]);
  });

  test('that is an absence says until when', async () => {
    const desk = await openDesk(1);
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const id = await receive(desk, 'away', person);
    await correct(desk, id, { kind: ReceivedKind.REPLY });
    const { received } = await correct(desk, id, { kind: ReceivedKind.OUT_OF_OFFICE });
    expect(received.returnDate).toBe('2026-11-20');
  });

  test("is nobody else's to correct, and can only go where something was sent", async () => {
    const [desk, stranger] = [await openDesk(1), await openDesk(1)];
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const messageId = await receive(desk, 'reply', person);
    const nobody = { messageId, nobody: true };
    await expect(correctMatch(room, stranger.owner, nobody)).rejects.toThrow('no such message');
    const [prospectId] = await makeProspects(room, desk.owner, 1);
    expect(await correctMatch(room, desk.owner, { messageId, prospectId: prospectId ?? '' })).toMatchObject({
      code: 'NOTHING_SENT',
    });
  });

  test('that ended a campaign lets it run again', async () => {
    const desk = await openDesk(1);
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const stateAfter = async (work: Promise<unknown>) => {
      await work;
      const query = 'SELECT state FROM campaigns WHERE workspace_id = $1';
      return (await room.db.query<{ state: string }>(query, [desk.owner.workspaceId]))[0]?.state;
    };
    await room.db.query(`UPDATE campaigns SET state = 'RUNNING' WHERE workspace_id = $1`, [
      desk.owner.workspaceId,
    ]);
    const reply = receive(desk, 'reply', person);
    expect(await stateAfter(reply)).toBe('FINISHED');
    expect(await stateAfter(correct(desk, await reply, { nobody: true }))).toBe('RUNNING');
  });

  test('does not lift what a person said, too', async () => {
    const desk = await openDesk(1);
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const id = await receive(desk, 'unsubscribe', person);
    await suppress(room.db, desk.owner.workspaceId, person.address, 'MANUAL');
    await correct(desk, id, { nobody: true });
    expect(await standing(desk)).toMatchObject([expect.anything(), { suppressed: true }]);
  });
});
