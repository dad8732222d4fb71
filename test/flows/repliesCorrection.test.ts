import fc from 'fast-check';
import { enrolProspects } from '../../src/campaigns/enrol';
import { updateCampaign } from '../../src/campaigns/saveCampaign';
import { loadSteps } from '../../src/campaigns/steps';
import { suppress } from '../../src/prospects/suppressions';
import { ReceivedKind } from '../../src/replies/classifying/classification';
import { type CorrectionRequest, correctMatch } from '../../src/replies/intake/correction';
import type { RepliesRoom } from '../../src/replies/repliesRoom';
import { deliveryReport, mail } from '../rules/mail/build';
import {
  type AnswersWorld,
  type Desk,
  openAnswers,
  openDesk,
  type Person,
  receivedAt,
  receive as receiveMail,
  sentAt,
} from '../support/answers';
import { keptNumbers, recount } from '../support/campaignNumbers';
import { campaignInput, makeCampaign, makeProspects, sendStep, stepText } from '../support/campaigns';

/** A person corrects whose a received mail is: real intake into a real database, without the sockets before it. */

let world: AnswersWorld;
let room: RepliesRoom;

beforeAll(async () => {
  world = await openAnswers();
  room = world.room;
});
afterAll(() => world.close());

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
const LIMIT = ({ address, messageId }: Person) =>
  deliveryReport(
    { 'In-Reply-To': messageId },
    'You have reached a limit for sending mail. Your message was not sent.',
    `Final-Recipient: rfc822; ${address}\nAction: failed\nStatus: 5.4.5`,
  );
type MailName = keyof typeof MAILS;

/** @returns the received message */
async function receive(desk: Desk, name: MailName, person: Person): Promise<string> {
  return receiveSource(desk, MAILS[name](person));
}

async function receiveSource(desk: Desk, source: Buffer): Promise<string> {
  const received = await receiveMail(room, desk, source);
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
    const desk = await openDesk(room, 1);
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
    // Nobody's conversation had nothing else in it.
    expect(await room.db.query('SELECT id FROM conversations WHERE id = $1', [conversation.id])).toEqual([]);
  },
);

