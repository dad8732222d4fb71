import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { Client } from 'pg';
import { Notices } from '../../src/database/notices';
import type { Viewer } from '../../src/identity/context';
import type { ProspectImport } from '../../src/prospects/import.entity';
import { endInterruptedImports } from '../../src/prospects/importRescue';
import { INTERRUPTED } from '../../src/prospects/importState';
import { findImport } from '../../src/prospects/imports';
import type { ProspectsRoom } from '../../src/prospects/prospectsRoom';
import { type StartedImport, startImport } from '../../src/prospects/runImport';
import { saveProspects } from '../../src/prospects/saveProspects';
import { openTestDatabase, type TestDatabase, testLog } from '../support/database';

let opened: TestDatabase;
let room: ProspectsRoom;
let viewer: Viewer;

beforeAll(async () => {
  opened = await openTestDatabase();
  room = { db: opened.database, notices: new Notices({ url: opened.url, log: testLog }), log: testLog };
});
beforeEach(async () => {
  const [workspace] = await room.db.query<{ id: string }>(
    "INSERT INTO workspaces (name) VALUES ('A') RETURNING id",
  );
  viewer = {
    personId: randomUUID(),
    workspaceId: workspace?.id ?? '',
    email: 'owner@example.com',
    name: null,
    role: 'OWNER',
    isOperator: false,
    via: 'session',
    credentialId: randomUUID(),
  };
});
afterAll(() => opened.close());

function begin(source: AsyncIterable<Buffer>): Promise<StartedImport> {
  return startImport(room, viewer, { charset: null, columns: {}, tags: [] }, source);
}

async function importText(text: string): Promise<ProspectImport> {
  const started = await begin(new PassThrough().end(text));
  await started.ended;
  return findImport(room, viewer, started.id);
}

async function addresses(): Promise<string[]> {
  const rows = await room.db.query<{ email: string }>(
    'SELECT email FROM prospects WHERE workspace_id = $1 ORDER BY email',
    [viewer.workspaceId],
  );
  return rows.map(({ email }) => email);
}

async function stagingTables(): Promise<string[]> {
  const rows = await room.db.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname LIKE 'import_staging%'",
  );
  return rows.map(({ name }) => name);
}

test('an import remembers everybody who was in it, also those whom it did not change', async () => {
  await saveProspects(room, viewer, [{ email: 'same@example.com' }, { email: 'other@example.com' }]);
  const { id, created, updated } = await importText(
    'email,city\nsame@example.com,\nnew@example.com,\nNEW@example.com,x',
  );
  expect({ created, updated }).toEqual({ created: 1, updated: 0 });
  const rows = await room.db.query<{ email: string }>(
    'SELECT email FROM import_prospects JOIN prospects ON id = prospect_id WHERE import_id = $1 ORDER BY email',
    [id],
  );
  expect(rows.map(({ email }) => email)).toEqual(['new@example.com', 'same@example.com']);
});

test('of two imports and a save at once none waits for ever, and all get through', async () => {
  const people = Array.from({ length: 3_000 }, (_, n) => `p${n}@example.com`);
  const file = (city: string, emails: string[]) =>
    ['email,city', ...emails.map((email) => `${email},${city}`)].join('\n');
  const [one, two] = await Promise.all([
    importText(file('Rome', people)),
    importText(file('Oslo', people.toReversed())),
    saveProspects(
      room,
      viewer,
      people.slice(0, 1_000).map((email) => ({ email, company: 'ACME' })),
    ),
  ]);
  expect([one.state, two.state]).toEqual(['DONE', 'DONE']);
  expect(await addresses()).toHaveLength(3_000);
});

describe('what a dead process left', () => {
  test('is ended: the import fails, its rows are gone, and one that lives goes on', async () => {
    const source = new PassThrough();
    const living = await begin(source);
    const silent = new PassThrough();
    const dead = await begin(silent);
    await room.db.query("UPDATE prospect_imports SET lease_until = now() - interval '1 s' WHERE id = $1", [
      dead.id,
    ]);
    await room.db.query('CREATE TABLE import_staging_orphan ()');

    await endInterruptedImports(room);
    expect(await findImport(room, viewer, dead.id)).toMatchObject({ state: 'FAILED', message: INTERRUPTED });
    expect(await stagingTables()).toEqual([`import_staging_${living.id.replaceAll('-', '')}`]);

    source.end('email\nann@example.com');
    silent.end();
    await Promise.all([living.ended, dead.ended]);
    expect(await findImport(room, viewer, living.id)).toMatchObject({ state: 'DONE', created: 1 });
    expect(await stagingTables()).toEqual([]);
  });

  test('takes nothing over should it wake up again', async () => {
    const source = new PassThrough();
    const started = await begin(source);
    await room.db.query("UPDATE prospect_imports SET lease_until = now() - interval '1 s' WHERE id = $1", [
      started.id,
    ]);
    await endInterruptedImports(room);
    source.end('email\nann@example.com');
    await started.ended;
    expect(await findImport(room, viewer, started.id)).toMatchObject({
      state: 'FAILED',
      message: INTERRUPTED,
    });
    expect(await addresses()).toEqual([]);
    expect(await stagingTables()).toEqual([]);
  });
});

describe('a database that goes away', () => {
  test('between two batches does no harm', async () => {
    const source = new PassThrough();
    const started = await begin(source);
    source.write('email\nann@example.com\n');
    await room.db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    source.end('bob@example.com\n');
    await started.ended;
    expect(await findImport(room, viewer, started.id)).toMatchObject({ state: 'DONE', created: 2 });
  });

  test('while the rows are taken over fails the import, and takes over nothing', async () => {
    const blocker = new Client({ connectionString: opened.url });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE prospects IN EXCLUSIVE MODE');
    const started = await begin(new PassThrough().end('email\nann@example.com'));
    await started.received;
    await terminateWhoWaits();
    await started.ended;
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect(await findImport(room, viewer, started.id)).toMatchObject({
      state: 'FAILED',
      message: expect.stringContaining(started.id),
    });
    expect(await addresses()).toEqual([]);
    expect(await stagingTables()).toEqual([]);
  });

  test('and empties the staged rows is noticed', async () => {
    const source = new PassThrough();
    const started = await begin(source);
    await room.db.query(
      `CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    );
    await room.db.query(
      `CREATE TRIGGER forget BEFORE INSERT ON import_staging_${started.id.replaceAll('-', '')}
        FOR EACH ROW EXECUTE FUNCTION forget()`,
    );
    source.end('email\nann@example.com');
    await started.ended;
    expect(await findImport(room, viewer, started.id)).toMatchObject({ state: 'FAILED', created: 0 });
  });

  /** Ends the backend that waits for a lock, as soon as there is one. */
  async function terminateWhoWaits(): Promise<void> {
    for (;;) {
      const ended = await room.db.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (ended.length > 0) return;
    }
  }
});
