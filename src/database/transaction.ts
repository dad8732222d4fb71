import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { IDLE_IN_TRANSACTION_MS } from '../../ormconfig';
import { backoffDelay } from '../lib/backoff';
import type { Statement, Transaction } from './database';
import { queryOnClient, textOf } from './pool';
import { sqlState } from './sqlState';

/** serialization_failure and deadlock_detected: PostgreSQL has rolled back, and asks for another try. */
const CONFLICTS = new Set(['40001', '40P01']);

/** Five conflicts in a row are a bug, not bad luck. */
const TRIES = 5;
const RETRY_MS = { first: 20, most: 200 };

const ROLLBACK_WITHIN_MS = 5_000;
const LET_GO_WHEN_FROZEN = `SET LOCAL idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`;

/** See Database.transaction. */
export function runTransaction<T>(
  dataSource: DataSource,
  work: (tx: Transaction) => Promise<T>,
  isBehindPooler: boolean,
): Promise<T> {
  return retryConflicts(() => runOnce(dataSource, work, isBehindPooler));
}

/** Runs a whole transaction again for as long as PostgreSQL asks for it. */
export async function retryConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (tries === TRIES || !CONFLICTS.has(sqlState(error) ?? '')) throw error;
      await sleep(backoffDelay(RETRY_MS, tries));
    }
  }
}

async function runOnce<T>(
  dataSource: DataSource,
  work: (tx: Transaction) => Promise<T>,
  isBehindPooler: boolean,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  const client: Client = await runner.connect();
  let open = true;
  const tx: Transaction = {
    manager: runner.manager,
    query: async <Row extends object>(statement: Statement, values: readonly unknown[] = []) => {
      if (!open) throw new Error('This transaction has ended; its query would run outside of it');
      return queryOnClient<Row>(client, isBehindPooler ? textOf(statement) : statement, values);
    },
  };
  try {
    await runner.startTransaction();
    if (isBehindPooler) await client.query(LET_GO_WHEN_FROZEN); // else our sessions begin with it
    const result = await work(tx);
    // Once a statement has failed PostgreSQL answers COMMIT with a quiet ROLLBACK, which TypeORM does not look at.
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') {
      throw new Error('Nothing was committed: a statement failed, and the work went on as if it had not');
    }
    return result;
  } catch (error) {
    await rollBack(client);
    throw error;
  } finally {
    open = false;
    await runner.release();
  }
}

/** A connection that cannot even roll back is ended, so that the pool does not hand it to the next. */
async function rollBack(client: Client): Promise<void> {
  const rollback = { text: 'ROLLBACK', query_timeout: ROLLBACK_WITHIN_MS };
  await client.query(rollback).catch(() => {
    client.end().catch(() => undefined);
  });
}
