import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/database/embedded';
import { testLog } from '../support/database';

const isRoot = process.getuid?.() === 0;

/** A data directory that was used once, and a copy of it for each test: initdb is the slow part. */
let used: string;
let root: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  used = await mkdtemp(join(tmpdir(), 'embedded-'));
  await (await startEmbeddedPostgres(used, testLog)).stop();
});

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'embedded-'));
  spawnSync('cp', ['-a', join(used, 'postgres'), root]);
});

afterAll(() => rm(used, { recursive: true, force: true }));

afterEach(async () => {
  for (const child of children.splice(0)) kill(child, 'SIGKILL');
  await rm(root, { recursive: true, force: true, maxRetries: 50 });
});

it('keeps its data and its password from one start to the next, in a directory of any name', async () => {
  const dataDir = join(root, 'some données', 'x'.repeat(150));
  const first = await startEmbeddedPostgres(dataDir, testLog);
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS row');
  await first.stop();
  await first.stop();

  const second = await startEmbeddedPostgres(dataDir, testLog);
  expect(await query(second.url, 'SELECT row FROM kept')).toEqual([{ row: 1 }]);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
  await second.stop();
});

it('asks for the password, and listens on loopback only', async () => {
  const { url, stop } = await startEmbeddedPostgres(root, testLog);
  const wrong = new URL(url);
  wrong.password = 'postgres';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  expect(await query(url, 'SHOW unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
  expect(await query(url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  const password = await stat(join(root, 'postgres', 'connectionsphere.password'));
  expect(password.mode & 0o777).toBe(0o600);
  await stop();
});

it('refuses a second process on the same directory, and says which directory', async () => {
  const child = run(root);
  expect(await child.next()).toHaveProperty('up');
  await expect(startEmbeddedPostgres(root, testLog)).rejects.toThrow(
    `Another process (${child.process.pid}) is running on the data directory ${root}`,
  );
});

it('lets one of several win that start at once', async () => {
  const fresh = join(root, 'fresh');
  const starts = await Promise.allSettled([1, 2, 3].map(() => startEmbeddedPostgres(fresh, testLog)));
  const winners = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  expect(winners).toHaveLength(1);
  await winners[0]?.stop();
});

it('starts again at once after kill -9 of the whole process group, with what was committed', async () => {
  const child = run(root);
  const { up } = await child.next();
  await query(up, 'CREATE TABLE kept AS SELECT 1 AS row');
  kill(child.process, 'SIGKILL');
  const { url, stop } = await startEmbeddedPostgres(root, testLog);
  expect(await query(url, 'SELECT row FROM kept')).toEqual([{ row: 1 }]);
  await stop();
});

it('starts again when PostgreSQL was killed too, and one of its processes is stuck', async () => {
  const child = run(root);
  const { up } = await child.next();
  const [stuck] = await query<{ pid: number }>(
    up,
    `SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'`,
  );
  if (!stuck) throw new Error('PostgreSQL has no walwriter');
  const postmaster = await readPostmasterPid(root);
  process.kill(stuck.pid, 'SIGSTOP');
  try {
    kill(child.process, 'SIGKILL');
    process.kill(postmaster, 'SIGKILL');
    const { url, stop } = await startEmbeddedPostgres(root, testLog);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await stop();
  } catch (error) {
    spawnSync('kill', ['-KILL', String(stuck.pid)]);
    throw error;
  }
});

it('leaves no PostgreSQL behind when its process is killed and never comes back', async () => {
  const child = run(root);
  const { up } = await child.next();
  const client = new Client({ connectionString: up });
  client.on('error', () => undefined);
  await client.connect();
  const ended = new Promise<void>((resolve) => client.on('end', resolve));
  kill(child.process, 'SIGKILL');
  await ended;
});

it('takes a lock file for stale whose process id belongs to somebody else by now', async () => {
  const { stop } = await startEmbeddedPostgres(root, testLog);
  const file = join(root, 'postgres', 'postmaster.pid');
  const { uid, gid } = await stat(join(root, 'postgres'));
  const lines = (await readFile(file, 'utf8')).split('\n');
  await stop();
  const somebody = spawn('sleep', ['60'], isRoot ? { uid, gid } : {});
  children.push(somebody);
  await once(somebody, 'spawn');
  await writeFile(file, [somebody.pid, ...lines.slice(1)].join('\n'), { mode: 0o600 });
  if (isRoot) await chown(file, uid, gid);

  const again = await startEmbeddedPostgres(root, testLog);
  expect(somebody.exitCode).toBeNull();
  await again.stop();
});

it('drains before PostgreSQL ends when the whole group gets Ctrl-C', async () => {
  const child = run(root);
  await child.next();
  kill(child.process, 'SIGINT');
  expect(await child.next()).toEqual({ drained: true });
});

it('is started again at the same address when it ends unasked', async () => {
  const { url, stop } = await startEmbeddedPostgres(root, testLog);
  process.kill(await readPostmasterPid(root), 'SIGKILL');
  await expect(queryPatiently(url, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  await stop();
});

it('throws away what an interrupted initdb left', async () => {
  const fresh = join(root, 'fresh');
  await mkdir(join(fresh, 'postgres.init-dead', 'data'), { recursive: true });
  await writeFile(join(fresh, 'postgres.init-dead', 'data', 'PG_VERSION'), '18\n');
  const { stop } = await startEmbeddedPostgres(fresh, testLog);
  await expect(stat(join(fresh, 'postgres.init-dead'))).rejects.toThrow(/ENOENT/);
  await stop();
});

it('refuses a file, a directory of something else, and one of another PostgreSQL', async () => {
  const file = join(root, 'file');
  await writeFile(file, '');
  await expect(startEmbeddedPostgres(file, testLog)).rejects.toThrow(
    /file must be a directory .*: it is a file/,
  );

  const other = join(root, 'other');
  await mkdir(join(other, 'postgres'), { recursive: true });
  await writeFile(join(other, 'postgres', 'notes.txt'), '');
  await expect(startEmbeddedPostgres(other, testLog)).rejects.toThrow(
    /not empty and holds no PostgreSQL database/,
  );

  await writeFile(join(root, 'postgres', 'PG_VERSION'), '15\n');
  await expect(startEmbeddedPostgres(root, testLog)).rejects.toThrow(
    /made by PostgreSQL 15, and this release brings 18/,
  );
});

(isRoot ? it : it.skip)('runs as nobody below directories that only root may enter', async () => {
  await chmod(root, 0o700);
  const dataDir = join(root, 'data');
  const { url, stop } = await startEmbeddedPostgres(dataDir, testLog);
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  expect((await stat(join(dataDir, 'postgres'))).uid).not.toBe(0);
  await stop();
});

interface Said {
  up: string;
}

/** A process of its own, leader of its own group. */
function run(dataDir: string): { process: ChildProcess; next: () => Promise<Said> } {
  const child = spawn(
    process.execPath,
    ['--require', './test/support/typescript.cjs', './test/support/embeddedProcess.ts', dataDir],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    process: child,
    next: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error('The process ended');
      return JSON.parse(value);
    },
  };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (child.spawnfile === process.execPath) process.kill(-child.pid, signal);
  else child.kill(signal);
}

async function readPostmasterPid(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Asks until it is answered; the test's own time limit ends it. */
async function queryPatiently(url: string, text: string): Promise<object[]> {
  for (;;) {
    try {
      return await query(url, text);
    } catch {
      await new Promise(setImmediate);
    }
  }
}
