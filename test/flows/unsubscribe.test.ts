import { Writable } from 'node:stream';
import { readConfig } from '../../src/config';
import { Notices } from '../../src/database/notices';
import { createLog } from '../../src/lib/log';
import { type App, start } from '../../src/main';
import { type UnsubscribeRoom, unsubscribe } from '../../src/prospects/unsubscribe';
import { createUnsubscribeLinks, type OptOut } from '../../src/prospects/unsubscribeLinks';
import { createTestDatabase, openTestDatabase, testLog } from '../support/database';
import { signUp, type TestPerson } from '../support/people';

const KEY = Buffer.alloc(32, 7);
const ONE_CLICK = 'List-Unsubscribe=One-Click';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let app: App;
let drop: () => Promise<void>;
let logged = '';
let sam: TestPerson;
let stranger: TestPerson;
let workspaceId: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    ENCRYPTION_KEY: KEY.toString('base64'),
    GMAIL_SMTP_URL: 'smtp://127.0.0.1:9',
    GMAIL_IMAP_URL: 'imap://127.0.0.1:9',
    SIGN_UP: 'open',
  });
  const everything = new Writable({
    write: (chunk, _encoding, done) => {
      logged += chunk;
      done();
    },
  });
  app = await start(config, createLog('trace', everything));
  sam = await signUp(app.url);
  stranger = await signUp(app.url);
  const { viewer } = await sam.ask<{ viewer: { workspace: { id: string } } }>(
    '{ viewer { workspace { id } } }',
  );
  workspaceId = viewer.workspace.id;
});

afterAll(async () => {
  await app.stop();
  await drop();
});

let recipients = 0;

/** Somebody new, and their link. */
function newRecipient(keys = [KEY]): { address: string; link: string } {
  const address = `recipient${++recipients}@example.com`;
  const link = createUnsubscribeLinks(keys, app.url).linkFor({ workspaceId, address, outgoingId: null });
  if (link === null) throw new Error('There is no link');
  return { address, link };
}

async function suppressionsOf(person: TestPerson, address: string): Promise<{ reason: string }[]> {
  const { suppressions } = await person.ask<{ suppressions: { edges: { node: { reason: string } }[] } }>(
    'query ($search: String) { suppressions(search: $search) { edges { node { reason } } } }',
    { search: address },
  );
  return suppressions.edges.map(({ node }) => node);
}

/** As a mail program does it: whatever comes back, it follows nothing. */
function post(link: string, body: string | FormData = ONE_CLICK, headers: Record<string, string> = FORM) {
  return fetch(link, { method: 'POST', redirect: 'manual', body, headers });
}

test('a scanner that follows the link changes nothing, and finds a small page without scripts', async () => {
  const { address, link } = newRecipient();
  for (const method of ['GET', 'HEAD', 'GET']) {
    const response = await fetch(link, { method, headers: { 'accept-language': 'de-AT,en;q=0.5' } });
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-language': 'de',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-/,
      ),
      'x-robots-tag': 'noindex, nofollow',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(page).not.toContain('<script');
    expect(page.includes('<html lang="de" dir="ltr">')).toBe(method === 'GET');
    expect(page).not.toContain('example.com');
    expect(page.includes('<form method="post">')).toBe(method === 'GET');
  }
  expect(await suppressionsOf(sam, address)).toEqual([]);
});

test('one click suppresses, in this workspace only, without a cookie or a redirect', async () => {
  const { address, link } = newRecipient();
  const response = await post(link);
  expect(response.status).toBe(200);
  expect(response.headers.getSetCookie()).toEqual([]);
  expect(await response.text()).toContain('You are unsubscribed.');
  expect(await suppressionsOf(sam, address)).toEqual([{ reason: 'UNSUBSCRIBED' }]);
  expect(await suppressionsOf(stranger, address)).toEqual([]);
});

test('twice, and many times at once, is once', async () => {
  const { address, link } = newRecipient();
  const responses = await Promise.all(Array.from({ length: 20 }, () => post(link)));
  responses.push(await post(link));
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await suppressionsOf(sam, address)).toHaveLength(1);
});

const form = new FormData();
form.set('List-Unsubscribe', 'One-Click');

