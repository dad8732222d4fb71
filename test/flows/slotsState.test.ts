import { randomUUID } from 'node:crypto';
import { describeProblem, type Problem, ProblemCode } from '../../src/gmail/problem';
import { type ConnectionState, connectionMoves, moveConnection } from '../../src/slots/connectionState';
import { openTestDatabase, type TestDatabase } from '../support/database';

let opened: TestDatabase;
let connectionId: string;

beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  connectionId = await insertConnection();
});
afterAll(() => opened.close());

const STATES = Object.keys(connectionMoves) as ConnectionState[];
const PAIRS = STATES.flatMap((from) => STATES.filter((to) => to !== from).map((to) => [from, to] as const));
const problem = describeProblem(ProblemCode.INVALID_CREDENTIALS, new Date('2026-11-23T10:00:00Z'));

test.each(PAIRS)('from %s to %s: as the table has it', async (from, to) => {
  await force(from);
  const legal = (connectionMoves[from] as readonly ConnectionState[]).includes(to);
  expect(await move(to)).toBe(legal);
  expect(await read()).toEqual({
    state: legal ? to : from,
    problem: legal ? JSON.parse(JSON.stringify(problem)) : null,
  });
});

test.each(STATES)('%s takes a new problem, and the same one only once', async (state) => {
  await force(state);
  expect(await move(state)).toBe(true);
  expect(await move(state)).toBe(false);
  expect(await move(state, { generation: 1, problem: null })).toBe(true);
  expect(await read()).toEqual({ state, problem: null });
});

test('whoever began under an older generation moves nothing', async () => {
  await force('CONNECTING');
  await opened.database.query('UPDATE connections SET generation = 2');
  expect(await move('WATCHING', { generation: 1, problem: null })).toBe(false);
  expect(await move('WATCHING', { generation: 2, problem: null })).toBe(true);
});

test('what is disconnected is moved by nobody', async () => {
  await force('WATCHING');
  await opened.database.query('UPDATE connections SET slot_id = NULL, sealed_password = NULL');
  expect(await move('STALE')).toBe(false);
  expect(await read()).toEqual({ state: 'WATCHING', problem: null });
});

function move(
  to: ConnectionState,
  { generation, problem: why }: { generation: number; problem: Problem | null } = { generation: 1, problem },
): Promise<boolean> {
  return moveConnection(opened.database, { connectionId, generation }, to, why);
}

async function force(state: ConnectionState): Promise<void> {
  await opened.database.query('UPDATE connections SET state = $2 WHERE id = $1', [connectionId, state]);
}

async function read(): Promise<unknown> {
  const [row] = await opened.database.query('SELECT state, problem FROM connections WHERE id = $1', [
    connectionId,
  ]);
  return row;
}

async function insertConnection(): Promise<string> {
  const [row] = await opened.database.query<{ id: string }>(
    `WITH w AS (INSERT INTO workspaces (name, timezone) VALUES ('W', 'UTC') RETURNING id),
          s AS (INSERT INTO slots (workspace_id, kind, position) SELECT id, 'SELF', 1 FROM w RETURNING id, workspace_id),
          a AS (INSERT INTO gmail_accounts (canonical_address, daily_limit, ramp_ceiling) VALUES ($1, 500, 30) RETURNING id)
     INSERT INTO connections (workspace_id, slot_id, account_id, email, state, sealed_password)
     SELECT s.workspace_id, s.id, a.id, $1, 'CONNECTING', 'sealed' FROM s, a RETURNING id`,
    [`${randomUUID()}@gmail.com`],
  );
  if (!row) throw new Error('No connection was inserted');
  return row.id;
}
