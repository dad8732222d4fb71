import { draftCampaign, enrolOne, saveOne } from './campaignsOverApi';
import { type Client, openSocket } from './client';
import { joinAs, type TestPerson } from './people';
import { connectSlot, type Outreach, readFreeSlots } from './sending';

/** What an id can be of. */
export type Kind =
  | 'workspace'
  | 'member'
  | 'apiKey'
  | 'slot'
  | 'flySlot'
  | 'prospect'
  | 'suppression'
  | 'import'
  | 'campaign'
  | 'step'
  | 'variant'
  | 'enrolment'
  | 'email'
  | 'conversation'
  | 'received';

/** One of everything that a workspace can hold, all of it called by the workspace's mark. */
export interface Estate {
  owner: TestPerson;
  member: TestPerson;
  ids: Readonly<Record<Kind, string>>;
}

/** Furnishes the workspace of somebody, on the sandbox of `world`: they wrote to somebody who answered. */
export async function furnish(world: Outreach, mark: string, owner: TestPerson): Promise<Estate> {
  const { url } = world.app;
  const member = await joinAs(url, owner, 'MEMBER', `member@${mark}.example.com`);
  const [slot = ''] = await readFreeSlots(owner);
  const address = `${mark}@gmail.com`;
  world.sandbox.addAccount({ address, appPassword: 'abcdefghijklmnop' });
  await connectSlot(owner, slot, address);
  const campaign = await draftCampaign(owner, { name: mark });
  const enrolment = await enrolOne(owner, campaign);
  const prospect = await saveOne(owner, { email: `prospect@${mark}.example.com`, company: mark });
  const found = await owner.ask<Found>(FIND, { campaign });
  const { steps } = found.campaign;
  return {
    owner,
    member,
    ids: {
      workspace: found.viewer.workspace.id,
      member: await idOf(member),
      apiKey: await newKey(owner, mark),
      slot,
      flySlot: found.gmailIntegration.slots.find(({ kind }) => kind === 'FLY')?.id ?? '',
      prospect,
      suppression: await suppress(owner, `@blocked.${mark}.example.com`),
      import: await importFile(url, owner),
      campaign,
      step: steps[0].id,
      variant: steps[0].variants[0].id,
      enrolment,
      ...(await converse(url, owner, slot, mark)),
    },
  };
}

interface Found {
  viewer: { workspace: { id: string } };
  gmailIntegration: { slots: { id: string; kind: string }[] };
  campaign: { steps: [{ id: string; variants: [{ id: string }] }] };
}

const FIND = `query ($campaign: ID!) {
  viewer { workspace { id } }
  gmailIntegration { slots { id kind } }
  campaign(id: $campaign) { steps { id variants { id } } }
}`;

async function idOf(person: Client): Promise<string> {
  return (await person.ask<{ viewer: { id: string } }>('{ viewer { id } }')).viewer.id;
}

async function newKey(owner: Client, name: string): Promise<string> {
  const { createApiKey } = await owner.ask<{ createApiKey: { id: string } }>(
    'mutation ($name: String!) { createApiKey(name: $name) { id } }',
    { name },
  );
  return createApiKey.id;
}

async function suppress(owner: Client, value: string): Promise<string> {
  const { suppress } = await owner.ask<{ suppress: { id: string } }>(
    'mutation ($value: String!) { suppress(value: $value) { id } }',
    { value },
  );
  return suppress.id;
}

async function importFile(url: string, { token }: TestPerson): Promise<string> {
  const response = await fetch(`${url}/import/prospects`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    body: 'email\nsomebody@example.com',
  });
  return ((await response.json()) as { id: string }).id;
}

/** Writes to somebody who answers. */
async function converse(
  url: string,
  { token, ...owner }: TestPerson,
  slotId: string,
  mark: string,
): Promise<Record<'email' | 'conversation' | 'received', string>> {
  const socket = await openSocket(url, { payload: { authorization: `Bearer ${token}` } });
  const { replyCursor } = await owner.ask<{ replyCursor: string }>('{ replyCursor }');
  const replies = socket.subscribe<{
    replyReceived: { message: { id: string }; conversation: { id: string } };
  }>(
    'subscription ($after: String) { replyReceived(after: $after) { message { id } conversation { id } } }',
    { after: replyCursor },
  );
  const { sendEmail } = await owner.ask<{ sendEmail: { email: { id: string } } }>(
    'mutation ($input: SendEmailInput!) { sendEmail(input: $input) { ... on EmailQueued { email { id } } } }',
    { input: { slotId, to: `answers@${mark}.example.com`, subject: mark, text: `About ${mark}` } },
  );
  const { message, conversation } = (await replies.next()).replyReceived;
  await socket.close();
  return { email: sendEmail.email.id, conversation: conversation.id, received: message.id };
}
