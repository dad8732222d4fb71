import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { DataSource, EntityManager } from 'typeorm';
import { dataSourceOptions, dataSource as sharedDataSource } from '../../ormconfig';
import { migrate } from './migrate';
import { isFree, openSwiftLane, openUrgentLane, poolOf, queryOnPool, textOf } from './pool';
import { reachSessions } from './reachSessions';
import { checkSchemaFloor } from './schemaFloor';
import { runTransaction } from './transaction';

/** SQL that PostgreSQL parses and plans once a connection and not every time: for what each mail costs. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** As text, or prepared. */
export type Statement = string | Prepared;

/** Prepares a statement for all connections; each learns it when it first runs it. */
export function prepare(text: string): Prepared {
  return { name: createHash('sha256').update(text).digest('base64url').slice(0, 20), text };
}

/** Whatever runs SQL. Values are bound as $1, $2, …; int8 and numeric come as strings, never rounded. */
export interface Sql {
  query<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
}

/** Raw SQL and TypeORM on the same connection, in the same transaction. */
export interface Transaction extends Sql {
  readonly manager: EntityManager;
}

export interface DatabaseOptions {
  url: string;
  /** The same database without a pooler between, where `url` leads through one. */
  sessionUrl?: string | null;
  log: Logger;
  /** Connections held at most (10). Notices hold one more, what is urgent another, and the taking in of mail two. */
  poolSize?: number;
  /** What pg_stat_activity calls us. */
  applicationName?: string;
  /** Ends the wait for a database that is not up. */
  signal?: AbortSignal;
  /** Only for a second database in one process, as tests have. */
  dataSource?: DataSource;
}

/** Long enough for a busy database, short enough for whoever asks /readyz. */
const READY_WITHIN_MS = 2_000;

/**
 * Opens the pool, waits for a database that is not up yet, and migrates it.
 * Rejects at once when waiting cannot help (wrong password, no such database, older than PostgreSQL 14, no way past
 * a pooler), when a migration fails, and when this release is too old for the database.
 */
export async function openDatabase({
  url,
  sessionUrl,
  log,
  poolSize = 10,
  applicationName = 'connectionsphere',
  signal,
  dataSource = sharedDataSource,
}: DatabaseOptions): Promise<Database> {
  const closing = new AbortController();
  // A connection that is being closed may still hear that PostgreSQL goes down after us: no news then.
  const onIdleError = (error: Error) => {
    if (!closing.signal.aborted) log.warn({ err: error }, 'An idle database connection broke');
  };
  const reached = await reachSessions(url, sessionUrl ?? url, log, signal);
  const isBehindPooler = reached !== 'DIRECTLY';
  const connection = { url, poolSize, applicationName, onIdleError, isBehindPooler };
  await migrate({ ...connection, url: sessionUrl ?? url }, log, signal);
  await dataSource.setOptions(dataSourceOptions(connection)).initialize();
  const lanes = { urgent: openUrgentLane(connection), swift: openSwiftLane(connection) };
  const database = new Database(dataSource, lanes, closing, isBehindPooler);
  await checkSchemaFloor(database).catch(async (error) => {
    await database.close();
    throw error;
  });
  return database;
}

/** Pools beside the pool. */
interface Lanes {
  urgent: Pool;
  swift: Pool;
}

/** The open database: one pool, shared by raw SQL and TypeORM, and connections for what must not wait behind it. */
export class Database implements Transaction {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lanes: Lanes,
    private readonly closing: AbortController,
    private readonly isBehindPooler: boolean,
  ) {}

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  query<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    return this.queryOn(poolOf(this.dataSource), statement, values);
  }

  /**
   * For what must never wait behind the pool's other work, such as saying that this process is alive: a connection of its
   * own, for statements that are short.
   */
  readonly urgent: Sql = {
    query: (statement, values = []) => this.queryOn(this.lanes.urgent, statement, values),
  };

  /**
   * For the few prepared statements that a person waits for: on connections that have planned them, or on the pool where
   * these are busy. Behind a pooler no connection remembers anything.
   */
  readonly swift: Sql = {
    query: (statement, values = []) =>
      this.isBehindPooler || !isFree(this.lanes.swift)
        ? this.query(statement, values)
        : this.queryOn(this.lanes.swift, statement, values),
  };

  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects.
   * A deadlock or serialization failure (40P01, 40001) runs the whole work again, so it must have no effects
   * outside of the database. When the answer to COMMIT is lost the error is thrown, and the caller cannot
   * know whether it committed.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return runTransaction(this.dataSource, work, this.isBehindPooler);
  }

  /** Whether the database answers now. Never rejects. */
  async isReady(): Promise<boolean> {
    const answered = this.urgent.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return Promise.race([answered, sleep(READY_WITHIN_MS, false, { ref: false })]);
  }

  /** Ends the pool once what runs on it is done. Twice without harm. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(Object.values(this.lanes).map((lane: Pool) => lane.ended || lane.end()));
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private queryOn<Row extends object>(pool: Pool, statement: Statement, values: readonly unknown[]) {
    return queryOnPool<Row>(pool, this.isBehindPooler ? textOf(statement) : statement, values);
  }
}
