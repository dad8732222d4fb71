import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { WebSocket } from 'ws';
import { Notices } from '../../src/database/notices';
import type { ReceivedMessage } from '../../src/replies/received.entity';
import type { RepliesRoom } from '../../src/replies/repliesRoom';
import { ReplyFeeds } from '../../src/replies/replyFeeds';
import type { LIMITS } from '../../src/server/limits';
import { createSchema } from '../../src/server/schema';
import { type Server, startServer } from '../../src/server/startServer';
import { makeOwner } from '../support/campaigns';
import { openTestDatabase, type TestDatabase, testLog } from '../support/database';
import { signUp } from '../support/people';

/**
 * A subscriber that does not read its socket while thousands of large replies come: the server holds next to nothing for
 * it, tells it, and cuts it off; and it goes on where it stopped.
 */

const KEPT = 500;
const COMING = 1_500;
/** Of one reply, in characters; all of them are 120 MB, and no socket takes more than a few MB of that unread. */
const LETTERS = 60_000;

let database: TestDatabase;
let notices: Notices;
let room: RepliesRoom;
const servers: Server[] = [];
/** Where who is away for a moment is cut off, and where people are given the time of everyday. */
let impatient: string;
let patient: string;

beforeAll(async () => {
  database = await openTestDatabase();
  notices = new Notices({ url: database.url, log: testLog });
  const { database: db } = database;
  const base = { db, notices, log: testLog };
  room = { ...base, feeds: new ReplyFeeds(base) } as RepliesRoom; // the feed needs no more of it
  const publicUrl = () => 'http://localhost';
  const identity = {
    db,
    log: testLog,
    signUp: 'open',
    publicUrl,
    onWorkspaceCreated: async () => {},
  } as const;
  const rooms = { identity, replies: room };
  const serve = async (limits: Partial<typeof LIMITS>): Promise<string> => {
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      publicUrl,
      log: testLog,
      schema: createSchema(),
      rooms,
      limits,
      notices,
      introspection: 'everybody',
      readiness: async () => [],
      metrics: new Registry(),
    });
    servers.push(server);
    return `http://127.0.0.1:${server.port}`;
  };
  impatient = await serve({ pingEveryMs: 500 });
  patient = await serve({});
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await database.close();
});

/** Somebody in a workspace of their own, and a connection to receive by. */
async function join() {
  const { token, email } = await signUp(patient);
  const [person] = await room.db.query<{ workspace_id: string }>(
    'SELECT workspace_id FROM people WHERE email = $1',
    [email],
  );
  const { connectionId } = await makeOwner(room.db);
  return { token, workspaceId: person?.workspace_id ?? '', connectionId };
}

/** Replies at the next places of the workspace's feed. */
async function receive(
  workspaceId: string,
  connectionId: string,
  from: number,
  count: number,
  letters = LETTERS,
): Promise<void> {
  await room.db.query(
    `WITH conversation AS (
       INSERT INTO conversations (workspace_id, connection_id, subject) VALUES ($1, $2, 'Hello') RETURNING id
     ), head AS (
       INSERT INTO feed_heads (workspace_id, position) VALUES ($1, $3::int + $4::int - 1)
       ON CONFLICT (workspace_id) DO UPDATE SET position = excluded.position
     )
     INSERT INTO received_messages (workspace_id, connection_id, conversation_id, position, identity, folder, uid_validity,
            uid, message_id, from_address, recipients, subject, text, reply_text, received_at, kind, matched_by, rule, in_spam)
     SELECT $1, $2, c.id, n, 'gmail:' || n, 'INBOX', 1, n, '<' || n || '@example.com>', 'ann@example.com', '{}', 'Re: Hello',
            repeat('yes ', $5::int / 4), 'yes', now(), 'REPLY', 'MESSAGE_ID', 'written-by-a-person', false
       FROM conversation c, generate_series($3::int, $3::int + $4::int - 1) n`,
    [workspaceId, connectionId, from, count, letters],
  );
  notices.publish(`replies:${workspaceId}`, String(from + count - 1));
}

const cursorAt = (position: number) => Buffer.from(JSON.stringify([String(position)])).toString('base64url');

interface Told {
  cursors: string[];
  code: number;
  reason: string;
}

