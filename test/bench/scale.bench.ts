import type { Database } from '../../src/database/database';
import type { Costs } from './apart';
import { bench, type Figure, timed } from './bench';
import { seedConnections, seedReceived, seedSent, seedWorkspace } from './seed';
import { startWatched, untilWatching } from './watched';

/**
 * What 100,000 slots come to, computed from what one of each costs here: a row and its index entries, a watched
 * connection, a commit. docs/scale.md says what is assumed and why.
 */

const SLOTS = 100_000;
const PROCESSES = 20;
/** The warm-up's ceiling of a consumer account, within eight hours of a working day. */
const SENDS_A_DAY = 30;
const SENDING_SECONDS = 8 * 3_600;
/** Of the emails; each is one received message in a conversation that stands. */
const REPLIES = 0.03;
/** Of the emails, the first to a person: each makes a conversation; the rest are follow-ups. */
const FIRSTS = 1 / 3;
const DAYS = 365;

/** Changes that are told, from src/database/README.md. Proofs are gathered: a commit a process and second. */
const NOTICES = { ofSend: 4, ofReply: 3, ofProof: 1 };
const PROOF_EVERY_SECONDS = 45;
/** What one PostgreSQL carries of commits with a NOTIFY that 20 processes hear: `npm run bench -- notices`. */
const NOTIFYING_COMMITS = 830;
/** A send: to TRANSMITTING, to SENT, and past its copy in Sent. A reply: itself. */
const COMMITS = { ofSend: 3, ofReply: 1 };

const MEASURED_ROWS = 100_000;
const MEASURED_ACCOUNTS = 200;
const WRITERS = 8;
const COMMITS_EACH = 500;

bench(async ({ db, url }) => {
  const connection = await measureConnection(db, url);
  const rows = await measureRows(db);
  const commitsPerSecond = await measureCommits(db);

  const sends = SLOTS * SENDS_A_DAY;
  const sendsPerSecond = sends / SENDING_SECONDS;
  const repliesPerSecond = sendsPerSecond * REPLIES;
  const proofsPerSecond = SLOTS / PROOF_EVERY_SECONDS;
  const notices =
    sendsPerSecond * NOTICES.ofSend + repliesPerSecond * NOTICES.ofReply + proofsPerSecond * NOTICES.ofProof;
  const commits = sendsPerSecond * COMMITS.ofSend + repliesPerSecond * COMMITS.ofReply + PROCESSES;
  const notifying = sendsPerSecond * NOTICES.ofSend + repliesPerSecond * NOTICES.ofReply + PROCESSES;
  const perDay: Readonly<Record<string, number>> = {
    outgoing_messages: sends,
    conversations: sends * FIRSTS,
    prospects: sends * FIRSTS,
    received_messages: sends * REPLIES,
  };

  line('slots', `${SLOTS}, watched by ${PROCESSES} processes`);
  line('memory of a process', `${(((SLOTS / PROCESSES) * connection.kib) / 1024) | 0} MiB above its start`);
  line(
    'IMAP connections',
    `${SLOTS}, ${SLOTS / PROCESSES} a process (its limit of open files must be above)`,
  );
  line('emails a second', sendsPerSecond.toFixed(0));
  line('notices a second', notices.toFixed(0));
  let [dayBytes, indexBytes] = [0, 0];
  for (const [table, count] of Object.entries(perDay)) {
    const { row = 0, indexes = 0 } = rows[table] ?? {};
    dayBytes += count * (row + indexes);
    indexBytes += count * indexes * DAYS;
    const yearly = gigabytes(count * indexes * DAYS);
    line(
      `${table} a day`,
      `${count.toFixed(0)} of ${row.toFixed(0)} + ${indexes.toFixed(0)} bytes; indexes after a year ${yearly}`,
    );
  }
  line(
    'disk',
    `${gigabytes(dayBytes)} a day, ${gigabytes(dayBytes * DAYS)} a year, of it indexes ${gigabytes(indexBytes)}`,
  );

  const shares = [
    share('commits with a NOTIFY', notifying, NOTIFYING_COMMITS),
    share('commits', commits, commitsPerSecond),
    share(
      "a process's processor, to log all in within 5 min",
      ((SLOTS / PROCESSES) * connection.loginMs) / 1000,
      300,
    ),
  ].sort((a, b) => b.value - a.value);
  line(
    'the first bottleneck',
    `${shares[0]?.what}: ends at ${Math.round(SLOTS / (shares[0]?.value ?? 1))} slots`,
  );
  return shares;
});

/** What a watched connection takes of memory, and of the processor until it is watched. */
async function measureConnection(db: Database, url: string): Promise<{ kib: number; loginMs: number }> {
  const watched = await startWatched(url, MEASURED_ACCOUNTS);
  try {
    const workspace = await seedWorkspace(db);
    const before = await watched.product.ask<Costs>('costs');
    await seedConnections(db, workspace.id, MEASURED_ACCOUNTS);
    await untilWatching(db, MEASURED_ACCOUNTS);
    const after = await watched.product.ask<Costs>('costs');
    return {
      kib: ((after.rssMiB - before.rssMiB) * 1024) / MEASURED_ACCOUNTS,
      loginMs: (after.cpuMs - before.cpuMs) / MEASURED_ACCOUNTS,
    };
  } finally {
    await watched.end();
  }
}

interface RowSize {
  table: string;
  /** Bytes with all that PostgreSQL keeps beside it. */
  row: number;
  /** Bytes in all indexes together. */
  indexes: number;
}

async function measureRows(db: Database): Promise<Record<string, RowSize>> {
  const workspace = await seedWorkspace(db);
  const connections = await seedConnections(db, workspace.id, MEASURED_ROWS / 1_000, MEASURED_ACCOUNTS);
  await seedSent(db, workspace.id, connections, 1_000, MEASURED_ACCOUNTS);
  const { id } = await seedWorkspace(db); // whose prospects are others
  await seedReceived(db, id, connections[0] ?? '', MEASURED_ROWS);
  await db.query('VACUUM ANALYZE');
  const sizes = await db.query<RowSize>(
    `SELECT relname AS table, pg_table_size(oid) / reltuples AS row, pg_indexes_size(oid) / reltuples AS indexes
       FROM pg_class WHERE relname IN ('outgoing_messages', 'conversations', 'prospects', 'received_messages')`,
  );
  return Object.fromEntries(sizes.map((size) => [size.table, size]));
}

/** How many small transactions a second this PostgreSQL commits for several that write at once. */
async function measureCommits(db: Database): Promise<number> {
  const [{ id = '' } = {}] = await db.query<{ id: string }>('SELECT id FROM workspaces LIMIT 1');
  const write = async (n: number) => {
    for (let count = 0; count < COMMITS_EACH; count += 1) {
      await db.query('INSERT INTO prospects (workspace_id, email) VALUES ($1, $2)', [
        id,
        `${n}.${count}@x.example.com`,
      ]);
    }
  };
  const seconds = await timed(() => Promise.all(Array.from({ length: WRITERS }, (_, n) => write(n))));
  return (WRITERS * COMMITS_EACH) / seconds;
}

function share(what: string, used: number, carried: number): Figure {
  return {
    what: `${what}: share used`,
    value: used / carried,
    unit: `(${used.toFixed(0)} of ${carried.toFixed(0)})`,
    bound: { atMost: 1 },
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function line(what: string, value: string): void {
  console.log(`scale      ${what.padEnd(28)} ${value}`);
}
