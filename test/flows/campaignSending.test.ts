import { WEEKDAYS } from '../../src/campaigns/schedule';
import type { SentMail } from '../../src/sandbox/accounts';
import { type Outreach, openOutreach } from '../support/sending';

/** Campaigns that go out: through the whole product, on the sandbox. */

let outreach: Outreach;
let slotId: string;
const sender = 'olga.owner@gmail.com';

beforeAll(async () => {
  outreach = await openOutreach();
  slotId = await outreach.connect(sender);
  await settings({ gapMinSeconds: 0, gapMaxSeconds: 0, rampEnabled: false });
});

afterAll(() => outreach.stop());

afterEach(() => outreach.sql.query(`UPDATE campaigns SET state = 'PAUSED'`));

const ALWAYS = {
  timezone: 'UTC',
  days: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'],
  from: '00:00',
  to: '24:00',
};

interface CampaignView {
  state: string;
  stats: {
    enrolled: number;
    queued: number;
    sent: number;
    replied: number;
    bounced: number;
    unsubscribed: number;
    finished: number;
  };
  blockers: { code: string }[];
  forecast: { date: string; sends: number }[];
  enrolments: {
    edges: {
      node: {
        id: string;
        state: string;
        heldReason: string | null;
        prospect: { email: string };
        nextStep: number | null;
      };
    }[];
  };
}

async function settings(input: object): Promise<void> {
  await outreach.person.ask(
    'mutation ($id: ID!, $input: SendingSettingsInput!) { updateSendingSettings(slotId: $id, input: $input) { id } }',
    { id: slotId, input },
  );
}

/** Makes a campaign, enrols these prospects, and starts it unless told otherwise. */
async function campaign(
  steps: { waitDays: number; subject: string; body: string }[],
  prospects: { email: string; firstName?: string }[],
  { start = true, schedule = ALWAYS }: { start?: boolean; schedule?: object } = {},
): Promise<string> {
  const { createCampaign } = await outreach.person.ask<{
    createCampaign: { campaign?: { id: string }; problems?: unknown };
  }>(
    `mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) {
      ... on CampaignSaved { campaign { id } } ... on CampaignInvalid { message problems { field message } } } }`,
    {
      input: {
        name: 'Spring',
        schedule,
        slotIds: [slotId],
        steps: steps.map(({ waitDays, ...variant }) => ({ waitDays, variants: [variant] })),
      },
    },
  );
  if (!createCampaign.campaign) throw new Error(JSON.stringify(createCampaign));
  const { id } = createCampaign.campaign;
  const { saveProspects } = await outreach.person.ask<{ saveProspects: { id: string }[] }>(
    'mutation ($prospects: [ProspectInput!]!) { saveProspects(prospects: $prospects) { id } }',
    { prospects },
  );
  await outreach.person.ask(
    `mutation ($id: ID!, $ids: [ID!]!) { enrolProspects(campaignId: $id, selection: { ids: $ids }) { enrolled } }`,
    { id, ids: saveProspects.map((prospect) => prospect.id) },
  );
  if (start)
    await outreach.person.ask('mutation ($id: ID!) { startCampaign(id: $id) { __typename } }', { id });
  return id;
}

async function view(id: string): Promise<CampaignView> {
  const { campaign: seen } = await outreach.person.ask<{ campaign: CampaignView }>(
    `query ($id: ID!) { campaign(id: $id) { state
      stats { enrolled queued sent replied bounced unsubscribed finished } blockers { code }
      forecast(days: 3) { date sends }
      enrolments { edges { node { id state heldReason nextStep prospect { email } } } } } }`,
    { id },
  );
  return seen;
}

async function when(id: string, fits: (seen: CampaignView) => boolean): Promise<CampaignView> {
  const changes = outreach.socket.subscribe('subscription ($id: ID) { campaignChanged(id: $id) { id } }', {
    id,
  });
  for (;;) {
    const seen = await view(id);
    if (fits(seen)) {
      await changes.stop();
      return seen;
    }
    await changes.next();
  }
}

