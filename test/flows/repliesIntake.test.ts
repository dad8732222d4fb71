import type { Account } from '../../src/sandbox/accounts';
import { answerTo, type Desk, type MailRoom, openMailRoom, START } from '../support/watching';

/** What comes into an account, and what of it reaches the person: through GraphQL, on the sandbox. */

let mail: MailRoom;

beforeAll(async () => {
  mail = await openMailRoom();
});
afterAll(() => mail.close());

let accounts = 0;

interface Setting {
  account: Account;
  slotId: string;
  desk: Desk;
}

/** Somebody new with an account in a slot, whose watcher is at work. */
async function hire(
  options: Parameters<MailRoom['account']>[1] = {},
  prepare?: (account: Account) => void,
): Promise<Setting> {
  const account = mail.account(`ann${++accounts}@gmail.com`, options);
  prepare?.(account);
  const desk = await mail.desk();
  return { account, slotId: await desk.connect(account), desk };
}

/** One mail more, which is surely taken in: what came before it has been looked at when it is there. */
async function lookedAt({ account, slotId, desk }: Setting, folder = '\\Inbox'): Promise<void> {
  const sent = await desk.send(slotId, 'silent.fence@example.com', 'Fence');
  const replies = desk.replies(await desk.cursor());
  account.deliver(answerTo(sent, 'fence'), { folder });
  while ((await replies.next()).replyReceived.message.text.trim() !== 'fence');
  await replies.stop();
}

async function textsOf(desk: Desk): Promise<string[]> {
  const texts = (await desk.events()).map(({ message }) => message.text.trim());
  return texts.filter((text) => text !== 'fence');
}

