import { randomBytes } from 'node:crypto';
import type { Account } from '../../src/sandbox/accounts';
import { multipart } from '../rules/mail/build';
import { APP_PASSWORD, type Desk, type MailRoom, openMailRoom, type Sent } from '../support/watching';

/** Files of replies: listed at intake, and downloaded from Gmail when somebody asks. */

let mail: MailRoom;
let accounts = 0;

beforeAll(async () => {
  mail = await openMailRoom();
});
afterAll(() => mail.close());

interface Setting {
  account: Account;
  desk: Desk;
  slotId: string;
  sent: Sent;
}

async function hire(): Promise<Setting> {
  const account = mail.account(`files${++accounts}@gmail.com`);
  const desk = await mail.desk();
  const slotId = await desk.connect(account);
  return { account, desk, slotId, sent: await desk.send(slotId, 'silent@example.com') };
}

interface Attachment {
  name: string;
  contentType: string;
  size: number;
  url: string;
}

type Part = readonly [string, string];

const WORDS: Part = ['Content-Type: text/plain; charset=utf-8', 'Here you are.'];

/** An answer with these parts behind its words, as soon as it is taken in. */
async function answer({ account, desk, sent }: Setting, parts: readonly Part[]): Promise<Attachment[]> {
  const before = await desk.cursor();
  const messageId = `<files.${randomBytes(6).toString('hex')}@example.com>`;
  const fields = {
    From: sent.to,
    To: account.address,
    'Message-ID': messageId,
    'In-Reply-To': sent.messageId,
  };
  account.deliver(multipart(fields, 'mixed', [WORDS, ...parts]));
  const replies = desk.socket.subscribe<{
    replyReceived: { message: { replyText: string; attachments: Attachment[] } };
  }>(
    `subscription ($after: String) { replyReceived(after: $after) { message {
      replyText attachments { name contentType size url } } } }`,
    { after: before },
  );
  const { message } = (await replies.next()).replyReceived;
  await replies.stop();
  expect(message.replyText.trim()).toBe('Here you are.');
  return message.attachments;
}

function file(type: string, name: string, bytes: Buffer): Part {
  const lines = bytes.toString('base64').replace(/.{76}/g, '$&\n').trimEnd();
  return [
    `Content-Type: ${type}\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64`,
    lines,
  ];
}

function download({ desk }: Pick<Setting, 'desk'>, { url }: Pick<Attachment, 'url'>, init: RequestInit = {}) {
  return fetch(url, { headers: { authorization: `Bearer ${desk.person.token}` }, ...init });
}

async function bytesOf(response: Response): Promise<Buffer> {
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function codeOf(response: Response): Promise<[number, unknown]> {
  const { errors } = (await response.json()) as { errors: [{ extensions: { code: string } }] };
  return [response.status, errors[0].extensions.code];
}

const INNER = `Subject: Fwd\nContent-Type: multipart/mixed; boundary=in\n
--in\nContent-Type: text/plain\n\nInside\n--in\nContent-Type: application/pdf; name=inner.pdf\n\n%PDF\n--in--\n`;

test.each([
  ['small, and read whole', 10],
  ['large, and told by its structure', 300_001],
])('a mail that is %s lists its files, and each comes as it was', async (_, bytes) => {
  const setting = await hire();
  const report = randomBytes(bytes);
  const picture = randomBytes(1_000);
  const attachments = await answer(setting, [
    file('application/pdf', 'Report.pdf', report),
    [
      'Content-Type: text/csv; name="=?UTF-8?Q?K=C3=A4ufer.csv?="\nContent-Transfer-Encoding: quoted-printable',
      'name=3Bcity=\n;k=C3=A4',
    ],
    ['Content-Type: message/rfc822', INNER],
    [
      `Content-Type: image/png; name="logo.png"\nContent-ID: <logo>\nContent-Disposition: inline; filename="logo.png"\nContent-Transfer-Encoding: base64`,
      picture.toString('base64'),
    ],
  ]);
  expect(attachments).toMatchObject([
    { name: 'Report.pdf', contentType: 'application/pdf', size: bytes },
    { name: 'Käufer.csv', contentType: 'text/csv' },
    { name: 'message.eml', contentType: 'message/rfc822' },
    { name: 'logo.png', contentType: 'image/png', size: 1_000 },
  ]);
  const [pdf, csv, forwarded, logo] = attachments as [Attachment, Attachment, Attachment, Attachment];
  const response = await download(setting, pdf);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': `attachment; filename="Report.pdf"; filename*=UTF-8''Report.pdf`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': 'private, no-store',
  });
  expect((await bytesOf(response)).equals(report)).toBe(true);
  expect((await bytesOf(await download(setting, logo))).equals(picture)).toBe(true);
  const list = await download(setting, csv);
  expect(list.headers.get('content-disposition')).toBe(
    `attachment; filename="K_ufer.csv"; filename*=UTF-8''K%C3%A4ufer.csv`,
  );
  expect((await bytesOf(list)).toString()).toBe('name;city;kä');
  expect((await bytesOf(await download(setting, forwarded))).toString()).toBe(INNER.replace(/\n/g, '\r\n'));
});

