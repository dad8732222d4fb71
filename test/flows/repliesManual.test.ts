import type { Account } from '../../src/sandbox/accounts';
import { type HandWritten, writeInGmail } from '../../src/sandbox/writeInGmail';
import { draftCampaign, enrolOne } from '../support/campaignsOverApi';
import { answerTo, type Desk, type MailRoom, openMailRoom, type Sent } from '../support/watching';

/** What the person writes in Gmail itself: read from Sent, shown, counted, and in the way of the sequence. */

let mail: MailRoom;
let accounts = 0;

beforeAll(async () => {
  mail = await openMailRoom();
});
afterAll(() => mail.close());

async function hire(): Promise<{ account: Account; desk: Desk; slotId: string }> {
  const account = mail.account(`hand${++accounts}@gmail.com`, { displayName: 'Ann Hand' });
  const desk = await mail.desk();
  return { account, desk, slotId: await desk.connect(account) };
}

interface Entry {
  __typename: string;
  text: string;
  subject: string;
  from: string;
  recipients: string[];
  html: string | null;
  messageId: string;
  sentAt: string | null;
}

interface Thread {
  id: string;
  snippet: string;
  unread: boolean;
  entries: { totalCount: number; edges: { node: Entry }[] };
}

const THREAD = `id snippet unread entries { totalCount edges { node { __typename
  ... on OutgoingMessage { text messageId sentAt } ... on ReceivedMessage { text messageId }
  ... on ManualMessage { id from recipients subject text html messageId sentAt } } } }`;

async function read(desk: Desk, id: string): Promise<Thread> {
  const { conversation } = await desk.person.ask<{ conversation: Thread }>(
    `query ($id: ID!) { conversation(id: $id) { ${THREAD} } }`,
    { id },
  );
  return conversation;
}

/** The conversation as soon as so many were written by hand in it. Whoever is subscribed hears of each. */
async function withManual(desk: Desk, id: string, count: number, act: () => unknown): Promise<Thread> {
  const changes = desk.socket.subscribe<{ conversationChanged: Thread }>(
    `subscription { conversationChanged { ${THREAD} } }`,
  );
  await desk.socket.ask('{ viewer { id } }'); // the subscription stands before anything is written
  await act();
  for (;;) {
    const { conversationChanged } = await changes.next();
    if (conversationChanged.id === id && manualIn(conversationChanged).length >= count) {
      await changes.stop();
      return conversationChanged;
    }
  }
}

const manualIn = ({ entries }: Thread) =>
  entries.edges.map(({ node }) => node).filter(({ __typename }) => __typename === 'ManualMessage');

async function answered(desk: Desk, account: Account, sent: Sent, messageId: string): Promise<void> {
  const replies = desk.replies(await desk.cursor());
  account.deliver(answerTo(sent, 'Tell me more.', { messageId, to: account.address }));
  await replies.next();
  await replies.stop();
}

async function sentLast24h(desk: Desk, slotId: string): Promise<number> {
  const { slot } = await desk.person.ask<{ slot: { connection: { sending: { sentLast24h: number } } } }>(
    'query ($id: ID!) { slot(id: $id) { connection { sending { sentLast24h } } } }',
    { id: slotId },
  );
  return slot.connection.sending.sentLast24h;
}

function byHand(sent: Sent, text: string, more: Partial<HandWritten> = {}): HandWritten {
  return { to: sent.to, subject: `Re: ${sent.subject}`, text, inReplyTo: sent.messageId, ...more };
}

