import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { sqlState } from './sqlState';

const OLDEST_SERVER = 14;

/** A retry every second: a database that comes up is noticed by a person at once, and a down one not hammered. */
const RETRY_MS = 1_000;
const SAY_SO_EVERY = 15;

/**
 * Resolves once PostgreSQL accepts this URL. Rejects when waiting cannot help, or when `signal` aborts.
 * What can be waited for: no answer, a name that does not resolve, a server that starts up, stops (57P0x)
 * or has no connection left (53300).
 */
export async function waitForPostgres(url: string, log: Logger, signal?: AbortSignal): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    signal?.throwIfAborted();
    try {
      return await checkVersion(url);
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

async function checkVersion(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  client.on('error', () => undefined); // the query rejects with the same
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      `SELECT current_setting('server_version') AS version`,
    );
    const version = rows[0]?.version ?? '';
    if (Number.parseInt(version, 10) < OLDEST_SERVER) {
      throw new ServerTooOld(`PostgreSQL ${version} is too old: ${OLDEST_SERVER} or newer is needed`);
    }
  } finally {
    client.end().catch(() => undefined);
  }
}
