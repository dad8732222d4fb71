import { Client } from 'pg';
import { ReleaseTooOld } from '../../src/database/schemaFloor';
import { createTestDatabase, openOnceMore } from '../support/database';
import { signUp } from '../support/people';
import { startProduct } from '../support/productProcess';

/** What a newer release does to the database while this one runs on it. */

let url: string;
let sql: Client;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  sql = new Client({ connectionString: url });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await drop();
});

test('an expansion does not concern it; once something that it needs is gone it stops, and does not start again', async () => {
  const product = await startProduct({ DATABASE_URL: url });
  await sql.query(`INSERT INTO migrations (timestamp, name) VALUES (9795392000001, 'Pets9795392000001')`);
  await sql.query('CREATE TABLE pets (id int); ALTER TABLE people ADD COLUMN pet int NOT NULL DEFAULT 0');
  await signUp(product.url);
  await (await openOnceMore(url)).close();

  await sql.query(`UPDATE schema_floor SET migration = 'Pets9795392000001'`);
  expect(await product.gone).toBe(1);
  await expect(openOnceMore(url)).rejects.toThrow(ReleaseTooOld);
}, 60_000);

test('a migration waits for a table in use, and those who only want to read it do not wait behind it', async () => {
  const other = await createTestDatabase();
  const [busy, reader] = [
    new Client({ connectionString: other.url }),
    new Client({ connectionString: other.url }),
  ];
  await Promise.all([busy.connect(), reader.connect()]);
  await reader.query(`DROP TABLE schema_floor; ALTER TABLE connections ADD COLUMN watched_until timestamptz;
    DELETE FROM migrations WHERE name = 'SchemaFloor1795392000023'`);
  await busy.query('BEGIN; SELECT FROM connections');
  const opening = openOnceMore(other.url);
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await reader.query(waiting)).rowCount === 0);
  await reader.query('SELECT FROM connections');
  await busy.query('COMMIT');
  await (await opening).close();
  await Promise.all([busy.end(), reader.end()]);
  await other.drop();
});
