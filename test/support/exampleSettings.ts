import { draftCampaign, enrolOne, saveOne } from './campaignsOverApi';
import { type Client, httpClient } from './client';
import { joinAs, PASSWORD, signUp, type TestPerson } from './people';
import { APP_PASSWORD, type Outreach, openOutreach } from './sending';

/** Where the examples run: a workspace whose owner is also the operator, on a Gmail sandbox. */
export interface ExampleWorld extends Outreach {
  url: string;
  owner: TestPerson;
  /** A slot with a connected account, which nobody takes out. */
  slotId: string;
}

/** What an example needs beyond the variables that stand above it. */
export interface Setting {
  as?: Client;
  /** Laid over the example's own, into its lists and objects: ids that exist in this world. */
  variables?: Record<string, unknown>;
  /** Makes the event for which a subscription waits; absent where it tells of how things stand by itself. */
  trigger?: () => Promise<unknown>;
}

/** The accounts that the examples connect exist at Gmail, and are in no slot yet. */
export async function openExampleWorld(): Promise<ExampleWorld> {
  const outreach = await openOutreach();
  for (const address of ['ann@gmail.com', 'carol@gmail.com']) {
    outreach.sandbox.addAccount({ address, appPassword: APP_PASSWORD });
  }
  const slotId = await outreach.connect('olga@gmail.com');
  return { ...outreach, url: outreach.app.url, owner: outreach.person, slotId };
}