describe('a reply is found', () => {
  test.each([
    ['In-Reply-To', (id: string) => ({ 'In-Reply-To': id, References: '' })],
    ['References only', (id: string) => ({ 'In-Reply-To': '', References: `<a@b.example> ${id}` })],
  ])('by our Message-ID in %s', async (_, headersFor) => {
    const { account, slotId, desk } = await hire();
    const sent = await desk.send(slotId, 'silent@example.com');
    const replies = desk.replies(await desk.cursor());
    const headers = headersFor(sent.messageId);
    account.deliver(answerTo(sent, 'Yes, gladly.', { from: 'Assistant <assistant@other.example>', headers }));
    expect((await replies.next()).replyReceived).toMatchObject({
      message: {
        kind: 'REPLY',
        replyText: 'Yes, gladly.',
        from: 'assistant@other.example',
        fromName: 'Assistant',
        inSpam: false,
        evidence: { matchedBy: 'MESSAGE_ID' },
      },
      conversation: { id: sent.conversation.id },
      prospect: { email: 'silent@example.com' },
    });
  });

  test('by the sender, and by a colleague of theirs', async () => {
    const { account, slotId, desk } = await hire();
    const sent = await desk.send(slotId, 'silent@firm.test');
    const replies = desk.replies(await desk.cursor());
    account.deliver({
      from: 'silent@firm.test',
      to: account.address,
      subject: 'Your note',
      text: 'Call me.',
    });
    account.deliver({
      from: 'boss@firm.test',
      to: account.address,
      subject: 'Hi there',
      text: 'I decide here.',
    });
    for (const matchedBy of ['SENDER_ADDRESS', 'SENDER_DOMAIN']) {
      const { replyReceived } = await replies.next();
      expect(replyReceived.message.evidence.matchedBy).toBe(matchedBy);
      expect(replyReceived.conversation.id).toBe(sent.conversation.id);
    }
  });

  test('by the reply before it, which it answers', async () => {
    const { account, slotId, desk } = await hire();
    const sent = await desk.send(slotId, 'silent@example.com');
    const replies = desk.replies(await desk.cursor());
    const messageId = '<first@other.example>';
    account.deliver(answerTo(sent, 'I forward this.', { messageId }));
    account.deliver({
      from: 'third@elsewhere.example',
      to: account.address,
      subject: `Re: ${sent.subject}`,
      text: 'Here I am.',
      headers: { 'In-Reply-To': messageId },
    });
    expect((await replies.next()).replyReceived.message.evidence.matchedBy).toBe('MESSAGE_ID');
    expect((await replies.next()).replyReceived.message).toMatchObject({
      from: 'third@elsewhere.example',
      evidence: { matchedBy: 'MESSAGE_ID' },
    });
  });

  test('in Spam; moved to the inbox, it is the same reply and no spam any more', async () => {
    const setting = await hire();
    const { account, slotId, desk } = setting;
    const sent = await desk.send(slotId, 'spam.sam@example.com');
    expect((await desk.replies(START).next()).replyReceived.message).toMatchObject({
      kind: 'REPLY',
      inSpam: true,
    });
    const changed = desk.socket.subscribe('subscription { conversationChanged { id } }');
    const [entry] = account.folder('\\Spam').entries;
    if (!entry) throw new Error('The answer is not in Spam');
    account.store.relabel(entry.message, (labels) => {
      labels.delete('\\Spam');
      labels.add('\\Inbox');
    });
    await changed.next();
    const events = await desk.events();
    expect(events).toMatchObject([{ conversation: sent.conversation, message: { inSpam: false } }]);
  });

  test('in All Mail, where a filter archived it', async () => {
    const setting = await hire({}, (account) => {
      account.incoming = 'archive';
    });
    await setting.desk.send(setting.slotId, 'bob@example.com');
    expect((await setting.desk.replies(START).next()).replyReceived.message).toMatchObject({
      kind: 'REPLY',
      inSpam: false,
    });
  });

  test('once, though it is in the inbox and in All Mail', async () => {
    const setting = await hire();
    const { account, slotId, desk } = setting;
    const sent = await desk.send(slotId, 'silent@example.com');
    account.deliver(answerTo(sent, 'only once'));
    await lookedAt(setting);
    await lookedAt(setting, '\\All');
    expect(await textsOf(desk)).toEqual(['only once']);
  });

  test('in an account whose folders have Chinese names', async () => {
    const setting = await hire({ locale: 'zh-TW' });
    await lookedAt(setting, '\\Spam');
    await lookedAt(setting, '\\All');
  });

  test('though Spam and All Mail are hidden from IMAP, before or meanwhile', async () => {
    const setting = await hire({}, (account) => account.hideFolder('\\Spam'));
    await lookedAt(setting);
    setting.account.hideFolder('\\All');
    await lookedAt(setting);
    setting.account.hideFolder('\\Spam', false);
    setting.account.dropSessions();
    await lookedAt(setting, '\\Spam');
  });
});

