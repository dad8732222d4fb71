import { startTestApp, type TestApp } from '../support/app';
import { draftCampaign, enrolOne, inputFor, saveOne } from '../support/campaignsOverApi';
import { type Client, httpClient, openSocket } from '../support/client';
import { signUp, type TestPerson } from '../support/people';

let app: TestApp;
/** Two people, each with an empty workspace of their own. */
let ann: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  [ann, stranger] = [await signUp(app.url), await signUp(app.url)];
});
afterAll(() => app.stop());

const CREATE = `mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) {
  ... on CampaignSaved { campaign { id name state schedule { timezone days from to } slots { kind position }
    steps { position waitDays stats { sent } variants { subject body weight stats { replied } } }
    stats { enrolled queued sent replied autoReplied bounced unsubscribed finished } enrolments { totalCount } } }
  ... on CampaignInvalid { code message problems { step variant field line message } } } }`;

async function codesOf(person: Client, query: string, variables: object): Promise<unknown[]> {
  const { errors = [] } = await person.send(query, { ...variables });
  return errors.map(({ extensions }) => extensions.code);
}

test('a campaign comes back as it was written', async () => {
  const input = await inputFor(ann);
  expect(await ann.ask(CREATE, { input })).toEqual({
    createCampaign: {
      campaign: {
        id: expect.any(String),
        name: 'Spring',
        state: 'DRAFT',
        schedule: input.schedule,
        slots: [{ kind: 'SELF', position: 1 }],
        steps: [
          {
            position: 0,
            waitDays: 0,
            stats: { sent: 0 },
            variants: [{ subject: 'Hello', body: 'Hi {{ first_name }}', weight: 1, stats: { replied: 0 } }],
          },
        ],
        stats: {
          enrolled: 0,
          queued: 0,
          sent: 0,
          replied: 0,
          autoReplied: 0,
          bounced: 0,
          unsubscribed: 0,
          finished: 0,
        },
        enrolments: { totalCount: 0 },
      },
    },
  });
});

test('what is wrong is returned with its place; what is malformed is an error', async () => {
  const variants = [
    { subject: 'Hello', body: 'Hi' },
    { subject: 'Hello', body: 'Hi\n{{ name | unknown }}' },
  ];
  const input = await inputFor(ann, { steps: [{ waitDays: 0, variants }], slotIds: [] });
  expect(await ann.ask(CREATE, { input })).toEqual({
    createCampaign: {
      code: 'CAMPAIGN_INVALID',
      message: expect.stringContaining('slot'),
      problems: [
        { step: null, variant: null, field: 'slotIds', line: null, message: expect.any(String) },
        { step: 0, variant: 1, field: 'body', line: 2, message: expect.stringContaining('unknown') },
      ],
    },
  });
  const malformed = { ...input, schedule: { ...input.schedule, days: ['FUNDAY'] } };
  expect(await codesOf(ann, CREATE, { input: malformed })).toEqual(['BAD_USER_INPUT']);
  expect(await codesOf(ann, '{ campaigns(first: 0) { totalCount } }', {})).toEqual(['BAD_USER_INPUT']);
});

test('people are enrolled, shown from both sides, and taken out', async () => {
  const campaignId = await draftCampaign(ann);
  const enrolmentId = await enrolOne(ann, campaignId);
  const seen = `query ($id: ID!) { campaign(id: $id) { stats { enrolled queued } enrolments(state: WAITING) { edges {
    node { id state nextStep nextAt heldReason slot { id } campaign { name } prospect { firstName enrolments { id } } }
  } } } }`;
  const node = {
    id: enrolmentId,
    state: 'WAITING',
    nextStep: 0,
    nextAt: expect.stringMatching(/Z$/),
    heldReason: null,
    slot: null,
    campaign: { name: 'Spring' },
    prospect: { firstName: 'Ann', enrolments: [{ id: enrolmentId }] },
  };
  expect(await ann.ask(seen, { id: campaignId })).toEqual({
    campaign: { stats: { enrolled: 1, queued: 1 }, enrolments: { edges: [{ node }] } },
  });
  const unenrol = 'mutation ($id: ID!) { unenrol(enrolmentId: $id) { state nextStep nextAt } }';
  const stopped = { unenrol: { state: 'STOPPED', nextStep: null, nextAt: null } };
  expect([await ann.ask(unenrol, { id: enrolmentId }), await ann.ask(unenrol, { id: enrolmentId })]).toEqual([
    stopped,
    stopped,
  ]);
  const enrol = `mutation ($id: ID!) { enrolProspects(campaignId: $id, selection: {}) { enrolled } }`;
  expect(await codesOf(ann, enrol, { id: campaignId })).toEqual(['BAD_USER_INPUT']);
});

