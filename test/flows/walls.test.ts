import { readdirSync, readFileSync } from 'node:fs';
import { type Answer, openSocket, type Socket } from '../support/client';
import { type Estate, furnish, type Kind } from '../support/estates';
import { fillIn, idPathsOf, type Operation, readOperations, writeDocument } from '../support/operations';
import { signUp } from '../support/people';
import { type Outreach, openOutreach } from '../support/sending';
import { until } from '../support/until';

/**
 * The walls between workspaces, over the whole printed schema: every operation that takes an id is called with one of
 * another workspace. Who may call it, and what its ids are of, stands here; an operation that is missing fails.
 */
interface Wall {
  who: 'everybody' | 'members' | 'owners' | 'operators';
  /** By the path of each ID among the arguments. */
  ids?: Readonly<Record<string, Kind>>;
  /** Operators may see, or are there to do, this in all workspaces. */
  operatorsMay?: true;
  /** Paths where an id of nothing is no failure, but the answer is the same as for one that never was. */
  unanswered?: readonly string[];
}

const CAMPAIGN_INPUT = {
  'input.slotIds': 'slot',
  'input.steps.id': 'step',
  'input.steps.variants.id': 'variant',
} as const;
const BY_CAMPAIGN_AND_SLOT = { campaignId: 'campaign', slotId: 'slot' } as const;
const REPLY_FILTER = { 'filter.campaignId': 'campaign', 'filter.slotId': 'slot' } as const;

const WALLS: Readonly<Record<string, Wall>> = {
  'query apiKeys': { who: 'members' },
  'query campaign': { who: 'members', ids: { id: 'campaign' } },
  'query campaigns': { who: 'members' },
  'query conversation': { who: 'members', ids: { id: 'conversation' } },
  'query conversations': {
    who: 'members',
    ids: { ...BY_CAMPAIGN_AND_SLOT, prospectId: 'prospect' },
    unanswered: ['prospectId'],
  },
  'query domainCaps': { who: 'members' },
  'query gmailIntegration': { who: 'members', ids: { workspaceId: 'workspace' }, operatorsMay: true },
  'query members': { who: 'members' },
  'query outgoingMessage': { who: 'members', ids: { id: 'email' } },
  'query outgoingMessages': { who: 'members', ids: BY_CAMPAIGN_AND_SLOT },
  'query previewStep': { who: 'members', ids: { campaignId: 'campaign', prospectId: 'prospect' } },
  'query prospect': { who: 'members', ids: { id: 'prospect' } },
  'query prospectImport': { who: 'members', ids: { id: 'import' } },
  'query prospectImports': { who: 'members' },
  'query prospectTags': { who: 'members' },
  'query prospects': { who: 'members' },
  'query replyCursor': { who: 'members' },
  'query replyEvents': { who: 'members', ids: REPLY_FILTER },
  'query slot': { who: 'members', ids: { id: 'slot' }, operatorsMay: true },
  'query suppressions': { who: 'members' },
  'query troubles': { who: 'operators' },
  'query viewer': { who: 'everybody' },
  'query workspaces': { who: 'operators' },

  'mutation acceptInvitation': { who: 'everybody' },
  'mutation cancelEmail': { who: 'members', ids: { id: 'email' } },
  'mutation changePassword': { who: 'members' },
  'mutation changeRole': { who: 'owners', ids: { memberId: 'member' } },
  'mutation connectGmail': { who: 'members', ids: { 'input.slotId': 'slot' } },
  'mutation correctMatch': {
    who: 'members',
    ids: { messageId: 'received', conversationId: 'conversation', prospectId: 'prospect' },
  },
  'mutation createApiKey': { who: 'members' },
  'mutation createCampaign': { who: 'members', ids: CAMPAIGN_INPUT },
  'mutation deleteCampaign': { who: 'members', ids: { id: 'campaign' } },
  'mutation deleteProspect': { who: 'members', ids: { id: 'prospect' } },
  'mutation disconnectGmail': { who: 'members', ids: { slotId: 'slot' } },
  'mutation enrolProspects': {
    who: 'members',
    ids: { campaignId: 'campaign', 'selection.ids': 'prospect', 'selection.importId': 'import' },
  },
  'mutation fillFlySlot': { who: 'operators', ids: { 'input.slotId': 'flySlot' }, operatorsMay: true },
  'mutation grantSlots': { who: 'operators', ids: { workspaceId: 'workspace' }, operatorsMay: true },
  'mutation invite': { who: 'owners' },
  'mutation markConversationRead': { who: 'members', ids: { id: 'conversation' } },
  'mutation pauseCampaign': { who: 'members', ids: { id: 'campaign' } },
  'mutation recheckConnection': { who: 'members', ids: { slotId: 'slot' }, operatorsMay: true },
  'mutation releaseFlySlot': { who: 'operators', ids: { slotId: 'flySlot' }, operatorsMay: true },
  'mutation removeMember': { who: 'owners', ids: { memberId: 'member' } },
  'mutation replyToConversation': { who: 'members', ids: { conversationId: 'conversation' } },
  'mutation resumeEnrolment': { who: 'members', ids: { enrolmentId: 'enrolment' } },
  'mutation revokeApiKey': { who: 'members', ids: { id: 'apiKey' } },
  'mutation saveProspects': { who: 'members' },
  'mutation sendEmail': { who: 'members', ids: { 'input.slotId': 'slot' } },
  'mutation setDomainCap': { who: 'owners' },
  'mutation signIn': { who: 'everybody' },
  'mutation signOut': { who: 'everybody' },
  'mutation signUp': { who: 'everybody' },
  'mutation startCampaign': { who: 'members', ids: { id: 'campaign' } },
  'mutation suppress': { who: 'members' },
  'mutation unenrol': { who: 'members', ids: { enrolmentId: 'enrolment' } },
  'mutation unsuppress': { who: 'members', ids: { id: 'suppression' } },
  'mutation untagProspects': { who: 'members', ids: { ids: 'prospect' } },
  'mutation updateCampaign': { who: 'members', ids: { id: 'campaign', ...CAMPAIGN_INPUT } },
  'mutation updateSendingSettings': { who: 'members', ids: { slotId: 'slot' } },
  'mutation updateWorkspace': { who: 'owners' },

  'subscription campaignChanged': { who: 'members', ids: { id: 'campaign' } },
  'subscription connectionCheck': { who: 'members', ids: { slotId: 'slot' }, operatorsMay: true },
  'subscription conversationChanged': { who: 'members' },
  'subscription importChanged': { who: 'members', ids: { id: 'import' } },
  'subscription outgoingMessageChanged': { who: 'members', ids: BY_CAMPAIGN_AND_SLOT },
  'subscription replyReceived': { who: 'members', ids: REPLY_FILTER },
  'subscription troublesChanged': { who: 'operators' },
  'subscription slotChanged': { who: 'members', ids: { slotId: 'slot' }, operatorsMay: true },
};