test('Sent tells the thread of our emails: what Gmail puts there is their answer, whoever wrote it and naming nothing', async () => {
  const { account, desk, slotId } = await hire();
  const sent = await desk.send(slotId, 'silent@example.com');
  const other = await desk.send(slotId, 'silent.other@example.com');
  // By the time that this is taken in, Sent has been read up to it.
  await withManual(desk, other.conversation.id, 1, () => writeInGmail(account, byHand(other, 'As I said.')));
  const replies = desk.replies(await desk.cursor());
  const stranger = { from: 'assistant@elsewhere.test', to: account.address, subject: 'Your email' };
  account.deliver({ ...stranger, text: 'Not in a thread of ours.' });
  account.deliver({ ...stranger, text: 'She will call you.' }, { besides: sent.messageId });
  const { replyReceived } = await replies.next();
  expect(replyReceived).toMatchObject({
    message: { from: 'assistant@elsewhere.test', text: expect.stringContaining('call you') },
    conversation: { id: sent.conversation.id },
  });
  expect(replyReceived.message.evidence.matchedBy).toBe('GMAIL_THREAD');
  await replies.stop();
});

test('stands in the conversation, is read, counts each recipient, and comes once however often Sent is read', async () => {
  const { account, desk, slotId } = await hire();
  const sent = await desk.send(slotId, 'silent@example.com');
  await answered(desk, account, sent, '<question@example.com>');
  expect(await read(desk, sent.conversation.id)).toMatchObject({ unread: true });
  const hostile = '<p>Gladly.</p><script>alert(1)</script><img src="https://spy.example/p.gif">';
  const thread = await withManual(desk, sent.conversation.id, 1, () =>
    writeInGmail(
      account,
      byHand(sent, 'Gladly.', {
        inReplyTo: '<question@example.com>',
        html: hostile,
        cc: 'boss@example.com',
        bcc: 'archive@firm.test',
        messageId: '<by-hand@mail.gmail.com>',
      }),
    ),
  );
  expect(thread).toMatchObject({ snippet: 'Gladly.', unread: false, entries: { totalCount: 3 } });
  expect(thread.entries.edges.map(({ node }) => node.__typename)).toEqual([
    'OutgoingMessage',
    'ReceivedMessage',
    'ManualMessage',
  ]);
  const [manual] = manualIn(thread);
  expect(manual).toMatchObject({
    from: account.address,
    recipients: ['silent@example.com', 'boss@example.com', 'archive@firm.test'],
    subject: 'Re: Hello',
    text: expect.stringContaining('Gladly.'),
    html: '<p>Gladly.</p>',
    messageId: '<by-hand@mail.gmail.com>',
    sentAt: expect.any(String),
  });
  expect(await sentLast24h(desk, slotId)).toBe(4);

  account.changeUidValidity('\\Sent');
  const again = await withManual(desk, sent.conversation.id, 2, () =>
    writeInGmail(account, byHand(sent, 'One more thing.')),
  );
  expect(manualIn(again).map(({ text }) => text.trim())).toEqual(['Gladly.', 'One more thing.']);
  expect(await sentLast24h(desk, slotId)).toBe(5);

  // Nobody but its workspace sees it, and it goes on counting when the person is erased.
  const { errors } = await (await mail.desk()).person.send(
    `{ conversation(id: "${sent.conversation.id}") { id } }`,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  const { prospects } = await desk.person.ask<{ prospects: { edges: { node: { id: string } }[] } }>(
    '{ prospects { edges { node { id } } } }',
  );
  for (const { node } of prospects.edges) {
    await desk.person.ask('mutation ($id: ID!) { deleteProspect(id: $id) }', { id: node.id });
  }
  expect(await sentLast24h(desk, slotId)).toBe(5);
});

test('pauses the sequence, visibly, until the person resumes it', async () => {
  const { account, desk, slotId } = await hire();
  const { person } = desk;
  const campaignId = await draftCampaign(person, {
    schedule: {
      timezone: 'UTC',
      days: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'],
      from: '00:00',
      to: '24:00',
    },
    steps: [
      { waitDays: 0, variants: [{ subject: 'Spring', body: 'Hi {{ first_name }}' }] },
      { waitDays: 3, variants: [{ subject: '', body: 'Did you see it?' }] },
    ],
    slotIds: [slotId],
  });
  const enrolmentId = await enrolOne(person, campaignId);
  const { campaign } = await person.ask<{
    campaign: { enrolments: { edges: [{ node: { prospect: { id: string; email: string } } }] } };
  }>('query ($id: ID!) { campaign(id: $id) { enrolments { edges { node { prospect { id email } } } } } }', {
    id: campaignId,
  });
  const { prospect } = campaign.enrolments.edges[0].node;
  mail.sandbox.prospect(prospect.email, { behaviour: 'silent' });
  const since = mail.sandbox.events.latest;
  await person.ask('mutation ($id: ID!) { startCampaign(id: $id) { __typename } }', { id: campaignId });
  await mail.sandbox.waitFor('sent', ({ address }) => address === account.address, { since });
  const { conversations } = await person.ask<{ conversations: { edges: [{ node: { id: string } }] } }>(
    'query ($id: ID!) { conversations(campaignId: $id) { edges { node { id } } } }',
    { id: campaignId },
  );
  const { id } = conversations.edges[0].node;

  const enrolment = async () => {
    const { prospect: found } = await person.ask<{
      prospect: { enrolments: [{ id: string; state: string; heldReason: string | null; nextStep: number }] };
    }>('query ($id: ID!) { prospect(id: $id) { enrolments { id state heldReason nextStep } } }', {
      id: prospect.id,
    });
    return found.enrolments[0];
  };
  // A new mail, in no thread of ours: it is known by whom it goes to.
  await withManual(desk, id, 1, () =>
    writeInGmail(account, { to: prospect.email, subject: 'By the way', text: 'We met at the fair!' }),
  );
  expect(await enrolment()).toMatchObject({
    id: enrolmentId,
    state: 'HELD',
    heldReason: expect.stringContaining('yourself in Gmail'),
    nextStep: 1,
  });
  // Filling in a value that was missing must not end it.
  await person.ask('mutation ($p: [ProspectInput!]!) { saveProspects(prospects: $p) { id } }', {
    p: [{ email: prospect.email, company: 'Fair Ltd' }],
  });
  expect(await enrolment()).toMatchObject({ state: 'HELD' });
  await person.ask('mutation ($id: ID!) { resumeEnrolment(enrolmentId: $id) { id } }', { id: enrolmentId });
  expect(await enrolment()).toMatchObject({ state: 'WAITING', heldReason: null, nextStep: 1 });
});

test('is caught up with after a pause, also where Sent is hidden; older mail, our own and strangers are left alone', async () => {
  const account = mail.account(`hand${++accounts}@gmail.com`);
  const old = new Date(Date.now() - 3 * 60 * 60 * 1000);
  account.deliver(
    { from: account.address, to: 'silent@example.com', subject: 'Long ago', text: 'Old' },
    { folder: '\\Sent', receivedAt: old },
  );
  const desk = await mail.desk();
  const slotId = await desk.connect(account);
  const sent = await desk.send(slotId, 'silent@example.com');
  const { id } = sent.conversation;
  await mail.process.watchers.stop();
  writeInGmail(account, { to: 'friend@elsewhere.example', subject: 'Dinner?', text: 'At eight.' });
  writeInGmail(account, byHand(sent, 'While you slept.'));
  const caughtUp = await withManual(desk, id, 1, () => mail.process.watchers.start());
  expect(manualIn(caughtUp).map(({ text }) => text.trim())).toEqual(['While you slept.']);

  account.hideFolder('\\Sent');
  account.dropSessions();
  // Under another name of theirs: by Gmail's label alone it is known as theirs, and is no answer.
  const alias = { headers: { From: 'Ann <sales@firm.test>' } };
  const hidden = await withManual(desk, id, 2, () => writeInGmail(account, byHand(sent, 'Unseen.', alias)));
  expect(manualIn(hidden).map(({ text }) => text.trim())).toEqual(['While you slept.', 'Unseen.']);
  expect(hidden.entries.totalCount).toBe(3);
  expect(await desk.events()).toEqual([]);
  const { conversations } = await desk.person.ask<{ conversations: { totalCount: number } }>(
    '{ conversations { totalCount } }',
  );
  expect(conversations.totalCount).toBe(1);
});

test('where Sent is hidden, a process that dies while it takes in what was written by hand has passed it over nowhere', async () => {
  const { account, desk, slotId } = await hire();
  account.hideFolder('\\Sent');
  account.dropSessions();
  const sent = await desk.send(slotId, 'silent@example.com');
  const { id } = sent.conversation;
  await withManual(desk, id, 1, () => writeInGmail(account, byHand(sent, 'Before.')));
  const { db } = mail.process;
  await db.query('ALTER TABLE manual_messages ADD CONSTRAINT none CHECK (false) NOT VALID');
  const messageId = '<not-lost@mail.gmail.com>';
  writeInGmail(account, byHand(sent, 'Not lost.', { messageId }));
  const { sequence } = await mail.sandbox.waitFor('filed', (filed) => filed.messageId === messageId);
  const isOurs = ({ address, protocol }: { address: string; protocol: string }) =>
    address === account.address && protocol === 'imap';
  await mail.sandbox.waitFor('closed', isOurs, { since: sequence });
  const thread = await withManual(desk, id, 2, () =>
    db.query('ALTER TABLE manual_messages DROP CONSTRAINT none'),
  );
  expect(manualIn(thread).map(({ text }) => text.trim())).toEqual(['Before.', 'Not lost.']);
});

test('an answer goes where the sender wants it', async () => {
  const { account, desk, slotId } = await hire();
  const sent = await desk.send(slotId, 'silent@example.com');
  const replies = desk.replies(await desk.cursor());
  account.deliver(
    answerTo(sent, 'Please write to my assistant.', {
      headers: { 'Reply-To': 'Silent Sue <silent.sue@example.com>' },
    }),
  );
  await replies.next();
  await withManual(desk, sent.conversation.id, 1, () =>
    writeInGmail(account, byHand(sent, 'I will.', { messageId: '<will@mail.gmail.com>' })),
  );
  const since = mail.sandbox.events.latest;
  const { replyToConversation } = await desk.person.ask<{ replyToConversation: { email: { to: string } } }>(
    `mutation ($id: ID!) { replyToConversation(conversationId: $id, text: "Done.") {
      ... on EmailQueued { email { to } } ... on Failure { message } } }`,
    { id: sent.conversation.id },
  );
  expect(replyToConversation.email.to).toBe('silent.sue@example.com');
  await mail.sandbox.waitFor('sent', ({ address }) => address === account.address, { since });
  const raw =
    account
      .sentMessages()
      .at(-1)
      ?.raw.toString()
      .replace(/\r\n[ \t]+/g, ' ') ?? '';
  expect(raw).toMatch(/^References: .*<will@mail\.gmail\.com>/m);
});

test('whoever answers what was written by hand answers in its conversation', async () => {
  const { account, desk, slotId } = await hire();
  const sent = await desk.send(slotId, 'silent@example.com');
  const messageId = '<new-thread@mail.gmail.com>';
  await withManual(desk, sent.conversation.id, 1, () =>
    writeInGmail(account, {
      to: sent.to,
      cc: 'lawyer@elsewhere.test',
      subject: 'Contract',
      text: 'Both?',
      messageId,
    }),
  );
  const replies = desk.replies(await desk.cursor());
  account.deliver({
    from: 'lawyer@elsewhere.test',
    to: account.address,
    subject: 'Your contract', // in no thread of Gmail's
    text: 'Agreed.',
    headers: { 'In-Reply-To': messageId },
  });
  const { message, conversation } = (await replies.next()).replyReceived;
  expect(message.evidence.matchedBy).toBe('MESSAGE_ID');
  expect(conversation.id).toBe(sent.conversation.id);
});
