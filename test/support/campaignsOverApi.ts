import type { Client } from './client';

/** The slots of somebody's own workspace. */
export async function slotIdsOf(person: Client): Promise<string[]> {
  const { gmailIntegration } = await person.ask<{ gmailIntegration: { slots: { id: string }[] } }>(
    '{ gmailIntegration { slots { id } } }',
  );
  return gmailIntegration.slots.map(({ id }) => id);
}

/** An input that is accepted: one step, any time, from the first slot. */
export async function inputFor(person: Client, over: object = {}) {
  return {
    name: 'Spring',
    schedule: { timezone: 'Europe/Berlin', days: ['MON'], from: '09:00', to: '17:00' },
    steps: [{ waitDays: 0, variants: [{ subject: 'Hello', body: 'Hi {{ first_name }}' }] }],
    slotIds: (await slotIdsOf(person)).slice(0, 1),
    ...over,
  };
}

/** A draft of `inputFor`. @returns its id */
export async function draftCampaign(person: Client, over: object = {}): Promise<string> {
  const { createCampaign } = await person.ask<{ createCampaign: { campaign?: { id: string } } }>(
    `mutation ($input: CreateCampaignInput!) {
      createCampaign(input: $input) { ... on CampaignSaved { campaign { id } } ... on Failure { message } }
    }`,
    { input: await inputFor(person, over) },
  );
  if (!createCampaign.campaign) throw new Error(JSON.stringify(createCampaign));
  return createCampaign.campaign.id;
}

let people = 0;

/** Somebody to write to. @returns their id */
export async function saveOne(person: Client, over: object = {}): Promise<string> {
  const prospect = { email: `recipient${++people}@example.com`, firstName: 'Ann', ...over };
  const { saveProspects } = await person.ask<{ saveProspects: [{ id: string }] }>(
    'mutation ($prospects: [ProspectInput!]!) { saveProspects(prospects: $prospects) { id } }',
    { prospects: [prospect] },
  );
  return saveProspects[0].id;
}

/** Enrols one new person. @returns the enrolment's id */
export async function enrolOne(person: Client, campaignId: string): Promise<string> {
  const prospectId = await saveOne(person);
  await person.ask(
    `mutation ($campaignId: ID!, $selection: ProspectSelection!) {
      enrolProspects(campaignId: $campaignId, selection: $selection) { enrolled }
    }`,
    { campaignId, selection: { ids: [prospectId] } },
  );
  const { prospect } = await person.ask<{ prospect: { enrolments: [{ id: string }] } }>(
    'query ($id: ID!) { prospect(id: $id) { enrolments { id } } }',
    { id: prospectId },
  );
  return prospect.enrolments[0].id;
}
