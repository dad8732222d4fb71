import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig';
import { type Database, openDatabase, prepare } from '../../src/database/database';
import { MIGRATION_LOCK } from '../../src/database/migrate';
import { sqlState } from '../../src/database/sqlState';
import {
  createTestDatabase,
  openOnceMore,
  openTestDatabase,
  type TestDatabase,
  testLog,
} from '../support/database';
import { until } from '../support/until';

let opened: TestDatabase;
let database: Database;

beforeAll(async () => {
  opened = await openTestDatabase();
  database = opened.database;
  await database.query('CREATE TABLE notes (id int PRIMARY KEY, text text NOT NULL)');
});

beforeEach(() => database.query('TRUNCATE notes'));

afterAll(() => opened.close());

function readNotes(): Promise<{ id: number; text: string }[]> {
  return database.query('SELECT id, text FROM notes ORDER BY id');
}

describe('query', () => {
  it('binds values, and leaves what JavaScript numbers cannot hold as text', async () => {
    const rows = await database.query('SELECT $1::text AS said, 9007199254740993 AS big', ["Robert'); --"]);
    expect(rows).toEqual([{ said: "Robert'); --", big: '9007199254740993' }]);
  });

  it('keeps the connection after an SQL error', async () => {
    const only = await openOnceMore(opened.url);
    const pid = () => only.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const before = await pid();
    await expect(only.query('SELECT 1 / 0')).rejects.toThrow(/division by zero/);
    expect(await pid()).toEqual(before);
    await only.close();
  });

  it('names the SQL state of raw and of TypeORM errors', async () => {
    const insert = `INSERT INTO notes VALUES (1, 'twice')`;
    await database.query(insert);
    expect(sqlState(await database.query(insert).catch((error) => error))).toBe('23505');
    expect(sqlState(await database.manager.query(insert).catch((error) => error))).toBe('23505');
    expect(sqlState(new Error('no'))).toBeNull();
  });
});

describe('what is swift', () => {
  it('is planned once for any values, and takes the pool where its connections are busy', async () => {
    const blocker = new Client({ connectionString: opened.url });
    await blocker.connect();
    await blocker.query('SELECT pg_advisory_lock(1)');
    const statement = prepare(`SELECT pg_backend_pid() AS pid, current_setting('plan_cache_mode') AS planned,
      pg_advisory_lock_shared($1), pg_advisory_unlock_shared($1)`);
    const ask = (key: number) => database.swift.query<{ pid: number; planned: string }>(statement, [key]);
    const waiting = [ask(1), ask(1)];
    const [beside] = await ask(2);
    expect(beside?.planned).toBe('auto');
    await blocker.end();
    const [first, second] = (await Promise.all(waiting)).flat();
    expect([first?.planned, second?.planned]).toEqual(['force_generic_plan', 'force_generic_plan']);
    expect(new Set([first?.pid, second?.pid, beside?.pid]).size).toBe(3);
    expect([first, second]).toContainEqual((await ask(1))[0]);
  });
});

