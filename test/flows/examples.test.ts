import { readFileSync } from 'node:fs';
import { type Example, readExamples } from '../../src/server/readExamples';
import { startTestApp, type TestApp } from '../support/app';
import { draftCampaign, enrolOne, inputFor, saveOne } from '../support/campaignsOverApi';
import { type Answer, type Client, httpClient } from '../support/client';
import { joinAs, PASSWORD, signUp } from '../support/people';

/** Where the examples run: an installation with an operator, who owns a workspace. */
interface World {
  url: string;
  owner: Client;
}

/** What an example needs beyond the variables that stand above it. */
interface Setting {
  as?: Client;
  variables?: Record<string, unknown>;
  /** What becomes of the example's own `input`. */
  input?: (input: object) => object;
}

/** Examples that are not here run as the owner, with the file's own variables. */
const SETTINGS: Readonly<Record<string, (world: World) => Promise<Setting>>> = {
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
  CreateCampaign: async ({ owner }) => {
    const { slotIds } = await inputFor(owner);
    return { input: (input) => ({ ...input, slotIds }) };
  },
  PreviewStep: async ({ owner }) => ({
    variables: { campaignId: await draftCampaign(owner), prospectId: await saveOne(owner) },
  }),
  EnrolProspects: async ({ owner }) => ({ variables: { campaignId: await draftCampaign(owner) } }),
  StartCampaign: async ({ owner }) => ({ variables: { id: await draftCampaign(owner) } }),
  PauseCampaign: async ({ owner }) => {
    const id = await draftCampaign(owner);
    await owner.ask('mutation ($id: ID!) { startCampaign(id: $id) { __typename } }', { id });
    return { variables: { id } };
  },
  Campaign: async ({ owner }) => ({ variables: { id: await draftCampaign(owner) } }),
  Unenrol: async ({ owner }) => ({
    variables: { enrolmentId: await enrolOne(owner, await draftCampaign(owner)) },
  }),
  DeleteCampaign: async ({ owner }) => ({ variables: { id: await draftCampaign(owner) } }),
};

const examples = readExamples(readFileSync('schema/examples.graphql', 'utf8'));
let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  world = { url: app.url, owner: await signUp(app.url, 'operator@example.com') };
});
afterAll(() => app.stop());

test.each(examples)('$name: $description', async (example) => {
  const answer = await run(example, (await SETTINGS[example.name]?.(world)) ?? {});
  expect(answer).toEqual({ data: expect.any(Object) });
  expect(failuresIn(answer)).toEqual([]);
});

test('every setting belongs to an example, and each example has a name of its own', () => {
  const names = examples.map(({ name }) => name);
  expect(Object.keys(SETTINGS).filter((name) => !names.includes(name))).toEqual([]);
  expect(names).toEqual([...new Set(names)]);
});

async function newMember({ url, owner }: World): Promise<string> {
  const member = await joinAs(url, owner, 'MEMBER');
  const { viewer } = await member.ask<{ viewer: { id: string } }>('{ viewer { id } }');
  return viewer.id;
}

function run(
  { query, variables }: Example,
  { as = world.owner, variables: own, input = (same) => same }: Setting,
): Promise<Answer<unknown>> {
  const given = JSON.parse(variables || '{}');
  return as.send(query, { ...given, ...(given.input && { input: input(given.input) }), ...own });
}

/** A Failure is data to GraphQL; in an example it would be a mistake. */
function failuresIn({ data }: Answer<unknown>): unknown[] {
  return Object.values(data ?? {}).filter(
    (value) => typeof value === 'object' && value !== null && 'code' in value,
  );
}