const REFUSALS = ['NOT_FOUND', 'FORBIDDEN', 'CAMPAIGN_INVALID'];
const NOTHING_OWNED: Partial<Estate['ids']> = {};
const NEVER_WAS = '00000000-0000-4000-8000-000000000000';
const VICTIM = 'victim';

const operations = readOperations();
const attacks = operations.flatMap((operation) =>
  Object.keys(WALLS[operation.key]?.ids ?? {}).map((path) => ({ ...operation, path })),
);

let world: Outreach;
let victim: Estate;
let intruder: Estate;
let operator: Estate;
/** Of everybody who attacks, by their token; the stranger has none. */
const sockets = new Map<string | undefined, Socket>();

beforeAll(async () => {
  world = await openOutreach();
  const { url } = world.app;
  [victim, intruder, operator] = await Promise.all([
    furnish(world, VICTIM, await signUp(url, `owner@${VICTIM}.example.com`)),
    furnish(world, 'intruder', await signUp(url, 'owner@intruder.example.com')),
    furnish(world, 'operator', world.person),
  ]);
  for (const token of [undefined, intruder.owner.token, intruder.member.token, operator.owner.token]) {
    sockets.set(token, await openSocket(url, token ? { payload: { authorization: `Bearer ${token}` } } : {}));
  }
  await world.sql.query('DELETE FROM attempts');
});
afterAll(async () => {
  await Promise.all([...sockets.values()].map((socket) => socket.close()));
  await world.stop();
});

