import { randomUUID } from 'node:crypto';
import { Notices } from '../../src/database/notices';
import type { Viewer } from '../../src/identity/context';
import { encodeCursor } from '../../src/lib/cursor';
import { BadInput, NotFound } from '../../src/lib/failures';
import { Prospect } from '../../src/prospects/prospect.entity';
import type { ProspectData } from '../../src/prospects/prospectData';
import {
  deleteProspect,
  findProspect,
  listProspects,
  loadProspects,
  saveRecipient,
} from '../../src/prospects/prospects';
import type { ProspectsRoom } from '../../src/prospects/prospectsRoom';
import { saveProspects } from '../../src/prospects/saveProspects';
import { Suppression } from '../../src/prospects/suppression.entity';
import {
  findSuppression,
  findSuppressions,
  listSuppressions,
  suppress,
  unsuppress,
} from '../../src/prospects/suppressions';
import { listTags, untagProspects } from '../../src/prospects/tags';
import { openTestDatabase, type TestDatabase, testLog } from '../support/database';

let opened: TestDatabase;
let room: ProspectsRoom;
/** Of two workspaces, both empty. */
let viewer: Viewer;
let stranger: Viewer;

beforeAll(async () => {
  opened = await openTestDatabase();
  room = { db: opened.database, notices: new Notices({ url: opened.url, log: testLog }), log: testLog };
});

beforeEach(async () => {
  [viewer, stranger] = await Promise.all([createViewer(), createViewer()]);
});

afterAll(() => opened.close());

async function createViewer(): Promise<Viewer> {
  const [workspace] = await room.db.query<{ id: string }>(
    "INSERT INTO workspaces (name) VALUES ('A') RETURNING id",
  );
  return {
    personId: randomUUID(),
    workspaceId: workspace?.id ?? '',
    email: 'owner@example.com',
    name: null,
    role: 'OWNER',
    isOperator: false,
    via: 'session',
    credentialId: randomUUID(),
  };
}

async function save(data: ProspectData, as = viewer): Promise<Prospect> {
  const [prospect] = await saveProspects(room, as, [data]);
  if (!prospect) throw new Error('Nothing came back');
  return prospect;
}

function wrongPaths(work: Promise<unknown>): Promise<string[]> {
  return work.then(
    () => [],
    (error: unknown) => {
      if (error instanceof BadInput) return error.fields.map(({ path }) => path);
      throw error;
    },
  );
}

