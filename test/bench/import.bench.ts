import { finished } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Notices } from '../../src/database/notices';
import type { ProspectsRoom } from '../../src/prospects/prospectsRoom';
import { startImport } from '../../src/prospects/runImport';
import { bench, median, takeTurns } from './bench';
import { createWorkspace, viewerOf } from './populate';

const ROWS = 100_000;
/** Every so many rows one repeats an address, and one cannot be taken over. */
const REPEATED_EVERY = 50;
const REJECTED_EVERY = 100;
const ROUNDS = 3;

/**
 * Imports 100,000 rows of ten columns, with repeated addresses and rows to reject. The peer lets PostgreSQL alone do
 * what it can of it: the bytes of the same file without its bad rows through COPY into an unlogged table, and one
 * upsert. Each time into a new workspace.
 */
bench(async ({ db, url, log }) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  const room: ProspectsRoom = { db, notices: new Notices({ url, log }), log };
  const [dirty, clean] = [writeFile(true), writeFile(false)];
  const turns = await takeTurns(
    ROUNDS,
    async () => importOurs(room, await createWorkspace(db), dirty),
    async () => importPeers(client, await createWorkspace(db), clean),
  );
  await client.end();
  const [ours, peer] = [
    median(turns.map((turn) => turn.ours.seconds)),
    median(turns.map((turn) => turn.peer)),
  ];
  return [
    {
      what: 'rows a second',
      value: median(turns.map((turn) => turn.peer / turn.ours.seconds)),
      bound: { atLeast: 0.5 },
      ours: `${(ROWS / ours).toFixed(0)} /s`,
      peer: `${(ROWS / peer).toFixed(0)} /s`,
    },
    {
      what: 'memory grown while importing',
      value: Math.max(...turns.map((turn) => turn.ours.grownMiB)),
      unit: 'MiB',
      bound: { atMost: 64 },
    },
  ];
});

async function importOurs(
  room: ProspectsRoom,
  workspaceId: string,
  file: Buffer,
): Promise<{ seconds: number; grownMiB: number }> {
  const before = process.memoryUsage().rss;
  let peak = before;
  async function* chunks() {
    for (let at = 0; at < file.length; at += 65_536) {
      peak = Math.max(peak, process.memoryUsage().rss);
      yield file.subarray(at, at + 65_536);
    }
  }
  const startedAt = performance.now();
  const options = { charset: null, columns: {}, tags: ['bench'] };
  const started = await startImport(room, viewerOf(workspaceId), options, chunks());
  await started.ended;
  const seconds = (performance.now() - startedAt) / 1000;
  const [row] = await room.db.query<{ state: string; created: number; rejected: number }>(
    'SELECT state, created, rejected FROM prospect_imports WHERE id = $1',
    [started.id],
  );
  const expected = { state: 'DONE', created: ROWS - ROWS / REPEATED_EVERY, rejected: ROWS / REJECTED_EVERY };
  if (JSON.stringify(row) !== JSON.stringify(expected))
    throw new Error(`Not as it should: ${JSON.stringify(row)}`);
  return { seconds, grownMiB: (peak - before) / 1024 / 1024 };
}

async function importPeers(client: Client, workspaceId: string, file: Buffer): Promise<number> {
  await client.query(
    `CREATE UNLOGGED TABLE peer_staging (email text, first_name text, last_name text, company text, title text,
       city text, country text, phone text, website text, note text)`,
  );
  const startedAt = performance.now();
  await finished(client.query(copyFrom('COPY peer_staging FROM STDIN (FORMAT csv, HEADER)')).end(file));
  await client.query(
    `INSERT INTO prospects AS kept (workspace_id, email, first_name, last_name, company, attributes, tags)
     SELECT DISTINCT ON (lower(email)) $1::uuid, lower(email), first_name, last_name, company,
            jsonb_build_object('title', title, 'city', city, 'country', country, 'phone', phone, 'website', website,
              'note', note), ARRAY['bench']
       FROM peer_staging ORDER BY lower(email)
     ON CONFLICT (workspace_id, email) DO UPDATE SET first_name = excluded.first_name,
            last_name = excluded.last_name, company = excluded.company, attributes = excluded.attributes,
            tags = excluded.tags`,
    [workspaceId],
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await client.query('DROP TABLE peer_staging');
  return seconds;
}

/** Rows as people have them: some in capitals, some with umlauts, some quoted. */
function writeFile(withBadRows: boolean): Buffer {
  const lines = ['Email,First Name,Last Name,Company,title,city,country,phone,website,note'];
  for (let n = 0; n < ROWS; n += 1) {
    const who = n % REPEATED_EVERY === 1 ? n - 1 : n;
    const [first, last] = n % 10 === 0 ? ['Jürgen', 'Müller'] : ['Ann', 'Other'];
    const note = n % 5 === 0 ? `"met at ""Expo"", wants a call"` : 'cold lead from the list of March';
    lines.push(
      `${n % 3 === 0 ? 'Person' : 'person'}${who}@company${who % 5_000}.example.com,${first},${last} ${n},` +
        `"Company ${who % 5_000}, Inc",Head of Sales,Berlin,Germany,030 ${n},https://company${who % 5_000}.example.com,${note}`,
    );
    if (withBadRows && n % REJECTED_EVERY === 0)
      lines.push(n % 200 === 0 ? 'short,row' : 'not an address,,,,,,,,,');
  }
  return Buffer.from(lines.join('\r\n'));
}
