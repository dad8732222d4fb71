import { Client } from 'pg';
import { followReplies } from '../../src/replies/feed';
import { openSocket, type Subscription } from '../support/client';
import { answerTo, type Desk, type MailRoom, openMailRoom, type Reply, type Sent } from '../support/watching';

/** The reply feed: what a subscriber gets, from where on, and what becomes of it when something breaks. */

let mail: MailRoom;

beforeAll(async () => {
  mail = await openMailRoom();
});
afterAll(() => mail.close());

let accounts = 0;

interface Setting {
  desk: Desk;
  slotId: string;
  sent: Sent;
  deliver(text: string): void;
}

/** Somebody with an email out, which can be answered. */
async function hire(desk?: Desk): Promise<Setting> {
  const own = desk ?? (await mail.desk());
  const account = mail.account(`feed${++accounts}@gmail.com`);
  const slotId = await own.connect(account);
  const sent = await own.send(slotId, `silent${accounts}@example.com`);
  return { desk: own, slotId, sent, deliver: (text) => void account.deliver(answerTo(sent, text)) };
}

async function take(replies: Subscription<{ replyReceived: Reply }>, count: number): Promise<Reply[]> {
  const taken: Reply[] = [];
  while (taken.length < count) taken.push((await replies.next()).replyReceived);
  return taken;
}

const textsOf = (replies: readonly Reply[]) => replies.map(({ message }) => message.text.trim());

test('replays what was kept after a cursor, then goes live; without one it is live only', async () => {
  const { desk, deliver } = await hire();
  const before = await desk.cursor();
  const first = desk.replies(before);
  deliver('one');
  deliver('two');
  const [one] = await take(first, 2);
  const live = desk.replies(null);
  const again = desk.replies(before);
  const later = desk.replies(one?.cursor);
  expect(textsOf(await take(again, 2))).toEqual(['one', 'two']);
  expect(textsOf(await take(later, 1))).toEqual(['two']);
  deliver('three');
  for (const replies of [first, live, again, later])
    expect(textsOf(await take(replies, 1))).toEqual(['three']);
  const { replyEvents } = await desk.person.ask<{
    replyEvents: { edges: { cursor: string; node: Reply }[] };
  }>('{ replyEvents { edges { cursor node { cursor } } } }');
  const [last] = await take(desk.replies(replyEvents.edges[1]?.cursor), 1);
  expect(replyEvents.edges.map(({ cursor }) => cursor)).toEqual(
    replyEvents.edges.map(({ node }) => node.cursor),
  );
  expect(last?.cursor).toBe(replyEvents.edges[2]?.cursor);
  expect(await desk.cursor()).toBe(last?.cursor);
});

test('every subscriber gets every reply of its workspace once, in one order, wherever it joins', async () => {
  const workspaces = [await mail.desk(), await mail.desk()];
  const settings: Setting[] = [];
  for (const index of [0, 1, 0, 1]) settings.push(await hire(workspaces[index]));
  const COUNT = 30;
  const subscribers = workspaces.map((desk) => ({ desk, all: [] as Promise<Reply[]>[], total: COUNT * 2 }));
  const start = await Promise.all(workspaces.map((desk) => desk.cursor()));
  for (const [index, { desk, all, total }] of subscribers.entries())
    all.push(take(desk.replies(start[index]), total));
  for (let n = 0; n < COUNT; n++) {
    for (const [index, { deliver }] of settings.entries()) deliver(`${index} says ${n}`);
    if (n % 5 === 0) {
      // Somebody joins while it pours, at the place where the feed stands now.
      for (const [index, { desk, all, total }] of subscribers.entries()) {
        const kept = await desk.events();
        const from = kept.at(-1)?.cursor ?? start[index];
        all.push(take(desk.replies(from), total - kept.length).then((rest) => [...kept, ...rest]));
      }
    }
  }
  for (const { all, desk } of subscribers) {
    const [first = [], ...others] = await Promise.all(all);
    const cursors = first.map(({ cursor }) => cursor);
    expect(new Set(cursors).size).toBe(COUNT * 2);
    expect(new Set(textsOf(first)).size).toBe(COUNT * 2);
    for (const other of others) expect(other.map(({ cursor }) => cursor)).toEqual(cursors);
    expect((await desk.events()).map(({ cursor }) => cursor)).toEqual(cursors);
  }
  const texts = await Promise.all(subscribers.map(async ({ desk }) => textsOf(await desk.events())));
  expect(texts[0]?.every((text) => /^[02] says/.test(text))).toBe(true);
  expect(texts[1]?.every((text) => /^[13] says/.test(text))).toBe(true);
});

