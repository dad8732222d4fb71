import { type FetchQueryObject, ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { openSandbox } from '../support/sandbox';

// The double as the real clients see it: what they do on Gmail must work here, in the same order.

const ANA = { address: 'ana@gmail.com', appPassword: 'abcdefghijklmnop' };

function transportTo(sandbox: Sandbox, account = ANA) {
  const { hostname, port } = new URL(sandbox.smtpUrl);
  return createTransport({
    host: hostname,
    port: Number(port),
    secure: false,
    ignoreTLS: true,
    auth: { user: account.address, pass: account.appPassword },
  });
}

async function imapTo(sandbox: Sandbox, account = ANA, disableCompression = true) {
  const { hostname, port } = new URL(sandbox.imapUrl);
  const client = new ImapFlow({
    host: hostname,
    port: Number(port),
    secure: false,
    doSTARTTLS: false,
    auth: { user: account.address, pass: account.appPassword },
    logger: false,
    disableCompression,
    autoIdleDelay: 5,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function fetchOne(client: ImapFlow, range: string, query: FetchQueryObject, byUid = false) {
  const message = await client.fetchOne(range, query, { uid: byUid });
  if (!message) throw new Error(`no message ${range}`);
  return message;
}

async function sourceOf(client: ImapFlow, uid: number) {
  const { source } = await fetchOne(client, String(uid), { source: true }, true);
  return source ?? Buffer.alloc(0);
}

test('a mail sent with nodemailer stands in Sent under its Message-ID, found as Gmail finds it', async () => {
  const sandbox = await openSandbox();
  sandbox.addAccount(ANA);
  const info = await transportTo(sandbox).sendMail({
    from: 'Ana <ana@gmail.com>',
    to: 'silent@example.com',
    subject: 'Grüße',
    text: 'one\n.two\n..three\n.\nfour',
    messageId: '<first@gmail.com>',
  });
  expect(info.response).toMatch(/^250 2\.0\.0 OK {2}\d{10} \S+ - gsmtp$/);

  const client = await imapTo(sandbox);
  await client.mailboxOpen('[Gmail]/Sent Mail');
  const found = await client.search({ gmraw: 'rfc822msgid:first@gmail.com' }, { uid: true });
  expect(found).toEqual([1]);
  expect(await client.search({ header: { 'Message-ID': '<first@gmail.com>' } }, { uid: true })).toEqual([1]);
  const parsed = await simpleParser(await sourceOf(client, 1));
  expect(parsed.text).toBe('one\n.two\n..three\n.\nfour\n');
  expect(parsed.subject).toBe('Grüße');
  expect(parsed.headers.get('received')).toMatch(/by smtp\.gmail\.com with ESMTPSA/);
  await client.logout();
});

test('a prospect answers into the thread, and the reply is pushed while idling', async () => {
  const sandbox = await openSandbox();
  sandbox.addAccount(ANA);
  const client = await imapTo(sandbox);
  const opened = await client.mailboxOpen('INBOX');
  expect(opened.uidValidity).toBe(1n);
  const pushed = new Promise<number>((resolve) => client.once('exists', ({ count }) => resolve(count)));
  const idling = client.idle();
  await sandbox.waitFor('idle');
  await transportTo(sandbox).sendMail({
    from: 'Ana <ana@gmail.com>',
    to: 'bob.lee@example.com',
    subject: 'A question',
    text: 'Would you like to try it?',
    messageId: '<question@gmail.com>',
  });
  expect(await pushed).toBe(1);
  const reply = await fetchOne(client, '*', { source: true, threadId: true, envelope: true });
  await idling;
  const parsed = await simpleParser(reply.source ?? '');
  expect(parsed.inReplyTo).toBe('<question@gmail.com>');
  expect(parsed.references).toBe('<question@gmail.com>');
  expect(parsed.subject).toBe('Re: A question');
  expect(parsed.text).toMatch(/On .+ Ana <ana@gmail\.com> wrote:\n\n> Would you like to try it\?/);
  expect(reply.envelope?.from?.[0]).toEqual({ name: 'Bob Lee', address: 'bob.lee@example.com' });

  await client.mailboxOpen('[Gmail]/Sent Mail');
  const sent = await fetchOne(client, '1', { threadId: true, emailId: true });
  expect(sent.threadId).toBe(reply.threadId);
  await client.logout();
});

test('a bounce arrives later as multipart/report, in the thread', async () => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount(ANA);
  await transportTo(sandbox).sendMail({
    from: 'ana@gmail.com',
    to: 'bounce.me@example.com',
    subject: 'Hello',
    text: 'Hello',
    messageId: '<lost@gmail.com>',
  });
  const { uid } = await sandbox.waitFor('delivered');
  const entry = account.folder('INBOX').entries.find((candidate) => candidate.uid === uid);
  if (!entry) throw new Error('no bounce');
  const parsed = await simpleParser(entry.message.raw, { keepDeliveryStatus: true });
  expect(parsed.from?.value[0]?.address).toBe('mailer-daemon@googlemail.com');
  expect(parsed.subject).toBe('Delivery Status Notification (Failure)');
  expect(parsed.inReplyTo).toBe('<lost@gmail.com>');
  expect(parsed.headers.get('x-failed-recipients')).toBe('bounce.me@example.com');
  expect(parsed.headers.get('auto-submitted')).toBe('auto-replied');
  expect(parsed.text).toContain('** Address not found **');
  const status = parsed.attachments.find((part) => part.contentType === 'message/delivery-status');
  expect(status?.content.toString()).toMatch(
    /X-Original-Message-ID: <lost@gmail\.com>\r?\n\r?\nFinal-Recipient/,
  );
  expect(status?.content.toString()).toMatch(/Action: failed\r?\nStatus: 5\.1\.1/);
  const [sent] = account.folder('\\Sent').entries;
  expect(entry.message.threadId).toBe(sent?.message.threadId);
});

test('imapflow works over COMPRESS=DEFLATE and on a localised account', async () => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount({ ...ANA, locale: 'zh-TW' });
  account.deliver({ from: 'bob@example.com', to: ANA.address, subject: 'Hi', text: 'Hi'.repeat(5000) });
  const client = await imapTo(sandbox, ANA, false);
  const listed = await client.list();
  const sent = listed.find((mailbox) => mailbox.specialUse === '\\Sent');
  expect(sent?.path).toBe('[Gmail]/寄件備份');
  expect((await client.mailboxOpen('[Gmail]/全部郵件')).exists).toBe(1);
  const parsed = await simpleParser(await sourceOf(client, 1));
  expect(parsed.text?.trim()).toBe('Hi'.repeat(5000));
  await client.logout();
});

test.each([
  ['away@example.com', 'INBOX', /^Automatic reply: Hello$/, 'auto-replied'],
  ['unsubscribe@example.com', 'INBOX', /^Re: Hello$/, undefined],
  ['spam@example.com', '[Gmail]/Spam', /^Re: Hello$/, undefined],
  ['delayed@example.com', 'INBOX', /^Delivery Status Notification \(Delay\)$/, 'auto-replied'],
  ['ana@nowhere.invalid', 'INBOX', /^Delivery Status Notification \(Failure\)$/, 'auto-replied'],
])('a mail to %s comes back into %s', async (to, folder, subject, automatic) => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount(ANA);
  await transportTo(sandbox).sendMail({ from: ANA.address, to, subject: 'Hello', text: 'Hello' });
  const delivered = await sandbox.waitFor('delivered');
  expect(delivered.folder).toBe(folder);
  const [entry] = account.folder(folder).entries;
  const parsed = await simpleParser(entry?.message.raw ?? '');
  expect(parsed.subject).toMatch(subject);
  expect(parsed.headers.get('auto-submitted')).toBe(automatic);
  expect(parsed.inReplyTo).toBe(account.sentMessages()[0]?.messageId);
});

test('a long attribution is broken as Gmail breaks it', async () => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount(ANA);
  const from = { name: 'Ana Maria of the Department of Long Names', address: ANA.address };
  await transportTo(sandbox).sendMail({ from, to: 'bob@example.com', text: 'x' });
  await sandbox.waitFor('delivered');
  const parsed = await simpleParser(account.folder('INBOX').entries[0]?.message.raw ?? '');
  expect(parsed.text).toMatch(
    /\nOn .+ Ana Maria of the Department of Long.*\n.*<ana@gmail\.com> wrote:\n\n> x/,
  );
});

test('an answer goes where Reply-To says', async () => {
  const sandbox = await openSandbox();
  sandbox.addAccount(ANA);
  const ben = sandbox.addAccount({ address: 'ben@gmail.com', appPassword: 'abcdefghijklmnop' });
  await transportTo(sandbox).sendMail({
    from: ANA.address,
    replyTo: ben.address,
    to: 'eve@example.com',
    text: 'x',
  });
  expect((await sandbox.waitFor('delivered')).address).toBe(ben.address);
});