function sentTo(address: string): readonly SentMail[] {
  return outreach.sandbox
    .account(sender)
    .sentMessages()
    .filter(({ recipients }) => recipients.includes(address));
}

test('a sequence goes out: first emails, then follow-ups in the thread, each once, and it finishes', async () => {
  const id = await campaign(
    [
      { waitDays: 0, subject: 'Hello {{ first_name }}', body: 'Hi {{ first_name }}, a word?' },
      { waitDays: 0, subject: '', body: 'Hi {{ first_name }}, did you see it?' },
    ],
    [
      { email: 'silent.ines@example.com', firstName: 'Ines' },
      { email: 'silent.bo@example.com', firstName: 'Bo' },
    ],
  );
  const seen = await when(id, ({ state }) => state === 'FINISHED');
  expect(seen.stats).toMatchObject({ enrolled: 2, queued: 0, sent: 4, finished: 2 });
  const [first, second, ...more] = sentTo('silent.ines@example.com').map(({ raw }) => raw.toString());
  expect(more).toEqual([]);
  expect(first).toContain('Subject: Hello Ines');
  expect(first).toMatch(/List-Unsubscribe: <mailto:/);
  expect(second).toContain('Subject: Re: Hello Ines');
  const [id1] = sentTo('silent.ines@example.com').map(({ messageId }) => messageId);
  expect(second).toContain(`In-Reply-To: ${id1}`);
});

test('an answer ends the sequence, and is counted', async () => {
  const id = await campaign(
    [
      { waitDays: 0, subject: 'A question', body: 'Who does your CRM?' },
      { waitDays: 1, subject: '', body: 'Did you see it?' },
    ],
    [{ email: 'ruth@example.com' }],
  );
  const seen = await when(id, ({ stats }) => stats.replied === 1);
  expect(seen.enrolments.edges[0]?.node.state).toBe('REPLIED');
  expect(sentTo('ruth@example.com')).toHaveLength(1);
  await when(id, ({ state }) => state === 'FINISHED');
});

test('a bounce and a request to be left alone end it too; who is away is waited for', async () => {
  const id = await campaign(
    [
      { waitDays: 0, subject: 'Hello', body: 'A word?' },
      { waitDays: 2, subject: '', body: 'And?' },
    ],
    [{ email: 'bounce.x@example.com' }, { email: 'optout.y@example.com' }, { email: 'away.z@example.com' }],
  );
  const seen = await when(
    id,
    ({ stats }) => stats.bounced === 1 && stats.unsubscribed === 1 && stats.sent === 3,
  );
  const states = seen.enrolments.edges.map(({ node }) => [node.prospect.email, node.state]);
  expect(Object.fromEntries(states)).toEqual({
    'bounce.x@example.com': 'BOUNCED',
    'optout.y@example.com': 'UNSUBSCRIBED',
    'away.z@example.com': 'WAITING',
  });
  const { suppressions } = await outreach.person.ask<{
    suppressions: { edges: { node: { value: string; source: string; outgoingId: string | null } }[] };
  }>('{ suppressions { edges { node { value source outgoingId } } } }');
  expect(suppressions.edges.map(({ node }) => node)).toEqual(
    expect.arrayContaining([
      { value: 'optout.y@example.com', source: 'REPLY', outgoingId: expect.any(String) },
      { value: 'bounce.x@example.com', source: 'BOUNCE', outgoingId: expect.any(String) },
    ]),
  );
  expect(seen.state).toBe('RUNNING');
});

