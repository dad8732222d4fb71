import { readdirSync } from 'node:fs';
import { DataSource, type EntityMetadata, type MigrationInterface, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig';
import type { Sql } from '../../src/database/database';
import { createTestDatabase, openTestDatabase, type TestDatabase, testLog } from '../support/database';

/** The foundations: the migrations alone make the tables, so they must say what the entities believe. */

/** The product's own list, so that a new entity is looked at without a word here. */
const entities = dataSourceOptions().entities as { name: string }[];

describe('on an empty database', () => {
  let dataSource: DataSource;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    const empty = await createTestDatabase(null);
    drop = empty.drop;
    const onIdleError = (err: Error) => testLog.error({ err });
    const connection = { url: empty.url, poolSize: 1, applicationName: 'migrations', onIdleError };
    dataSource = await new DataSource(dataSourceOptions(connection)).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await drop();
  });

  test('each migration is undone without a trace, and done again', async () => {
    const { migrations } = dataSource;
    const db = dataSource.createQueryRunner();
    const before: string[][] = [];
    for (const migration of migrations) {
      before.push(await describeSchema(db));
      await migration.up(db);
    }
    const complete = await describeSchema(db);
    expect(before[0]).toEqual([]);
    for (const migration of migrations.toReversed()) {
      await migration.down(db);
      expect(await describeSchema(db)).toEqual(before.pop());
    }
    for (const migration of migrations) await migration.up(db);
    expect(await describeSchema(db)).toEqual(complete);
    await db.release();
  });

  test('files only append: their names sort in the order in which they run, and carry their class', () => {
    const files = readdirSync('migrations').sort();
    const classes = dataSource.migrations.map(({ constructor: { name } }) => name);
    expect(files.map(classOf)).toEqual(classes);
    expect(files.filter((file) => !/^\d{13}-[a-z][a-zA-Z]*\.ts$/.test(file))).toEqual([]);
  });

  /** A migration runs under the processes of the release before it: src/database/README.md says what that asks. */
  test('what takes something away raises the floor to an earlier migration', async () => {
    const names = dataSource.migrations.map(({ constructor: { name } }) => name);
    const wrong: string[] = [];
    for (const [index, migration] of dataSource.migrations.entries()) {
      if (index < names.indexOf('SchemaFloor1795392000023')) continue; // nothing was released before
      const said = await listenTo(migration);
      const floors = [...said.matchAll(/schema_floor .*'(\w+)'/g)].map(([, name = '']) =>
        names.indexOf(name),
      );
      if (takesAway(said) && !floors.some((floor) => floor >= 0 && floor < index))
        wrong.push(names[index] ?? '');
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    ['DROP TABLE people', true],
    ['ALTER TABLE people DROP COLUMN name', true],
    ['ALTER TABLE people DROP name', true],
    ['ALTER TABLE people RENAME COLUMN name TO full_name', true],
    ['ALTER TABLE people ALTER name TYPE varchar(80)', true],
    ['ALTER TABLE people ALTER COLUMN name SET NOT NULL', true],
    ['ALTER TABLE people ADD COLUMN age int NOT NULL', true],
    ['ALTER TABLE people ADD age int NOT NULL, ADD COLUMN size int DEFAULT 1', true],
    ['ALTER TABLE people ADD COLUMN age int NOT NULL DEFAULT 18', false],
    ['ALTER TABLE people ADD COLUMN age int', false],
    ['ALTER TABLE people DROP CONSTRAINT people_state_check, ADD CHECK (state > 0)', false],
    ['CREATE TABLE pets (id int NOT NULL, name text NOT NULL); DROP INDEX pets_by_name', false],
  ])('%s takes something away: %s', (sql, expected) => {
    expect(takesAway(sql)).toBe(expected);
  });
});

describe('what an entity believes of its table is so', () => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await openTestDatabase();
  });
  afterAll(() => opened.close());

  test.each(entities.map(({ name }) => name))('%s', async (name) => {
    const { database } = opened;
    const entity = database.manager.connection.getMetadata(name);
    expect(await describeBelief(database, entity)).toEqual(await describeColumns(database, entity.tableName));
  });
});

/** All SQL that a migration would run. */
async function listenTo(migration: MigrationInterface): Promise<string> {
  const said: string[] = [];
  const query = async (sql: string) => {
    said.push(sql);
    return [];
  };
  await migration.up({ query } as unknown as QueryRunner);
  return said.join(';\n');
}

/** Whether a process from before would miss something, or write what is refused now. */
function takesAway(sql: string): boolean {
  const clauses = sql
    .split(';')
    .flatMap((statement) =>
      /^\s*ALTER TABLE/.test(statement) ? statement.split(/,(?![^(]*\))/) : [statement],
    );
  return clauses.some(
    (clause) =>
      /\bDROP (?!CONSTRAINT|INDEX|NOT NULL)|\bRENAME\b|\bSET NOT NULL|\bALTER (COLUMN )?\w+ (SET DATA )?TYPE\b/.test(
        clause,
      ) || /\bADD (COLUMN )?\w+ (?!.*DEFAULT).*NOT NULL/.test(clause),
  );
}

/** 1795392000001-people.ts has the class People1795392000001. */
function classOf(file: string): string {
  const [number = '', name = ''] = file.replace(/\.ts$/, '').split('-');
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}${number}`;
}

/** Everything that a migration can leave in a database, one a line. */
async function describeSchema(db: QueryRunner): Promise<string[]> {
  const rows: { fact: string }[] = await db.query(`
    WITH ours AS (
      SELECT oid, relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace
    )
    SELECT format('%s %s', relkind, relname) AS fact FROM ours
    UNION ALL
    SELECT format('column %s.%s %s %s %s %s', relname, attname, format_type(atttypid, atttypmod), attnotnull,
                  attidentity, pg_get_expr(adbin, adrelid))
      FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    UNION ALL
    SELECT pg_get_indexdef(oid) FROM ours WHERE relkind = 'i'
    UNION ALL
    SELECT format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind <> 'a'
    UNION ALL
    SELECT 'type ' || typname FROM pg_type
      WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
    UNION ALL
    SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$|^public$'
    ORDER BY 1`);
  return rows.map(({ fact }) => fact);
}

type Columns = Record<string, string>;

async function describeColumns(db: Sql, table: string): Promise<Columns> {
  const rows = await db.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END AS type
       FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  return Object.fromEntries(rows.map(({ name, type }) => [name, type]));
}

/** PostgreSQL's own words for a table as the entity describes it: types have many names, and this asks for none. */
async function describeBelief(db: Sql, { tableName, columns }: EntityMetadata): Promise<Columns> {
  const believed = `believed_${tableName}`;
  const definitions = columns.map(({ databaseName, type, precision, length, isArray, isNullable }) => {
    const size = precision ?? (length || null);
    const fullType = `${type}${size === null ? '' : `(${size})`}${isArray ? '[]' : ''}`;
    return `"${databaseName}" ${fullType} ${isNullable ? '' : 'NOT NULL'}`;
  });
  await db.query(`CREATE TABLE ${believed} (${definitions.join(', ')})`);
  return describeColumns(db, believed);
}
