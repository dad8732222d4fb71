import type { Account } from '../../src/sandbox/accounts';
import { answerTo, type Desk, type MailRoom, openMailRoom, type Sent, START } from '../support/watching';

/** The inbox of conversations over all slots: listing, reading, answering, and the wall around it. */

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
}

async function hire(): Promise<Setting> {
  const account = mail.account(`talk${++accounts}@gmail.com`);
  const desk = await mail.desk();
  return { account, desk, slotId: await desk.connect(account) };
}

async function answered({ account, desk }: Setting, sent: Sent, text: string): Promise<void> {
  const replies = desk.replies(await desk.cursor());
  account.deliver(answerTo(sent, text));
  await replies.next();
  await replies.stop();
}

interface Listed {
  conversations: {
    edges: { cursor: string; node: { id: string; subject: string; unread: boolean; snippet: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    totalCount: number;
  };
}

async function list({ desk }: Pick<Setting, 'desk'>, args = ''): Promise<Listed['conversations']> {
  const { conversations } = await desk.person.ask<Listed>(
    `{ conversations${args && `(${args})`} {
      edges { cursor node { id subject unread snippet } } pageInfo { hasNextPage endCursor } totalCount } }`,
  );
  return conversations;
}

const subjectsOf = ({ edges }: Listed['conversations']) => edges.map(({ node }) => node.subject);

test('lists the newest first; filters by read state, slot and words; pages while mail comes in', async () => {
  const setting = await hire();
  const { desk, slotId } = setting;
  const sent: Sent[] = [];
  for (const subject of ['one', 'two', 'three', 'four']) {
    sent.push(await desk.send(slotId, `silent.${subject}@example.com`, subject));
  }
  const [one, two] = sent as [Sent, Sent];
  const second = mail.account(`talk${++accounts}@gmail.com`);
  const otherSlot = await desk.connect(second);
  await desk.send(otherSlot, 'silent.five@example.com', 'five');
  expect(subjectsOf(await list(setting))).toEqual(['five', 'four', 'three', 'two', 'one']);
  expect(subjectsOf(await list(setting, `slotId: "${otherSlot}"`))).toEqual(['five']);
  expect(subjectsOf(await list(setting, 'search: "silent.two@"'))).toEqual(['two']);
  expect(subjectsOf(await list(setting, 'search: "100%_\\\\"'))).toEqual([]);
  const { errors } = await desk.person.send('{ conversations(search: "\\u0000") { totalCount } }');
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');

  const first = await list(setting, 'first: 2');
  expect(subjectsOf(first)).toEqual(['five', 'four']);
  expect(first.pageInfo.hasNextPage).toBe(true);
  // INTERNALDATE has whole seconds: the answer is newer than what it answers, whatever it says.
  await answered(setting, one, 'An answer');
  const rest = await list(setting, `first: 2, after: "${first.pageInfo.endCursor}"`);
  expect(subjectsOf(rest)).toEqual(['three', 'two']);

  await answered(setting, one, 'And a second one');
  expect(subjectsOf(await list(setting, 'search: "an ANSWER"'))).toEqual(['one']); // no longer the newest words
  expect(subjectsOf(await list(setting, 'search: "a person"'))).toEqual(['one']); // who wrote it

  const unread = await list(setting, 'unread: true');
  expect(unread).toMatchObject({
    edges: [{ node: { subject: 'one', unread: true, snippet: 'And a second one' } }],
    totalCount: 1,
  });
  expect(subjectsOf(await list(setting, 'unread: false'))).not.toContain('one');
  expect(subjectsOf(await list(setting, 'answered: true'))).toEqual(['one']);
  expect(subjectsOf(await list(setting, 'answered: false'))).toEqual(['five', 'four', 'three', 'two']);
  expect(two.subject).toBe('two');
});

test('is read and unread again, and says so to everybody who watches', async () => {
  const setting = await hire();
  const { desk, slotId } = setting;
  const sent = await desk.send(slotId, 'silent@example.com');
  await answered(setting, sent, 'Yes');
  const changed = desk.socket.subscribe<{ conversationChanged: { id: string; unread: boolean } }>(
    'subscription { conversationChanged { id unread } }',
  );
  const mark = (read: boolean) =>
    desk.socket.ask(
      'mutation ($id: ID!, $read: Boolean!) { markConversationRead(id: $id, read: $read) { unread } }',
      {
        id: sent.conversation.id,
        read,
      },
    );
  expect(await mark(true)).toEqual({ markConversationRead: { unread: false } });
  const { conversationChanged } = await changed.next();
  expect(conversationChanged).toEqual({ id: sent.conversation.id, unread: false });
  expect(await mark(false)).toEqual({ markConversationRead: { unread: true } });
  while (!(await changed.next()).conversationChanged.unread);
});

test('shows who wrote what, newest last, and pages backwards', async () => {
  const setting = await hire();
  const { desk, slotId } = setting;
  const sent = await desk.send(slotId, 'silent@example.com');
  for (const text of ['first', 'second', 'third']) await answered(setting, sent, text);
  const ENTRIES = `query ($id: ID!, $last: Int, $before: String) { conversation(id: $id) {
    entries(last: $last, before: $before) { totalCount pageInfo { hasPreviousPage startCursor }
      edges { node { __typename ... on ReceivedMessage { replyText } ... on OutgoingMessage { messageId } } } } } }`;
  interface Entries {
    conversation: {
      entries: {
        totalCount: number;
        pageInfo: { hasPreviousPage: boolean; startCursor: string };
        edges: { node: { __typename: string; replyText?: string } }[];
      };
    };
  }
  const read = async (last: number, before?: string) =>
    (await desk.person.ask<Entries>(ENTRIES, { id: sent.conversation.id, last, before })).conversation
      .entries;
  const end = await read(3);
  expect(end.totalCount).toBe(4);
  expect(end.edges.map(({ node }) => node.replyText).toSorted()).toEqual(['first', 'second', 'third']);
  const beginning = await read(3, end.pageInfo.startCursor);
  expect(beginning.edges.map(({ node }) => node.__typename)).toEqual(['OutgoingMessage']);
  expect(beginning.pageInfo.hasPreviousPage).toBe(false);
});

test('is answered in its thread and from its address, whatever machines said in between', async () => {
  const setting = await hire();
  const { account, desk, slotId } = setting;
  const sent = await desk.send(slotId, 'bounce.later@example.com', 'Our offer');
  await desk.replies(START).next();
  const messageId = '<answer@example.com>';
  const replies = desk.replies(await desk.cursor());
  account.deliver(answerTo(sent, 'Tell me more.', { messageId, from: 'Bob <bob@firm.test>' }));
  await replies.next();
  mail.sandbox.prospect('bob@firm.test', { behaviour: 'silent' });
  const since = mail.sandbox.events.latest;
  const empty = await desk.person.send(
    `mutation { replyToConversation(conversationId: "${sent.conversation.id}", text: " ") { __typename } }`,
  );
  expect(empty.errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'text' }] } },
  ]);
  const { replyToConversation } = await desk.person.ask<{ replyToConversation: { email: Sent } }>(
    `mutation ($id: ID!) { replyToConversation(conversationId: $id, text: "Gladly.", idempotencyKey: "k") {
      ... on EmailQueued { email { id messageId to subject conversation { id } } } ... on Failure { message } } }`,
    { id: sent.conversation.id },
  );
  expect(replyToConversation.email).toMatchObject({
    to: 'bob@firm.test',
    subject: 'Re: Our offer',
    conversation: sent.conversation,
  });
  await mail.sandbox.waitFor('sent', ({ address }) => address === account.address, { since });
  const raw = account.sentMessages().at(-1)?.raw.toString() ?? '';
  const unfolded = raw.replace(/\r\n[ \t]+/g, ' ');
  expect(unfolded).toContain(`In-Reply-To: ${messageId}\r\n`);
  expect(unfolded).toContain(`References: ${sent.messageId} ${messageId}\r\n`);
  expect(unfolded).toContain('Subject: Re: Our offer\r\n');
  expect((await list(setting, 'unread: true')).edges).toEqual([]);
});

