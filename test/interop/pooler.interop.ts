import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig';
import { type Database, openDatabase, prepare } from '../../src/database/database';
import { Notices } from '../../src/database/notices';
import { NoSession } from '../../src/database/reachSessions';
import { waitForPostgres } from '../../src/database/waitForPostgres';
import { startTestApp } from '../support/app';
import { createTestDatabase, testLog } from '../support/database';
import { signUp } from '../support/people';
import { openPgBouncer, type PgBouncer } from './pgbouncer';

/** A real PgBouncer between us and PostgreSQL: what needs a session goes past it, and says so where it cannot. */

let url: string;
let drop: () => Promise<void>;
let bySession: PgBouncer;
let byTransaction: PgBouncer;

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  bySession = await openPgBouncer(url, 'session');
  byTransaction = await openPgBouncer(url, 'transaction');
});
afterAll(async () => {
  await Promise.all([bySession.stop(), byTransaction.stop()]);
  await drop();
});

function open(address: string, sessionUrl?: string): Promise<Database> {
  const dataSource = new DataSource(dataSourceOptions());
  return openDatabase({ url: address, sessionUrl: sessionUrl ?? null, log: testLog, dataSource });
}

test('it is known how PostgreSQL is reached', async () => {
  expect(await waitForPostgres(url, testLog)).toBe('DIRECTLY');
  expect(await waitForPostgres(bySession.url, testLog)).toBe('BY_SESSION');
  expect(await waitForPostgres(byTransaction.url, testLog)).toBe('BY_TRANSACTION');
});

test('without a way past a pooler of transactions there is no start', async () => {
  await expect(open(byTransaction.url)).rejects.toThrow(NoSession);
  await expect(open(url, byTransaction.url)).rejects.toThrow('DATABASE_SESSION_URL');
});

test.each(['session', 'transaction'])(
  'by %s: statements, transactions and their timeout hold',
  async (mode) => {
    const database = await (mode === 'session' ? open(bySession.url) : open(byTransaction.url, url));
    const twice = prepare('SELECT $1::int + 1 AS next');
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => database.query(twice, [n])));
    expect(answers).toEqual(Array.from({ length: 40 }, (_, n) => [{ next: n + 1 }]));
    const inside = await database.transaction((tx) => tx.query('SHOW idle_in_transaction_session_timeout'));
    expect(inside).toEqual([{ idle_in_transaction_session_timeout: '10s' }]);
    await database.close();
  },
);

test('the whole product works through it, and its notices go past it', async () => {
  const app = await startTestApp({ DATABASE_URL: byTransaction.url, DATABASE_SESSION_URL: url });
  const elsewhere = new Notices({ url, log: testLog });
  await elsewhere.start();
  const heard = new Promise<string | null>((resolve) => elsewhere.listen('prospects-changed', resolve));
  const person = await signUp(app.url);
  await person.ask('mutation { saveProspects(prospects: [{ email: "ann@example.com" }]) { id } }');
  const { prospects } = await person.ask<{ prospects: { totalCount: number } }>(
    '{ prospects { totalCount } }',
  );
  expect(prospects.totalCount).toBe(1);
  expect(await heard).not.toBeNull();
  await elsewhere.stop();
  await app.stop();
});