/** By the example's name. Those that are not here run as the owner, with the file's own variables. */
export const SETTINGS: Readonly<Record<string, (world: ExampleWorld) => Promise<Setting>>> = {
  // people
  SignUp: async ({ url }) => ({ as: httpClient(url) }),
  SignIn: async ({ url }) => {
    const { email } = await signUp(url);
    return { as: httpClient(url), variables: { input: { email, password: PASSWORD } } };
  },
  SignOut: async ({ url, owner }) => ({ as: await joinAs(url, owner, 'MEMBER') }),
  ChangePassword: async ({ url, owner }) => ({
    as: await joinAs(url, owner, 'MEMBER'),
    variables: { current: PASSWORD },
  }),
  AcceptInvitation: async ({ url, owner }) => {
    const { invite } = await owner.ask<{ invite: string }>(
      'mutation { invite(email: "carol@example.com", role: MEMBER) }',
    );
    return { as: httpClient(url), variables: { token: invite } };
  },
  ChangeRole: async (world) => ({ variables: { memberId: await newMember(world) } }),
  RemoveMember: async (world) => ({ variables: { memberId: await newMember(world) } }),
  RevokeApiKey: async ({ owner }) => {
    const { createApiKey } = await owner.ask<{ createApiKey: { id: string } }>(
      'mutation { createApiKey(name: "to be revoked") { id } }',
    );
    return { variables: { id: createApiKey.id } };
  },

  // slots
  CustomerSlots: async (world) => ({ variables: { workspaceId: await newCustomer(world) } }),
  ConnectGmail: async (world) => ({ variables: { input: { slotId: await freeSlot(world, 'SELF') } } }),
  ConnectionCheck: async (world) => {
    const slotId = await freeSlot(world, 'SELF');
    return { variables: { slotId }, trigger: () => world.connect(newAddress(), slotId) };
  },
  Slot: async ({ slotId }) => ({ variables: { id: slotId } }),
  SlotChanged: async (world) => {
    const slotId = await newConnection(world);
    return { variables: { slotId }, trigger: () => pause(world, slotId) };
  },
  UpdateSendingSettings: async (world) => ({ variables: { slotId: await newConnection(world) } }),
  RecheckConnection: async ({ slotId }) => ({ variables: { slotId } }),
  DisconnectGmail: async (world) => ({ variables: { slotId: await newConnection(world) } }),
  GrantSlots: async (world) => ({ variables: { workspaceId: await newCustomer(world) } }),
  FillFlySlot: async (world) => ({ variables: { input: { slotId: await freeSlot(world, 'FLY') } } }),
  ReleaseFlySlot: async (world) => {
    const slotId = await freeSlot(world, 'FLY');
    const email = newAddress();
    world.sandbox.addAccount({ address: email, appPassword: APP_PASSWORD });
    await world.owner.ask(
      'mutation ($input: ConnectGmailInput!) { fillFlySlot(input: $input) { __typename } }',
      { input: { slotId, email, appPassword: APP_PASSWORD } },
    );
    return { variables: { slotId } };
  },

  // sending
  SendEmail: async ({ slotId }) => ({ variables: { input: { slotId } } }),
  OutgoingMessageChanged: async ({ slotId, send }) => ({
    variables: { slotId },
    trigger: () => send(slotId),
  }),
  OutgoingMessage: async ({ slotId, send }) => ({ variables: { id: (await send(slotId)).email.id } }),
  CancelEmail: async (world) => {
    const slotId = await newConnection(world);
    await pause(world, slotId);
    return { variables: { id: (await world.send(slotId)).email.id } };
  },

  // prospects
  Prospect: async ({ owner }) => ({ variables: { id: await saveOne(owner) } }),
  UntagProspects: async ({ owner }) => ({ variables: { ids: [await saveOne(owner, { tags: ['vip'] })] } }),
  DeleteProspect: async ({ owner }) => ({ variables: { id: await saveOne(owner) } }),
  Unsuppress: async ({ owner }) => {
    const { suppress } = await owner.ask<{ suppress: { id: string } }>(
      'mutation { suppress(value: "carol@example.com") { id } }',
    );
    return { variables: { id: suppress.id } };
  },
  ProspectImport: async (world) => ({ variables: { id: await importFile(world) } }),
  ImportChanged: async (world) => ({ variables: { id: await importFile(world) } }),

  // campaigns
  CreateCampaign: async ({ slotId }) => ({ variables: { input: { slotIds: [slotId] } } }),
  UpdateCampaign: async ({ owner, slotId }) => {
    const id = await draftCampaign(owner);
    const { campaign } = await owner.ask<{
      campaign: { steps: [{ id: string; variants: [{ id: string }] }] };
    }>('query ($id: ID!) { campaign(id: $id) { steps { id variants { id } } } }', { id });
    return { variables: { id, input: { steps: campaign.steps, slotIds: [slotId] } } };
  },
  PreviewStep: async ({ owner }) => ({
    variables: { campaignId: await draftCampaign(owner), prospectId: await saveOne(owner) },
  }),
  EnrolProspects: async ({ owner }) => ({ variables: { campaignId: await draftCampaign(owner) } }),
  StartCampaign: async ({ owner }) => ({ variables: { id: await draftCampaign(owner) } }),
  PauseCampaign: async ({ owner }) => {
    const id = await draftCampaign(owner);
    await startCampaign(owner, id);
    return { variables: { id } };
  },
  Campaign: async ({ owner }) => ({ variables: { id: await draftCampaign(owner) } }),
  CampaignChanged: async ({ owner }) => {
    const id = await draftCampaign(owner);
    return { variables: { id }, trigger: () => startCampaign(owner, id) };
  },
  Unenrol: async ({ owner }) => ({
    variables: { enrolmentId: await enrolOne(owner, await draftCampaign(owner)) },
  }),
  ResumeEnrolment: async (world) => ({ variables: { enrolmentId: await holdOne(world) } }),
  DeleteCampaign: async ({ owner }) => ({ variables: { id: await draftCampaign(owner) } }),

  // replies and conversations
  ReplyReceived: async (world) => ({
    variables: { after: await replyCursor(world) },
    trigger: () => converse(world),
  }),
  ReplyEvents: async (world) => {
    const after = await replyCursor(world);
    await converse(world);
    return { variables: { after } };
  },
  Conversation: async (world) => ({ variables: { id: await converse(world) } }),
  ReplyToConversation: async (world) => ({ variables: { conversationId: await converse(world) } }),
  MarkConversationRead: async (world) => ({ variables: { id: await converse(world) } }),
  CorrectMatch: async (world) => ({ variables: { messageId: await receiveReply(world) } }),
  ConversationChanged: async (world) => ({ trigger: () => converse(world) }),
};

