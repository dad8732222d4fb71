import { openSocket } from '../support/client';
import type { TestPerson } from '../support/people';
import { connect, slotId } from './furnish';
import { ACCOUNTS, type Stage } from './stage';

/** Addresses as the sandbox reads them, whose people answer, are away or gone, ask to be left alone, or say nothing. */
const PEOPLE = [
  ['carla', 'Carla', 'Silva'],
  ['emil', 'Emil', 'Weber'],
  ['sofia', 'Sofia', 'Adler'],
  ['liv', 'Liv', 'Haddad'],
  ['away.lars', 'Lars', 'Nygaard'],
  ['bounce.mia', 'Mia', 'Meyer'],
  ['unsubscribe.paolo', 'Paolo', 'Rossi'],
  ['silent.ada', 'Ada', 'Keller'],
  ['silent.ben', 'Ben', 'Okafor'],
  ['silent.cleo', 'Cleo', 'Martin'],
  ['silent.dov', 'Dov', 'Katz'],
  ['silent.elif', 'Elif', 'Demir'],
  ['silent.finn', 'Finn', 'Larsen'],
  ['silent.gita', 'Gita', 'Rao'],
  ['silent.hugo', 'Hugo', 'Blanc'],
] as const;

const ALWAYS = {
  timezone: 'Europe/Berlin',
  days: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'],
  from: '00:00',
  to: '24:00',
};

const FIRST = {
  subject: 'A question about {{ company }}',
  body: "Hi {{ first_name | default: 'there' }},\n\nhow do you reach new customers at {{ company }}?\n\nMaya",
};
const SHORTER = {
  subject: 'Ten minutes, {{ first_name }}?',
  body: 'Hi {{ first_name }},\n\nis there ten minutes for me at {{ company }}?',
};
const FOLLOW_UP = { subject: '', body: 'Hi {{ first_name }},\n\ndid this reach you?' };
const LAST = { subject: '', body: 'Hi {{ first_name }},\n\nshall I ask somebody else at {{ company }}?' };

/** A campaign that runs, whose people have answered as they do; and a draft for as many others. */
export async function furnishCampaigns(stage: Stage, owner: TestPerson): Promise<void> {
  const [own, managed] = [await slotId(owner, 'SELF', 1), await slotId(owner, 'FLY', 1)];
  await makeSwift(owner, managed);
  const restaurants = await furnishPeople(owner, 'Restaurants', 'bistro.example');
  const hotels = await furnishPeople(owner, 'Hotels', 'hotel.example');
  const steps = [
    { waitDays: 0, variants: [FIRST, SHORTER] },
    { waitDays: 3, variants: [FOLLOW_UP] },
    { waitDays: 5, variants: [LAST] },
  ];
  await draft(owner, 'Hotels, autumn', hotels, {
    schedule: { ...ALWAYS, from: '09:00', to: '17:00' },
    steps,
    slotIds: [own],
  });
  const id = await draft(owner, 'Restaurants in Berlin', restaurants, {
    schedule: ALWAYS,
    steps,
    slotIds: [managed],
  });
  await runUntil(stage, owner, id, { sent: 14, held: 1, replied: 4, bounced: 1, unsubscribed: 1 });
}

/** Connects the first account, which may send 30 emails at once. */
export async function connectFirst(owner: TestPerson): Promise<void> {
  const slot = await slotId(owner, 'SELF', 1);
  await connect(owner, 'connectGmail', slot, ACCOUNTS[0]);
  await makeSwift(owner, slot);
}

async function makeSwift(owner: TestPerson, slot: string): Promise<void> {
  await owner.ask(
    'mutation ($id: ID!, $input: SendingSettingsInput!) { updateSendingSettings(slotId: $id, input: $input) { id } }',
    { id: slot, input: { gapMinSeconds: 0, gapMaxSeconds: 0, rampStart: 30 } },
  );
}

/** Fifteen prospects. The last of them has no company, which the emails need. @returns their ids, in this order */
export async function furnishPeople(owner: TestPerson, tag: string, domain: string): Promise<string[]> {
  const prospects = PEOPLE.map(([mailbox, firstName, lastName], index) => ({
    email: `${mailbox}@${domain}`,
    firstName,
    lastName,
    company: index === PEOPLE.length - 1 ? null : `${lastName} ${tag}`,
    tags: [tag],
  }));
  const { saveProspects } = await owner.ask<{ saveProspects: { id: string }[] }>(
    'mutation ($prospects: [ProspectInput!]!) { saveProspects(prospects: $prospects) { id } }',
    { prospects },
  );
  return saveProspects.map(({ id }) => id);
}

async function draft(owner: TestPerson, name: string, people: string[], rest: object): Promise<string> {
  const { createCampaign } = await owner.ask<{ createCampaign: { campaign: { id: string } } }>(
    `mutation ($input: CreateCampaignInput!) {
      createCampaign(input: $input) { ... on CampaignSaved { campaign { id } } ... on Failure { message } } }`,
    { input: { name, ...rest } },
  );
  const campaignId = createCampaign.campaign.id;
  // The preview is for whoever joined last, which shall not be the one without a company.
  for (const ids of [people.slice(-1), people.slice(0, -1)]) {
    await owner.ask(
      'mutation ($id: ID!, $ids: [ID!]!) { enrolProspects(campaignId: $id, selection: { ids: $ids }) { enrolled } }',
      { id: campaignId, ids },
    );
  }
  return campaignId;
}

/** Starts it, and waits until its numbers are these. */
async function runUntil(
  stage: Stage,
  owner: TestPerson,
  id: string,
  wanted: Record<string, number>,
): Promise<void> {
  const socket = await openSocket(stage.url, { payload: { authorization: `Bearer ${owner.token}` } });
  const changes = socket.subscribe(`subscription { campaignChanged(id: "${id}") { id } }`);
  await owner.ask('mutation ($id: ID!) { startCampaign(id: $id) { __typename } }', { id });
  const isReached = async () => {
    const { campaign } = await owner.ask<{ campaign: { stats: Record<string, number> } }>(
      `query ($id: ID!) { campaign(id: $id) { stats { ${Object.keys(wanted).join(' ')} } } }`,
      { id },
    );
    return Object.entries(wanted).every(([name, count]) => campaign.stats[name] === count);
  };
  while (!(await isReached())) await changes.next();
  await socket.close();
}