test('each change is pushed to whoever follows', async () => {
  const id = await draftCampaign(ann);
  const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${ann.token}` } });
  const changed = socket.subscribe<{ campaignChanged: unknown }>(
    'subscription ($id: ID) { campaignChanged(id: $id) { id state stats { enrolled } } }',
    { id },
  );
  const next = changed.next();
  const refused = socket.subscribe('subscription ($id: ID) { campaignChanged(id: $id) { id } }', {
    id: await draftCampaign(stranger),
  });
  await expect(refused.next()).rejects.toThrow('NOT_FOUND');
  await ann.ask('mutation ($id: ID!) { startCampaign(id: $id) { __typename } }', { id });
  expect(await next).toEqual({ campaignChanged: { id, state: 'RUNNING', stats: { enrolled: 0 } } });
  await changed.stop();
  await socket.close();
});

test('a preview is what the templates make of a person', async () => {
  const steps = [{ waitDays: 0, variants: [{ subject: 'For {{ first_name }}', body: 'Hi {{ city }}' }] }];
  const campaignId = await draftCampaign(ann, { steps });
  const preview = async (prospectId: string) =>
    ann.ask(
      `query ($campaignId: ID!, $prospectId: ID!) { previewStep(campaignId: $campaignId, step: 0,
        prospectId: $prospectId) { subject text problems { field message } } }`,
      { campaignId, prospectId },
    );
  const attributes = [{ name: 'city', value: 'Rome' }];
  expect(await preview(await saveOne(ann, { attributes }))).toEqual({
    previewStep: { subject: 'For Ann', text: expect.stringMatching(/^Hi Rome/), problems: [] },
  });
  expect(await preview(await saveOne(ann))).toEqual({
    previewStep: {
      subject: '',
      text: '',
      problems: [{ field: 'body', message: expect.stringContaining('city') }],
    },
  });
});

test('to a stranger it is not there, and nobody asks without signing in', async () => {
  const id = await draftCampaign(ann);
  const enrolmentId = await enrolOne(ann, id);
  const input = await inputFor(stranger);
  for (const query of [
    'query ($id: ID!) { campaign(id: $id) { name } }',
    'mutation ($id: ID!) { startCampaign(id: $id) { __typename } }',
    'mutation ($id: ID!) { pauseCampaign(id: $id) { __typename } }',
    'mutation ($id: ID!) { deleteCampaign(id: $id) }',
    'mutation ($enrolmentId: ID!) { unenrol(enrolmentId: $enrolmentId) { id } }',
    'mutation ($enrolmentId: ID!) { resumeEnrolment(enrolmentId: $enrolmentId) { id } }',
    'mutation ($id: ID!, $input: CreateCampaignInput!) { updateCampaign(id: $id, input: $input) { __typename } }',
    'mutation ($id: ID!) { enrolProspects(campaignId: $id, selection: { tag: "x" }) { enrolled } }',
  ]) {
    expect(await codesOf(stranger, query, { id, enrolmentId, input })).toEqual(['NOT_FOUND']);
    expect(await codesOf(httpClient(app.url), query, { id, enrolmentId, input })).toEqual([
      'UNAUTHENTICATED',
    ]);
  }
  expect(await stranger.ask('{ campaigns { totalCount } }')).toEqual({ campaigns: { totalCount: 0 } });
});
