import { type ClientBase, DatabaseError, Pool, type PoolConfig } from 'pg';
import type { DataSource } from 'typeorm';
import { type Connection, QUERY_TIMEOUT_MS } from '../../ormconfig';
import type { Statement } from './database';

/** The pg pool under an initialized DataSource. TypeORM types it as `any`; this is the one place that says what it is. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}

/** For what is urgent, which is asked again after so long. */
const PATIENCE_MS = 5_000;

/** What lies between forgets a connection that says nothing for some minutes, and tells nobody. */
const KEEP_ALIVE_AFTER_MS = 30_000;

/** A pool of one, beside the other, for what must not wait: connects when it is first asked. */
export function openUrgentLane(connection: Connection): Pool {
  return openLane(connection, 1, { query_timeout: PATIENCE_MS });
}

/**
 * Two connections for prepared statements that somebody waits for. Each plans a statement when it first sees it, and never
 * again: so they are not closed for being idle, and the plan is for any values. PostgreSQL would else plan it anew the first
 * five times, which takes several times as long as running it.
 */
export function openSwiftLane(connection: Connection): Pool {
  return openLane(connection, 2, {
    query_timeout: QUERY_TIMEOUT_MS,
    idleTimeoutMillis: 0,
    options: '-c plan_cache_mode=force_generic_plan -c jit=off',
  });
}

function openLane(connection: Connection, max: number, more: PoolConfig): Pool {
  const { url, applicationName, onIdleError } = connection;
  const lane = new Pool({
    connectionString: url,
    application_name: applicationName,
    max,
    connectionTimeoutMillis: PATIENCE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    ...more,
  });
  return lane.on('error', onIdleError);
}

/** Whether a query would begin at once. */
export function isFree({ idleCount, totalCount, options }: Pool): boolean {
  return idleCount > 0 || totalCount < options.max;
}

/**
 * One statement on any free connection. Unlike pool.query it keeps the connection after a mere SQL error
 * (a unique violation is everyday, a new SCRAM login is not), and drops it after all others.
 */
export async function queryOnPool<Row extends object>(
  pool: Pool,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error; // pg rejects the query as well; without a listener the process would end
  };
  client.on('error', onError);
  try {
    return await queryOnClient<Row>(client, statement, values);
  } catch (error) {
    if (!(error instanceof DatabaseError)) broken = error as Error;
    throw error;
  } finally {
    client.removeListener('error', onError);
    client.release(broken);
  }
}

/** One statement on this connection. */
export async function queryOnClient<Row extends object>(
  client: ClientBase,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const query = typeof statement === 'string' ? { text: statement } : statement;
  const { rows } = await client.query<Row>({ ...query, values: [...values] });
  return rows;
}

/** A statement that is not prepared: through a pooler, the next one may run on a connection that never learnt it. */
export function textOf(statement: Statement): string {
  return typeof statement === 'string' ? statement : statement.text;
}
