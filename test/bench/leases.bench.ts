import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/database/database';
import {
  readOwnLeases,
  readShare,
  readWatch,
  stayAlive,
  takeLeases,
} from '../../src/replies/watching/watchLeases';
import { bench, type Figure, median, timed } from './bench';

/**
 * What it costs a process, every three seconds, to know what it watches among 100,000 connections of 20 processes,
 * and what a dead process's connections cost those that take them over.
 */

const CONNECTIONS = 100_000;
const PROCESSES = 20;
const AT_ONCE = 20;

bench(async ({ db }): Promise<Figure[]> => {
  const processes = Array.from({ length: PROCESSES }, () => randomUUID());
  await connectAll(db, processes);
  const [own = '', dead = ''] = processes;
  for (const id of processes) await stayAlive(db, id);

  const run = async () => {
    await stayAlive(db, own);
    await readWatch(db, own);
    await readOwnLeases(db, own);
  };
  const counts = [];
  for (let n = 0; n < 15; n += 1) counts.push(await timed(() => readShare(db, PROCESSES)));
  const runs = [];
  for (let n = 0; n < 15; n += 1) runs.push(await timed(run));

  await db.query(`UPDATE watch_processes SET alive_until = now() - interval '1 second' WHERE id = $1`, [
    dead,
  ]);
  const takes = [];
  for (let n = 0; n < 15; n += 1) takes.push(await timed(() => takeLeases(db, own, AT_ONCE)));
  const figure = (what: string, seconds: number[]): Figure => ({
    what: `${what}, of 100,000 leases`,
    value: median(seconds) * 1000,
    unit: 'ms',
    bound: { atMost: 300 },
  });
  return [
    figure('a look, every 3 s', runs),
    figure('counting the share, every 30 s', counts),
    figure('taking 20 of a dead process', takes),
  ];
});

async function connectAll(db: Database, processes: readonly string[]): Promise<void> {
  const [workspace] = await db.query<{ id: string }>(
    `INSERT INTO workspaces (name) VALUES ('All') RETURNING id`,
  );
  await db.query(
    `INSERT INTO slots (workspace_id, kind, position) SELECT $1, 'SELF', n FROM generate_series(1, $2) n`,
    [workspace?.id, CONNECTIONS],
  );
  await db.query(
    `INSERT INTO gmail_accounts (canonical_address, daily_limit, ramp_ceiling)
     SELECT 'slot' || n || '@gmail.com', 500, 30 FROM generate_series(1, $1) n`,
    [CONNECTIONS],
  );
  await db.query(
    `INSERT INTO connections (workspace_id, slot_id, account_id, email, state, sealed_password, last_proof_at, watched_by)
     SELECT $1, s.id, a.id, a.canonical_address, 'WATCHING', 'sealed', now(),
            ($2::uuid[])[1 + s.position % cardinality($2::uuid[])]
       FROM slots s JOIN gmail_accounts a ON a.canonical_address = 'slot' || s.position || '@gmail.com'`,
    [workspace?.id, processes],
  );
  await db.query('ANALYZE');
}
