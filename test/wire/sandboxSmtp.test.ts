import { createTransport } from 'nodemailer';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { dial, openSandbox, type Wire } from '../support/sandbox';

// Gmail's SMTP on the wire, line by line, against what public logs show of it.

const ANA = { address: 'ana@gmail.com', appPassword: 'abcdefghijklmnop', accountPassword: 'hunter2!' };
const ID = String.raw`\S+sm\d+ad\.\d+ - gsmtp`;

const plain = (user: string, password: string) => Buffer.from(`\0${user}\0${password}`).toString('base64');

async function dialSmtp(sandbox: Sandbox): Promise<Wire> {
  const wire = dial(sandbox.smtpUrl);
  await wire.read();
  wire.send('EHLO client.example.com');
  await wire.readUntil(/^250 /);
  return wire;
}

async function logIn(sandbox: Sandbox): Promise<Wire> {
  const wire = await dialSmtp(sandbox);
  wire.send(`AUTH PLAIN ${plain(ANA.address, ANA.appPassword)}`);
  expect(await wire.read()).toBe('235 2.7.0 Accepted');
  return wire;
}

/** Sends one mail and answers the reply to its final dot. */
async function send(wire: Wire, recipients: string[], lines: string[]): Promise<string> {
  wire.send('MAIL FROM:<ana@gmail.com>', ...recipients.map((to) => `RCPT TO:<${to}>`), 'DATA');
  await wire.readUntil(/^354 /);
  wire.send(...lines, '.');
  return (await wire.readUntil(/^\d{3} /)).join('\n');
}

test('greets, lists and logs in as smtp.gmail.com does', async () => {
  const sandbox = await openSandbox();
  sandbox.addAccount(ANA);
  const wire = dial(sandbox.smtpUrl);
  expect(await wire.read()).toMatch(new RegExp(`^220 smtp\\.gmail\\.com ESMTP ${ID}$`));
  wire.send('EHLO client.example.com');
  expect(await wire.readUntil(/^250 /)).toEqual([
    '250-smtp.gmail.com at your service, [127.0.0.1]',
    '250-SIZE 35882577',
    '250-8BITMIME',
    '250-AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH',
    '250-ENHANCEDSTATUSCODES',
    '250-PIPELINING',
    '250-CHUNKING',
    '250 SMTPUTF8',
  ]);
  wire.send('AUTH LOGIN');
  expect(await wire.read()).toBe('334 VXNlcm5hbWU6');
  wire.send(Buffer.from('a.n.a+x@googlemail.com').toString('base64'));
  expect(await wire.read()).toBe('334 UGFzc3dvcmQ6');
  wire.send(Buffer.from('abcd efgh ijkl mnop').toString('base64'));
  expect(await wire.read()).toBe('235 2.7.0 Accepted');
  wire.send('MAIL FROM:<ana@gmail.com>');
  expect(await wire.read()).toMatch(new RegExp(`^250 2\\.1\\.0 OK ${ID}$`));
  wire.send('RCPT TO:<silent@example.com>');
  expect(await wire.read()).toMatch(new RegExp(`^250 2\\.1\\.5 OK ${ID}$`));
  wire.send('DATA');
  expect(await wire.read()).toMatch(new RegExp(`^354 Go ahead ${ID}$`));
  wire.send('Subject: x', '', '..', '.');
  expect(await wire.read()).toMatch(new RegExp(`^250 2\\.0\\.0 OK {2}\\d{10} ${ID}$`));
  wire.send('QUIT');
  expect(await wire.read()).toMatch(new RegExp(`^221 2\\.0\\.0 closing connection ${ID}$`));
  await wire.closed;
  expect(sandbox.account(ANA.address).sentMessages()[0]?.raw.toString()).toMatch(/\r\n\r\n\.\r\n$/);
});

test.each([
  [
    'a wrong password',
    'zzzzzzzzzzzzzzzz',
    /^535-5\.7\.8 Username and Password not accepted\..*\n535 5\.7\.8 {2}.*p=BadCredentials /,
  ],
  [
    'the account password',
    'hunter2!',
    /^534-5\.7\.9 Application-specific password required\..*\n534 5\.7\.9 {2}.*p=InvalidSecondFactor /,
  ],
])('refuses %s with Gmail’s own words', async (_, password, expected) => {
  const sandbox = await openSandbox();
  sandbox.addAccount(ANA);
  const wire = await dialSmtp(sandbox);
  wire.send(`AUTH PLAIN ${plain(ANA.address, password)}`);
  expect((await wire.readUntil(/^\d{3} /)).join('\n')).toMatch(expected);
  expect(sandbox.account(ANA.address).smtpLogins).toBe(0);
});