describe('saving prospects', () => {
  it('changes what is given, keeps what is not, and merges the rest', async () => {
    const made = await save({
      email: 'Ann@Example.com',
      firstName: 'Ann',
      company: 'Acme',
      attributes: [
        { name: 'city', value: 'Rome' },
        { name: 'title', value: 'CTO' },
      ],
      tags: ['b', 'a'],
    });
    const changed = await save({
      email: 'ann@EXAMPLE.com',
      firstName: null,
      lastName: 'Lee',
      attributes: [{ name: 'city', value: 'Oslo' }],
      tags: ['a', 'c'],
    });
    expect(changed).toEqual({
      ...made,
      email: 'ann@example.com',
      firstName: null,
      lastName: 'Lee',
      company: 'Acme',
      attributes: { city: 'Oslo', title: 'CTO' },
      tags: ['b', 'a', 'c'],
    });
    expect(await save({ email: 'ann@example.com' })).toEqual(changed);
  });

  it('takes people off a list: these, or everybody; never a stranger', async () => {
    const ann = await save({ email: 'ann@example.com', tags: ['hot', 'vip'] });
    await save({ email: 'bob@example.com', tags: ['hot'] });
    const theirs = await save({ email: 'eve@example.com', tags: ['hot'] }, stranger);
    const lists = async () =>
      (await listTags(room, viewer)).map(({ name, prospects }) => `${name} ${prospects}`);
    expect(await lists()).toEqual(['hot 2', 'vip 1']);
    await expect(untagProspects(room, viewer, 'hot', [ann.id, theirs.id])).rejects.toThrow(NotFound);
    expect(await untagProspects(room, viewer, 'hot', [])).toBe(0);
    expect(await untagProspects(room, viewer, 'hot', [ann.id])).toBe(1);
    expect(await lists()).toEqual(['hot 1', 'vip 1']);
    expect(await untagProspects(room, viewer, ' hot ', null)).toBe(1);
    expect(await lists()).toEqual(['vip 1']);
    expect(await listTags(room, stranger)).toEqual([{ name: 'hot', prospects: 1 }]);
  });

  it('answers in the order of the question, also for who is named twice', async () => {
    const inputs = ['zed@example.com', 'ann@example.com', 'ZED@example.com'].map((email) => ({ email }));
    const saved = await saveProspects(room, viewer, inputs);
    expect(saved.map(({ email }) => email)).toEqual([
      'zed@example.com',
      'ann@example.com',
      'zed@example.com',
    ]);
    expect(saved[0]).toEqual(saved[2]);
  });

  it('takes attributes away by their names, also where others are given at once', async () => {
    const attributes = ['city', 'title', '__proto__', 'a"}b'].map((name) => ({ name, value: 'x' }));
    await save({ email: 'ann@example.com', attributes });
    const removeAttributes = [' city ', '__proto__', 'a"}b', 'never there'];
    const saved = await save({
      email: 'ann@example.com',
      removeAttributes,
      attributes: [{ name: 'role', value: 'CTO' }],
    });
    expect(saved.attributes).toEqual({ title: 'x', role: 'CTO' });
    expect((await save({ email: 'bob@example.com', removeAttributes })).attributes).toEqual({});
  });

  it('makes room for others by what it takes away', async () => {
    const some = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => ({ name: `x${from + n}`, value: '' }));
    await save({ email: 'ann@example.com', attributes: some(0, 500) });
    const saved = await save({
      email: 'ann@example.com',
      attributes: some(500, 1),
      removeAttributes: ['x0'],
    });
    expect(Object.keys(saved.attributes)).toHaveLength(500);
  });

  it('keeps what the entity reads', async () => {
    const data = {
      email: 'a@example.com',
      attributes: [{ name: '__proto__', value: '{"a": "\\u0041"}' }],
      tags: ['{,}'],
    };
    const saved = await save(data);
    expect(saved.attributes).toEqual(Object.fromEntries([['__proto__', '{"a": "\\u0041"}']]));
    expect(saved.tags).toEqual(['{,}']);
    expect({ ...(await room.db.manager.findOneByOrFail(Prospect, { id: saved.id })) }).toEqual(saved);
  });

  it('saves all or none, and says what is wrong', async () => {
    const wrong = saveProspects(room, viewer, [
      { email: 'a@example.com' },
      { email: 'b@example.com', firstName: 'B\0' },
    ]);
    expect(await wrongPaths(wrong)).toEqual(['prospects.1.firstName']);
    expect(await listProspects(room, viewer, {})).toMatchObject({ edges: [] });
  });

  it('takes a thousand at once, and no more', async () => {
    const inputs = Array.from({ length: 1001 }, (_, n) => ({ email: `x${n}@example.com` }));
    expect(await wrongPaths(saveProspects(room, viewer, inputs))).toEqual(['prospects']);
    const saved = await saveProspects(room, viewer, inputs.slice(1));
    expect(saved.map(({ email }) => email)).toEqual(inputs.slice(1).map(({ email }) => email));
  });

  it('does not let many saves add up to too much', async () => {
    const some = (from: number, count: number) => Array.from({ length: count }, (_, n) => `x${from + n}`);
    const attributes = (from: number, count: number) =>
      some(from, count).map((name) => ({ name, value: '' }));
    await save({ email: 'ann@example.com', tags: some(0, 50), attributes: attributes(0, 500) });
    expect(await wrongPaths(save({ email: 'ann@example.com', tags: ['one more'] }))).toEqual([
      'prospects.0.tags',
    ]);
    const more = save({ email: 'ann@example.com', attributes: attributes(499, 2) });
    expect(await wrongPaths(more)).toEqual(['prospects.0.attributes']);
    await save({ email: 'ann@example.com', tags: some(0, 50), attributes: attributes(0, 500) });
  });

  it('loses nothing when many save the same people at once', async () => {
    const emails = Array.from({ length: 40 }, (_, n) => `x${n}@example.com`);
    const saves = Array.from({ length: 8 }, (_, n) => {
      const inputs = emails.map((email) => ({ email, tags: [`t${n}`] }));
      return saveProspects(room, viewer, n % 2 ? inputs.reverse() : inputs);
    });
    await Promise.all(saves);
    const { edges } = await listProspects(room, viewer, {});
    expect(edges.map(({ node }) => node.tags.length)).toEqual(emails.map(() => 8));
  });
});

