import { Notices } from '../../src/database/notices';
import type { Viewer } from '../../src/identity/context';
import { NEWS_SOON } from '../../src/identity/sessions';
import { LIMITS } from '../../src/server/limits';
import { type OpenSocket, OpenSockets } from '../../src/server/openSockets';
import { isStillValid, watchCredentials } from '../../src/server/socketCredentials';
import { testLog } from '../support/database';

/** Whether an event may be told, where it is asked ahead of the event. */

let notices: Notices;
let sockets: OpenSockets;
let standing: Set<string>;
let asked: string[][];
const source = {
  get notices() {
    return notices;
  },
  async areValid(tokens: readonly string[]) {
    asked.push([...tokens]);
    return tokens.map((token) => standing.has(token));
  },
};

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  notices = new Notices({ url: 'postgres://127.0.0.1:1/none', log: testLog }); // never started: what is said here is heard here
  sockets = new OpenSockets(LIMITS);
  standing = new Set(['ann', 'bob', 'cid']);
  asked = [];
  const failed = (error: unknown) => {
    throw error;
  };
  watchCredentials(source, sockets, { end: () => {}, failed });
});
afterEach(() => jest.useRealTimers());

function open(token: string, workspaceId: string): OpenSocket {
  const socket = {
    token,
    validUntil: 0,
    asked: null,
    left: new AbortController(),
    clientAddress: '127.0.0.1',
    close: () => {},
  };
  sockets.admit(socket, { personId: token, workspaceId, credentialId: token } as Viewer);
  return socket;
}

test('news that is expected is asked for once, for the workspace, and told without asking', async () => {
  const [ann, bob] = [open('ann', 'one'), open('bob', 'one'), open('cid', 'two')];
  notices.publishHere(NEWS_SOON, 'one');
  notices.publishHere(NEWS_SOON, 'one');
  expect(await Promise.all([ann, bob].map((socket) => isStillValid(source, socket)))).toEqual([true, true]);
  expect(asked).toEqual([['ann', 'bob']]);
});

test('what ended before it was asked for is told nothing, and nor is what ended a second after', async () => {
  const [ann, bob] = [open('ann', 'one'), open('bob', 'one')];
  standing.delete('ann');
  notices.publishHere(NEWS_SOON, 'one');
  expect(await isStillValid(source, ann)).toBe(false);
  expect(await isStillValid(source, bob)).toBe(true);
  standing.delete('bob');
  jest.advanceTimersByTime(1_000);
  expect(await isStillValid(source, bob)).toBe(false);
});

test('an answer that took a second counts for no event: it is asked again', async () => {
  const ann = open('ann', 'one');
  notices.publishHere(NEWS_SOON, 'one');
  jest.advanceTimersByTime(1_000);
  await ann.asked;
  standing.delete('ann');
  expect(await isStillValid(source, ann)).toBe(false);
  expect(asked).toHaveLength(2);
});
