import type { RepliesRoom } from '../../src/replies/repliesRoom';
import { mail } from '../rules/mail/build';
import { type AnswersWorld, type Desk, openAnswers, openDesk, receive, sentAt } from '../support/answers';

/** Whose a mail is, by all that ties it to what we sent: real intake into a real database. */

let world: AnswersWorld;
let room: RepliesRoom;
let desk: Desk;

const PEOPLE = ['ann@firm.example', 'john.smith@gmail.com', 'eve+news@mail.example', 'zoe@orange.fr'];

beforeAll(async () => {
  world = await openAnswers();
  room = world.room;
  desk = await openDesk(room, PEOPLE);
});
afterAll(() => world.close());

/** Whose a mail was found to be, and by what. */
async function matchOf(fields: Record<string, string>, at?: Date): Promise<[string, string] | null> {
  const received = await receive(room, desk, mail({ 'Message-ID': '', ...fields }, 'Call me.'), at && { at });
  if (!received) return null;
  const [row] = await room.db.query<{ email: string }>(
    'SELECT p.email FROM conversations c JOIN prospects p ON p.id = c.prospect_id WHERE c.id = $1',
    [received.conversationId],
  );
  return [row?.email ?? 'nobody', received.matchedBy];
}

const idOf = (address: string) => desk.people.find((person) => person.address === address)?.messageId ?? '';
const daysLater = (days: number, minutes = 0) =>
  new Date(sentAt.getTime() + days * 86_400_000 + minutes * 60_000);

test.each([
  ['themselves', 'ann@firm.example', 'ann@firm.example'],
  ['themselves, in capitals', 'Ann@Firm.EXAMPLE', 'ann@firm.example'],
  ['a +tag of theirs', 'ann+me@firm.example', 'ann@firm.example'],
  ['their Gmail account without its dots', 'johnsmith@gmail.com', 'john.smith@gmail.com'],
  ['... with a tag, by its other name', 'J.ohn.Smith+x@GoogleMail.com', 'john.smith@gmail.com'],
])('by the address of %s', async (_, from, whose) => {
  expect(await matchOf({ From: from })).toEqual([whose, 'SENDER_ADDRESS']);
});

test('a colleague is one at the same domain only, who writes within 30 days and not to many', async () => {
  const boss = { From: 'boss@firm.example' };
  expect(await matchOf(boss, daysLater(30))).toEqual(['ann@firm.example', 'SENDER_DOMAIN']);
  expect(await matchOf(boss, daysLater(30, 1))).toBeNull();
  expect(await matchOf({ From: 'ann@firm.example' }, daysLater(400))).toEqual([
    'ann@firm.example',
    'SENDER_ADDRESS',
  ]);
  expect(await matchOf({ ...boss, 'List-Id': '<news.firm.example>' })).toBeNull();
  expect(await matchOf({ From: 'boss@news.firm.example' })).toBeNull();
  expect(await matchOf({ From: 'boss@otherfirm.example' })).toBeNull();
});

test.each(['john@gmail.com', 'smith@gmail.com', 'max@orange.fr', 'john.smith@gmail.com.example'])(
  '%s is a stranger',
  async (from) => {
    expect(await matchOf({ From: from })).toBeNull();
  },
);

test('what names our email is its answer, whoever sends it, and whatever else it names', async () => {
  const ours = idOf('zoe@orange.fr');
  const viaGroup = {
    From: "'Zoé' via Sales <sales@group.example>",
    'List-Id': '<sales.group.example>',
    'In-Reply-To': ours,
  };
  const forwarded = {
    From: 'successor@elsewhere.example',
    Subject: 'Fwd: Hello',
    References: `<a@b.example> ${ours} <c@d.example>`,
  };
  const crossed = { From: 'ann@firm.example', 'In-Reply-To': ours, References: idOf('ann@firm.example') };
  for (const fields of [viaGroup, forwarded, crossed]) {
    expect(await matchOf(fields)).toEqual(['zoe@orange.fr', 'MESSAGE_ID']);
  }
});

test('what names an answer that came in belongs beside it, whoever joins in', async () => {
  const id = '<looping-in@firm.example>';
  const answer = { From: 'ann@firm.example', 'In-Reply-To': idOf('ann@firm.example'), 'Message-ID': id };
  expect(await matchOf(answer)).toEqual(['ann@firm.example', 'MESSAGE_ID']);
  const partner = { From: 'chris@partner.example', 'In-Reply-To': id };
  expect(await matchOf(partner)).toEqual(['ann@firm.example', 'MESSAGE_ID']);
  expect(await matchOf({ ...partner, 'In-Reply-To': '<other@firm.example>' })).toBeNull();
});

test('an opt-out by mail is that of whom the email was for, from whatever address it comes', async () => {
  const [person] = desk.people.filter(({ address }) => address === 'eve+news@mail.example');
  const request = mail(
    { From: 'eve.private@home.example', Subject: `unsubscribe ${person?.messageId}`, 'Message-ID': '' },
    '',
  );
  expect(await receive(room, desk, request)).toMatchObject({ kind: 'UNSUBSCRIBE', matchedBy: 'MESSAGE_ID' });
  const suppressed = await room.db.query<{ value: string }>(
    'SELECT value FROM suppressions WHERE workspace_id = $1 ORDER BY value',
    [desk.owner.workspaceId],
  );
  expect(suppressed.map(({ value }) => value)).toEqual(['eve+news@mail.example', 'eve.private@home.example']);
  const [enrolment] = await room.db.query('SELECT state FROM enrolments WHERE id = $1', [
    person?.enrolmentId,
  ]);
  expect(enrolment).toEqual({ state: 'UNSUBSCRIBED' });
});