async function newMember({ url, owner }: ExampleWorld): Promise<string> {
  const member = await joinAs(url, owner, 'MEMBER');
  const { viewer } = await member.ask<{ viewer: { id: string } }>('{ viewer { id } }');
  return viewer.id;
}

/** @returns the workspace of somebody else */
async function newCustomer({ url }: ExampleWorld): Promise<string> {
  const customer = await signUp(url);
  const { viewer } = await customer.ask<{ viewer: { workspace: { id: string } } }>(
    '{ viewer { workspace { id } } }',
  );
  return viewer.workspace.id;
}

let accounts = 0;

function newAddress(): string {
  return `account${++accounts}@gmail.com`;
}

async function freeSlot({ owner }: ExampleWorld, wanted: 'SELF' | 'FLY'): Promise<string> {
  const { gmailIntegration } = await owner.ask<{
    gmailIntegration: { slots: { id: string; kind: string; connection: object | null }[] };
  }>('{ gmailIntegration { slots { id kind connection { id } } } }');
  const free = gmailIntegration.slots.find(({ kind, connection }) => kind === wanted && !connection);
  if (!free) throw new Error(`No ${wanted} slot is free`);
  return free.id;
}

/** @returns a slot with an account of its own */
async function newConnection(world: ExampleWorld): Promise<string> {
  return world.connect(newAddress(), await freeSlot(world, 'SELF'));
}

function pause({ owner }: ExampleWorld, slotId: string): Promise<unknown> {
  return owner.ask(
    'mutation ($slotId: ID!) { updateSendingSettings(slotId: $slotId, input: { paused: true }) { id } }',
    { slotId },
  );
}

/** @returns the import's id, which is answered while the file is still being read */
async function importFile({ url, owner }: ExampleWorld): Promise<string> {
  const response = await fetch(`${url}/import/prospects`, {
    method: 'POST',
    headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'text/csv' },
    body: 'email,first name\nfay@example.com,Fay\nnobody,Nobody',
  });
  const { id } = (await response.json()) as { id: string };
  return id;
}

function startCampaign(owner: Client, id: string): Promise<unknown> {
  return owner.ask('mutation ($id: ID!) { startCampaign(id: $id) { __typename } }', { id });
}

/** Starts a campaign that needs to know more of somebody than there is. @returns their enrolment, once it is held */
async function holdOne(world: ExampleWorld): Promise<string> {
  const { owner, socket } = world;
  const campaignId = await draftCampaign(owner, {
    schedule: {
      timezone: 'UTC',
      days: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'],
      from: '00:00',
      to: '24:00',
    },
    steps: [{ waitDays: 0, variants: [{ subject: 'Hello', body: 'How is {{ city }}?' }] }],
    slotIds: [await newConnection(world)],
  });
  const enrolmentId = await enrolOne(owner, campaignId);
  const changes = socket.subscribe<{ campaignChanged: { stats: { held: number } } }>(
    'subscription ($id: ID!) { campaignChanged(id: $id) { stats { held } } }',
    { id: campaignId },
  );
  await startCampaign(owner, campaignId);
  while ((await changes.next()).campaignChanged.stats.held === 0);
  await changes.stop();
  return enrolmentId;
}

async function replyCursor({ owner }: ExampleWorld): Promise<string> {
  return (await owner.ask<{ replyCursor: string }>('{ replyCursor }')).replyCursor;
}

let prospects = 0;

/** Writes to somebody who answers. @returns the conversation, once the answer is in it */
async function converse(world: ExampleWorld): Promise<string> {
  return (await awaitReply(world)).conversation.id;
}

/** @returns a message that has come in */
async function receiveReply(world: ExampleWorld): Promise<string> {
  return (await awaitReply(world)).message.id;
}

interface Reply {
  message: { id: string };
  conversation: { id: string };
}

async function awaitReply(world: ExampleWorld): Promise<Reply> {
  const { slotId, send, socket } = world;
  const replies = socket.subscribe<{ replyReceived: Reply }>(
    'subscription ($after: String) { replyReceived(after: $after) { message { id } conversation { id } } }',
    { after: await replyCursor(world) },
  );
  await send(slotId, { to: `bob${++prospects}@example.com` });
  const { replyReceived } = await replies.next();
  await replies.stop();
  return replyReceived;
}