test('every operation of the schema has its wall, and every id in it its kind', () => {
  expect(Object.keys(WALLS).sort()).toEqual(operations.map(({ key }) => key).sort());
  for (const { key, args } of operations) {
    expect([key, ...Object.keys(WALLS[key]?.ids ?? {}).sort()]).toEqual([key, ...idPathsOf(args).sort()]);
  }
});

describe('who is nobody', () => {
  test.each(operations.filter(({ key }) => WALLS[key]?.who !== 'everybody'))(
    'may not: $key',
    async (operation) => {
      for (const ids of [victim.ids, NOTHING_OWNED]) {
        expect(codeOf(await call(undefined, operation, valuesOf(operation, ids)))).toBe('UNAUTHENTICATED');
      }
    },
  );
});

describe('who has not the right', () => {
  const guarded = operations.filter(({ key }) => ['owners', 'operators'].includes(WALLS[key]?.who ?? ''));

  test.each(guarded)('may not: $key', async (operation) => {
    const { member, owner, ids } = intruder;
    const refused = WALLS[operation.key]?.who === 'owners' ? [member] : [member, owner];
    for (const person of refused) {
      for (const targets of [ids, victim.ids]) {
        expect(codeOf(await call(person, operation, valuesOf(operation, targets)))).toBe('FORBIDDEN');
      }
    }
  });
});

describe('what is another workspace’s is not there, and stays as it is', () => {
  let before: string[];
  beforeAll(async () => {
    before = await rowsAbout(victim);
  });
  afterAll(async () => expect(await rowsAbout(victim)).toEqual(before));

  test.each(attacks)('$key, by $path', async ({ path, ...operation }) => {
    const wall = WALLS[operation.key];
    const { who, unanswered = [], operatorsMay } = wall ?? {};
    const attackers = [
      ...(who === 'members' ? [intruder.member] : []),
      ...(who === 'operators' ? [] : [intruder.owner]),
      ...(operatorsMay ? [] : [operator.owner]),
    ];
    for (const person of attackers) {
      const own = person === operator.owner ? operator.ids : intruder.ids;
      const kind = wall?.ids?.[path] ?? 'slot';
      const aim = (id: string) => call(person, operation, valuesOf(operation, own, { [path]: id }));
      const answer = await aim(victim.ids[kind]);
      expect(JSON.stringify(answer)).not.toContain(VICTIM);
      expect(textOf(answer, victim.ids[kind])).toBe(textOf(await aim(NEVER_WAS), NEVER_WAS));
      if (!unanswered.includes(path)) expect(REFUSALS).toContain(codeOf(answer));
    }
  });
});