test("another workspace's conversations do not exist", async () => {
  const setting = await hire();
  const { slotId } = setting;
  const sent = await setting.desk.send(slotId, 'silent@example.com');
  await answered(setting, sent, 'Secret');
  const stranger = await mail.desk();
  const id = sent.conversation.id;
  for (const operation of [
    `{ conversation(id: "${id}") { id } }`,
    `{ conversations(slotId: "${slotId}") { totalCount } }`,
    `{ replyEvents(filter: { slotId: "${slotId}" }) { totalCount } }`,
    `mutation { markConversationRead(id: "${id}", read: true) { id } }`,
    `mutation { replyToConversation(conversationId: "${id}", text: "Hi") { __typename } }`,
  ]) {
    const { errors } = await stranger.person.send(operation);
    expect({ operation, errors }).toMatchObject({
      operation,
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
  }
  expect(await list({ desk: stranger })).toMatchObject({ edges: [], totalCount: 0 });
  expect(await stranger.events()).toEqual([]);
  const changed = stranger.socket.subscribe<{ conversationChanged: { id: string } }>(
    'subscription { conversationChanged { id } }',
  );
  const replies = stranger.replies(START);
  await answered(setting, sent, 'Secret again');
  const own = await stranger.connect(mail.account(`talk${++accounts}@gmail.com`));
  const ours = await stranger.send(own, 'bob@example.com');
  expect((await replies.next()).replyReceived.conversation.id).toBe(ours.conversation.id);
  expect((await changed.next()).conversationChanged.id).toBe(ours.conversation.id);
});
