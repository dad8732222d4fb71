import { simpleParser } from 'mailparser';
import { canonicalAddress } from '../../src/sandbox/addresses';
import { type EmailInput, type Outreach, openOutreach } from '../support/sending';

/** What goes into the ledger, and what comes out of it at Gmail. */

const ANN = 'ann.lee@gmail.com';

let outreach: Outreach;
let slotId: string;

beforeAll(async () => {
  outreach = await openOutreach();
  slotId = await outreach.connect(ANN);
});

afterAll(() => outreach.stop());

/** Sends an email and gives it as Gmail took it. */
async function sendAndRead(input: Partial<EmailInput>) {
  const { email } = await outreach.send(slotId, input);
  const { messageId } = await outreach.settled(email.id, 'SENT');
  const [mail, ...more] = outreach.sandbox
    .account(ANN)
    .sentMessages()
    .filter((sent) => sent.messageId === messageId);
  if (!mail || more.length > 0)
    throw new Error(`${messageId} was sent ${more.length + (mail ? 1 : 0)} times`);
  return { email, mail, raw: mail.raw.toString(), parsed: await simpleParser(mail.raw) };
}

describe('an email on the wire', () => {
  test('keeps dots at line starts, its Message-ID, and every letter', async () => {
    const text = '.one dot\n..two\n.\nÅsa, 你好 😀\n\nlast';
    const { email, mail, parsed } = await sendAndRead({
      to: 'åsa@müller.de',
      subject: 'Grüße 你好 😀',
      text,
    });
    expect(email.messageId).toMatch(/^<[0-9a-f-]{36}@gmail\.com>$/);
    expect(mail.originalMessageId).toBeUndefined();
    expect(mail.recipients).toEqual(['åsa@xn--mller-kva.de']);
    expect(parsed.subject).toBe('Grüße 你好 😀');
    expect(parsed.text?.trimEnd()).toBe(text);
    expect(parsed.messageId).toBe(email.messageId);
  });

  test('has a text and an HTML part', async () => {
    const { parsed } = await sendAndRead({ text: 'Hi Bob', html: '<p>Hi <b>Bob</b></p>' });
    expect(parsed.text).toContain('Hi Bob');
    expect(parsed.html).toContain('<b>Bob</b>');
  });

  test('bears the sender’s name and signature as they are now', async () => {
    const change =
      'mutation ($id: ID!, $input: SendingSettingsInput!) { updateSendingSettings(slotId: $id, input: $input) { id } }';
    const set = (input: object) => outreach.person.ask(change, { id: slotId, input });
    await set({ displayName: 'Ann "A." Lée, CEO', signature: 'Ann\nAcme Ltd' });
    const { parsed } = await sendAndRead({ text: 'Hi' });
    expect(parsed.from?.value).toEqual([{ name: 'Ann "A." Lée, CEO', address: ANN }]);
    expect(parsed.text).toBe('Hi\n\n-- \nAnn\nAcme Ltd\n');
    await set({ displayName: '', signature: '' });
  });

  test('may be as long as a book', async () => {
    const text = `${'All work and no play. '.repeat(45)}\n`.repeat(1_000).slice(0, 1_000_000);
    const { parsed } = await sendAndRead({ text });
    expect(parsed.text?.trimEnd()).toBe(text.trimEnd());
  });

  test('may go to the account itself', async () => {
    const { mail } = await sendAndRead({ to: 'annlee+me@googlemail.com' });
    expect(mail.recipients.map(canonicalAddress)).toEqual([canonicalAddress(ANN)]);
  });
});

test('a burst of many emails logs in once', async () => {
  const bob = await outreach.connect('bob@gmail.com');
  const account = outreach.sandbox.account('bob@gmail.com');
  const logins = account.smtpLogins;
  const sent = await Promise.all(
    Array.from({ length: 45 }, (_, n) => outreach.send(bob, { subject: `Mail ${n}` })),
  );
  await Promise.all(sent.map(({ email }) => outreach.settled(email.id, 'SENT')));
  expect(
    account
      .sentMessages()
      .map(({ messageId }) => messageId)
      .sort(),
  ).toEqual(sent.map(({ email }) => email.messageId).sort());
  expect(account.smtpLogins - logins).toBe(1);
});

test('whoever subscribes sees an email move on, in order', async () => {
  const { email } = await outreach.send(slotId);
  await outreach.settled(email.id, 'SENT');
  const states = outreach.statesOf(email.id);
  expect(states.at(-1)).toBe('SENT');
  const order = ['QUEUED', 'RESERVED', 'TRANSMITTING', 'SENT'];
  expect(states).toEqual(order.filter((state) => states.includes(state)));
});