test('refuses DATA after a refused RCPT, all of it pipelined', async () => {
  const sandbox = await openSandbox();
  sandbox.addAccount(ANA);
  const wire = await logIn(sandbox);
  wire.send('MAIL FROM:<ana@gmail.com>', 'RCPT TO:<no at sign>', 'DATA', 'RSET');
  const replies = await wire.readUntil(/^250 2\.1\.5 Flushed/);
  expect(replies.map((line) => line.slice(0, 14))).toEqual(
    [
      '250 2.1.0 OK ',
      '553-5.1.3 The ',
      '553-5.1.3 For ',
      '553 5.1.3  htt',
      '503 5.5.1 RCPT',
      '250 2.1.5 Flus',
    ].map((start) => expect.stringMatching(`^${start}`)),
  );
});

test('counts recipients in rolling 24 hours, and refuses at DATA instead of 354', async () => {
  let now = new Date('2026-11-23T10:00:00Z');
  const sandbox = await openSandbox({ now: () => now });
  sandbox.addAccount({ ...ANA, limit: 2 });
  const wire = await logIn(sandbox);
  expect(await send(wire, ['silent@example.com', 'silent2@example.com'], ['Subject: x', '', 'x'])).toMatch(
    /^250/,
  );
  const attempt = async () => {
    wire.send('MAIL FROM:<ana@gmail.com>', 'RCPT TO:<silent@example.com>', 'DATA');
    return (await wire.readUntil(/^(354|550) /)).slice(2).join('\n');
  };
  expect(await attempt()).toMatch(
    /^550-5\.4\.5 Daily user sending limit exceeded\..*\n550-5\.4\.5 sending limits go to\n550 5\.4\.5 {2}https:\/\/support\.google\.com\/a\/answer\/166852 /,
  );
  now = new Date('2026-11-24T09:59:59Z');
  expect(await attempt()).toMatch(/^550-/);
  now = new Date('2026-11-24T10:00:01Z');
  expect(await attempt()).toMatch(/^354 /);
});

test.each([
  ['<kept@ana.example>', '<kept@ana.example>', undefined],
  ['<trailing@dot.>', /@mx\.google\.com>$/, '<trailing@dot.>'],
  ['<two@at@signs>', /@mx\.google\.com>$/, '<two@at@signs>'],
  ['<a space@host>', /@mx\.google\.com>$/, '<a space@host>'],
  [undefined, /@mx\.google\.com>$/, undefined],
])('Message-ID %s is kept or replaced', async (given, expected, original) => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount(ANA);
  const wire = await logIn(sandbox);
  const header = given ? [`Message-ID: ${given}`] : [];
  await send(wire, ['silent@example.com'], ['From: ana@gmail.com', ...header, '', 'x']);
  const [sent] = account.sentMessages();
  if (typeof expected === 'string') expect(sent?.messageId).toBe(expected);
  else expect(sent?.messageId).toMatch(expected);
  const field = sent?.mime.headers.find(({ name }) => name === 'X-Google-Original-Message-ID');
  expect(field?.value).toBe(original);
  expect(sent?.mime.headers.filter(({ name }) => name === 'Message-ID')).toHaveLength(1);
});

test('rewrites a From that is not the account’s', async () => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount({ ...ANA, displayName: 'Ana Lee' });
  const wire = await logIn(sandbox);
  await send(wire, ['silent@example.com'], ['From: Boss <boss@bank.example>', 'Subject: x', '', 'x']);
  const raw = account.sentMessages()[0]?.raw.toString();
  expect(raw).toContain(
    '\r\nFrom: Ana Lee <ana@gmail.com>\r\nX-Google-Original-From: Boss <boss@bank.example>\r\n',
  );
});

test('carries mail to another account of the sandbox, or into its Spam, without Bcc', async () => {
  const sandbox = await openSandbox();
  sandbox.addAccount(ANA);
  const ben = sandbox.addAccount({ address: 'ben@corp.example', appPassword: 'qrstuvwxyzabcdef' });
  const wire = await logIn(sandbox);
  await send(
    wire,
    ['ben@corp.example'],
    ['From: ana@gmail.com', 'Bcc: x@example.com', 'Subject: one', '', 'x'],
  );
  const first = await sandbox.waitFor('delivered', (event) => event.address === ben.address);
  expect(first.folder).toBe('INBOX');
  expect(ben.folder('INBOX').entries[0]?.message.raw.toString()).not.toContain('Bcc');
  ben.incoming = '\\Spam';
  await send(wire, ['ben@corp.example'], ['From: ana@gmail.com', 'Subject: two', '', 'x']);
  const second = await sandbox.waitFor('delivered', () => true, { since: first.sequence });
  expect(second.folder).toBe('[Gmail]/Spam');
  expect(ben.folder('\\All').entries).toHaveLength(1);
});

