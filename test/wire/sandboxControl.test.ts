import { createTransport } from 'nodemailer';
import { type Control, startControl } from '../../src/sandbox/control';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { openSandbox } from '../support/sandbox';

// The control API, as a tool outside the process uses it.

let sandbox: Sandbox;
let control: Control;
beforeEach(async () => {
  sandbox = await openSandbox();
  control = await startControl(sandbox);
});
afterEach(() => control.stop());

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${control.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const ANA = { address: 'ana@gmail.com', appPassword: 'abcdefghijklmnop' };

function sendMail(to: string) {
  const { hostname, port } = new URL(sandbox.smtpUrl);
  const auth = { user: ANA.address, pass: ANA.appPassword };
  const transport = createTransport({ host: hostname, port: Number(port), ignoreTLS: true, auth });
  return transport.sendMail({ from: ANA.address, to, subject: 'Hi', text: 'Hi' });
}

test('makes accounts, takes mail in, and shows what was sent', async () => {
  expect((await call('POST', '/accounts', { ...ANA, locale: 'de', limit: 7 })).body).toMatchObject({
    limit: 7,
  });
  expect((await call('POST', '/accounts', ANA)).status).toBe(409);
  const mail = { from: 'bob@example.com', subject: 'Hello', text: 'Hello', folder: '\\Spam' };
  expect((await call('POST', '/accounts/ana@gmail.com/messages', mail)).body).toEqual({ uid: 1 });
  const raw = { raw: 'Subject: raw\r\n\r\nraw' };
  expect((await call('POST', '/accounts/ana@gmail.com/messages', raw)).body).toEqual({ uid: 1 });
  await sendMail('silent@example.com');
  expect((await call('GET', '/accounts/ana@gmail.com')).body).toMatchObject({ smtpLogins: 1, sent: 1 });
  const sent = await call('GET', '/accounts/ana@gmail.com/sent');
  expect(sent.body).toMatchObject([{ recipients: ['silent@example.com'], subject: 'Hi' }]);
  const [{ messageId }] = sent.body as unknown as [{ messageId: string }];
  const answer = { to: 'silent@example.com', subject: 'Re: Hi', text: 'By hand', inReplyTo: messageId };
  const written = await call('POST', '/accounts/ana@gmail.com/sent', answer);
  expect(written.body).toMatchObject({ uid: 2, threadId: expect.stringMatching(/^\d+$/) });
  const folder = await call('PATCH', `/accounts/ana@gmail.com/folders/${encodeURIComponent('\\Sent')}`, {
    hidden: true,
    newUidValidity: true,
  });
  expect(folder.body).toMatchObject({
    name: '[Gmail]/Gesendet',
    hidden: true,
    uidValidity: 1005,
    messages: 2,
  });
});

test('orders refusals, and takes them back', async () => {
  await call('POST', '/accounts', ANA);
  const orders = '/accounts/ana@gmail.com/orders';
  expect((await call('PUT', `${orders}/smtpData`, { which: 'dailyLimit' })).status).toBe(200);
  await expect(sendMail('silent@example.com')).rejects.toMatchObject({ responseCode: 550, command: 'DATA' });
  await call('DELETE', orders);
  await expect(sendMail('silent@example.com')).resolves.toBeDefined();
  expect(await call('PUT', `${orders}/smtpData`, { which: 'imapDisabled' })).toEqual({
    status: 400,
    body: { error: 'nothing called imapDisabled can be ordered at smtpData' },
  });
});

test('sets prospects, and streams what happens', async () => {
  await call('POST', '/accounts', ANA);
  await call('PUT', '/accounts/ana@gmail.com/orders/smtpMail', { which: 'serverBusy', times: 1 });
  await expect(sendMail('vip@corp.example')).rejects.toThrow('Server busy');
  await call('PUT', '/prospects/vip@corp.example', { behaviour: 'away', delayMs: 1 });
  await sendMail('vip@corp.example');
  const stream = await fetch(`${control.url}/events?after=0`);
  let text = '';
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (/"delivered".*\n/.test(text)) break;
  }
  const names = text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { name: string }).name);
  // when the client hangs up is its own affair
  expect(names.filter((name) => name !== 'closed')).toEqual([
    'login',
    'ordered',
    'login',
    'sent',
    'filed',
    'delivered',
  ]);
  expect(text).toContain('"address":"ana@gmail.com","stage":"smtpMail","which":"serverBusy"');
  expect(text).toContain('Automatic reply: Hi');
});

test.each([
  ['GET', '/nothing', undefined, 404],
  ['GET', '/accounts/nobody@gmail.com', undefined, 404],
  ['POST', '/accounts', { address: 1 }, 400],
  ['PUT', '/prospects/a@b.example', { behaviour: 'sings' }, 400],
])('%s %s with %j is refused with %i', async (method, path, body, status) => {
  const answer = await call(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({ error: expect.any(String) });
});

test('takes no body that a web page could send unasked', async () => {
  const response = await fetch(`${control.url}/accounts`, { method: 'POST', body: JSON.stringify(ANA) });
  expect(response.status).toBe(415);
});