describe('an idempotency key', () => {
  test('never sends twice, one after the other or twenty at once', async () => {
    const first = await outreach.send(slotId, { idempotencyKey: 'order 1' });
    const again = await outreach.send(slotId, { idempotencyKey: 'order 1', subject: 'Another' });
    expect(again.email.id).toBe(first.email.id);

    const crowd = await Promise.all(
      Array.from({ length: 20 }, () => outreach.send(slotId, { idempotencyKey: 'order 2' })),
    );
    expect(new Set(crowd.map(({ email }) => email.id)).size).toBe(1);
    await outreach.settled(crowd[0]?.email.id ?? '', 'SENT');
    const messageIds = outreach.sandbox
      .account(ANN)
      .sentMessages()
      .map(({ messageId }) => messageId);
    expect(messageIds.filter((id) => id === crowd[0]?.email.messageId)).toHaveLength(1);
  });
});

describe('what cannot be an email is refused by name', () => {
  test.each<[string, string, Partial<EmailInput>]>([
    ['a subject that smuggles in a field', 'input.subject', { subject: 'Hi\r\nBcc: everybody@example.com' }],
    ['a subject of two lines', 'input.subject', { subject: 'Hi\nthere' }],
    ['a subject with a NUL', 'input.subject', { subject: 'Hi\0' }],
    ['a subject without end', 'input.subject', { subject: 'x'.repeat(999) }],
    ['nothing to say', 'input.text', { text: ' \n' }],
    ['a text with a NUL', 'input.text', { text: 'a\0b' }],
    ['a text without end', 'input.text', { text: 'x'.repeat(1_000_001) }],
    ['HTML without end', 'input.html', { html: 'x'.repeat(1_000_001) }],
    ['an empty key', 'input.idempotencyKey', { idempotencyKey: '' }],
    ['a key without end', 'input.idempotencyKey', { idempotencyKey: 'x'.repeat(201) }],
  ])('%s', async (_, path, input) => {
    const { errors } = await outreach.person.send(
      'mutation ($input: SendEmailInput!) { sendEmail(input: $input) { __typename } }',
      { input: { slotId, to: 'x@example.com', subject: 's', text: 't', ...input } },
    );
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', fields: [{ path, message: expect.any(String) }] },
    ]);
  });

  test.each(['a@example.com\r\nBcc: b@example.com', 'a@example.com, b@example.com', '<a@example.com>', 'a'])(
    'the recipient %j',
    async (to) => {
      const { errors } = await outreach.person.send(
        'mutation ($input: SendEmailInput!) { sendEmail(input: $input) { __typename } }',
        { input: { slotId, to, subject: 's', text: 't' } },
      );
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    },
  );

  test('a sender’s name with a line break', async () => {
    const { errors } = await outreach.person.send(
      'mutation ($id: ID!) { updateSendingSettings(slotId: $id, input: { displayName: "A\\r\\nBcc: b@example.com" }) { id } }',
      { id: slotId },
    );
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });
});

test('a row that is broken fails in words, and holds nobody up', async () => {
  await setPaused(true);
  const broken = (await outreach.send(slotId)).email;
  const next = (await outreach.send(slotId)).email;
  await outreach.sql.query(`UPDATE outgoing_messages SET message_id = 'no id at all' WHERE id = $1`, [
    broken.id,
  ]);
  await setPaused(false);
  await outreach.settled(next.id, 'SENT');
  expect(await outreach.settled(broken.id, 'FAILED')).toMatchObject({
    problem: { code: 'MESSAGE_REJECTED', message: expect.stringContaining('cannot be written') },
  });
});

test('pages of the ledger stay right while rows arrive', async () => {
  const carol = await outreach.connect('carol@gmail.com');
  const sent = [];
  for (let n = 0; n < 5; n += 1) sent.push((await outreach.send(carol)).email.id);
  const page = async (after?: string) => {
    const { outgoingMessages } = await outreach.person.ask<{
      outgoingMessages: {
        edges: { node: { id: string } }[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
      };
    }>(
      `query ($slot: ID!, $after: String) { outgoingMessages(first: 2, after: $after, slotId: $slot) {
        edges { node { id } } pageInfo { endCursor hasNextPage } } }`,
      { slot: carol, after },
    );
    return { ids: outgoingMessages.edges.map(({ node }) => node.id), ...outgoingMessages.pageInfo };
  };
  const first = await page();
  await outreach.send(carol);
  const second = await page(first.endCursor);
  await outreach.send(carol);
  const third = await page(second.endCursor);
  expect([...first.ids, ...second.ids, ...third.ids]).toEqual(sent.toReversed());
  expect([first, second, third].map(({ hasNextPage }) => hasNextPage)).toEqual([true, true, false]);
});

async function setPaused(paused: boolean): Promise<void> {
  await outreach.person.ask(
    'mutation ($id: ID!, $paused: Boolean!) { updateSendingSettings(slotId: $id, input: { paused: $paused }) { id } }',
    { id: slotId, paused },
  );
}
