import { randomUUID } from 'node:crypto';
import { findCampaign } from '../../src/campaigns/campaigns';
import { type EnrolRequest, type EnrolResult, enrolProspects } from '../../src/campaigns/enrol';
import type { Enrolment } from '../../src/campaigns/enrolment.entity';
import { listEnrolments, loadEnrolmentsOf, resumeEnrolment, unenrol } from '../../src/campaigns/enrolments';
import {
  advanceEnrolment,
  holdEnrolment,
  noteAutoReply,
  postponeEnrolment,
  stopEnrolment,
} from '../../src/campaigns/moveEnrolment';
import { startCampaign } from '../../src/campaigns/runCampaign';
import { loadCampaignStats, loadStepStats, loadVariantStats } from '../../src/campaigns/stats';
import { loadSteps } from '../../src/campaigns/steps';
import { BadInput, NotFound } from '../../src/lib/failures';
import { deleteProspect } from '../../src/prospects/prospects';
import { saveProspects } from '../../src/prospects/saveProspects';
import { suppress } from '../../src/prospects/suppressions';
import { loadSlotsOf } from '../../src/slots/integration';
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

let world: CampaignsWorld;
let room: CampaignsWorld['room'];
let owner: Owner;
/** Of the owner, with steps at 0 and 3 days. */
let campaignId: string;

beforeAll(async () => {
  world = await openCampaigns();
  room = world.room;
});
beforeEach(async () => {
  owner = await makeOwner(world.db);
  campaignId = (await makeCampaign(room, owner)).id;
});
afterAll(() => world.close());

const NONE: EnrolResult = { enrolled: 0, alreadyEnrolled: 0, suppressed: 0, inOtherCampaign: 0 };

function enrol(selection: EnrolRequest['selection'], over: Partial<EnrolRequest> = {}): Promise<EnrolResult> {
  return enrolProspects(room, owner, { campaignId, selection, ...over });
}

async function enrolOne(): Promise<Enrolment> {
  const ids = await makeProspects(room, owner, 1);
  await enrol({ ids });
  return standing(ids[0] ?? '');
}

async function standing(prospectId: string): Promise<Enrolment> {
  const [[enrolment] = []] = await loadEnrolmentsOf(room.db, [prospectId]);
  if (!enrolment) throw new Error('They are not enrolled');
  return enrolment;
}

async function statsOf(id = campaignId) {
  const [stats] = await loadCampaignStats(room.db, [id]);
  return stats;
}