describe('transaction', () => {
  it('runs raw SQL and TypeORM on one connection, and commits both', async () => {
    const pids = await database.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES ($1, $2)', [1, 'raw']);
      await tx.manager.query('INSERT INTO notes VALUES ($1, $2)', [2, 'orm']);
      const pid = 'SELECT pg_backend_pid() AS pid';
      return [await tx.query(pid), await tx.manager.query(pid)];
    });
    expect(pids[0]).toEqual(pids[1]);
    expect(await readNotes()).toHaveLength(2);
  });

  it('rolls everything back when the work throws', async () => {
    const work = database.transaction(async (tx) => {
      await tx.query(`INSERT INTO notes VALUES (1, 'raw')`);
      await tx.manager.query(`INSERT INTO notes VALUES (2, 'orm')`);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await readNotes()).toEqual([]);
  });

  it('does not pass a rolled back transaction off as committed', async () => {
    const work = database.transaction(async (tx) => {
      await tx.query(`INSERT INTO notes VALUES (1, 'lost')`);
      await tx.query('SELECT 1 / 0').catch(() => 'never mind');
    });
    await expect(work).rejects.toThrow(/Nothing was committed/);
  });

  it('takes no query once it has ended', async () => {
    const tx = await database.transaction(async (open) => open);
    await expect(tx.query('SELECT 1')).rejects.toThrow(/has ended/);
  });

  it('runs the work again after a deadlock', async () => {
    await database.query(`INSERT INTO notes VALUES (1, ''), (2, '')`);
    let runs = 0;
    let waiting = 0;
    let bothHaveOne = () => {};
    const both = new Promise<void>((resolve) => {
      bothHaveOne = resolve;
    });
    const update = (first: number, second: number) =>
      database.transaction(async (tx) => {
        runs += 1;
        await tx.query(`UPDATE notes SET text = text || 'x' WHERE id = $1`, [first]);
        waiting += 1;
        if (waiting === 2) bothHaveOne();
        await both;
        await tx.query(`UPDATE notes SET text = text || 'x' WHERE id = $1`, [second]);
      });
    await Promise.all([update(1, 2), update(2, 1)]);
    expect(runs).toBe(3);
    expect((await readNotes()).map(({ text }) => text)).toEqual(['xx', 'xx']);
  });

  it('throws when its connection is cut, and the next one works', async () => {
    const work = database.transaction(async (tx) => {
      const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await database.query('SELECT pg_terminate_backend($1)', [row?.pid]);
      await tx.query(`INSERT INTO notes VALUES (1, 'never')`);
    });
    await expect(work).rejects.toThrow();
    expect(await readNotes()).toEqual([]);
    expect(await database.transaction((tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });
});

describe('losing PostgreSQL', () => {
  it('says so, and works again once it is back', async () => {
    const { database: lost, url, close } = await openTestDatabase();
    expect(await lost.isReady()).toBe(true);
    const name = new URL(url).pathname.slice(1);
    await database.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await expect(lost.query('SELECT 1')).rejects.toThrow();
    await expect(lost.transaction((tx) => tx.query('SELECT 1'))).rejects.toThrow();
    expect(await lost.isReady()).toBe(false);

    await database.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await until(() => lost.isReady());
    expect(await lost.transaction((tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    await close();
  });
});

describe('opening', () => {
  it('migrates once when several processes start at once', async () => {
    const { url, drop } = await createTestDatabase(null);
    const databases = await Promise.all([1, 2, 3].map(() => openOnceMore(url)));
    const ran = await databases[0]?.query<{ name: string }>('SELECT name FROM migrations ORDER BY name');
    const known = dataSourceOptions().migrations;
    expect(ran).toHaveLength(Object.keys(known).length);
    await Promise.all(databases.map((each) => each.close()));
    await drop();
  });

  it('waits for the process that migrates', async () => {
    const { url, drop } = await createTestDatabase();
    const migrating = new Client({ connectionString: url });
    await migrating.connect();
    await migrating.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    let isOpen = false;
    const opening = openOnceMore(url).then((late) => {
      isOpen = true;
      return late;
    });
    const tried = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_try_advisory_lock%'
      AND pid <> pg_backend_pid() AND state = 'idle'`;
    while ((await migrating.query(tried)).rowCount === 0);
    expect(isOpen).toBe(false);
    await migrating.end();
    await (await opening).close();
    await drop();
  });

  it('gives up at once on what waiting cannot help', async () => {
    const wrong = new URL(opened.url);
    wrong.pathname = 'no_such_database';
    await expect(openOnceMore(wrong.href)).rejects.toThrow(/does not exist/);
  });

  it('stops waiting for a database that is not there when it is told to', async () => {
    const signal = AbortSignal.timeout(50);
    const dataSource = new DataSource(dataSourceOptions());
    const opening = openDatabase({ url: 'postgres://127.0.0.1:1/none', log: testLog, signal, dataSource });
    await expect(opening).rejects.toThrow(/aborted/);
  });
});