test('who lacks a value is held visibly, and goes on once it is known', async () => {
  const id = await campaign(
    [{ waitDays: 0, subject: 'Hello', body: 'Hi {{ first_name }},' }],
    [{ email: 'silent.nameless@example.com' }, { email: 'silent.kim@example.com', firstName: 'Kim' }],
  );
  const isHeld = ({ enrolments }: CampaignView) => enrolments.edges.some(({ node }) => node.state === 'HELD');
  const held = await when(id, (seen) => seen.stats.sent === 1 && isHeld(seen));
  const node = held.enrolments.edges.find(
    (edge) => edge.node.prospect.email === 'silent.nameless@example.com',
  )?.node;
  expect(node).toMatchObject({ state: 'HELD', heldReason: expect.stringContaining('first_name') });
  await outreach.person.ask(
    'mutation ($prospects: [ProspectInput!]!) { saveProspects(prospects: $prospects) { id } }',
    { prospects: [{ email: 'silent.nameless@example.com', firstName: 'Nora' }] },
  );
  await when(id, ({ state }) => state === 'FINISHED');
  expect(sentTo('silent.nameless@example.com')[0]?.raw.toString()).toContain('Hi Nora,');
});

describe('Gmail takes an email, and says by mail that it sent it to nobody', () => {
  const account = () => outreach.sandbox.account(sender);
  const messages = async (campaignId: string) => {
    const { rows } = await outreach.sql.query(
      'SELECT state, message_id, problem, counted_at FROM outgoing_messages WHERE campaign_id = $1 ORDER BY queued_at',
      [campaignId],
    );
    return rows;
  };

  test('at a limit the slot is parked, and the email goes once more when that is over', async () => {
    account().refuse('afterSend', 'limitReached', 1);
    const id = await campaign(
      [{ waitDays: 0, subject: 'Hello', body: 'A word?' }],
      [{ email: 'silent.limit@example.com' }],
    );
    const seen = await when(id, ({ blockers }) =>
      blockers.some(({ code }) => code === 'SENDING_LIMIT_REACHED'),
    );
    expect(seen).toMatchObject({ state: 'RUNNING', stats: { sent: 0, finished: 0, queued: 1 } });
    const [refused] = await messages(id);
    expect(refused).toMatchObject({ state: 'QUEUED', counted_at: null });
    await outreach.sql.query('UPDATE gmail_accounts SET parked_until = now()');
    await settings({ paused: false }); // says that something changed
    const done = await when(id, ({ state }) => state === 'FINISHED');
    expect(done.stats).toMatchObject({ sent: 1, finished: 1, queued: 0 });
    expect(await messages(id)).toEqual([expect.objectContaining({ state: 'SENT', problem: null })]);
    const ids = sentTo('silent.limit@example.com').map(({ messageId }) => messageId);
    expect(ids).toEqual([refused?.message_id, refused?.message_id]);
  });

  test('what it blocked fails, and waits for a person who says that it shall go', async () => {
    account().refuse('afterSend', 'messageBlocked', 1);
    const id = await campaign(
      [{ waitDays: 0, subject: 'Hello', body: 'A word?' }],
      [{ email: 'silent.blocked@example.com' }],
    );
    const isHeld = ({ state, enrolments }: CampaignView) =>
      state === 'RUNNING' && enrolments.edges[0]?.node.state === 'HELD'; // it may have finished before
    const seen = await when(id, isHeld);
    expect(seen).toMatchObject({ stats: { sent: 0, finished: 0 } });
    expect(seen.enrolments.edges[0]?.node.nextStep).toBe(0);
    expect(await messages(id)).toMatchObject([{ state: 'FAILED', problem: { code: 'MESSAGE_REJECTED' } }]);
    await outreach.person.ask('mutation ($id: ID!) { resumeEnrolment(enrolmentId: $id) { state } }', {
      id: seen.enrolments.edges[0]?.node.id,
    });
    const done = await when(id, ({ state }) => state === 'FINISHED');
    expect(done.stats).toMatchObject({ sent: 1, finished: 1 });
    expect((await messages(id)).map(({ state }) => state)).toEqual(['FAILED', 'SENT']);
  });
});