describe('enrolling', () => {
  test('everybody selected is in one number, the first that holds', async () => {
    const people = await saveProspects(
      room,
      owner,
      ['again', 'again2', 'here', 'elsewhere', 'new'].map((name) => ({
        email: `${name}@${name === 'again2' ? 'gone' : name}.example`,
        tags: ['all'],
      })),
    );
    const [again, again2, here, elsewhere] = people.map(({ id }) => id);
    await enrol({ ids: [again ?? '', again2 ?? ''] });
    const other = await makeCampaign(room, owner);
    await enrolProspects(room, owner, {
      campaignId: other.id,
      selection: { ids: [again ?? '', here ?? '', elsewhere ?? ''] },
      allowOtherCampaigns: true,
    });
    await suppress(room.db, owner.workspaceId, '@here.example', 'MANUAL');
    await suppress(room.db, owner.workspaceId, 'again2@gone.example', 'MANUAL');
    const result = { enrolled: 1, alreadyEnrolled: 2, suppressed: 1, inOtherCampaign: 1 };
    expect(await enrol({ tag: 'all' })).toEqual(result);
    expect(await enrol({ tag: 'all' })).toEqual({ ...result, enrolled: 0, alreadyEnrolled: 3 });
    expect(await enrol({ tag: ' all ' }, { allowOtherCampaigns: true })).toEqual({
      enrolled: 1,
      alreadyEnrolled: 3,
      suppressed: 1,
      inOtherCampaign: 0,
    });
    expect(await statsOf()).toMatchObject({ enrolled: 4, queued: 4 });
  });

  test('who has ended elsewhere is free again', async () => {
    const { id, prospectId } = await enrolOne();
    campaignId = (await makeCampaign(room, owner)).id;
    expect(await enrol({ ids: [prospectId] })).toEqual({ ...NONE, inOtherCampaign: 1 });
    await unenrol(room, owner, id);
    expect(await enrol({ ids: [prospectId] })).toEqual({ ...NONE, enrolled: 1 });
  });

  test('an import is selected as a whole, once each', async () => {
    const ids = await makeProspects(room, owner, 2);
    const [row] = await room.db.query<{ id: string }>(
      `INSERT INTO prospect_imports (workspace_id, state, lease_until) VALUES ($1, 'DONE', now()) RETURNING id`,
      [owner.workspaceId],
    );
    const importId = row?.id ?? '';
    const inFile = [...ids, ...ids, randomUUID()];
    await room.db.query(
      'INSERT INTO import_prospects (import_id, prospect_id) SELECT $1, unnest($2::uuid[])',
      [importId, inFile],
    );
    expect(await enrol({ importId })).toEqual({ ...NONE, enrolled: 2 });
    await expect(enrol({ importId: randomUUID() })).rejects.toThrow(NotFound);
    const stranger = await makeOwner(room.db);
    const theirs = (await makeCampaign(room, stranger)).id;
    await expect(
      enrolProspects(room, stranger, { campaignId: theirs, selection: { importId } }),
    ).rejects.toThrow(NotFound);
  });

  test.each<EnrolRequest['selection']>([
    {},
    { ids: null, tag: null },
    { ids: [], tag: 'all' },
    { importId: randomUUID(), tag: 'all' },
    { tag: 'a\0' },
  ])('refuses %j', async (selection) => {
    await expect(enrol(selection)).rejects.toThrow(BadInput);
  });

  test('nobody with a tag, and no ids at all, is nobody; one unknown id refuses all', async () => {
    expect([await enrol({ tag: 'none' }), await enrol({ ids: [] })]).toEqual([NONE, NONE]);
    const [id = ''] = await makeProspects(room, owner, 1);
    await expect(enrol({ ids: [id, randomUUID()] })).rejects.toThrow(NotFound);
    await expect(enrol({ ids: [id, 'no id'] })).rejects.toThrow(NotFound);
    expect(await enrol({ ids: [id, id.toUpperCase()] })).toEqual({ ...NONE, enrolled: 1 });
  });

  test('twenty at once, into two campaigns, enrol nobody twice', async () => {
    const other = (await makeCampaign(room, owner)).id;
    await makeProspects(room, owner, 30);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => enrol({ tag: 'all' }, { campaignId: n % 2 ? other : campaignId })),
    );
    expect(results.reduce((sum, { enrolled }) => sum + enrolled, 0)).toBe(30);
    expect(results.reduce((sum, each) => sum + each.alreadyEnrolled + each.inOtherCampaign, 0)).toBe(19 * 30);
  });

  test('somebody who is erased meanwhile leaves nothing behind', async () => {
    const ids = await makeProspects(room, owner, 40);
    await Promise.all([
      ...ids.slice(0, 20).map((id) => deleteProspect({ ...room }, owner, id)),
      enrol({ tag: 'all' }),
    ]);
    const orphans = await room.db.query(
      'SELECT FROM enrolments WHERE campaign_id = $1 AND prospect_id <> ALL ($2::uuid[])',
      [campaignId, ids.slice(20)],
    );
    expect(orphans).toEqual([]);
    expect(await statsOf()).toMatchObject({ enrolled: 20, queued: 20 });
  });

  test('the first email waits for the days of its step', async () => {
    campaignId = (await makeCampaign(room, owner, { steps: [stepText(2)] })).id;
    const { nextAt, waitingSince } = await enrolOne();
    expect((nextAt?.getTime() ?? 0) - waitingSince.getTime()).toBeGreaterThan(46 * 3_600_000);
  });

  test('100,000 in one call', async () => {
    await room.db.query(
      `INSERT INTO prospects (workspace_id, email, tags)
       SELECT $1, 'p' || n || '@example.com', '{many}' FROM generate_series(1, 100000) n`,
      [owner.workspaceId],
    );
    await suppress(room.db, owner.workspaceId, 'p7@example.com', 'MANUAL');
    expect(await enrol({ tag: 'many' })).toEqual({ ...NONE, enrolled: 99_999, suppressed: 1 });
    expect(await statsOf()).toMatchObject({ enrolled: 99_999, queued: 99_999 });
  });
});

