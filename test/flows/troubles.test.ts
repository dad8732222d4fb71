import type { Database } from '../../src/database/database';
import { startTestApp, type TestApp } from '../support/app';
import { makeOwner } from '../support/campaigns';
import { openSocket } from '../support/client';
import { openOnceMore } from '../support/database';
import { signUp, type TestPerson } from '../support/people';

/** What operators see of all workspaces. The app watches nothing, so that connections stay as they are made here. */

let app: TestApp;
let db: Database;
let operator: TestPerson;

beforeAll(async () => {
  app = await startTestApp({ ROLES: 'web' });
  db = await openOnceMore(app.databaseUrl);
  operator = await signUp(app.url); // the first of the installation
});
afterAll(async () => {
  await db.close();
  await app.stop();
});

const TROUBLES = `query ($after: String) { troubles(first: 2, after: $after) {
  edges { node { workspace { id name } slot { id connection { id state problem { code remedy } } } } }
  pageInfo { hasNextPage endCursor } totalCount } }`;

interface Troubles {
  edges: { node: unknown }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
  totalCount: number;
}

async function ask(after: string | null = null): Promise<Troubles> {
  return (await operator.ask<{ troubles: Troubles }>(TROUBLES, { after })).troubles;
}

/** A workspace with a connection in this state, last proven as many hours ago. */
async function makeTrouble(state: string, hours: number) {
  const { workspaceId, slotId, connectionId } = await makeOwner(db);
  const problem =
    state === 'REJECTED' ? { code: 'INVALID_CREDENTIALS', remedy: 'Generate a new one.' } : null;
  await db.query(
    `UPDATE connections SET state = $2, problem = $3, last_proof_at = now() - make_interval(hours => $4) WHERE id = $1`,
    [connectionId, state, problem && JSON.stringify({ ...problem, at: new Date() }), hours],
  );
  return {
    workspace: { id: workspaceId },
    slot: { id: slotId, connection: { id: connectionId, state, ...(problem && { problem }) } },
  };
}

test('what is broken over all workspaces is listed, the worst first, then the longest', async () => {
  expect(await ask()).toMatchObject({ edges: [], totalCount: 0 });
  await makeTrouble('WATCHING', 0); // every process finds out who watches without a proof
  await makeTrouble('CONNECTING', 90);
  const silent = await makeTrouble('STALE', 8);
  const refused = await makeTrouble('REJECTED', 1);
  const restoring = await makeTrouble('RECONNECTING', 0);
  const refusedLonger = await makeTrouble('REJECTED', 2);
  const gone = await makeTrouble('REJECTED', 3);
  await db.query('UPDATE connections SET slot_id = NULL, sealed_password = NULL WHERE id = $1', [
    gone.slot.connection.id,
  ]);

  const first = await ask();
  const second = await ask(first.pageInfo.endCursor);
  expect([first, second].map(({ totalCount, pageInfo }) => [totalCount, pageInfo.hasNextPage])).toEqual([
    [4, true],
    [4, false],
  ]);
  expect([...first.edges, ...second.edges].map(({ node }) => node)).toMatchObject([
    refusedLonger,
    refused,
    restoring,
    silent,
  ]);
});

test('operators hear how many there are, and when another comes', async () => {
  const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${operator.token}` } });
  const counts = socket.subscribe<{ troublesChanged: number }>('subscription { troublesChanged }');
  const { totalCount } = await ask();
  expect(await counts.next()).toEqual({ troublesChanged: totalCount });
  // Its App Password was never sealed with this installation's key.
  const { slotId } = await makeOwner(db);
  await operator.ask('mutation ($slotId: ID!) { recheckConnection(slotId: $slotId) { __typename } }', {
    slotId,
  });
  expect(await counts.next()).toEqual({ troublesChanged: totalCount + 1 });
  await socket.close();
});

test('a strange cursor is refused', async () => {
  for (const key of ['nonsense', '["9","1","x"]', '["1","1","no-id"]']) {
    expect(await operator.send(TROUBLES, { after: Buffer.from(key).toString('base64url') })).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  }
});