test('blockers say why nothing goes, and the forecast when it would', async () => {
  const prospects = [1, 2, 3].map((n) => ({ email: `silent.later${n}@example.com` }));
  const id = await campaign([{ waitDays: 0, subject: 'Hello', body: 'A word?' }], prospects, {
    start: false,
  });
  const draft = await view(id);
  expect(draft.blockers.map(({ code }) => code)).toEqual(['CAMPAIGN_NOT_RUNNING']);
  expect(draft.forecast.map(({ sends }) => sends)).toEqual([3, 0, 0]);
  await settings({ paused: true });
  await outreach.person.ask('mutation ($id: ID!) { startCampaign(id: $id) { __typename } }', { id });
  expect((await view(id)).blockers.map(({ code }) => code)).toEqual(['PAUSED']);
  expect((await view(id)).forecast.map(({ sends }) => sends)).toEqual([0, 0, 0]);
  await settings({ paused: false });
  await when(id, ({ state }) => state === 'FINISHED');
});

test('the ramp holds campaign steps and not one-offs', async () => {
  // Today's allowance was kept with the day's first email, and has long been used up.
  await settings({ rampEnabled: true });
  const id = await campaign(
    [{ waitDays: 0, subject: 'Hello', body: 'A word?' }],
    [{ email: 'silent.ramp@example.com' }],
  );
  const blocked = await view(id);
  expect(blocked.blockers.map(({ code }) => code)).toEqual(['RAMP_LIMIT']);
  const { email } = await outreach.send(slotId);
  await outreach.settled(email.id, 'SENT');
  expect(sentTo('silent.ramp@example.com')).toHaveLength(0);
  await settings({ rampEnabled: false });
  await when(id, ({ state }) => state === 'FINISHED');
});

test('a cap on the sending domain holds over all its connections, and can be taken away', async () => {
  const address = 'ann@capped.example.com';
  const capped = await outreach.connect(address);
  const cap = (dailyCap: number | null) =>
    outreach.person.ask<{ setDomainCap: { domain: string; dailyCap: number }[] }>(
      `mutation ($cap: Int) { setDomainCap(domain: "Capped.example.com", dailyCap: $cap) { domain dailyCap } }`,
      { cap: dailyCap },
    );
  expect((await cap(1)).setDomainCap).toEqual([{ domain: 'capped.example.com', dailyCap: 1 }]);
  const own = slotId;
  slotId = capped;
  await settings({ gapMinSeconds: 0, gapMaxSeconds: 0 });
  const id = await campaign(
    [{ waitDays: 0, subject: 'Hello', body: 'A word?' }],
    [{ email: 'silent.cap1@example.com' }, { email: 'silent.cap2@example.com' }],
  );
  slotId = own;
  const seen = await when(id, ({ stats }) => stats.sent === 1);
  expect(seen.blockers.map(({ code }) => code)).toEqual(['DOMAIN_LIMIT']);
  expect((await cap(null)).setDomainCap).toEqual([]);
  await when(id, ({ state }) => state === 'FINISHED');
});

test('nothing goes out outside the window, and pausing keeps everybody where they are', async () => {
  const today = WEEKDAYS[(new Date().getUTCDay() + 6) % 7];
  const days = WEEKDAYS.filter((day) => day !== today);
  const id = await campaign(
    [{ waitDays: 0, subject: 'Hello', body: 'A word?' }],
    [{ email: 'silent.window@example.com' }],
    { schedule: { ...ALWAYS, days } },
  );
  expect((await view(id)).blockers.map(({ code }) => code)).toEqual(['OUTSIDE_WINDOW']);
  await outreach.person.ask('mutation ($id: ID!) { pauseCampaign(id: $id) { __typename } }', { id });
  expect((await view(id)).blockers.map(({ code }) => code)).toEqual(['CAMPAIGN_NOT_RUNNING']);
  expect((await view(id)).enrolments.edges[0]?.node).toMatchObject({ state: 'WAITING', nextStep: 0 });
  expect(sentTo('silent.window@example.com')).toHaveLength(0);
});
