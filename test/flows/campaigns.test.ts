import { randomUUID } from 'node:crypto';
import type { CampaignInput } from '../../src/campaigns/campaignInput';
import { campaignMoves, finishCampaign } from '../../src/campaigns/campaignState';
import { deleteCampaign, findCampaign, followCampaigns, listCampaigns } from '../../src/campaigns/campaigns';
import { enrolProspects } from '../../src/campaigns/enrol';
import { loadEnrolmentsOf, unenrol } from '../../src/campaigns/enrolments';
import { holdEnrolment, postponeEnrolment, stopEnrolment } from '../../src/campaigns/moveEnrolment';
import { previewStep } from '../../src/campaigns/previewStep';
import { pauseCampaign, startCampaign } from '../../src/campaigns/runCampaign';
import { type CampaignOutcome, createCampaign, updateCampaign } from '../../src/campaigns/saveCampaign';
import { loadCampaignStats, loadStepStats } from '../../src/campaigns/stats';
import { loadSteps, type Step } from '../../src/campaigns/steps';
import { BadInput, NotFound } from '../../src/lib/failures';
import { saveProspects } from '../../src/prospects/saveProspects';
import {
  type CampaignsWorld,
  campaignInput,
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
/** Of two workspaces. */
let owner: Owner;
let stranger: Owner;

beforeAll(async () => {
  world = await openCampaigns();
  room = world.room;
});
beforeEach(async () => {
  [owner, stranger] = [await makeOwner(world.db), await makeOwner(world.db)];
});
afterAll(() => world.close());

async function stepsOf(campaignId: string): Promise<Step[]> {
  const [steps = []] = await loadSteps(room.db, [campaignId]);
  return steps;
}

/** The input that changes nothing. */
async function inputOf(campaignId: string): Promise<CampaignInput> {
  const steps = await stepsOf(campaignId);
  return campaignInput(owner, {
    steps: steps.map(({ id, waitDays, variants }) => ({
      id,
      waitDays,
      variants: variants.map(({ id, subject, body, weight }) => ({ id, subject, body, weight })),
    })),
  });
}

async function enrolOne(campaignId: string): Promise<{ id: string; prospectId: string }> {
  const [prospectId = ''] = await makeProspects(room, owner, 1);
  await enrolProspects(room, owner, { campaignId, selection: { ids: [prospectId] } });
  const [[enrolment] = []] = await loadEnrolmentsOf(room.db, [prospectId]);
  return { id: enrolment?.id ?? '', prospectId };
}

async function standing(prospectId: string) {
  const [[enrolment] = []] = await loadEnrolmentsOf(room.db, [prospectId]);
  if (!enrolment) throw new Error('They are not enrolled');
  return enrolment;
}

function problemsOf(outcome: CampaignOutcome): string[] {
  if (outcome.outcome === 'CampaignSaved') return [];
  return outcome.problems.map(
    ({ step, variant, field, line }) =>
      `${[step, variant, field, line].filter((each) => each !== null).join(' ')}`,
  );
}

describe('saving', () => {
  test('keeps what was written', async () => {
    const input = campaignInput(owner, {
      schedule: { timezone: 'America/Santiago', days: ['SUN', 'MON', 'SUN'], from: '00:00', to: '24:00' },
      steps: [
        {
          waitDays: 0,
          variants: [
            { subject: 'A', body: 'a', weight: 3 },
            { subject: 'B', body: '<p>b</p>' },
          ],
        },
        stepText(2, { subject: '' }),
      ],
    });
    const outcome = await createCampaign(room, owner, input);
    const campaign =
      outcome.outcome === 'CampaignSaved' && (await findCampaign(room, owner, outcome.campaign.id));
    expect(campaign).toMatchObject({
      name: 'Spring',
      state: 'DRAFT',
      timezone: 'America/Santiago',
      days: ['MON', 'SUN'],
      fromMinute: 0,
      toMinute: 1440,
    });
    expect(await stepsOf(campaign ? campaign.id : '')).toMatchObject([
      {
        position: 0,
        waitDays: 0,
        variants: [
          { position: 0, subject: 'A', body: 'a', weight: 3 },
          { position: 1, subject: 'B', body: '<p>b</p>', weight: 1 },
        ],
      },
      { position: 1, waitDays: 2, variants: [{ subject: '' }] },
    ]);
  });

  test.each<[string, (own: Owner, other: Owner) => Partial<CampaignInput>, string[]]>([
    ['a name of two lines', () => ({ name: 'a\nb' }), ['name']],
    ['no name', () => ({ name: ' ' }), ['name']],
    ['no slots', () => ({ slotIds: [] }), ['slotIds']],
    ['a slot that is none', () => ({ slotIds: ['x', randomUUID()] }), ['slotIds', 'slotIds']],
    ["another workspace's slot", (_, other) => ({ slotIds: [other.slotId] }), ['slotIds']],
    ['no steps', () => ({ steps: [] }), ['steps']],
    ['too many steps', () => ({ steps: Array.from({ length: 51 }, () => stepText(1)) }), ['steps']],
    ['a step without words', () => ({ steps: [{ waitDays: 0, variants: [] }] }), ['0 variants']],
    ['a wait into the past', () => ({ steps: [stepText(0), stepText(-1)] }), ['1 waitDays']],
    ['an opening without a subject', () => ({ steps: [stepText(0, { subject: ' ' })] }), ['0 0 subject']],
    ['only weights of 0', () => ({ steps: [stepText(0, { weight: 0 })] }), ['0 variants']],
    ['a weight below 0', () => ({ steps: [stepText(0, { weight: -1 })] }), ['0 0 weight']],
    ['NUL', () => ({ steps: [stepText(0, { body: 'a\0' })] }), ['0 0 body']],
    [
      'ids that it never had',
      () => ({ steps: [{ ...stepText(0, { id: 'v' }), id: 's' }] }),
      ['0 id', '0 0 id'],
    ],
    [
      'a filter that is none, in the third line',
      () => ({ steps: [stepText(0), stepText(1, { body: "Hi\n\n{{ 'x' | unknown }}" })] }),
      ['1 0 body 3'],
    ],
  ])('refuses %s', async (_, over, problems) => {
    const input = campaignInput(owner, over(owner, stranger));
    expect(problemsOf(await createCampaign(room, owner, input))).toEqual(problems);
    expect((await listCampaigns(room, owner, {})).edges).toEqual([]);
  });

  test.each<[Partial<CampaignInput['schedule']>, string[]]>([
    [{ timezone: 'Mars/Olympus' }, ['schedule.timezone']],
    [{ timezone: '+02:00' }, ['schedule.timezone']],
    [{ days: [] }, ['schedule.days']],
    [{ from: '17:00', to: '17:00' }, ['schedule.to']],
    [{ from: '18:00' }, ['schedule.to']],
    [{ from: '24:00' }, ['schedule.from', 'schedule.to']],
    [{ from: '9:00' }, ['schedule.from']],
    [{ to: '24:01' }, ['schedule.to']],
  ])('refuses the schedule %j', async (over, problems) => {
    const { schedule } = campaignInput(owner);
    const input = campaignInput(owner, { schedule: { ...schedule, ...over } });
    expect(problemsOf(await createCampaign(room, owner, input))).toEqual(problems);
  });
});

describe('editing', () => {
  test('keeps what has an id, with its numbers, and the numbers of what is gone', async () => {
    const campaign = await makeCampaign(room, owner);
    await startCampaign(room, owner, campaign.id);
    const { id, prospectId } = await enrolOne(campaign.id);
    await sendStep(room, owner, id);
    const [first, second] = await stepsOf(campaign.id);
    const input = await inputOf(campaign.id);
    const kept = {
      ...input.steps[0],
      variants: [{ id: first?.variants[0]?.id ?? '', subject: 'New', body: 'New' }],
    };

    await updateCampaign(room, owner, campaign.id, { ...input, steps: [{ ...kept, waitDays: 0 }] });
    expect(await stepsOf(campaign.id)).toMatchObject([
      { id: first?.id, variants: [{ id: first?.variants[0]?.id, subject: 'New' }] },
    ]);
    expect(await standing(prospectId)).toMatchObject({ state: 'FINISHED', stepsDone: 1 });
    expect(await findCampaign(room, owner, campaign.id)).toMatchObject({ state: 'FINISHED' });

    await updateCampaign(room, owner, campaign.id, campaignInput(owner));
    expect(await loadCampaignStats(room.db, [campaign.id])).toMatchObject([{ sent: 1, finished: 1 }]);
    const steps = [first, second].flatMap((step) => step ?? []);
    expect(await loadStepStats(room.db, steps)).toMatchObject([{ sent: 1 }, { sent: 0 }]);
  });

  test('moves who waits to where they stand now, and changes when their next email is due', async () => {
    const campaign = await makeCampaign(room, owner, { steps: [stepText(0), stepText(3), stepText(5)] });
    const { id, prospectId } = await enrolOne(campaign.id);
    const away = await enrolOne(campaign.id);
    for (const each of [id, away.id]) await sendStep(room, owner, each, new Date('2026-03-27T09:00:00Z'));
    await postponeEnrolment(room.db, away.id, new Date('2026-04-09T00:00:00Z'));
    expect(await standing(prospectId)).toMatchObject({
      stepsDone: 1,
      nextAt: new Date('2026-03-30T08:00:00Z'),
    });

    const input = await inputOf(campaign.id);
    const [first, , third] = input.steps;
    if (!first || !third) throw new Error('Steps are missing');
    await updateCampaign(room, owner, campaign.id, {
      ...input,
      steps: [stepText(0), first, { ...third, waitDays: 7 }],
    });
    expect(await standing(prospectId)).toMatchObject({
      stepsDone: 2,
      nextAt: new Date('2026-04-03T08:00:00Z'),
    });
    expect(await standing(away.prospectId)).toMatchObject({ nextAt: new Date('2026-04-09T00:00:00Z') });
  });

  test('lets who has finished go on with a step that is added, its wait counted from their last email', async () => {
    const campaign = await makeCampaign(room, owner);
    await startCampaign(room, owner, campaign.id);
    const people = Object.fromEntries(
      await Promise.all(
        ['silent', 'replied', 'away', 'written to', 'without sender'].map(async (name) => {
          const person = await enrolOne(campaign.id);
          for (const at of ['2026-03-20T09:00:00Z', '2026-03-27T09:00:00Z']) {
            await sendStep(room, owner, person.id, new Date(at));
          }
          return [name, person] as const;
        }),
      ),
    );
    const idOf = (name: string) => people[name]?.id ?? '';
    await room.db.transaction((tx) => stopEnrolment(tx, { enrolmentId: idOf('replied') }, 'REPLIED'));
    await postponeEnrolment(room.db, idOf('away'), new Date('2026-04-09T00:00:00Z'));
    await room.db.query(
      `INSERT INTO manual_messages (workspace_id, connection_id, account_id, conversation_id, identity, message_id,
         from_address, recipients, subject, text, sent_at)
       SELECT $1, $2, $3, conversation_id, 'x', 'x', 'a@gmail.com', '{b@example.com}', 'Hi', 'Hi', '2026-03-28'
         FROM enrolments WHERE id = $4`,
      [owner.workspaceId, owner.connectionId, owner.accountId, idOf('written to')],
    );
    await room.db.query(
      `WITH account AS (INSERT INTO gmail_accounts (canonical_address, daily_limit, ramp_ceiling)
         VALUES ('gone@gmail.com', 500, 30) RETURNING id),
       gone AS (INSERT INTO connections (workspace_id, account_id, email, state)
         SELECT $2, id, 'gone@gmail.com', 'WATCHING' FROM account RETURNING id)
       UPDATE enrolments SET connection_id = gone.id FROM gone WHERE enrolments.id = $1`,
      [idOf('without sender'), owner.workspaceId],
    );
    expect(await finishCampaign(room, campaign.id)).toBe(true);

    const input = await inputOf(campaign.id);
    await updateCampaign(room, owner, campaign.id, { ...input, steps: [...input.steps, stepText(7)] });
    const standings = Object.fromEntries(
      await Promise.all(
        Object.entries(people).map(async ([name, { prospectId }]) => {
          const { state, stepsDone, nextAt } = await standing(prospectId);
          return [name, [state, stepsDone, nextAt?.toISOString() ?? null]] as const;
        }),
      ),
    );
    expect(standings).toEqual({
      silent: ['WAITING', 2, '2026-04-03T08:00:00.000Z'],
      replied: ['REPLIED', 2, null],
      away: ['WAITING', 2, '2026-04-09T00:00:00.000Z'],
      'written to': ['HELD', 2, '2026-04-03T08:00:00.000Z'],
      'without sender': ['HELD', 2, '2026-04-03T08:00:00.000Z'],
    });
    expect((await findCampaign(room, owner, campaign.id)).state).toBe('RUNNING');
    expect((await sendStep(room, owner, idOf('silent'))).hasFinished).toBe(true);
    expect(await loadCampaignStats(room.db, [campaign.id])).toMatchObject([
      { sent: 11, finished: 1, queued: 1 },
    ]);
  });

  test('leaves who has finished where their last step was put in other words, and a pause as it is', async () => {
    const campaign = await makeCampaign(room, owner, { steps: [stepText(0)] });
    await startCampaign(room, owner, campaign.id);
    const { id, prospectId } = await enrolOne(campaign.id);
    await enrolOne(campaign.id);
    await sendStep(room, owner, id);
    await pauseCampaign(room, owner, campaign.id);
    const steps = [stepText(0, { subject: 'Once more' }), stepText(1)];
    await updateCampaign(room, owner, campaign.id, campaignInput(owner, { steps }));
    expect(await standing(prospectId)).toMatchObject({ state: 'FINISHED', stepsDone: 0, nextAt: null });
    const input = await inputOf(campaign.id);
    await updateCampaign(room, owner, campaign.id, { ...input, steps: [...input.steps, stepText(1)] });
    expect(await standing(prospectId)).toMatchObject({ state: 'FINISHED', nextAt: null });
    expect((await findCampaign(room, owner, campaign.id)).state).toBe('PAUSED');
  });

  test('tries who was held for a missing value again, but not whom a person holds', async () => {
    const campaign = await makeCampaign(room, owner);
    const [missing, by] = [await enrolOne(campaign.id), await enrolOne(campaign.id)];
    await holdEnrolment(room.db, missing.id, 'Not known: city');
    await holdEnrolment(room.db, by.id, 'You wrote to them', 'PERSON');
    await updateCampaign(room, owner, campaign.id, await inputOf(campaign.id));
    expect(await standing(missing.prospectId)).toMatchObject({ state: 'WAITING', heldReason: null });
    expect(await standing(by.prospectId)).toMatchObject({ state: 'HELD', heldReason: 'You wrote to them' });
  });

  test('of two who save in the same instant what they read, tells the second', async () => {
    const { id, version } = await makeCampaign(room, owner);
    const input = await inputOf(id);
    const save = (name: string, read = version) => updateCampaign(room, owner, id, { ...input, name }, read);
    const outcomes = await Promise.all([save('One'), save('Other')]);
    const [refused] = outcomes.flatMap((one) => (one.outcome === 'CampaignInvalid' ? [one.code] : []));
    const [saved] = outcomes.flatMap((one) => (one.outcome === 'CampaignSaved' ? [one.campaign] : []));
    expect([outcomes.length, refused, saved?.version]).toEqual([2, 'CAMPAIGN_CHANGED', version + 1]);
    expect(await findCampaign(room, owner, id)).toMatchObject({ name: saved?.name, version: version + 1 });
    await startCampaign(room, owner, id);
    expect(await save('Once more', version + 1)).toMatchObject({ campaign: { version: version + 2 } });
  });

  test('changes nothing when anything is wrong', async () => {
    const campaign = await makeCampaign(room, owner);
    const before = await inputOf(campaign.id);
    const outcome = await updateCampaign(room, owner, campaign.id, { ...before, name: 'New', slotIds: [] });
    expect(problemsOf(outcome)).toEqual(['slotIds']);
    expect([await findCampaign(room, owner, campaign.id), await inputOf(campaign.id)]).toEqual([
      campaign,
      before,
    ]);
  });

  test('refuses ids of another campaign', async () => {
    const [mine, other] = [await makeCampaign(room, owner), await makeCampaign(room, owner)];
    const { steps } = await inputOf(other.id);
    const outcome = await updateCampaign(room, owner, mine.id, campaignInput(owner, { steps }));
    expect(problemsOf(outcome)).toEqual(['0 id', '0 0 id', '1 id', '1 0 id']);
  });
});

describe('running', () => {
  test('each state is reached and left as its table says, and twice is once', async () => {
    const campaign = await makeCampaign(room, owner);
    const { id } = await enrolOne(campaign.id);
    const stateAfter = async (outcome: Promise<CampaignOutcome>) => {
      const done = await outcome;
      return done.outcome === 'CampaignSaved' ? done.campaign.state : done.code;
    };
    expect(await stateAfter(pauseCampaign(room, owner, campaign.id))).toBe('CAMPAIGN_NOT_RUNNING');
    const starts = await Promise.all([1, 2].map(() => stateAfter(startCampaign(room, owner, campaign.id))));
    expect(starts).toEqual(['RUNNING', 'RUNNING']);
    expect(await stateAfter(pauseCampaign(room, owner, campaign.id))).toBe('PAUSED');
    expect(await stateAfter(pauseCampaign(room, owner, campaign.id))).toBe('PAUSED');
    expect(await finishCampaign(room, campaign.id)).toBe(false);
    expect(await stateAfter(startCampaign(room, owner, campaign.id))).toBe('RUNNING');
    expect(await finishCampaign(room, campaign.id)).toBe(false);
    await sendStep(room, owner, id);
    expect((await sendStep(room, owner, id)).hasFinished).toBe(true);
    expect(await finishCampaign(room, campaign.id)).toBe(true);
    expect(await finishCampaign(room, campaign.id)).toBe(false);
    expect(await stateAfter(pauseCampaign(room, owner, campaign.id))).toBe('CAMPAIGN_NOT_RUNNING');
    await enrolOne(campaign.id);
    expect((await findCampaign(room, owner, campaign.id)).state).toBe('RUNNING');
    expect(Object.keys(campaignMoves)).toHaveLength(4);
  });

  test('one without anybody goes on waiting; one in which somebody is held is not finished', async () => {
    const campaign = await makeCampaign(room, owner);
    await startCampaign(room, owner, campaign.id);
    expect(await finishCampaign(room, campaign.id)).toBe(false);
    const { id } = await enrolOne(campaign.id);
    await holdEnrolment(room.db, id, 'Not known: city');
    expect(await finishCampaign(room, campaign.id)).toBe(false);
    await unenrol(room, owner, id);
    expect((await findCampaign(room, owner, campaign.id)).state).toBe('FINISHED');
  });

  test('pause and resume change nobody', async () => {
    const campaign = await makeCampaign(room, owner);
    await startCampaign(room, owner, campaign.id);
    const { id, prospectId } = await enrolOne(campaign.id);
    await sendStep(room, owner, id);
    const before = await standing(prospectId);
    await pauseCampaign(room, owner, campaign.id);
    await startCampaign(room, owner, campaign.id);
    expect(await standing(prospectId)).toEqual(before);
  });

  test('does not start without a slot', async () => {
    const campaign = await makeCampaign(room, owner);
    await room.db.query('DELETE FROM campaign_slots WHERE campaign_id = $1', [campaign.id]);
    expect(problemsOf(await startCampaign(room, owner, campaign.id))).toEqual(['slotIds']);
    expect((await findCampaign(room, owner, campaign.id)).state).toBe('DRAFT');
  });
});

test('deleting takes the enrolments along, and leaves what went out', async () => {
  const campaign = await makeCampaign(room, owner);
  const { id, prospectId } = await enrolOne(campaign.id);
  const { outgoingId } = await sendStep(room, owner, id);
  const queued = await sendStep(room, owner, id);
  await room.db.query(`UPDATE outgoing_messages SET state = 'QUEUED', counted_at = NULL WHERE id = $1`, [
    queued.outgoingId,
  ]);
  await deleteCampaign(room, owner, campaign.id);
  await expect(findCampaign(room, owner, campaign.id)).rejects.toThrow(NotFound);
  expect(await loadEnrolmentsOf(room.db, [prospectId])).toEqual([[]]);
  expect(
    await room.db.query(
      'SELECT id, state, campaign_id FROM outgoing_messages WHERE id = ANY ($1) ORDER BY state',
      [[outgoingId, queued.outgoingId]],
    ),
  ).toEqual([
    { id: queued.outgoingId, state: 'CANCELLED', campaign_id: null },
    { id: outgoingId, state: 'SENT', campaign_id: null },
  ]);
  expect(await room.db.query('SELECT FROM campaign_counts WHERE campaign_id = $1', [campaign.id])).toEqual(
    [],
  );
});

describe('the preview', () => {
  const greeting = {
    subject: '{Hi|Hello|Hey|Dear} {{ first_name }}',
    body: '{a|b|c|d} {{ city }}',
  };

  test('shows what somebody would get, and answers in their thread', async () => {
    const campaign = await makeCampaign(room, owner, {
      steps: [stepText(0, greeting), stepText(2, { subject: '', body: '<p>{{ first_name }}</p>' })],
    });
    const people = [
      { email: 'ann@example.com', firstName: '<Ann>', attributes: [{ name: 'city', value: 'Rome' }] },
    ];
    const [prospect] = await saveProspects(room, owner, people);
    const preview = (step: number) =>
      previewStep(room, owner, { campaignId: campaign.id, step, prospectId: prospect?.id ?? '' });
    const first = await preview(0);
    expect(first).toEqual({
      subject: expect.stringMatching(/^(Hi|Hello|Hey|Dear) <Ann>$/),
      problems: [],
      text: expect.stringMatching(/^[abcd] Rome/),
      html: expect.stringContaining('Rome'),
    });
    expect(await preview(0)).toEqual(first);
    expect(await preview(1)).toMatchObject({
      subject: `Re: ${first.subject}`,
      html: expect.stringMatching(/^<p>&lt;Ann&gt;<\/p>/),
    });
  });

  test('says what is missing, and which step and variant there are', async () => {
    const campaign = await makeCampaign(room, owner, { steps: [stepText(0, greeting)] });
    const [prospectId = ''] = await makeProspects(room, owner, 1);
    const request = { campaignId: campaign.id, step: 0, variant: 0, prospectId };
    expect(await previewStep(room, owner, request)).toEqual({
      subject: '',
      text: '',
      html: null,
      problems: [
        { step: 0, variant: 0, field: 'body', line: null, message: expect.stringContaining('city') },
      ],
    });
    await expect(previewStep(room, owner, { ...request, step: 1 })).rejects.toThrow(BadInput);
    await expect(previewStep(room, owner, { ...request, variant: 1 })).rejects.toThrow(BadInput);
    await expect(previewStep(room, owner, { ...request, variant: -1 })).rejects.toThrow(BadInput);
  });
});

test('changes are heard of, of one campaign or of all', async () => {
  const [one, other] = [await makeCampaign(room, owner), await makeCampaign(room, owner)];
  const [ofOne, ofAll] = await Promise.all(
    [one.id, null].map(async (id) => (await followCampaigns(room, owner, id))[Symbol.asyncIterator]()),
  );
  const heard = [ofAll?.next(), ofOne?.next()];
  await startCampaign(room, owner, other.id);
  expect(await heard[0]).toMatchObject({ value: { id: other.id, state: 'RUNNING' } });
  await startCampaign(room, owner, one.id);
  expect(await heard[1]).toMatchObject({ value: { id: one.id, state: 'RUNNING' } });
  await Promise.all([ofOne?.return?.(), ofAll?.return?.()]);
});

test('nothing crosses the wall between two workspaces', async () => {
  const { id } = await makeCampaign(room, owner);
  const enrolment = await enrolOne(id);
  const [theirs = ''] = await makeProspects(room, stranger, 1);
  const preview = { campaignId: id, step: 0, prospectId: enrolment.prospectId };
  for (const attempt of [
    () => findCampaign(room, stranger, id),
    () => updateCampaign(room, stranger, id, campaignInput(stranger)),
    () => deleteCampaign(room, stranger, id),
    () => startCampaign(room, stranger, id),
    () => pauseCampaign(room, stranger, id),
    () => followCampaigns(room, stranger, id),
    () => unenrol(room, stranger, enrolment.id),
    () => previewStep(room, stranger, preview),
    () => previewStep(room, owner, { ...preview, prospectId: theirs }),
    () => enrolProspects(room, stranger, { campaignId: id, selection: { ids: [theirs] } }),
    () => enrolProspects(room, owner, { campaignId: id, selection: { ids: [theirs] } }),
    () => findCampaign(room, owner, 'no id'),
  ]) {
    await expect(attempt()).rejects.toThrow(NotFound);
  }
  expect((await listCampaigns(room, stranger, {})).edges).toEqual([]);
});