describe('what comes back', () => {
  test('a bounce marks the email, and suppresses the dead address', async () => {
    const { slotId, desk } = await hire();
    const sent = await desk.send(slotId, 'bounce.joe@example.com');
    const { message } = (await desk.replies(START).next()).replyReceived;
    expect(message).toMatchObject({
      kind: 'BOUNCE',
      evidence: { matchedBy: 'MESSAGE_ID' },
      failures: [{ recipient: sent.to, deadAddress: true }],
    });
    const answer = await desk.person.ask<{ outgoingMessage: object; suppressions: object }>(
      `query ($id: ID!) { outgoingMessage(id: $id) { state bouncedAt problem { code } }
        suppressions { edges { node { value reason } } } }`,
      { id: sent.id },
    );
    expect(answer).toMatchObject({
      outgoingMessage: {
        state: 'SENT',
        bouncedAt: expect.any(String),
        problem: { code: 'RECIPIENT_REJECTED' },
      },
      suppressions: { edges: [{ node: { value: sent.to, reason: 'BOUNCED' } }] },
    });
  });

  test('an out-of-office says until when', async () => {
    const { slotId, desk } = await hire();
    await desk.send(slotId, 'away.amy@example.com');
    expect((await desk.replies(START).next()).replyReceived.message.kind).toBe('OUT_OF_OFFICE');
  });

  test('who asks to be left alone is suppressed, and not written to again', async () => {
    const { slotId, desk } = await hire();
    await desk.send(slotId, 'optout.una@example.com');
    expect((await desk.replies(START).next()).replyReceived.message.kind).toBe('UNSUBSCRIBE');
    await expect(desk.send(slotId, 'optout.una@example.com')).rejects.toThrow(/unsubscribed/);
  });

  test('who was erased, and asks by mail to be left alone, is suppressed, and nothing more of them is kept', async () => {
    const setting = await hire();
    const from = 'erased@firm.test';
    const text = 'This message was automatically generated by Gmail.';
    setting.account.deliver({ from, to: setting.account.address, subject: 'unsubscribe', text });
    await lookedAt(setting);
    expect(await textsOf(setting.desk)).toEqual([]);
    await expect(setting.desk.send(setting.slotId, from)).rejects.toThrow(/unsubscribed/);
  });

  test('Gmail\'s "You have reached a limit" parks the slot', async () => {
    const { account, slotId, desk } = await hire();
    account.refuse('afterSend', 'limitReached', 1);
    await desk.send(slotId, 'silent@example.com');
    expect((await desk.replies(START).next()).replyReceived.message.kind).toBe('SENDING_REFUSED');
    const { slot } = await desk.person.ask<{ slot: { connection: { sending: { blockers: object[] } } } }>(
      'query ($id: ID!) { slot(id: $id) { connection { sending { blockers { code until } } } } }',
      { id: slotId },
    );
    expect(slot.connection.sending.blockers).toContainEqual({
      code: 'SENDING_LIMIT_REACHED',
      until: expect.any(String),
    });
  });
});

