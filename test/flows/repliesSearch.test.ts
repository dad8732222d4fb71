import { renewDocuments } from '../../src/replies/conversations/searchIndex';
import type { Account } from '../../src/sandbox/accounts';
import { answerTo, type Desk, type MailRoom, openMailRoom, type Sent } from '../support/watching';

/** The inbox's search: before and after the index knows, beyond what is newest, and within the workspace. */

let mail: MailRoom;
let desk: Desk;
let account: Account;
let slotId: string;

beforeAll(async () => {
  mail = await openMailRoom();
  desk = await mail.desk();
  account = mail.account('search@gmail.com');
  slotId = await desk.connect(account);
});
afterAll(() => mail.close());

async function answered(sent: Sent, text: string, from = `A Person <${sent.to}>`): Promise<void> {
  const replies = desk.replies(await desk.cursor());
  account.deliver(answerTo(sent, text, { from }));
  await replies.next();
  await replies.stop();
}

/** Until nothing is out of date; the product is at it at the same time, and works a fifth of it. */
async function index(): Promise<void> {
  while ((await mail.process.db.query('SELECT FROM outdated_documents')).length > 0) {
    await renewDocuments(mail.process.db);
  }
}

interface Found {
  conversations: {
    edges: { node: { id: string; subject: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    totalCount: number;
  };
}

async function search(
  words: string,
  more: object = {},
  { person }: Desk = desk,
): Promise<Found['conversations']> {
  const { conversations } = await person.ask<Found>(
    `query ($search: String, $first: Int, $after: String, $answered: Boolean) {
      conversations(search: $search, first: $first, after: $after, answered: $answered) {
        edges { node { id subject } } pageInfo { hasNextPage endCursor } totalCount } }`,
    { search: words, ...more },
  );
  return conversations;
}

const subjectsOf = ({ edges }: Found['conversations']) => edges.map(({ node }) => node.subject);
const find = async (words: string) => subjectsOf(await search(words));

test('finds what has just come, and by the index whatever its case, accents, script and order', async () => {
  const one = await desk.send(slotId, 'silent.anna@example.com', 'one');
  const two = await desk.send(slotId, 'silent.boris@example.com', 'two');
  await answered(
    one,
    'Das Angebot für Łódź ist fertig. 合同已经收到。',
    'Ána Müller <silent.anna@example.com>',
  );
  expect(await find('ANGEBOT')).toEqual(['one']); // out of date as its document is by now, or not
  expect(await find('"das angebot" anna@ one')).toEqual(['one']);

  await index();
  for (const words of [
    'gebot fertig das',
    'lodz',
    '合同',
    'ana muller',
    '"angebot fur lodz"',
    'anna@exam',
    'on',
  ]) {
    expect([words, await find(words)]).toEqual([words, ['one']]);
  }
  expect(await find('"fertig ist"')).toEqual([]);
  expect(await find('example.com')).toEqual(['one', 'two']);

  await answered(two, 'Angebot? Bitte.');
  expect(await find('angebot')).toEqual(['two', 'one']);
  await index();
  expect(await find('angebot')).toEqual(['two', 'one']);
  expect(await search('angebot', { first: 1 })).toMatchObject({
    totalCount: 2,
    pageInfo: { hasNextPage: true },
  });
  const stranger = await mail.desk();
  expect(subjectsOf(await search('angebot', {}, stranger))).toEqual([]);

  await mail.process.db.query(
    "UPDATE prospects SET company = 'Ostwind' WHERE email = 'silent.boris@example.com'",
  );
  expect(await find('ostwind')).toEqual(['two']);
  await index();
  expect(await find('ostwind')).toEqual(['two']);
});

test('a message that is moved is found where it is, and an erased person nowhere', async () => {
  const wrong = await desk.send(slotId, 'silent.carla@example.com', 'wrong');
  const right = await desk.send(slotId, 'silent.dora@example.com', 'right');
  await answered(wrong, 'About the zeppelin');
  await index();
  const [event] = (await desk.events()).filter(({ message }) => message.replyText.includes('zeppelin'));
  const { correctMatch } = await desk.person.ask<{ correctMatch: { __typename: string } }>(
    `mutation ($messageId: ID!, $conversationId: ID!) {
      correctMatch(messageId: $messageId, conversationId: $conversationId) { __typename } }`,
    { messageId: event?.message.id, conversationId: right.conversation.id },
  );
  expect(correctMatch.__typename).toBe('MatchCorrected');
  await index();
  expect(await find('zeppelin')).toEqual(['right']);
  await mail.process.db.query("DELETE FROM prospects WHERE email = 'silent.dora@example.com'");
  expect(await find('zeppelin')).toEqual([]);
});

test('pages newest first through what lies beyond the newest, with the other filters', async () => {
  const { db } = mail.process;
  await db.query(
    `INSERT INTO conversations (workspace_id, connection_id, subject, snippet, last_message_at, unread)
     SELECT c.workspace_id, c.id, 'No ' || n, CASE WHEN n % 400 = 0 THEN 'marmalade' ELSE 'butter' END,
            now() - make_interval(days => n), false
       FROM connections c CROSS JOIN generate_series(1, 1200) n WHERE c.email = 'search@gmail.com'`,
  );
  await index();
  const first = await search('marmalade', { first: 2 });
  expect([subjectsOf(first), first.totalCount]).toEqual([['No 400', 'No 800'], 3]);
  const { hasNextPage, endCursor } = first.pageInfo;
  expect(hasNextPage).toBe(true);
  await desk.send(slotId, 'silent.ewa@example.com', 'marmalade'); // newer than what was shown
  const rest = await search('marmalade', { first: 2, after: endCursor });
  expect([subjectsOf(rest), rest.pageInfo.hasNextPage]).toEqual([['No 1200'], false]);
  expect(subjectsOf(await search('marmalade', { answered: true }))).toEqual([]);
  const common = await search('butter', { first: 200 });
  expect([common.edges.length, common.totalCount]).toEqual([200, 1197]);
});
