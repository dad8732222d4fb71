import { follow } from '../../src/database/follow';
import { Notices } from '../../src/database/notices';
import { openTestDatabase, type TestDatabase, testLog } from '../support/database';

let opened: TestDatabase;
let here: Notices;
let there: Notices;

beforeAll(async () => {
  opened = await openTestDatabase();
});

beforeEach(async () => {
  here = new Notices({ url: opened.url, log: testLog });
  there = new Notices({ url: opened.url, log: testLog });
  await Promise.all([here.start(), there.start()]);
});

afterEach(() => Promise.all([here.stop(), there.stop()]));

afterAll(() => opened.close());

/** Collects what a topic's listeners hear, and resolves `until` once it is what was waited for. */
function hear(notices: Notices, topic: string) {
  const heard: (string | null)[] = [];
  let wake = () => {};
  notices.listen(topic, (id) => {
    heard.push(id);
    wake();
  });
  return {
    heard,
    until: async (isEnough: (all: readonly (string | null)[]) => boolean) => {
      while (!isEnough(heard)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

it('reaches listeners of its own process before publish returns, and once', async () => {
  const own = hear(here, 'topic');
  const other = hear(there, 'topic');
  here.publish('topic', 'a');
  expect(own.heard).toEqual(['a']);
  await other.until((all) => all.includes('a'));
  there.publish('topic', 'b');
  await own.until((all) => all.includes('b'));
  expect(own.heard).toEqual(['a', 'b']);
});

it('keeps topics apart, sends repeats once, and splits what is too much for one payload', async () => {
  const other = hear(there, 'many');
  const quiet = hear(there, 'quiet');
  const ids = Array.from({ length: 2_000 }, (_, index) => `id-${index}-é`);
  for (const id of [...ids, ...ids]) here.publish('many', id);
  await other.until((all) => all.length >= ids.length);
  expect(other.heard).toEqual(ids);
  expect(quiet.heard).toEqual([]);
});

it('says "catch up" for more than it can tell', async () => {
  const other = hear(there, 'big');
  here.publish('big', 'x'.repeat(10_000));
  await other.until((all) => all.includes(null));
});

it('does not let one listener break another, nor call it after it left', async () => {
  const heard: (string | null)[] = [];
  here.listen('topic', () => {
    throw new Error('on purpose');
  });
  const leave = here.listen('topic', (id) => heard.push(id));
  here.publish('topic', 'a');
  leave();
  leave();
  here.publish('topic', 'b');
  expect(heard).toEqual(['a']);
});

it('tells all listeners to catch up after its connection was cut, and hears again', async () => {
  const other = hear(there, 'topic');
  await opened.database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'connectionsphere notices'`,
  );
  here.publish('topic', 'while cut');
  await other.until((all) => all.includes(null));
  here.publish('topic', 'again');
  await other.until((all) => all.includes('again'));
});

it('starts and stops twice without harm', async () => {
  await Promise.all([here.start(), here.start()]);
  await Promise.all([here.stop(), here.stop()]);
  await here.start();
  const other = hear(there, 'topic');
  here.publish('topic', 'a');
  await other.until((all) => all.includes('a'));
});

describe('follow', () => {
  it('loses nothing between its call and the first read, nor between two reads', async () => {
    const leaving = new AbortController();
    const changes = follow(here, 'topic', leaving.signal);
    here.publish('topic', 'a');
    here.publish('topic', 'b');
    here.publish('topic', 'a');
    expect(await changes.next()).toEqual({ value: ['a', 'b'], done: false });
    here.publish('topic', 'c');
    expect(await changes.next()).toEqual({ value: ['c'], done: false });
    const waiting = changes.next();
    here.publish('topic', 'd');
    expect(await waiting).toEqual({ value: ['d'], done: false });
  });

  it('holds a bounded number of ids for a reader that does not read', async () => {
    const changes = follow(here, 'topic', new AbortController().signal);
    for (let id = 0; id < 5_000; id += 1) here.publish('topic', String(id));
    expect(await changes.next()).toEqual({ value: null, done: false });
  });

  it('ends while it waits, by the signal and by the loop that is left', async () => {
    const leaving = new AbortController();
    const aborted = follow(here, 'topic', leaving.signal).next();
    leaving.abort();
    expect(await aborted).toEqual({ value: undefined, done: true });

    const left = follow(here, 'topic', new AbortController().signal);
    const waiting = left.next();
    await left.return?.();
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(await follow(here, 'topic', leaving.signal).next()).toEqual({ value: undefined, done: true });
  });
});