describe('beside GraphQL', () => {
  /** Each path, and how a test knows that it keeps the workspaces apart. */
  const ROUTES = {
    '/graphql': 'all of this file',
    '/graphql/explorer/examples': 'the same for everybody',
    '/': 'the same for everybody',
    '/app': 'the same for everybody',
    '/app/*': 'the same for everybody',
    '/healthz': 'the same for everybody',
    '/readyz': 'the same for everybody',
    '/metrics': 'sums over the process',
    '/import/prospects': 'below',
    '/import/prospects/preview': 'below',
    '/export/prospects': 'below',
    '/attachments/:id/:position': 'below',
    '/u/*': 'below',
  };

  const ask = (path: string, token?: string, init: RequestInit = {}) =>
    fetch(`${world.app.url}${path}`, {
      ...init,
      headers: { 'content-type': 'text/csv', ...(token && { authorization: `Bearer ${token}` }) },
    });

  test('every path is known here', () => {
    const texts = readdirSync('src/server', { withFileTypes: true })
      .filter((file) => file.name.endsWith('.ts'))
      .map(({ name }) => readFileSync(`src/server/${name}`, 'utf8'));
    const paths = texts.flatMap((text) =>
      [...text.matchAll(/(?:\.(?:get|post|put|delete|all)(?:<[^(]*>)?\(|url:|PATH =)\s*'(\/[^']*)'/g)].map(
        ([, path]) => path ?? '',
      ),
    );
    expect([...new Set(paths)].sort()).toEqual(Object.keys(ROUTES).sort());
  });

  test('files of prospects are for members, and hold their own', async () => {
    for (const token of [undefined, 'cs_guessed', `csk_${victim.ids.apiKey}`]) {
      expect((await ask('/export/prospects', token)).status).toBe(401);
      for (const path of ['/import/prospects', '/import/prospects/preview']) {
        const { status } = await ask(path, token, { method: 'POST', body: 'email\na@example.com' });
        expect([path, status]).toEqual([path, 401]);
      }
    }
    for (const { token } of [intruder.member, operator.owner]) {
      const file = await (await ask('/export/prospects', token)).text();
      expect(file).toContain('@');
      expect(file).not.toContain(VICTIM);
    }
  });

  test('a file that came with a reply is for who may read the reply', async () => {
    for (const id of [victim.ids.received, NEVER_WAS, 'no-id']) {
      expect((await ask(`/attachments/${id}/0`)).status).toBe(401);
      for (const { token } of [intruder.owner, operator.owner]) {
        const response = await ask(`/attachments/${id}/0`, token);
        expect([response.status, await response.json()]).toMatchObject([
          404,
          { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
        ]);
      }
    }
  });

  test('a file with the address of another workspace’s prospect changes nobody but one’s own', async () => {
    const before = await rowsAbout(victim);
    const body = `email,company\nprospect@${VICTIM}.example.com,Taken over`;
    const { id } = (await (
      await ask('/import/prospects', intruder.owner.token, { method: 'POST', body })
    ).json()) as {
      id: string;
    };
    const changes = sockets
      .get(intruder.owner.token)
      ?.subscribe<{ importChanged: { state: string } }>(
        'subscription ($id: ID!) { importChanged(id: $id) { state } }',
        { id },
      );
    while ((await changes?.next())?.importChanged.state === 'RUNNING');
    expect(await (await ask('/export/prospects', intruder.owner.token)).text()).toContain('Taken over');
    expect(await rowsAbout(victim)).toEqual(before);
  });

  test('an unsubscribe link that is guessed opens nothing', async () => {
    const guesses = [victim.ids.workspace, victim.ids.email, victim.ids.prospect, 'x'.repeat(64)];
    for (const guess of guesses.flatMap((text) => [text, Buffer.from(text).toString('base64url')])) {
      const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
      const response = await fetch(`${world.app.url}/u/${guess}`, { method: 'POST', body });
      expect(response.status).toBe(404);
      expect(await response.text()).not.toContain(VICTIM);
    }
  });
});

/** All rows that name something of this workspace, but those that its watcher writes every second. */
async function rowsAbout({ ids }: Estate): Promise<string[]> {
  // The search's index follows what was written, by itself.
  await until(async () => (await world.sql.query('SELECT FROM outdated_documents')).rowCount === 0);
  const { rows: tables } = await world.sql.query<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_name NOT IN ('connections', 'folder_cursors', 'check_steps')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await world.sql.query<{ row: string }>(
      `SELECT to_jsonb(t)::text AS row FROM ${name} t WHERE to_jsonb(t)::text ~ $1 ORDER BY 1`,
      [Object.values(ids).join('|')],
    );
    found.push(...rows.map(({ row }) => row));
  }
  return found;
}

/** Over the one socket of somebody: it carries all three kinds of operations. */
async function call(
  person: { token: string } | undefined,
  operation: Operation,
  values: Record<string, unknown>,
): Promise<Answer<unknown>> {
  const socket = sockets.get(person?.token);
  if (!socket) throw new Error('Somebody without a socket');
  return socket.send(writeDocument(operation, values), values);
}

/** Ids of somebody's own, but where another is aimed with. */
function valuesOf(
  operation: Operation,
  own: Partial<Estate['ids']>,
  aimed: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  const kinds = WALLS[operation.key]?.ids ?? {};
  const idAt = (path: string) => aimed[path] ?? own[kinds[path] ?? 'slot'] ?? NEVER_WAS;
  return fillIn(operation, idAt, Object.keys(aimed));
}

/** Of the error, or of the failure that is a member of a result's union. */
function codeOf({ data, errors }: Answer<unknown>): string | undefined {
  const [result] = Object.values((data ?? {}) as Record<string, { code?: string } | null>);
  return errors?.[0]?.extensions.code ?? result?.code;
}

/** What an answer says, but for the id that it was asked about. */
function textOf(answer: Answer<unknown>, id: string): string {
  return JSON.stringify(answer).replaceAll(id, 'ID');
}