test.each<[string, string | FormData, Record<string, string>]>([
  ['as a multipart form', form, {}],
  [
    'as a multipart form with a boundary that is none',
    '---edge\nContent-Disposition: form-data; name="List-Unsubscribe"\nContent-Type: text/plain\n\nOne-Click\n---edge--',
    { 'content-type': 'multipart/form-data; boundary=---edge' },
  ],
  ['with a line break after it', `${ONE_CLICK}\r\n`, FORM],
  ['with a field of their own', `source=button&${ONE_CLICK}`, FORM],
  ['from another origin', ONE_CLICK, { ...FORM, origin: 'https://mail.example.org' }],
  ['from nowhere', ONE_CLICK, { ...FORM, origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['under another type', ONE_CLICK, { 'content-type': 'text/plain' }],
])('it also comes %s', async (_how, body, headers) => {
  const { address, link } = newRecipient();
  expect((await post(link, body, headers)).status).toBe(200);
  expect(await suppressionsOf(sam, address)).toEqual([{ reason: 'UNSUBSCRIBED' }]);
});

test.each([
  ['nothing', '', FORM],
  ['something else', 'List-Unsubscribe=Maybe', FORM],
  ['JSON', JSON.stringify({ 'List-Unsubscribe': 'One-Click' }), { 'content-type': 'application/json' }],
])('a POST that says %s only asks', async (_what, body, headers) => {
  const { address, link } = newRecipient();
  const response = await post(link, body, headers);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('<button name="List-Unsubscribe" value="One-Click">');
  expect(await suppressionsOf(sam, address)).toEqual([]);
});

test('a large body is refused', async () => {
  const { address, link } = newRecipient();
  expect((await post(link, `${ONE_CLICK}&x=${'x'.repeat(5_000)}`)).status).toBe(413);
  expect(await suppressionsOf(sam, address)).toEqual([]);
});

test('whoever was erased stays suppressed', async () => {
  const { address, link } = newRecipient();
  const { saveProspects } = await sam.ask<{ saveProspects: { id: string }[] }>(
    'mutation ($prospects: [ProspectInput!]!) { saveProspects(prospects: $prospects) { id } }',
    { prospects: [{ email: address }] },
  );
  await sam.ask('mutation ($id: ID!) { deleteProspect(id: $id) }', { id: saveProspects[0]?.id });
  expect((await post(link)).status).toBe(200);
  expect(await suppressionsOf(sam, address)).toEqual([{ reason: 'UNSUBSCRIBED' }]);
});

test('every link that is none of ours gets the same answer', async () => {
  const { link } = newRecipient();
  const forged = newRecipient([Buffer.alloc(32, 8)]);
  const paths = ['x', '%00', '%F0%9F%92%8C', 'a/b/c', 'v1.00000000.A.A.A', 'A'.repeat(8_000)];
  const strange = [
    forged.link,
    `${link}A`,
    `${link}%00`,
    link.slice(0, -1),
    ...paths.map((path) => `${app.url}/u/${path}`),
  ];
  const answers = await Promise.all(
    strange.flatMap((url) => [fetch(url), post(url), post(url, 'List-Unsubscribe=Maybe')]),
  );
  const seen = answers.map(async (response) => {
    const { date, 'x-request-id': requestId, ...headers } = Object.fromEntries(response.headers);
    expect({ date, requestId }).toEqual({ date: expect.any(String), requestId: expect.any(String) });
    return JSON.stringify([response.status, headers, await response.text()]);
  });
  const [one = '', ...others] = new Set(await Promise.all(seen));
  expect(others).toEqual([]);
  expect(one).toMatch(/^\[404,.*This link is not valid/);
  expect(await suppressionsOf(sam, forged.address)).toEqual([]);
});

test('what else ends with it ends in the same transaction, and is announced when that is committed', async () => {
  const { database: db, url, close } = await openTestDatabase();
  const notices = new Notices({ url, log: testLog });
  try {
    const [workspace] = await db.query<{ id: string }>(
      "INSERT INTO workspaces (name, timezone) VALUES ('Acme', 'UTC') RETURNING id",
    );
    const optOut: OptOut = {
      workspaceId: workspace?.id ?? '',
      address: 'bob@example.com',
      outgoingId: '6b1f0d52-91c4-4a3e-8d75-2c0e9b7fa184',
    };
    const suppressed = () => db.query('SELECT value, reason FROM suppressions');
    const heard: (string | null)[] = [];
    notices.listen('campaigns', (id) => heard.push(id));
    const room: UnsubscribeRoom = {
      db,
      notices,
      log: testLog,
      unsubscribeLinks: createUnsubscribeLinks([KEY], null),
      onUnsubscribed: async () => {
        throw new Error('the campaigns are out of order');
      },
    };

    await expect(unsubscribe(room, optOut)).rejects.toThrow('out of order');
    expect(await suppressed()).toEqual([]);

    const told: unknown[] = [];
    room.onUnsubscribed = async (tx, who) => {
      told.push(who, ...(await tx.query('SELECT reason FROM suppressions')), ...(await suppressed()));
      return [{ topic: 'campaigns', id: 'one' }];
    };
    await unsubscribe(room, optOut);
    expect(told).toEqual([optOut, { reason: 'UNSUBSCRIBED' }]);
    expect(await suppressed()).toEqual([{ value: 'bob@example.com', reason: 'UNSUBSCRIBED' }]);
    expect(heard).toEqual(['one']);
  } finally {
    await notices.stop();
    await close();
  }
});

test('neither an address nor a link comes into the log', () => {
  expect(logged).toContain('Ready at');
  expect(logged).not.toMatch(/recipient\d|example\.com|\/u\/(?!\*")|v1\.[0-9a-f]{8}\./);
});