describe('listing prospects', () => {
  async function readAll(args: { search?: string; tag?: string }, first: number): Promise<string[]> {
    const emails: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof listProspects>> = await listProspects(room, viewer, {
        ...args,
        first,
        after,
      });
      emails.push(...page.edges.map(({ node }) => node.email));
      if (!page.pageInfo.hasNextPage) return emails;
      after = page.pageInfo.endCursor;
    }
  }

  it('pages from the newest on, microsecond by microsecond', async () => {
    const micros = ['100001', '100002', '100003', '100003', '100999'];
    const emails = micros.map((_, n) => `x${n}@example.com`);
    await room.db.query(
      `INSERT INTO prospects (workspace_id, email, created_at)
       SELECT $1, email, ('2026-03-29 01:59:59.' || micros || '+00')::timestamptz FROM unnest($2::text[], $3::text[]) t (email, micros)`,
      [viewer.workspaceId, emails, micros],
    );
    const all = await readAll({}, 50);
    expect([all[0], all[4]]).toEqual(['x4@example.com', 'x0@example.com']);
    expect([...all].sort()).toEqual(emails);
    expect(await readAll({}, 1)).toEqual(all);
    expect(await readAll({}, 2)).toEqual(all);
  });

  it('finds by part of an address, name or company, taking % and _ as they are', async () => {
    await saveProspects(room, viewer, [
      { email: 'ann_lee@example.com', firstName: 'Ann', lastName: 'Lee', tags: ['vip'] },
      { email: 'annxlee@example.com', company: '100% Wool', tags: ['VIP'] },
    ]);
    expect(await readAll({ search: 'ANN L' }, 10)).toEqual(['ann_lee@example.com']);
    expect(await readAll({ search: 'n_l' }, 10)).toEqual(['ann_lee@example.com']);
    expect(await readAll({ search: '0%' }, 10)).toEqual(['annxlee@example.com']);
    expect(await readAll({ search: '  ' }, 10)).toHaveLength(2);
    await saveProspects(room, viewer, [{ email: 'kim@müller.example', firstName: 'Zoë' }]);
    expect(await readAll({ search: 'kim@MÜLLER' }, 10)).toEqual(['kim@xn--mller-kva.example']);
    expect(await readAll({ search: 'zoë' }, 10)).toEqual(['kim@xn--mller-kva.example']);
    expect(await readAll({ tag: 'vip' }, 10)).toEqual(['ann_lee@example.com']);
    expect(await readAll({ tag: 'vip', search: 'wool' }, 10)).toEqual([]);
  });

  it('counts all that match, whatever the page', async () => {
    await saveProspects(
      room,
      viewer,
      ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.com` })),
    );
    await save({ email: 'd@example.com' }, stranger);
    const page = await listProspects(room, viewer, { first: 1 });
    expect(page.edges).toHaveLength(1);
    expect(await page.totalCount).toBe(3);
  });

  it.each([
    [{ after: 'nonsense' }, 'after'],
    [{ after: encodeCursor(['2026-01-01', randomUUID()]) }, 'after'],
    [{ after: encodeCursor(['1', 'x']) }, 'after'],
    [{ first: 0 }, 'first'],
    [{ search: 'a\0' }, 'search'],
    [{ tag: '\0' }, 'tag'],
  ])('refuses %j', async (args, path) => {
    expect(await wrongPaths((async () => listProspects(room, viewer, args))())).toEqual([path]);
  });

  it('accepts any moment in a cursor', async () => {
    const after = encodeCursor(['9999999999999999', randomUUID()]);
    expect(await listProspects(room, viewer, { after })).toMatchObject({ edges: [] });
  });
});

describe('erasing a prospect', () => {
  it('takes their conversations and messages with them, and leaves the suppression', async () => {
    const { workspaceId } = viewer;
    const { id } = await save({ email: 'ann@example.com' });
    await suppress(room.db, workspaceId, 'ann@example.com', 'UNSUBSCRIBED');
    await room.db.query(
      `WITH account AS (
         INSERT INTO gmail_accounts (canonical_address, daily_limit, ramp_ceiling) VALUES ($3, 500, 30) RETURNING id
       ), connection AS (
         INSERT INTO connections (workspace_id, account_id, email, state) SELECT $1, id, $3, 'WATCHING' FROM account RETURNING id, account_id
       ), conversation AS (
         INSERT INTO conversations (workspace_id, connection_id, prospect_id, subject) SELECT $1, id, $2, 'Hi' FROM connection
         RETURNING id
       )
       INSERT INTO outgoing_messages (workspace_id, connection_id, account_id, conversation_id, prospect_id,
              from_address, to_address, subject, text, message_id)
       SELECT $1, connection.id, account_id, conversation.id, $2, $3, 'ann@example.com', 'Hi', 'Hi', '<1@example.com>'
         FROM connection, conversation`,
      [workspaceId, id, `${randomUUID()}@example.com`],
    );
    await deleteProspect(room, viewer, id);
    const [left] = await room.db.query(
      `SELECT (SELECT count(*)::int FROM conversations) AS conversations,
              (SELECT count(*)::int FROM outgoing_messages) AS messages,
              (SELECT count(*)::int FROM suppressions WHERE workspace_id = $1) AS suppressions`,
      [workspaceId],
    );
    expect(left).toEqual({ conversations: 0, messages: 0, suppressions: 1 });
    await expect(findProspect(room, viewer, id)).rejects.toThrow(NotFound);
  });
});

test('a recipient is made once, also by many at once', async () => {
  const spellings = ['Ann@example.com', 'ann@EXAMPLE.com', 'ann@example.com', ' ann@example.com'];
  const ids = await Promise.all(spellings.map((email) => saveRecipient(room.db, viewer.workspaceId, email)));
  expect(new Set(ids).size).toBe(1);
  expect((await save({ email: 'ann@example.com', firstName: 'Ann' })).id).toBe(ids[0]);
  expect(await saveRecipient(room.db, stranger.workspaceId, 'ann@example.com')).not.toBe(ids[0]);
  expect(await wrongPaths(saveRecipient(room.db, viewer.workspaceId, 'ann'))).toEqual(['to']);
});

test('prospects are loaded in the order of their ids', async () => {
  const [ann, bob] = [
    await save({ email: 'ann@example.com' }),
    await save({ email: 'bob@example.com' }, stranger),
  ];
  expect(await loadProspects(room.db, [bob.id, randomUUID(), ann.id, bob.id])).toEqual([bob, null, ann, bob]);
});

describe('suppressions', () => {
  it('hold for every spelling of an address, and for all of a domain', async () => {
    const ann = await suppress(room.db, viewer.workspaceId, ' Ann@Example.com', 'BOUNCED');
    const firm = await suppress(room.db, viewer.workspaceId, '@MÜLLER.de', 'MANUAL');
    const find = (address: string) => findSuppression(room.db, viewer.workspaceId, address);
    expect(await find('ANN@example.COM')).toEqual(ann);
    expect(await find('ann@example.com')).toEqual(ann);
    expect(await find('anybody@xn--mller-kva.de')).toEqual(firm);
    expect(await find('"odd one"@Müller.de')).toEqual(firm);
    expect(await find('bob@example.com')).toBeNull();
    expect(await find('x@mail.müller.de')).toBeNull();
    expect(await find('nonsense')).toBeNull();
    expect(await findSuppression(room.db, stranger.workspaceId, 'ann@example.com')).toBeNull();
    expect({ ...(await room.db.manager.findOneByOrFail(Suppression, { id: ann.id })) }).toEqual(ann);
  });

  it('of an address goes before that of its domain', async () => {
    await suppress(room.db, viewer.workspaceId, '@example.com', 'MANUAL');
    const own = await suppress(room.db, viewer.workspaceId, 'ann@example.com', 'UNSUBSCRIBED');
    expect(await findSuppression(room.db, viewer.workspaceId, 'ann@example.com')).toEqual(own);
  });

  it('are found for many people at once, in their order and of their own workspace', async () => {
    const { workspaceId } = viewer;
    const ann = await suppress(room.db, workspaceId, 'ann@example.com', 'MANUAL');
    const people = [
      { workspaceId, email: 'bob@example.com' },
      { workspaceId, email: 'ann@example.com' },
      { workspaceId: stranger.workspaceId, email: 'ann@example.com' },
      { workspaceId, email: 'ann@example.com' },
    ];
    expect(await findSuppressions(room.db, people)).toEqual([null, ann, null, ann]);
  });

  it.each([
    ['MANUAL', 'UNSUBSCRIBED', 'UNSUBSCRIBED'],
    ['UNSUBSCRIBED', 'MANUAL', 'UNSUBSCRIBED'],
    ['BOUNCED', 'COMPLAINED', 'BOUNCED'],
  ] as const)('for %s, then for %s, stand for %s', async (first, second, kept) => {
    const before = await suppress(room.db, viewer.workspaceId, 'ann@example.com', first);
    const after = await suppress(room.db, viewer.workspaceId, 'ann@example.com', second);
    expect(after).toEqual({ ...before, reason: kept });
  });

  it('are lifted by their own workspace alone', async () => {
    const { id } = await suppress(room.db, viewer.workspaceId, 'ann@example.com', 'MANUAL');
    await expect(unsuppress(room, stranger, id)).rejects.toThrow(NotFound);
    await expect(unsuppress(room, viewer, 'nonsense')).rejects.toThrow(NotFound);
    expect(await unsuppress(room, viewer, id)).toBe(true);
    await expect(unsuppress(room, viewer, id)).rejects.toThrow(NotFound);
    expect(await findSuppression(room.db, viewer.workspaceId, 'ann@example.com')).toBeNull();
  });

  it('are listed newest first, and searched', async () => {
    const values = ['ann@example.com', '@firm.example', 'bob@firm.example'];
    for (const value of values) await suppress(room.db, viewer.workspaceId, value, 'MANUAL');
    const found = await listSuppressions(room, viewer, { search: '@FIRM', first: 1 });
    expect(found.edges.map(({ node }) => node.value)).toEqual(['bob@firm.example']);
    expect(await found.totalCount).toBe(2);
    const next = await listSuppressions(room, viewer, { search: '@FIRM', after: found.pageInfo.endCursor });
    expect(next.edges.map(({ node }) => node.value)).toEqual(['@firm.example']);
    await suppress(room.db, viewer.workspaceId, '@bücher.example', 'MANUAL');
    const foreign = await listSuppressions(room, viewer, { search: 'BÜCHER.ex' });
    expect(foreign.edges.map(({ node }) => node.value)).toEqual(['@xn--bcher-kva.example']);
    expect(next.pageInfo.hasNextPage).toBe(false);
  });

  it('refuse what is neither an address nor a domain', async () => {
    expect(await wrongPaths(suppress(room.db, viewer.workspaceId, 'example.com', 'MANUAL'))).toEqual([
      'value',
    ]);
  });
});
