import { request } from 'node:http';
import { Client } from 'pg';
import { startTestApp, type TestApp } from '../support/app';
import { openSocket } from '../support/client';
import { signUp, type TestPerson } from '../support/people';

let app: TestApp;
let person: TestPerson;

beforeAll(async () => {
  app = await startTestApp();
  person = await signUp(app.url);
});
beforeEach(() => inDatabase('DELETE FROM prospects'));
afterAll(() => app.stop());

async function inDatabase(statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: app.databaseUrl });
  await client.connect();
  const { rows } = await client.query(statement);
  await client.end();
  return rows;
}

interface Import {
  id: string;
  state: string;
  rowsRead: number;
  created: number;
  updated: number;
  rejected: number;
  message: string | null;
  rejects: { edges: { node: { line: number; reason: string } }[]; totalCount: number };
}

const FIELDS = `id state rowsRead created updated rejected message
  rejects(first: 200) { edges { node { line reason } } totalCount }`;

/** Sends a file, and resolves with the import when it has ended. */
async function importFile(file: string | Buffer, query = '', contentType = 'text/csv'): Promise<Import> {
  const response = await post(file, query, { 'content-type': contentType });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  return endOf(id);
}

function post(body: string | Buffer, query = '', headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${app.url}/import/prospects${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.token}`, 'content-type': 'text/csv', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

/** Follows an import to its end. */
async function endOf(id: string): Promise<Import> {
  const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
  const changes = socket.subscribe<{ importChanged: Import }>(
    `subscription ($id: ID!) { importChanged(id: $id) { ${FIELDS} } }`,
    { id },
  );
  for (;;) {
    const { importChanged } = await changes.next();
    if (importChanged.state === 'RUNNING') continue;
    await expect(changes.next()).rejects.toThrow('has ended');
    await socket.close();
    return importChanged;
  }
}

async function prospects(): Promise<object[]> {
  const { prospects: page } = await person.ask<{ prospects: { edges: { node: object }[] } }>(
    '{ prospects { edges { node { email firstName lastName company attributes { name value } tags } } } }',
  );
  return page.edges.map(({ node }) => node);
}

function stagingTables(): Promise<unknown[]> {
  return inDatabase("SELECT relname FROM pg_class WHERE relname LIKE 'import_staging%'");
}

function rejectsOf({ rejects }: Import): [number, string][] {
  return rejects.edges.map(({ node }) => [node.line, node.reason]);
}

test('a file is taken over: names, tags, attributes, and what is wrong by its line', async () => {
  const file = [
    'Vorname;Nachname;E-Mail;Firma;Tags;Stadt;Notiz',
    'Zoë;"Müller; Dr.";Zoe@MÜLLER.de;ACME \\o/;vip, lead;Köln;"sagt ""hallo""\nund geht"',
    'Bob;;bob@example.com;;;;',
    'Eve;;eve@example;;;;',
    ';;;;;;',
    'Short;row',
    '"Un;closed;x@example.com;;;;',
    ` Ann ;${'x'.repeat(201)};ann@example.com;;;;`,
    'Nul;;n\0ul@example.com;;;;',
    ' Ann ; ;ANN@example.com;;;Rome;\t=1+1 "tab"',
    'Dup;;bob@example.com;;;;',
    'No;;;;;;',
  ].join('\n');
  const imported = await importFile(file, '?tag=spring&tag=vip');
  expect(imported).toMatchObject({ state: 'DONE', rowsRead: 10, created: 3, updated: 0, rejected: 6 });
  expect(imported.message).toContain('1 above');
  expect(rejectsOf(imported)).toEqual([
    [5, '"eve@example" is no email address'],
    [7, 'has 2 columns, but the header has 7'],
    [8, 'column 1: a quote inside of quotes must be doubled'],
    [9, 'last name must have at most 200 characters in one line, and no control characters'],
    [10, '"n\\u0000ul@example.com" is no email address'],
    [13, 'has no email address'],
  ]);
  expect(new Set(await prospects())).toEqual(
    new Set([
      {
        email: 'zoe@xn--mller-kva.de',
        firstName: 'Zoë',
        lastName: 'Müller; Dr.',
        company: 'ACME \\o/',
        tags: ['spring', 'vip', 'lead'],
        attributes: [
          { name: 'Notiz', value: 'sagt "hallo"\nund geht' },
          { name: 'Stadt', value: 'Köln' },
        ],
      },
      person0({ email: 'bob@example.com', firstName: 'Dup' }),
      person0({
        email: 'ann@example.com',
        firstName: 'Ann',
        attributes: [
          { name: 'Notiz', value: '\t=1+1 "tab"' },
          { name: 'Stadt', value: 'Rome' },
        ],
      }),
    ]),
  );

  function person0(known: object) {
    return { lastName: null, company: null, tags: ['spring', 'vip'], attributes: [], ...known };
  }
});

test('the same file twice changes nothing; another adds, and an empty cell takes nothing away', async () => {
  const file =
    'email,first name,company,tags,city\nann@example.com,Ann,ACME,a,Rome\nbob@example.com,Bob,,b,\n';
  expect(await importFile(file)).toMatchObject({ created: 2, updated: 0 });
  const before = await prospects();
  expect(await importFile(file)).toMatchObject({ state: 'DONE', created: 0, updated: 0, message: null });
  expect(await prospects()).toEqual(before);
  const third =
    'email,first name,tags,phone\nANN@example.com,,"a,c",1\nbob@example.com,Bob,,\neve@example.com,,,';
  expect(await importFile(third)).toMatchObject({ created: 1, updated: 1, rejected: 0 });
  expect(await prospects()).toContainEqual({
    email: 'ann@example.com',
    firstName: 'Ann',
    lastName: null,
    company: 'ACME',
    tags: ['a', 'c'],
    attributes: [
      { name: 'city', value: 'Rome' },
      { name: 'phone', value: '1' },
    ],
  });
});

test('an export sent back changes nothing, whatever is in it', async () => {
  await person.ask(
    'mutation ($prospects: [ProspectInput!]!) { saveProspects(prospects: $prospects) { id } }',
    {
      prospects: [
        {
          email: '+plus@example.com',
          firstName: '=1+1',
          lastName: "'=x",
          company: "'quoted",
          tags: ['a,b', 'c\\;d|'],
          attributes: [
            { name: 'email', value: 'another@example.com' },
            { name: 'Firma', value: ' spaces ' },
            { name: '=name', value: '@SUM(A1)\r\n"x"' },
          ],
        },
        { email: 'zoë@müller.de', firstName: 'Zoë' },
        { email: 'other@example.com', attributes: [{ name: 'not in vip', value: 'x' }] },
      ],
    },
  );
  const headers = { authorization: `Bearer ${person.token}` };
  const response = await fetch(`${app.url}/export/prospects`, { headers });
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const file = Buffer.from(await response.arrayBuffer());
  expect(file.toString()).toContain("'+plus@example.com,'=1+1,''=x,'quoted,");
  const before = await prospects();
  expect(await importFile(file)).toMatchObject({
    rowsRead: 3,
    created: 0,
    updated: 0,
    rejected: 0,
    message: null,
  });
  expect(await prospects()).toEqual(before);

  const tagged = await fetch(`${app.url}/export/prospects?tag=${encodeURIComponent('a,b')}`, { headers });
  const [header = '', ...rows] = (await tagged.text()).trim().split(/\r\n(?=[^"])/);
  expect(header).not.toContain('not in vip');
  expect(rows).toHaveLength(1);
});

describe('a file that cannot be read fails, and says why', () => {
  test.each<[string, string | Buffer, RegExp]>([
    ['empty', '', /^The file is empty\.$/],
    ['a byte order mark alone', '\ufeff', /empty/],
    ['without addresses', 'Name,Ort\nAnn,Rom', /"Name", "Ort"/],
    ['without a header', 'ann@example.com,Ann\n', /first line must name the columns/],
    ['binary', Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7919) % 256)), /./],
    ['an Excel workbook', Buffer.from('PK\x03\x04rest'), /Excel/],
    ['one endless line', Buffer.alloc(3_000_000, 'x'), /longer than 1 MiB/],
    ['too many columns', `email${',x'.repeat(2_000)}\n`, /2001 columns/],
  ])('%s', async (_name, file, message) => {
    const imported = await importFile(file);
    expect(imported).toMatchObject({ state: 'FAILED', created: 0, message: expect.stringMatching(message) });
    expect(await stagingTables()).toEqual([]);
  });
});

test('a header and nothing else is a file without rows', async () => {
  expect(await importFile('email,name')).toMatchObject({
    state: 'DONE',
    rowsRead: 0,
    message: 'The file has a header and nothing else.',
  });
});

test('of 600 columns a prospect takes up to 500 values', async () => {
  const header = ['email', ...Array.from({ length: 600 }, (_, n) => `column ${n}`)].join();
  const row = (name: string, full: number) =>
    `${name}@example.com${',x'.repeat(full)}${','.repeat(600 - full)}`;
  const imported = await importFile([header, row('sparse', 500), row('dense', 501)].join('\n'));
  expect(imported).toMatchObject({ state: 'DONE', created: 1, rejected: 1 });
  expect(rejectsOf(imported)).toEqual([[3, expect.stringContaining('501 values')]]);
  const more = await importFile('email,one more\nsparse@example.com,x\nnew@example.com,x');
  expect(more).toMatchObject({ created: 1, updated: 0, rejected: 1 });
  expect(rejectsOf(more)).toEqual([[2, expect.stringContaining('more than 500 attributes')]]);
});

test('Latin-1 is read by its name, tabs and named columns by what is said of them', async () => {
  const file = Buffer.from(
    'sep=\t\r\nWer\tWohin\tMail\r\nJürgen\tj@example.com\tk@example.com\r\n',
    'latin1',
  );
  const imported = await importFile(file, '?email=wohin&firstName=Wer', 'text/csv; charset=iso-8859-1');
  expect(imported).toMatchObject({ state: 'DONE', created: 1 });
  expect(await prospects()).toEqual([
    expect.objectContaining({
      email: 'j@example.com',
      firstName: 'Jürgen',
      attributes: [{ name: 'Mail', value: 'k@example.com' }],
    }),
  ]);
});

test('of many rejects the first are kept and all are counted, in pages', async () => {
  const rows = Array.from({ length: 10_050 }, (_, n) => `nobody ${n}`);
  const imported = await importFile(['email', ...rows].join('\n'));
  expect(imported).toMatchObject({
    state: 'DONE',
    rowsRead: 10_050,
    rejected: 10_050,
    rejects: { totalCount: 10_000 },
  });
  const page = `query ($id: ID!, $after: String) { prospectImport(id: $id) {
    rejects(first: 2, after: $after) { edges { node { line } } pageInfo { endCursor hasNextPage } } } }`;
  const first = await person.ask<{
    prospectImport: Import & { rejects: { pageInfo: { endCursor: string } } };
  }>(page, {
    id: imported.id,
  });
  const next = await person.ask(page, {
    id: imported.id,
    after: first.prospectImport.rejects.pageInfo.endCursor,
  });
  expect(next).toMatchObject({
    prospectImport: { rejects: { edges: [{ node: { line: 4 } }, { node: { line: 5 } }] } },
  });
});

describe('while a file comes in', () => {
  /** An upload that goes on until it is told to end. Resolves with the id, which comes before the file does. */
  function beginUpload(): Promise<{
    id: string;
    status: number;
    send(text: string): void;
    end(): void;
    cut(): void;
  }> {
    return new Promise((resolve, reject) => {
      const upload = request(`${app.url}/import/prospects`, {
        method: 'POST',
        headers: { authorization: `Bearer ${person.token}`, 'content-type': 'text/csv' },
      });
      upload.on('error', reject); // after the answer it is nobody's business
      upload.on('response', (response) => {
        response.on('error', () => undefined);
        response.once('data', (json: Buffer) =>
          resolve({
            id: JSON.parse(json.toString()).id,
            status: response.statusCode ?? 0,
            send: (text) => upload.write(text),
            end: () => upload.end(),
            cut: () => upload.destroy(),
          }),
        );
      });
      upload.write('email\n');
    });
  }

  test('the answer is there already, and nothing is taken over before its end', async () => {
    const upload = await beginUpload();
    expect(upload.status).toBe(202);
    upload.send('ann@example.com\n');
    expect(await prospects()).toEqual([]);
    const query = `query ($id: ID!) { prospectImport(id: $id) { state message } }`;
    expect(await person.ask(query, { id: upload.id })).toEqual({
      prospectImport: { state: 'RUNNING', message: null },
    });
    upload.end();
    expect(await endOf(upload.id)).toMatchObject({ state: 'DONE', created: 1 });
  });

  test('a client that vanishes has imported nothing', async () => {
    const upload = await beginUpload();
    upload.send('ann@example.com\n');
    upload.cut();
    expect(await endOf(upload.id)).toMatchObject({
      state: 'FAILED',
      message: expect.stringContaining('send the file again'),
    });
    expect(await prospects()).toEqual([]);
    expect(await stagingTables()).toEqual([]);
  });
});

describe('who may', () => {
  test('nobody without signing in, and with the cookie only from a page of ours', async () => {
    const asked = (headers: Record<string, string>) =>
      fetch(`${app.url}/import/prospects`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv', ...headers },
        body: 'email\nann@example.com',
      }).then(({ status }) => status);
    const cookie = `cs_session=${person.token}`;
    expect(await asked({})).toBe(401);
    expect(await asked({ cookie })).toBe(403);
    expect(await asked({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await asked({ cookie, origin: app.url })).toBe(202);
    expect((await fetch(`${app.url}/export/prospects`)).status).toBe(401);
  });

  test('no other workspace sees an import, its rejects or its export', async () => {
    const { id } = await importFile('email\nann@example.com\nnobody');
    const stranger = await signUp(app.url);
    const { errors } = await stranger.send(`query ($id: ID!) { prospectImport(id: $id) { id } }`, { id });
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(await stranger.ask('{ prospectImports { totalCount } }')).toEqual({
      prospectImports: { totalCount: 0 },
    });
    expect(await person.ask('{ prospectImports(first: 1) { edges { node { id } } } }')).toEqual({
      prospectImports: { edges: [{ node: { id } }] },
    });
    const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${stranger.token}` } });
    const changes = socket.subscribe('subscription ($id: ID!) { importChanged(id: $id) { id } }', { id });
    await expect(changes.next()).rejects.toThrow('NOT_FOUND');
    await socket.close();
    const file = await fetch(`${app.url}/export/prospects`, {
      headers: { authorization: `Bearer ${stranger.token}` },
    });
    expect(await file.text()).toBe('email,first_name,last_name,company,tags\r\n');
  });

  test.each([
    ['?emial=x', {}, 400, 'query.emial'],
    ['?tag=', {}, 400, 'query.tags.0'],
    ['', { 'content-type': 'text/csv; charset=klingon' }, 400, 'content-type'],
    ['', { 'content-type': 'application/zip' }, 415, 'body'],
  ])('nobody who asks wrongly: %s %j', async (query, headers, status, path) => {
    const response = await post('email\n', query, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path }] } }],
    });
  });
});

