import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '../../src/database/database';
import { claimBatches } from '../../src/sending/claim';
import { findWork } from '../../src/sending/findWork';
import { recoverClaims, release, renewClaims, takeTurns } from '../../src/sending/ledger';
import type { SendingRoom } from '../../src/sending/sendingRoom';
import { openTestDatabase, type TestDatabase } from '../support/database';

/** With a long queue, nothing in the way of an email may look at more rows than it moves. */

const ACCOUNTS = 200;
const QUEUED = 200_000;

let opened: TestDatabase;
let db: Database;
let accountIds: string[];

beforeAll(async () => {
  opened = await openTestDatabase();
  db = opened.database;
  await db.query(
    `WITH workspace AS (INSERT INTO workspaces (name) VALUES ('W') RETURNING id),
          account AS (INSERT INTO gmail_accounts (canonical_address, daily_limit, ramp_ceiling)
                      SELECT 'a' || n || '@gmail.com', 500, 30 FROM generate_series(1, $1::int) n RETURNING id),
          numbered AS (SELECT id, row_number() OVER ()::int AS n FROM account),
          slot AS (INSERT INTO slots (workspace_id, kind, position)
                   SELECT workspace.id, 'SELF', n FROM workspace, numbered RETURNING id, position),
          connection AS (INSERT INTO connections (workspace_id, slot_id, account_id, email, state, sealed_password)
                         SELECT workspace.id, slot.id, numbered.id, 'a@gmail.com', 'WATCHING', 'sealed'
                           FROM workspace, slot JOIN numbered ON n = position RETURNING *),
          conversation AS (INSERT INTO conversations (workspace_id, connection_id, subject)
                           SELECT workspace_id, id, 'Hi' FROM connection RETURNING *)
     INSERT INTO outgoing_messages
       (workspace_id, connection_id, account_id, conversation_id, from_address, to_address, subject, text, message_id)
     SELECT c.workspace_id, c.id, c.account_id, v.id, 'a@gmail.com', 'b@example.com', 'Hi', 'Hi', gen_random_uuid()
       FROM connection c JOIN conversation v ON v.connection_id = c.id, generate_series(1, $2::int)`,
    [ACCOUNTS, QUEUED / ACCOUNTS],
  );
  await db.query('ANALYZE');
  accountIds = (await db.query<{ id: string }>('SELECT id FROM gmail_accounts')).map(({ id }) => id);
}, 60_000);

afterAll(() => opened.close());

/** What a piece of work read of the ledger's table, in a transaction that is then undone. */
async function rowsRead(
  work: (room: SendingRoom) => Promise<unknown>,
): Promise<{ seqScans: number; rows: number }> {
  let read = { seqScans: 0, rows: 0 };
  const undone = db.transaction(async (tx) => {
    const within = { ...tx, transaction: (run: (inner: Sql) => Promise<unknown>) => run(tx) };
    const before = await readSoFar(tx);
    await work({ db: within, processId: randomUUID(), now: () => new Date() } as unknown as SendingRoom);
    const after = await readSoFar(tx);
    read = { seqScans: after.seqScans - before.seqScans, rows: after.rows - before.rows };
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  return read;
}

async function readSoFar(tx: Sql): Promise<{ seqScans: number; rows: number }> {
  const [stats] = await tx.query<{ seqScans: number; rows: number }>(
    `SELECT seq_scan::int AS "seqScans", (seq_tup_read + idx_tup_fetch)::int AS rows
       FROM pg_stat_xact_user_tables WHERE relname = 'outgoing_messages'`,
  );
  if (!stats) throw new Error('There is no such table');
  return stats;
}

test.each<[string, number, (room: SendingRoom) => Promise<unknown>]>([
  ['finding who has something due', ACCOUNTS, (room) => findWork(room.db)],
  ['claiming for one account', 100, (room) => claimBatches(room, accountIds.slice(0, 1))],
  ['claiming for fifty accounts', 5_000, (room) => claimBatches(room, accountIds.slice(0, 50))],
  ['recovering claims', 100, (room) => recoverClaims(room.db)],
  [
    'a message’s way through the ledger',
    500,
    async (room) => {
      const [claim] = await claimBatches(room, accountIds.slice(0, 1));
      const ids = claim?.messages.map(({ id }) => id) ?? [];
      expect(ids).toHaveLength(20);
      expect(await renewClaims(room, ids)).toHaveLength(20);
      const [first = '', second = ''] = ids;
      const begun = await takeTurns(room, [{ begins: { id: first, generation: 1, closesAt: null } }]);
      expect(begun).toMatchObject([{ held: false, letter: { toAddress: 'b@example.com' } }]);
      const ends = { id: first, to: { state: 'SENT' as const } };
      const turned = await takeTurns(room, [{ ends, begins: { id: second, generation: 1, closesAt: null } }]);
      expect(turned).toMatchObject([{ held: true, letter: { toAddress: 'b@example.com' } }]);
      expect(await takeTurns(room, [{ ends }])).toEqual([{ held: false, letter: null }]);
      const [sent] = await room.db.query('SELECT state, problem FROM outgoing_messages WHERE id = $1', [
        first,
      ]);
      expect(sent).toEqual({ state: 'SENT', problem: null });
      expect(await release(room, ids, null)).toHaveLength(18);
    },
  ],
])('%s reads at most %i rows, and never the whole table', async (_, most, work) => {
  const { seqScans, rows } = await rowsRead(work);
  expect(seqScans).toBe(0);
  expect(rows).toBeLessThanOrEqual(most);
});