describe('the list of a campaign', () => {
  test('comes in pages, newest first, and by state', async () => {
    const ids = await makeProspects(room, owner, 5);
    await enrol({ ids });
    const held = await standing(ids[2] ?? '');
    await holdEnrolment(room.db, held.id, 'Not known: city');
    const campaign = await findCampaign(room, owner, campaignId);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await listEnrolments(room, campaign, { first: 2, after });
      seen.push(...page.edges.map(({ node }) => node.prospectId));
      expect(await page.totalCount).toBe(5);
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect([...seen].sort()).toEqual([...ids].sort());
    const ofHeld = await listEnrolments(room, campaign, { state: 'HELD' });
    expect(ofHeld.edges.map(({ node }) => node.id)).toEqual([held.id]);
    expect(await ofHeld.totalCount).toBe(1);
  });
});

describe('an enrolment', () => {
  test('is bound to its sender by the first email, and finished by the last', async () => {
    const { id, prospectId } = await enrolOne();
    const sentAt = new Date('2026-03-27T09:00:00Z');
    expect(await sendStep(room, owner, id, sentAt)).toMatchObject({ hasFinished: false });
    expect(await standing(prospectId)).toMatchObject({
      state: 'WAITING',
      stepsDone: 1,
      connectionId: owner.connectionId,
      waitingSince: sentAt,
      nextAt: new Date('2026-03-30T08:00:00Z'),
    });
    expect(await loadSlotsOf(room.db, [owner.connectionId, randomUUID()])).toMatchObject([
      { id: owner.slotId },
      null,
    ]);
    expect(await sendStep(room, owner, id)).toMatchObject({ hasFinished: true });
    expect(await standing(prospectId)).toMatchObject({ state: 'FINISHED', stepsDone: 2, nextAt: null });
  });

  test('gets no step twice', async () => {
    const { id } = await enrolOne();
    const { outgoingId } = await sendStep(room, owner, id);
    await room.db.query('UPDATE enrolments SET steps_done = 0 WHERE id = $1', [id]);
    await expect(sendStep(room, owner, id)).rejects.toThrow('outgoing_step_once');
    await room.db.query(`UPDATE outgoing_messages SET state = 'CANCELLED' WHERE id = $1`, [outgoingId]);
    await expect(sendStep(room, owner, id)).rejects.toThrow('outgoing_step_once');
    await room.db.query('UPDATE outgoing_messages SET counted_at = NULL WHERE id = $1', [outgoingId]);
    await sendStep(room, owner, id);
  });

  test('is postponed by an absence, which is counted and stops nothing', async () => {
    const { id, prospectId } = await enrolOne();
    await sendStep(room, owner, id);
    const back = new Date(Date.now() + 30 * 86_400_000);
    await postponeEnrolment(room.db, id, back);
    await postponeEnrolment(room.db, id, new Date());
    expect(await noteAutoReply(room.db, id)).toEqual([
      { topic: `campaigns:${owner.workspaceId}`, id: campaignId },
    ]);
    expect(await standing(prospectId)).toMatchObject({ state: 'WAITING', nextAt: back });
    expect(await statsOf()).toMatchObject({ autoReplied: 1, replied: 0, queued: 1 });
  });

  test('is held, and goes on when more is known of the person', async () => {
    const { id, prospectId } = await enrolOne();
    await holdEnrolment(room.db, id, 'Not known: city');
    expect(await standing(prospectId)).toMatchObject({ state: 'HELD', heldReason: 'Not known: city' });
    expect(await statsOf()).toMatchObject({ queued: 0, held: 1 });
    const [{ email } = { email: '' }] = await room.db.query<{ email: string }>(
      'SELECT email FROM prospects WHERE id = $1',
      [prospectId],
    );
    await saveProspects(room, owner, [{ email, tags: ['vip'] }]);
    expect(await standing(prospectId)).toMatchObject({ state: 'HELD' });
    await saveProspects(room, owner, [{ email, attributes: [{ name: 'city', value: 'Rome' }] }]);
    expect(await standing(prospectId)).toMatchObject({ state: 'WAITING', heldReason: null });
    await holdEnrolment(room.db, id, 'You wrote to them', 'PERSON');
    await saveProspects(room, owner, [{ email, firstName: 'Bo' }]);
    expect(await standing(prospectId)).toMatchObject({ state: 'HELD' });
    expect(await resumeEnrolment(room, owner, id)).toMatchObject({ state: 'WAITING' });
    await expect(resumeEnrolment(room, owner, id)).rejects.toThrow(BadInput);
  });

  test('ends by an answer, which is counted for the wording that was answered', async () => {
    const { id, prospectId } = await enrolOne();
    const { outgoingId } = await sendStep(room, owner, id);
    await sendStep(room, owner, id);
    const stop = (state: 'REPLIED' | 'UNSUBSCRIBED', answered: string | null = null) =>
      room.db.transaction((tx) => stopEnrolment(tx, { enrolmentId: id }, state, answered));
    expect(await stop('REPLIED', outgoingId)).toEqual([
      { topic: `campaigns:${owner.workspaceId}`, id: campaignId },
    ]);
    expect(await stop('REPLIED')).toEqual([]);
    await stop('UNSUBSCRIBED');
    expect(await standing(prospectId)).toMatchObject({ state: 'UNSUBSCRIBED' });
    expect(await statsOf()).toMatchObject({ sent: 2, replied: 1, unsubscribed: 1, finished: 0 });
    const [steps = []] = await loadSteps(room.db, [campaignId]);
    const numbers = [
      { sent: 1, replied: 1, unsubscribed: 0 },
      { sent: 1, replied: 0, unsubscribed: 1 },
    ];
    expect(await loadStepStats(room.db, steps)).toMatchObject(numbers);
    const variants = steps.flatMap((step) => step.variants);
    expect(await loadVariantStats(room.db, variants)).toMatchObject(numbers);
  });

  test('ends in every campaign for a person, with what was queued', async () => {
    const { id, prospectId } = await enrolOne();
    const { outgoingId } = await sendStep(room, owner, id);
    await room.db.query(`UPDATE outgoing_messages SET state = 'QUEUED', counted_at = NULL WHERE id = $1`, [
      outgoingId,
    ]);
    const other = await makeCampaign(room, owner);
    await enrol({ ids: [prospectId] }, { campaignId: other.id, allowOtherCampaigns: true });
    const changes = await room.db.transaction((tx) => stopEnrolment(tx, { prospectId }, 'BOUNCED'));
    expect(changes).toHaveLength(3);
    expect(changes).toContainEqual({ topic: `outgoing:${owner.workspaceId}`, id: outgoingId });
    const [enrolments = []] = await loadEnrolmentsOf(room.db, [prospectId]);
    expect(enrolments.map(({ state }) => state)).toEqual(['BOUNCED', 'BOUNCED']);
    expect([await statsOf(), await statsOf(other.id)]).toMatchObject([{ bounced: 1 }, { bounced: 1 }]);
  });

  test('that was stopped while its email was on the wire has got the step nevertheless', async () => {
    const { id, prospectId } = await enrolOne();
    await room.db.transaction((tx) => stopEnrolment(tx, { enrolmentId: id }, 'REPLIED'));
    await sendStep(room, owner, id);
    expect(await standing(prospectId)).toMatchObject({ state: 'REPLIED', stepsDone: 1 });
  });

  test('that is gone is advanced no more', async () => {
    const gone = { enrolmentId: randomUUID(), stepId: randomUUID(), connectionId: randomUUID() };
    const sent = { ...gone, conversationId: randomUUID(), at: new Date() };
    expect(await room.db.transaction((tx) => advanceEnrolment(tx, sent))).toEqual({
      changes: [],
      hasFinished: false,
    });
  });

  test('of a running campaign is due at once', async () => {
    await startCampaign(room, owner, campaignId);
    const { nextAt, createdAt } = await enrolOne();
    expect(Math.abs((nextAt?.getTime() ?? 0) - createdAt.getTime())).toBeLessThan(2);
  });
});