test('whatever else came, a mail taken away leaves what would be without it', async () => {
  const told = fc.tuple(fc.constantFrom(...(Object.keys(MAILS) as MailName[])), fc.nat(1));
  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 5 }), fc.nat(4), async (mails, seed) => {
      const [desk, twin] = [await openDesk(room, 2), await openDesk(room, 2)];
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
    const desk = await openDesk(room, 2);
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
    const answered = await room.db.query(
      'SELECT prospect_id AS "prospectId" FROM conversations WHERE workspace_id = $1 AND answered',
      [desk.owner.workspaceId],
    );
    expect(answered).toEqual([{ prospectId: bob.prospectId }]);
    expect(await standing(desk)).toMatchObject([
      expect.anything(),
      { state: 'WAITING', outcomes: null },
      { state: 'REPLIED', outcomes: ['REPLIED'] },
    ]);
  });

  test('that is no bounce but a reply condemns no address any more', async () => {
    const desk = await openDesk(room, 1);
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

  test('that was taken for a limit lets what it was about stand as sent, once no other says the same', async () => {
    const desk = await openDesk(room, 1);
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const before = await standing(desk);
    const state = async () => {
      const email = 'SELECT state, problem, counted_at FROM outgoing_messages WHERE message_id = $1';
      const [row] = await room.db.query(email, [person.messageId]);
      return row;
    };
    const ids = [await receiveSource(desk, LIMIT(person)), await receiveSource(desk, LIMIT(person))];
    expect(await state()).toMatchObject({ state: 'QUEUED', counted_at: null });
    await correct(desk, ids[0] ?? '', { kind: ReceivedKind.DELAY });
    expect(await state()).toMatchObject({ state: 'QUEUED' });
    await correct(desk, ids[1] ?? '', { kind: ReceivedKind.DELAY });
    expect(await state()).toEqual({ state: 'SENT', problem: null, counted_at: receivedAt });
    expect(await standing(desk)).toMatchObject([before[0], { state: 'WAITING', held_by: null }]);
  });

  test('that is an absence says until when', async () => {
    const desk = await openDesk(room, 1);
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const id = await receive(desk, 'away', person);
    await correct(desk, id, { kind: ReceivedKind.REPLY });
    const { received } = await correct(desk, id, { kind: ReceivedKind.OUT_OF_OFFICE });
    expect(received.returnDate).toBe('2026-11-20');
  });

  test("is nobody else's to correct, and can only go where something was sent", async () => {
    const [desk, stranger] = [await openDesk(room, 1), await openDesk(room, 1)];
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
    const desk = await openDesk(room, 1);
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

  test('that came after the last email lets a step go out that was put behind it meanwhile', async () => {
    const desk = await openDesk(room, 2);
    const [answers, silent] = desk.people;
    if (!answers || !silent) throw new Error('Nobody is there');
    for (const { enrolmentId } of desk.people) {
      await sendStep(room, desk.owner, enrolmentId, sentAt);
      await sendStep(room, desk.owner, enrolmentId, sentAt);
    }
    const id = await receive(desk, 'reply', answers);
    const [enrolment] = await room.db.query<{ campaign: string }>(
      'SELECT campaign_id AS campaign FROM enrolments WHERE id = $1',
      [silent.enrolmentId],
    );
    const campaignId = enrolment?.campaign ?? '';
    const [known = []] = await loadSteps(room.db, [campaignId]);
    const steps = known.map(({ id: step }, n) => ({
      ...stepText(n > 0 ? 3 : 0, n > 0 ? { subject: '' } : {}),
      id: step,
    }));
    const input = campaignInput(desk.owner, { steps: [...steps, stepText(7)] });
    expect(await updateCampaign(room, desk.owner, campaignId, input)).toMatchObject({
      outcome: 'CampaignSaved',
    });
    await correct(desk, id, { nobody: true });
    const rows = await room.db.query(
      'SELECT state, steps_done, next_at, waiting_since FROM enrolments WHERE campaign_id = $1',
      [campaignId],
    );
    expect(rows[0]).toMatchObject({ state: 'WAITING', steps_done: 3, next_at: expect.any(Date) });
    expect(rows[1]).toEqual(rows[0]);
  });

  test('that condemned a mailbox stopped all that goes there; taken back, all goes on', async () => {
    const desk = await openDesk(room, 1);
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const { id: campaignId } = await makeCampaign(room, desk.owner, {});
    const selection = { ids: [person.prospectId] };
    await enrolProspects(room, desk.owner, { campaignId, selection, allowOtherCampaigns: true });
    const elsewhere = async () => {
      const query = 'SELECT state FROM enrolments WHERE campaign_id = $1';
      return (await room.db.query<{ state: string }>(query, [campaignId]))[0]?.state;
    };
    const id = await receive(desk, 'bounce', person);
    expect(await elsewhere()).toBe('STOPPED');
    await correct(desk, id, { kind: ReceivedKind.AUTO_REPLY });
    expect(await elsewhere()).toBe('WAITING');
    await correct(desk, id, { kind: ReceivedKind.BOUNCE });
    expect(await elsewhere()).toBe('STOPPED');
  });

  test('and another that suppressed the same person do so until both are taken back', async () => {
    const desk = await openDesk(room, 1);
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const bounce = await receive(desk, 'bounce', person);
    const request = await receive(desk, 'unsubscribe', person);
    const shown = () =>
      room.db.query('SELECT reason, source, received_id FROM suppressions WHERE workspace_id = $1', [
        desk.owner.workspaceId,
      ]);
    expect(await shown()).toEqual([{ reason: 'BOUNCED', source: 'BOUNCE', received_id: bounce }]);
    await correct(desk, bounce, { nobody: true });
    expect(await shown()).toEqual([{ reason: 'UNSUBSCRIBED', source: 'REPLY', received_id: request }]);
    await correct(desk, request, { nobody: true });
    expect(await shown()).toEqual([]);
  });

  test("that sounded like Gmail's limit neither parks the account nor sets its ramp back", async () => {
    const desk = await openDesk(room, 1);
    const { accountId } = desk.owner;
    await room.db.query(
      `INSERT INTO ramp_days (account_id, date, allowance, reason) VALUES ($1, '2026-11-03', 20, '')`,
      [accountId],
    );
    const stands = async () => {
      const [row] = await room.db.query(
        `SELECT parked_until IS NOT NULL AS parked, throttled FROM gmail_accounts a
           JOIN ramp_days r ON r.account_id = a.id WHERE a.id = $1`,
        [accountId],
      );
      return row;
    };
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const id = await receiveSource(desk, LIMIT(person));
    expect(await stands()).toEqual({ parked: true, throttled: true });
    await correct(desk, id, { kind: ReceivedKind.OTHER });
    expect(await stands()).toEqual({ parked: false, throttled: false });
  });

  test('does not lift what a person said, too', async () => {
    const desk = await openDesk(room, 1);
    const [person] = desk.people;
    if (!person) throw new Error('Nobody is there');
    const id = await receive(desk, 'unsubscribe', person);
    const { id: suppressionId } = await suppress(room.db, desk.owner.workspaceId, person.address, 'MANUAL');
    await correct(desk, id, { nobody: true });
    expect(await standing(desk)).toMatchObject([expect.anything(), { suppressed: true }]);
    const [kept] = await room.db.query('SELECT reason, source FROM suppressions WHERE id = $1', [
      suppressionId,
    ]);
    expect(kept).toEqual({ reason: 'MANUAL', source: 'PERSON' });
  });
});
