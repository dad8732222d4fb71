import { startTestApp, type TestApp } from '../support/app';
import { type Client, httpClient } from '../support/client';
import { signUp } from '../support/people';

let app: TestApp;
/** Two people, each with an empty workspace of their own. */
let ask: Ask;
let strangerAsks: Ask;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app.stop());

/** The data, and beside it what the errors say to a program. */
type Ask = (
  source: string,
  variables?: Record<string, unknown>,
) => Promise<{ data: unknown; codes: unknown[] }>;

function askingAs(client: Client): Ask {
  return async (source, variables) => {
    const { data = null, errors = [] } = await client.send(source, variables);
    return { data, codes: errors.map(({ extensions }) => extensions) };
  };
}

const SAVE = `mutation ($prospects: [ProspectInput!]!) { saveProspects(prospects: $prospects) {
  id email firstName lastName company attributes { name value } tags suppression { value reason } } }`;

async function saveOne(asks: Ask, prospect: object): Promise<{ id: string }> {
  const { data } = await asks(SAVE, { prospects: [prospect] });
  const [saved] = (data as { saveProspects: { id: string }[] }).saveProspects;
  if (!saved) throw new Error('Nothing came back');
  return saved;
}

describe('in a workspace', () => {
  beforeEach(async () => {
    [ask, strangerAsks] = [askingAs(await signUp(app.url)), askingAs(await signUp(app.url))];
  });

  test('a prospect is saved, shown with what forbids to write to them, and erased', async () => {
    await ask('mutation { suppress(value: "@EXAMPLE.com") { value reason } }');
    const prospect = {
      email: 'Ann@MÜLLER.de',
      firstName: 'Ann',
      attributes: [
        { name: 'title', value: 'CTO' },
        { name: 'city', value: 'Rome' },
      ],
    };
    const { data } = await ask(SAVE, {
      prospects: [prospect, { email: 'bob@example.com', lastName: null, tags: ['vip'] }],
    });
    expect(data).toEqual({
      saveProspects: [
        {
          id: expect.any(String),
          email: 'ann@xn--mller-kva.de',
          firstName: 'Ann',
          lastName: null,
          company: null,
          attributes: [
            { name: 'city', value: 'Rome' },
            { name: 'title', value: 'CTO' },
          ],
          tags: [],
          suppression: null,
        },
        expect.objectContaining({ tags: ['vip'], suppression: { value: '@example.com', reason: 'MANUAL' } }),
      ],
    });
    const { id } = await saveOne(ask, { email: 'ann@müller.de' });
    const query = 'query ($id: ID!) { prospect(id: $id) { firstName } }';
    expect((await ask(query, { id })).data).toEqual({ prospect: { firstName: 'Ann' } });
    expect((await ask('mutation ($id: ID!) { deleteProspect(id: $id) }', { id })).data).toEqual({
      deleteProspect: true,
    });
    expect(await ask(query, { id })).toEqual({ data: { prospect: null }, codes: [{ code: 'NOT_FOUND' }] });
  });

  test('lists come as Relay pages', async () => {
    for (const name of ['ann', 'bob']) await saveOne(ask, { email: `${name}@example.com`, tags: ['vip'] });
    const list = `query ($after: String) { prospects(first: 1, after: $after, search: "EXAMPLE", tag: "vip") {
    edges { cursor node { email } } pageInfo { hasNextPage endCursor } totalCount } }`;
    const first = (await ask(list)).data as { prospects: { pageInfo: { endCursor: string } } };
    const { endCursor } = first.prospects.pageInfo;
    expect(first).toEqual({
      prospects: {
        edges: [{ cursor: endCursor, node: { email: 'bob@example.com' } }],
        pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
        totalCount: 2,
      },
    });
    expect((await ask(list, { after: endCursor })).data).toMatchObject({
      prospects: {
        edges: [{ node: { email: 'ann@example.com' } }],
        pageInfo: { hasNextPage: false },
        totalCount: 2,
      },
    });
  });

  test('a suppression is made, listed and lifted', async () => {
    await ask('mutation { suppress(value: "Ann@example.com", reason: UNSUBSCRIBED) { id } }');
    const list =
      '{ suppressions(search: "ann") { edges { node { id value reason source outgoingId createdAt } } totalCount } }';
    const { data } = await ask(list);
    const id = (data as { suppressions: { edges: [{ node: { id: string } }] } }).suppressions.edges[0].node
      .id;
    const node = {
      id,
      value: 'ann@example.com',
      reason: 'UNSUBSCRIBED',
      source: 'PERSON',
      outgoingId: null,
      createdAt: expect.stringMatching(/Z$/),
    };
    expect(data).toEqual({ suppressions: { edges: [{ node }], totalCount: 1 } });
    expect((await ask('mutation ($id: ID!) { unsuppress(id: $id) }', { id })).data).toEqual({
      unsuppress: true,
    });
    expect((await ask(list)).data).toEqual({ suppressions: { edges: [], totalCount: 0 } });
  });

  test('wrong values are named by their path', async () => {
    const prospects = [{ email: 'a@example.com' }, { email: 'b@example.com', tags: ['x', 'y\0'] }];
    expect((await ask(SAVE, { prospects })).codes).toEqual([
      { code: 'BAD_USER_INPUT', fields: [{ path: 'prospects.1.tags.1', message: expect.any(String) }] },
    ]);
    expect((await ask('mutation { suppress(value: "nobody") { id } }')).codes).toEqual([
      { code: 'BAD_USER_INPUT', fields: [{ path: 'value', message: expect.any(String) }] },
    ]);
  });

  test('nothing crosses the wall between two workspaces', async () => {
    const { id } = await saveOne(ask, { email: 'ann@example.com', firstName: 'Ann' });
    const { data } = await ask('mutation { suppress(value: "ann@example.com") { id } }');
    const suppressionId = (data as { suppress: { id: string } }).suppress.id;

    const notFound = { data: null, codes: [{ code: 'NOT_FOUND' }] };
    expect(await strangerAsks('mutation ($id: ID!) { deleteProspect(id: $id) }', { id })).toEqual(notFound);
    expect(await strangerAsks('mutation ($id: ID!) { unsuppress(id: $id) }', { id: suppressionId })).toEqual(
      notFound,
    );
    expect(await strangerAsks('query ($id: ID!) { prospect(id: $id) { email } }', { id })).toEqual({
      ...notFound,
      data: { prospect: null },
    });
    const everything =
      '{ prospects { totalCount edges { node { id } } } suppressions { totalCount edges { node { id } } } }';
    const nothing = { totalCount: 0, edges: [] };
    expect((await strangerAsks(everything)).data).toEqual({ prospects: nothing, suppressions: nothing });
    const theirs = await saveOne(strangerAsks, { email: 'ann@example.com' });
    expect(theirs).toMatchObject({ id: expect.not.stringContaining(id), firstName: null, suppression: null });
    expect(
      (await ask('query ($id: ID!) { prospect(id: $id) { firstName suppression { id } } }', { id })).data,
    ).toEqual({
      prospect: { firstName: 'Ann', suppression: { id: suppressionId } },
    });
  });
});

test.each([
  '{ prospects { totalCount } }',
  '{ suppressions { totalCount } }',
  'mutation { suppress(value: "@example.com") { id } }',
  'mutation { saveProspects(prospects: []) { id } }',
])('nobody asks %s without signing in', async (source) => {
  expect(await askingAs(httpClient(app.url))(source)).toEqual({
    data: null,
    codes: [{ code: 'UNAUTHENTICATED' }],
  });
});