test.each([
  ['limitReached', 'You have reached a limit for sending mail. Your message was not sent.', '4.4.5'],
  ['messageBlocked', '** Message blocked **', '5.7.1'],
] as const)('says %s by a mail after 250 OK, with the copy in Sent', async (which, text, status) => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount(ANA);
  account.refuse('afterSend', which, 1);
  const wire = await logIn(sandbox);
  expect(await send(wire, ['bob@example.com'], ['Message-ID: <m@gmail.com>', '', 'x'])).toMatch(/^250/);
  await sandbox.waitFor('delivered');
  expect(account.folder('\\Sent').entries).toHaveLength(1);
  const [notice] = account.folder('INBOX').entries;
  expect(notice?.message.raw.toString()).toContain(text);
  expect(notice?.message.raw.toString()).toContain(`\r\nStatus: ${status}\r\n`);
  expect(notice?.message.threadId).toBe(account.folder('\\Sent').entries[0]?.message.threadId);
});

// where the answer is lost decides whether the mail went out: that is what a sender has to find out
test.each([
  ['smtpEnd', 'close', 0],
  ['smtpStored', 'close', 1],
] as const)(
  '%s %s: the connection dies after the final dot with %i mails stored',
  async (stage, fault, stored) => {
    const sandbox = await openSandbox();
    const account = sandbox.addAccount(ANA);
    account.refuse(stage, fault, 1);
    const { hostname, port } = new URL(sandbox.smtpUrl);
    const transport = createTransport({
      host: hostname,
      port: Number(port),
      ignoreTLS: true,
      auth: { user: ANA.address, pass: ANA.appPassword },
    });
    const mail = { from: ANA.address, to: 'silent@example.com', text: 'x' };
    await expect(transport.sendMail(mail)).rejects.toMatchObject({ command: 'CONN' });
    expect(account.folder('\\Sent').entries).toHaveLength(stored);
    await expect(transport.sendMail(mail)).resolves.toMatchObject({ accepted: ['silent@example.com'] });
  },
);

test('the Sent copy can lag', async () => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount(ANA);
  account.sentLagMs = 1_000;
  const wire = await logIn(sandbox);
  await send(wire, ['silent@example.com'], ['Message-ID: <late@gmail.com>', '', 'x']);
  expect(account.folder('\\Sent').entries).toHaveLength(0);
  await sandbox.waitFor('filed', (event) => event.messageId === '<late@gmail.com>');
  expect(account.folder('\\Sent').entries).toHaveLength(1);
});

test('silence at a stage leaves the socket open and says nothing', async () => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount(ANA);
  account.refuse('smtpMail', 'silence', 1);
  const wire = await logIn(sandbox);
  const second = await logIn(sandbox);
  wire.send('MAIL FROM:<ana@gmail.com>', 'NOOP');
  second.send('NOOP');
  expect(await second.read()).toMatch(/^250 2\.0\.0 OK/);
  expect(await sandbox.waitFor('ordered')).toMatchObject({
    address: ANA.address,
    stage: 'smtpMail',
    which: 'silence',
  });
  expect(wire.pending()).toEqual([]);
  expect(account.openSessions).toBe(2);
  account.dropSessions();
  await Promise.all([wire.closed, second.closed]);
});

test('BDAT carries dots and bare lines as they are', async () => {
  const sandbox = await openSandbox();
  const account = sandbox.addAccount(ANA);
  const wire = await logIn(sandbox);
  wire.send(
    'MAIL FROM:<ana@gmail.com>',
    'RCPT TO:<silent@example.com>',
    'BDAT 12',
    'Subject: x',
    'BDAT 7 LAST',
    '',
    '..x',
  );
  const replies = await wire.readUntil(/^250 2\.0\.0 OK {2}/);
  expect(replies).toHaveLength(4);
  expect(account.sentMessages()[0]?.raw.toString()).toMatch(/Subject: x\r\n\r\n\.\.x\r\n$/);
});
