import { DatabaseError, type PoolClient } from 'pg';
import type { Database } from './database';
import { poolOf } from './pool';
import { retryConflicts } from './transaction';

/** What a session may do that Database.query may not: take its time, and be handed to pg-copy-streams. */
export interface Session {
  client: PoolClient;
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** An upsert of many million rows; the pool's own 60 s are for what people wait for. */
const WITHIN_MS = 6 * 3_600_000;

/** Runs `work` on one connection. After anything but an SQL error the connection is dropped. */
export async function onOneConnection<T>(db: Database, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await poolOf(db.manager.dataSource).connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error; // the statement rejects as well; without a listener the process would end
  };
  client.on('error', onError);
  try {
    return await work({
      client,
      query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
        const statement = { text, values: [...values], query_timeout: WITHIN_MS };
        return (await client.query<Row>(statement)).rows;
      },
    });
  } catch (error) {
    if (!(error instanceof DatabaseError)) broken = error as Error;
    throw error;
  } finally {
    client.removeListener('error', onError);
    client.release(broken);
  }
}

/** Like Database.transaction, conflicts included, for statements that take longer than it lets them. */
export function longTransaction<T>(db: Database, work: (session: Session) => Promise<T>): Promise<T> {
  const once = async (session: Session) => {
    await session.query('BEGIN');
    try {
      const result = await work(session);
      await session.query('COMMIT');
      return result;
    } catch (error) {
      if (error instanceof DatabaseError) await session.query('ROLLBACK');
      throw error;
    }
  };
  return retryConflicts(() => onOneConnection(db, once));
}