/** Subscribes, reads nothing until `whileAway` is over, and then all until it has the last, or is cut off. */
async function follow(url: string, token: string, after: string, whileAway = async () => {}): Promise<Told> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const closed = once(socket, 'close');
  await once(socket, 'open');
  const say = (message: object) => socket.send(JSON.stringify(message));
  say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await once(socket, 'message');
  socket.pause();
  const query = 'subscription ($after: String) { replyReceived(after: $after) { cursor message { text } } }';
  say({ type: 'subscribe', id: '1', payload: { query, variables: { after } } });
  await whileAway();
  const cursors: string[] = [];
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(String(data));
    if (type !== 'next') return;
    cursors.push(payload.data.replyReceived.cursor);
    if (cursors.at(-1) === cursorAt(KEPT + COMING)) socket.close();
  });
  socket.resume();
  const [code, reason] = await closed;
  return { cursors, code: Number(code), reason: String(reason) };
}

test('is told and cut off while the server holds little of it, and goes on by its cursor', async () => {
  const { token, workspaceId, connectionId } = await join();
  await receive(workspaceId, connectionId, 1, KEPT);

  const find = jest.spyOn(room.db.manager, 'find');
  const countRead = async () => {
    const pages = await Promise.all(
      find.mock.results.map(({ value }) => value as Promise<ReceivedMessage[]>),
    );
    return pages.reduce((sum, page) => sum + page.length, 0);
  };
  await receive(workspaceId, connectionId, KEPT + 1, COMING / 2);
  let came = KEPT + COMING / 2;
  const coming = async (pause: number) => {
    if (came < KEPT + COMING) await receive(workspaceId, connectionId, came + 1, COMING / 2);
    came = KEPT + COMING;
    await sleep(pause);
  };
  // A slow machine pings late: then it was not away for long enough, and stays away for longer.
  for (let pause = 1_500; ; pause *= 2) {
    find.mockClear();
    const read = { unread: 0 };
    const { cursors, code, reason } = await follow(impatient, token, cursorAt(0), async () => {
      await coming(pause);
      read.unread = await countRead();
    });
    expect(read.unread).toBeLessThan(came / 3);
    if (code !== 1013) continue;
    expect(reason).toMatch(/read too slowly.*after your last cursor/);
    expect(cursors.length).toBeLessThan(came / 3);
    const rest = await follow(patient, token, cursors.at(-1) ?? cursorAt(0));
    const all = Array.from({ length: came }, (_, n) => cursorAt(n + 1));
    return expect([...cursors, ...rest.cursors]).toEqual(all);
  }
});

test('one mail of megabytes does not count for each of the subscriptions of a socket that is not read', async () => {
  const { token, workspaceId, connectionId } = await join();
  const [many, quick] = [await openStream(token, SUBSCRIPTIONS), await openStream(token, 1)];
  many.socket.pause();
  const send = jest.spyOn(WebSocket.prototype, 'send');
  await receive(workspaceId, connectionId, 1, 1, HUGE);
  await quick.heard(1);
  await signUp(patient); // the server has done more since than it takes to send to all
  const handedOver = send.mock.calls.filter(([text]) => String(text).length > HUGE).length;
  send.mockRestore();
  // The system's own buffers take some; one is for the other socket.
  expect(handedOver).toBeLessThan(SUBSCRIPTIONS / 2);
  many.socket.resume();
  await many.heard(SUBSCRIPTIONS);
  many.socket.close();
  quick.socket.close();
});

const SUBSCRIPTIONS = 30;
const HUGE = 2_000_000;

/** A socket with so many subscriptions to new replies, which all stand. */
async function openStream(token: string, subscriptions: number) {
  const socket = new WebSocket(`${patient.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  let count = 0;
  let waiting = { count: Number.POSITIVE_INFINITY, resolve: () => {} };
  let pong = () => {};
  socket.on('message', (data) => {
    const { type } = JSON.parse(String(data)) as { type: string };
    if (type === 'pong') pong();
    if (type === 'next') count += 1;
    if (count >= waiting.count) waiting.resolve();
  });
  await once(socket, 'open');
  const say = (message: object) => socket.send(JSON.stringify(message));
  const acknowledged = once(socket, 'message');
  say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await acknowledged;
  const query = 'subscription ($after: String) { replyReceived(after: $after) { cursor message { text } } }';
  for (let id = 1; id <= subscriptions; id += 1)
    say({ type: 'subscribe', id: String(id), payload: { query, variables: { after: cursorAt(0) } } });
  const answered = new Promise<void>((resolve) => {
    pong = resolve;
  });
  say({ type: 'ping' });
  await answered;
  return {
    socket,
    heard: (wanted: number) =>
      new Promise<void>((resolve) => {
        if (count >= wanted) resolve();
        else waiting = { count: wanted, resolve };
      }),
  };
}
