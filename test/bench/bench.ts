import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Logger, pino } from 'pino';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig';
import { type Database, openDatabase } from '../../src/database/database';
import { startEmbeddedPostgres } from '../../src/database/embedded';

/** What a benchmark stands on: a PostgreSQL of its own, empty and migrated, that waits for the disk. */
export interface Ground {
  db: Database;
  url: string;
  log: Logger;
}

/** One promise of the product, and what was measured of it. */
export interface Figure {
  /** What was measured, such as "messages a second". */
  what: string;
  /** Ours against the peer's; or a plain number, then with its `unit`. */
  value: number;
  unit?: string;
  bound: { atLeast: number } | { atMost: number };
  /** The two in units of their own, such as "640 /s"; for a ratio. */
  ours?: string;
  peer?: string;
}

/**
 * Runs `measure` on a fresh ground and prints a line for each figure, and the most memory that this process took. A
 * file calls it once, and is a process of its own: `npm run bench` starts them one after the other. A bound that is
 * missed, like a bug, fails the process.
 */
export function bench(measure: (ground: Ground) => Promise<Figure[]>): void {
  const name = basename(process.argv[1] ?? '', '.bench.ts');
  run(name, measure).catch((error: unknown) => {
    console.error(`${name}: failed`, error);
    process.exitCode = 1;
  });
}

/**
 * Ours and the peer's by turns, so that whatever else the machine does meets both, and each first in every other
 * round. One round before them warms both up.
 *
 * @returns what both gave in each round
 */
export async function takeTurns<Ours, Peer>(
  rounds: number,
  ours: () => Promise<Ours>,
  peer: () => Promise<Peer>,
): Promise<{ ours: Ours; peer: Peer }[]> {
  const turns: { ours: Ours; peer: Peer }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const early = round % 2 === 0 ? await peer() : null;
    const own = await ours();
    turns.push({ ours: own, peer: early ?? (await peer()) });
  }
  return turns.slice(1);
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Seconds of the clock. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

async function run(name: string, measure: (ground: Ground) => Promise<Figure[]>): Promise<void> {
  const log = pino({ level: 'warn' });
  const directory = await mkdtemp(join(tmpdir(), 'connectionsphere-bench-'));
  const postgres = await startEmbeddedPostgres(directory, log);
  try {
    const dataSource = new DataSource(dataSourceOptions());
    const db = await openDatabase({ url: postgres.url, log, dataSource });
    try {
      await refuseForgetful(db);
      const figures = await measure({ db, url: postgres.url, log });
      for (const figure of figures) console.log(`${name.padEnd(10)} ${describe(figure)}`);
      // maxRSS is in KiB.
      const peak = process.resourceUsage().maxRSS / 1024;
      console.log(`${name.padEnd(10)} peak memory of this process ${peak.toFixed(0)} MiB\n`);
      if (!figures.every(isMet)) process.exitCode = 1;
    } finally {
      await db.close();
    }
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A database that does not wait for the disk would make each commit free, and the figures worthless. */
async function refuseForgetful(db: Database): Promise<void> {
  const settings = await db.query<{ name: string }>(
    "SELECT name FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') AND setting <> 'on'",
  );
  if (settings.length > 0) throw new Error(`${settings.map(({ name }) => name).join()} must be on`);
}

function isMet({ value, bound }: Figure): boolean {
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
}

function describe(figure: Figure): string {
  const { what, value, unit, bound, ours, peer } = figure;
  const asked = 'atLeast' in bound ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`;
  const measured = `${value.toFixed(2)} ${unit ?? 'of the peer'} (${asked}: ${isMet(figure) ? 'met' : 'MISSED'})`;
  return `${what.padEnd(32)} ${measured.padEnd(44)}${ours && peer ? ` ours ${ours}, peer ${peer}` : ''}`;
}