test('a part of a file is given to whoever asks for it', async () => {
  const setting = await hire();
  const bytes = randomBytes(600_001);
  const [pdf, text] = (await answer(setting, [
    file('application/pdf', 'a.pdf', bytes),
    ['Content-Type: text/csv; name=a.csv\nContent-Transfer-Encoding: quoted-printable', 'a=3Bb'],
  ])) as [Attachment, Attachment];
  const ask = (range: string, more: Record<string, string> = {}, method = 'GET', of = pdf) =>
    download(setting, of, {
      method,
      headers: { authorization: `Bearer ${setting.desk.person.token}`, range, ...more },
    });
  const whole = await ask('bytes=0-1', {}, 'HEAD');
  expect([whole.status, whole.headers.get('accept-ranges'), await whole.text()]).toEqual([200, 'bytes', '']);
  const etag = whole.headers.get('etag') ?? '';
  for (const [range, first, last] of [
    ['bytes=0-0', 0, 0],
    ['bytes=399990-400010', 399_990, 400_010],
    ['bytes=600000-', 600_000, 600_000],
    ['bytes=-7', 599_994, 600_000],
    ['bytes=5-9999999', 5, 600_000],
  ] as const) {
    const part = await ask(range, { 'if-range': etag });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${first}-${last}/600001`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(first, last + 1))).toBe(true);
  }
  for (const [range, more] of [
    ['bytes=0-1', { 'if-range': '"another"' }],
    ['bytes=0-1,5-6', {}],
    ['bytes=9-1', {}],
    ['lines=0-1', {}],
  ] as const) {
    expect((await bytesOf(await ask(range, more))).equals(bytes)).toBe(true);
  }
  const beyond = await ask('bytes=600001-');
  expect(beyond.headers.get('content-range')).toBe('bytes */600001');
  expect(await codeOf(beyond)).toEqual([416, 'RANGE_NOT_SATISFIABLE']);
  const unknown = await ask('bytes=0-0', {}, 'GET', text);
  expect(unknown.headers.get('accept-ranges')).toBe('none');
  expect((await bytesOf(unknown)).toString()).toBe('a;b');
});

test('what was written in Gmail itself lists its files, too, for its own workspace', async () => {
  const setting = await hire();
  const { account, desk, sent } = setting;
  const offer = randomBytes(300_001);
  const changes = desk.socket.subscribe<{
    conversationChanged: { entries: { edges: { node: { attachments?: Attachment[] } }[] } };
  }>(`subscription { conversationChanged { entries { edges { node {
    ... on ManualMessage { attachments { name contentType size url } } } } } } }`);
  await desk.socket.ask('{ viewer { id } }'); // the subscription stands before anything is written
  const fields = { From: account.address, To: sent.to, 'In-Reply-To': sent.messageId };
  const raw = multipart({ ...fields, 'Message-ID': '<offer@mail.gmail.com>' }, 'mixed', [
    WORDS,
    file('application/pdf', 'Offer.pdf', offer),
  ]);
  account.fileSent(raw, '<offer@mail.gmail.com>', false);
  let listed: Attachment[] | undefined;
  while (!listed) {
    const { edges } = (await changes.next()).conversationChanged.entries;
    listed = edges.find(({ node }) => node.attachments)?.node.attachments;
  }
  await changes.stop();
  expect(listed).toMatchObject([{ name: 'Offer.pdf', contentType: 'application/pdf', size: 300_001 }]);
  const [pdf] = listed as [Attachment];
  expect((await bytesOf(await download(setting, pdf))).equals(offer)).toBe(true);
  expect(await codeOf(await download({ desk: await mail.desk() }, pdf))).toEqual([404, 'NOT_FOUND']);
});

test('is given to whoever may have it only', async () => {
  const setting = await hire();
  const [attachment] = (await answer(setting, [file('text/plain', 'a.txt', Buffer.from('Secret'))])) as [
    Attachment,
  ];
  const { createApiKey } = await setting.desk.person.ask<{ createApiKey: { secret: string } }>(
    'mutation { createApiKey(name: "crm") { secret } }',
  );
  for (const headers of [
    { authorization: `Bearer ${createApiKey.secret}` },
    { cookie: `cs_session=${setting.desk.person.token}` },
  ]) {
    expect((await bytesOf(await download(setting, attachment, { headers }))).toString()).toBe('Secret');
  }
  expect(await codeOf(await fetch(attachment.url))).toEqual([401, 'UNAUTHENTICATED']);
  const stranger = await mail.desk();
  for (const url of [
    attachment.url.replace(/0$/, '1'),
    attachment.url.replace(/0$/, '-1'),
    attachment.url.replace(/[^/]+\/0$/, 'x/0'),
  ]) {
    expect(await codeOf(await download(setting, { url }))).toEqual([404, 'NOT_FOUND']);
  }
  expect(await codeOf(await download({ desk: stranger }, attachment))).toEqual([404, 'NOT_FOUND']);
});

test('is found where the mail was moved; says so when it was deleted, the slot is empty, or Gmail is away', async () => {
  const setting = await hire();
  const { account, desk, slotId } = setting;
  const bytes = randomBytes(5_000);
  const [attachment] = (await answer(setting, [file('application/zip', 'a.zip', bytes)])) as [Attachment];
  const inbox = account.folder('\\Inbox');
  const { message } = inbox.entries.at(-1) ?? {};
  if (!message) throw new Error('The mail is not there');
  account.changeUidValidity();
  expect((await bytesOf(await download(setting, attachment))).equals(bytes)).toBe(true);
  account.store.relabel(message, (labels) => labels.delete('\\Inbox'));
  expect((await bytesOf(await download(setting, attachment))).equals(bytes)).toBe(true);

  account.store.relabel(message, (labels) => labels.add('\\Trash'));
  expect(await codeOf(await download(setting, attachment))).toEqual([410, 'MAIL_DELETED']);
  account.store.relabel(message, (labels) => labels.delete('\\Trash'));

  mail.sandbox.refuse('imapGreeting', 'close');
  account.dropSessions();
  const away = await download(setting, attachment);
  expect(away.headers.get('retry-after')).toBe('60');
  expect(await codeOf(away)).toEqual([503, 'GMAIL_UNAVAILABLE']);
  mail.sandbox.accept();

  await desk.person.ask('mutation ($id: ID!) { disconnectGmail(slotId: $id) { __typename } }', {
    id: slotId,
  });
  expect(await codeOf(await download(setting, attachment))).toEqual([409, 'SLOT_DISCONNECTED']);
  await desk.person.ask(
    'mutation ($input: ConnectGmailInput!) { connectGmail(input: $input) { __typename } }',
    { input: { slotId, email: account.address, appPassword: APP_PASSWORD } },
  );
  expect((await bytesOf(await download(setting, attachment))).equals(bytes)).toBe(true);
});

test('many downloads share one session, and one that is given up keeps nobody waiting', async () => {
  const setting = await hire();
  const { account } = setting;
  const files = Array.from({ length: 4 }, () => randomBytes(2_000_000));
  const attachments = await answer(
    setting,
    files.map((bytes, n) => file('video/mp4', `${n}.mp4`, bytes)),
  );
  expect(attachments.map(({ size }) => size)).toEqual(files.map(({ length }) => length));
  const logins = account.imapLogins;
  const [first] = attachments as [Attachment];
  const givenUp = new AbortController();
  const reader = (await download(setting, first, { signal: givenUp.signal })).body?.getReader();
  await reader?.read();
  givenUp.abort();
  const whole = await Promise.all(attachments.map(async (one) => bytesOf(await download(setting, one))));
  expect(whole.map((bytes, n) => bytes.equals(files[n] ?? Buffer.alloc(0)))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(account.imapLogins - logins).toBe(1);
  // A session that died while it lay idle is not the end of it.
  account.dropSessions();
  expect((await bytesOf(await download(setting, first))).length).toBe(2_000_000);
});

test('a mail of more parts than a parser bears is read by its words, and stops nobody behind it', async () => {
  const setting = await hire();
  const { account, desk, sent } = setting;
  const replies = desk.socket.subscribe<{
    replyReceived: { message: { replyText: string; attachments: Attachment[] } };
  }>(
    'subscription ($after: String) { replyReceived(after: $after) { message { replyText attachments { name } } } }',
    { after: await desk.cursor() },
  );
  const logins = account.imapLogins;
  const parameters = Array.from({ length: 40 }, (_, n) => `;p${n}=1`).join('');
  const parts = Array.from({ length: 12_000 }, (): Part => [`Content-Type: a/b${parameters}`, 'x']);
  account.deliver(multipart({ From: sent.to, 'In-Reply-To': sent.messageId }, 'mixed', [WORDS, ...parts]));
  const { message } = (await replies.next()).replyReceived;
  expect(message.replyText.trim()).toBe('Here you are.');
  expect(message.attachments.length).toBeLessThanOrEqual(200);
  // The structure cost one session, and the next one has learnt from it.
  expect(account.imapLogins).toBeGreaterThan(logins);
  const [attachment] = await answer(setting, [file('text/plain', 'a.txt', Buffer.from('Behind it'))]);
  expect(attachment?.name).toBe('a.txt');
});
