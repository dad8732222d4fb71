import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { sqlState } from './sqlState';

/** DIRECTLY, or through a pooler: one that keeps a server process for a session, or for a transaction only. */
export type Reached = 'DIRECTLY' | 'BY_SESSION' | 'BY_TRANSACTION';

const OLDEST_SERVER = 14;

/** A retry every second: a database that comes up is noticed by a person at once, and a down one not hammered. */
const RETRY_MS = 1_000;
const SAY_SO_EVERY = 15;

/**
 * Resolves once PostgreSQL accepts this URL: with how it is reached. Rejects when waiting cannot help, or when `signal` aborts.
 * What can be waited for: no answer, a name that does not resolve, a server that starts up, stops (57P0x)
 * or has no connection left (53300).
 */
export async function waitForPostgres(url: string, log: Logger, signal?: AbortSignal): Promise<Reached> {
  for (let tries = 0; ; tries += 1) {
    signal?.throwIfAborted();
    try {
      return await reach(url);
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (tries % SAY_SO_EVERY === 0)
        log.warn({ err: error }, 'PostgreSQL does not answer yet: waiting for it');
      await sleep(RETRY_MS, undefined, signal ? { signal } : {});
    }
  }
}

class ServerTooOld extends Error {}

function mayPass(error: unknown): boolean {
  if (error instanceof ServerTooOld || error instanceof TypeError) return false; // TypeError: no URL at all
  const state = sqlState(error);
  return state === null || state.startsWith('57P') || state.startsWith('53') || state.startsWith('08');
}

async function reach(url: string): Promise<Reached> {
  const client = connectTo(url);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; pid: number }>(
      `SELECT current_setting('server_version') AS version, pg_backend_pid() AS pid`,
    );
    const [{ version, pid } = { version: '', pid: 0 }] = rows;
    if (Number.parseInt(version, 10) < OLDEST_SERVER) {
      throw new ServerTooOld(`PostgreSQL ${version} is too old: ${OLDEST_SERVER} or newer is needed`);
    }
    if (client.processID === pid) return 'DIRECTLY';
    return (await keepsSession(client, url, pid)) ? 'BY_SESSION' : 'BY_TRANSACTION';
  } finally {
    client.end().catch(() => undefined);
  }
}

/**
 * Whether a pooler leaves us our server process while somebody else asks for one. One that hands processes out by
 * transaction gives ours away: it takes the one that was used last, or the next in turn.
 */
async function keepsSession(client: Session, url: string, before: number): Promise<boolean> {
  const other = connectTo(url);
  try {
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT 1');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return rows[0]?.pid === before;
  } finally {
    other.end().catch(() => undefined);
  }
}

/** The process that the server named when we connected: a pooler names one of its own. pg has no type for it. */
type Session = Client & { processID?: number };

function connectTo(url: string): Session {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  client.on('error', () => undefined); // the query rejects with the same
  return client;
}