describe("what is nobody's business", () => {
  test('our own copy, and mail from one slot to another, is no reply', async () => {
    const setting = await hire();
    const { account, slotId, desk } = setting;
    const colleague = mail.account(`ben${accounts}@gmail.com`);
    const other = await desk.connect(colleague);
    await desk.send(slotId, colleague.address);
    await desk.send(slotId, account.address);
    await lookedAt(setting, '\\All');
    await lookedAt({ account: colleague, slotId: other, desk });
    expect(await textsOf(desk)).toEqual([]);
  });

  test("a stranger's mail is not kept", async () => {
    const setting = await hire();
    setting.account.deliver({
      from: 'Xylophonist <xylophonist@xylophone.example>',
      to: setting.account.address,
      subject: 'xylophone lessons',
      text: 'xylophone',
      messageId: '<xylophone@xylophone.example>',
    });
    await lookedAt(setting);
    await lookedAt(setting, '\\All');
    const tables = await mail.process.db.query<{ table: string }>(
      `SELECT quote_ident(table_name) AS table FROM information_schema.tables
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { table } of tables) {
      const rows = await mail.process.db.query(`SELECT 1 FROM ${table} t WHERE t::text ILIKE '%xylophon%'`);
      expect({ table, rows }).toEqual({ table, rows: [] });
    }
  });

  test('nothing is ever marked as read', async () => {
    const setting = await hire();
    await lookedAt(setting);
    await lookedAt(setting, '\\Spam');
    for (const folder of ['\\Inbox', '\\Spam']) {
      const { entries } = setting.account.folder(folder);
      expect(entries.map(({ message }) => [...message.flags])).toEqual([[]]);
    }
  });
});

describe('around a connection', () => {
  test('mail from before it is left alone; what comes before the first look is taken in', async () => {
    await mail.process.watchers.stop();
    const old = { from: 'silent@example.com', to: 'ann@gmail.com', subject: 'Old', text: 'old' };
    const setting = await hire({}, (account) => {
      account.deliver(old, { receivedAt: new Date(Date.now() - 3_600_000) });
    });
    const sent = await setting.desk.send(setting.slotId, 'silent@example.com');
    setting.account.deliver(answerTo(sent, 'quick'));
    mail.process.watchers.start();
    await lookedAt(setting);
    expect(await textsOf(setting.desk)).toEqual(['quick']);
  });

  test('answers that came while it was away come in afterwards', async () => {
    const setting = await hire();
    const { account, slotId, desk } = setting;
    const sent = await desk.send(slotId, 'silent@example.com');
    await lookedAt(setting);
    const { disconnectGmail } = await desk.person.ask<{ disconnectGmail: object }>(
      'mutation ($slotId: ID!) { disconnectGmail(slotId: $slotId) { __typename } }',
      { slotId },
    );
    expect(disconnectGmail).toEqual({ __typename: 'GmailDisconnected' });
    account.deliver(answerTo(sent, 'while away'));
    const again = { ...setting, slotId: await desk.connect(account) };
    await lookedAt(again);
    expect(await textsOf(desk)).toEqual(['while away']);
  });
});

describe('bad input', () => {
  test('a mail of 30 MB is read as far as its words go', async () => {
    const setting = await hire();
    const sent = await setting.desk.send(setting.slotId, 'silent@example.com');
    const attachment = 'QUJDRA==\r\n'.repeat(3_000_000);
    setting.account.deliver(
      [
        `From: silent@example.com\r\nTo: ann@gmail.com\r\nSubject: Re: Hello\r\nIn-Reply-To: ${sent.messageId}`,
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n',
        '--b\r\nContent-Type: text/plain\r\n\r\nsee the film\r\n--b',
        `Content-Type: video/mp4; name=film.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n${attachment}--b--\r\n`,
      ].join('\r\n'),
    );
    await lookedAt(setting);
    expect(await textsOf(setting.desk)).toEqual(['see the film']);
  });

  test('nothing that a mail can be stops those behind it', async () => {
    const setting = await hire();
    const { account, slotId, desk } = setting;
    const sent = await desk.send(slotId, 'silent@example.com');
    const head = `From: silent@example.com\r\nIn-Reply-To: ${sent.messageId}\r\n`;
    account.deliver('no head at all');
    account.deliver(Buffer.from([0, 0, 13, 10, 0, 255, 254, 13, 10]));
    account.deliver('');
    account.deliver(`${head}Subject: NUL\r\n\r\na\0b`);
    account.deliver(
      `${head}Subject: =?nonsense?B?////?=\r\nContent-Type: text/plain; charset=klingon\r\n\r\ncharset`,
    );
    account.deliver(
      Buffer.concat([
        Buffer.from(`${head}Content-Type: text/plain; charset=utf-8\r\n\r\n`),
        Buffer.from([0xff, 0xc3, 0x28]),
      ]),
    );
    account.deliver(
      `${head}Content-Type: multipart/mixed; boundary=nowhere\r\n\r\n--elsewhere\r\n\r\nbroken`,
    );
    account.deliver(`${head}Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n\r\n1970`);
    account.deliver(`${head}Date: Fri, 01 Jan 2090 00:00:00 +0000\r\n\r\n2090`, {
      receivedAt: new Date('2090-01-01'),
    });
    account.deliver(`In-Reply-To: ${sent.messageId}\r\n\r\nnobody`);
    account.deliver(`From: "rem, ove" <>\r\nIn-Reply-To: ${sent.messageId}\r\n\r\nunsubscribe`);
    await lookedAt(setting);
    const events = await desk.events();
    expect(events.length).toBe(9);
    const texts = events.map(({ message }) => message.text.trim());
    expect(texts).toEqual(expect.arrayContaining(['ab', 'charset', '1970', '2090', 'nobody', 'unsubscribe']));
    for (const { message } of events) {
      expect(Math.abs(Date.now() - Date.parse(message.receivedAt))).toBeLessThan(3_600_000);
      expect(JSON.stringify(message)).not.toContain('\\u0000');
    }
  });
});