describe('a preview', () => {
  const preview = async (file: string | Buffer, contentType = 'text/csv') => {
    const response = await fetch(`${app.url}/import/prospects/preview`, {
      method: 'POST',
      headers: { authorization: `Bearer ${person.token}`, 'content-type': contentType },
      body: typeof file === 'string' ? file : new Uint8Array(file),
    });
    return { status: response.status, body: await response.json() };
  };

  test('says what the columns are taken for, and shows the first rows, whatever the file is like', async () => {
    const file = Buffer.from(
      'sep=;\r\nE-Mail;Ort;Firma;\r\na@example.com; K\xf6ln ;"A ""B""";\r\n;;;\r\nb@example.com',
      'latin1',
    );
    expect(await preview(file)).toEqual({
      status: 200,
      body: {
        columns: [
          { name: 'E-Mail', field: 'email' },
          { name: 'Ort', field: null },
          { name: 'Firma', field: 'company' },
          { name: '', field: null },
        ],
        rows: [['a@example.com', 'Köln', 'A "B"', ''], ['b@example.com']],
      },
    });
    expect(await inDatabase('SELECT FROM prospects')).toEqual([]);
  });

  test('reads the beginning of a large one, and shows no row that is cut', async () => {
    const row = `a@example.com,${'x'.repeat(30_000)}\n`;
    const { body } = await preview(`email,text\n${row.repeat(20)}`);
    expect(body).toMatchObject({
      columns: [{ field: 'email' }, { field: null }],
      rows: [{ length: 2 }, { length: 2 }],
    });
  });

  test.each([
    ['a workbook', 'PK\x03\x04 and so on', /Excel workbook/],
    ['nothing', '', /is empty/],
    ['an open quote', '"open\n', /never closed/],
    ['one endless line', 'x'.repeat(70_000), /too long/],
  ])('says what is wrong with %s', async (_what, file, message) => {
    expect(await preview(file)).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            extensions: {
              code: 'BAD_USER_INPUT',
              fields: [{ path: 'file', message: expect.stringMatching(message) }],
            },
          },
        ],
      },
    });
  });

  test('refuses an encoding that nobody knows', async () => {
    expect(await preview('email', 'text/csv; charset=klingon')).toMatchObject({ status: 400 });
  });
});