test('filters by slot and by kind, and tells of bounces only when asked', async () => {
  const desk = await mail.desk();
  const one = await hire(desk);
  const two = await hire(desk);
  const ofTwo = desk.replies(await desk.cursor(), { slotId: two.slotId });
  const bounces = desk.replies(await desk.cursor(), { kinds: ['BOUNCE'] });
  const usual = desk.replies(await desk.cursor(), {});
  one.deliver('from one');
  expect(textsOf(await take(usual, 1))).toEqual(['from one']);
  await desk.send(one.slotId, 'bounce.b@example.com');
  expect((await take(bounces, 1))[0]?.message.kind).toBe('BOUNCE');
  two.deliver('from two');
  expect(textsOf(await take(usual, 1))).toEqual(['from two']);
  expect(textsOf(await take(ofTwo, 1))).toEqual(['from two']);
});

test('refuses what is no cursor, and the slot of another workspace', async () => {
  const { desk } = await hire();
  const stranger = await hire();
  for (const after of [
    '',
    'nonsense',
    Buffer.from('["x"]').toString('base64url'),
    Buffer.from('["1","2"]').toString('base64url'),
    // Of a feed that was longer once.
    Buffer.from('["999"]').toString('base64url'),
  ]) {
    const subscribed = await desk.socket.send(
      'subscription ($after: String) { replyReceived(after: $after) { cursor } }',
      { after },
    );
    const asked = await desk.person.send(
      'query ($after: String) { replyEvents(after: $after) { totalCount } }',
      { after },
    );
    for (const { errors } of [subscribed, asked]) {
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'after' }] } }]);
    }
  }
  const foreign = await desk.socket.send(
    'subscription ($slotId: ID!) { replyReceived(filter: { slotId: $slotId }) { cursor } }',
    { slotId: stranger.slotId },
  );
  expect(foreign.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  const nobody = await openSocket(mail.app.url, {});
  const { errors } = await nobody.send('subscription { replyReceived { cursor } }');
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  await nobody.close();
});

test('a notice that was lost with its connection is made up for', async () => {
  const { desk, deliver } = await hire();
  const replies = desk.replies(await desk.cursor());
  deliver('before');
  await take(replies, 1);
  const admin = new Client({ connectionString: mail.app.databaseUrl });
  await admin.connect();
  const { rowCount } = await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'connectionsphere notices'`,
  );
  await admin.end();
  expect(rowCount).toBe(2);
  deliver('after');
  expect(textsOf(await take(replies, 1))).toEqual(['after']);
});

test('reads the database only as fast as its events are taken', async () => {
  const { desk, deliver } = await hire();
  const { room } = mail.process;
  const [viewer] = await room.db.query<{ workspaceId: string }>(
    'SELECT workspace_id AS "workspaceId" FROM people WHERE email = $1',
    [desk.person.email],
  );
  const start = await desk.cursor();
  const live = desk.replies(await desk.cursor());
  for (let n = 0; n < 60; n++) deliver(`${n}`);
  await take(live, 60);
  const find = jest.spyOn(room.db.manager, 'find');
  try {
    const events = (await followReplies(room, viewer as never, start, null))[Symbol.asyncIterator]();
    await events.next();
    expect(find).toHaveBeenCalledTimes(1);
    expect(find.mock.calls[0]?.[1]).toMatchObject({ take: expect.any(Number) });
    const batch = Number(find.mock.calls[0]?.[1]?.take);
    for (let n = 1; n < batch; n++) await events.next();
    expect(find).toHaveBeenCalledTimes(1);
    for (let n = batch; n < 60; n++) await events.next();
    await events.return?.();
  } finally {
    find.mockRestore();
  }
});
