import { type ClientBase, DatabaseError, Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { Connection } from '../../ormconfig';
import type { Statement } from './database';

/** The pg pool under an initialized DataSource. TypeORM types it as `any`; this is the one place that says what it is. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}

/** A pool of one, beside the other: connects when it is first asked. */
export function openLane({ url, applicationName, onIdleError }: Connection): Pool {
  const lane = new Pool({
    connectionString: url,
    application_name: applicationName,
    max: 1,
    connectionTimeoutMillis: LANE_PATIENCE_MS,
    query_timeout: LANE_PATIENCE_MS,
    keepAlive: true,
  });
  return lane.on('error', onIdleError);
}

/** What is urgent is asked again after so long. */
const LANE_PATIENCE_MS = 5_000;

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
