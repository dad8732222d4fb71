import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { backoffDelay } from '../lib/backoff';
import { nap } from '../lib/nap';

export interface NoticeChannelOptions {
  url: string;
  log: Logger;
  /** What another process sent. */
  onPayload: (payload: string) => void;
  /** Listening again: what was sent until now is lost. */
  onListening: () => void;
}

/** Of LISTEN and NOTIFY. */
export const CHANNEL = 'connectionsphere_notices';

/** A connection cut without a word would leave us deaf, so it must prove itself. */
const HEARTBEAT_MS = 15_000;
const ANSWER_WITHIN_MS = 5_000;

const RECONNECT_MS = { first: 100, most: 5_000 };

/** One dedicated connection that sends and listens, and comes back by itself when it is lost. */
export class NoticeChannel {
  private stopping = new AbortController();
  private running: Promise<void> | undefined;
  private client: Client | undefined;

  constructor(private readonly options: NoticeChannelOptions) {}

  get isListening(): boolean {
    return this.client !== undefined;
  }

  /** Resolves once it listens for the first time. Twice without harm. */
  start(): Promise<void> {
    if (this.running) return Promise.resolve();
    this.stopping = new AbortController();
    return new Promise((resolve) => {
      this.running = this.stayConnected(resolve).finally(resolve);
    });
  }

  /** Resolves when the connection is closed. Twice without harm. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.running = undefined;
  }

  /** Sends all payloads in one statement, outside of any transaction of ours. Rejects when cut off. */
  async send(payloads: readonly string[]): Promise<void> {
    if (!this.client) throw new Error('Not connected');
    await this.client.query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [
      CHANNEL,
      payloads,
    ]);
  }

  private async stayConnected(onFirst: () => void): Promise<void> {
    const { signal } = this.stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.runSession(() => {
          failures = 0;
          onFirst();
        });
      } catch (error) {
        this.options.log.warn({ err: error }, 'Cut off from the notices of other processes: reconnecting');
        failures += 1;
        await nap(backoffDelay(RECONNECT_MS, failures), signal);
      }
    }
  }

  /** Resolves when stopped, rejects when the connection is lost. */
  private async runSession(onListening: () => void): Promise<void> {
    const client = new Client({
      connectionString: this.options.url,
      application_name: 'connectionsphere notices',
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    const lost = new AbortController();
    client.on('error', (error) => lost.abort(error));
    client.on('end', () => lost.abort(new Error('PostgreSQL closed the connection')));
    const over = AbortSignal.any([lost.signal, this.stopping.signal]);
    try {
      await client.connect();
      const ownProcess = await listen(client);
      client.on('notification', ({ processId, payload }) => {
        // We send on the connection that we listen on: what its own server process sent is ours.
        if (processId !== ownProcess) this.options.onPayload(payload ?? '');
      });
      this.client = client;
      this.options.onListening();
      onListening();
      while (!over.aborted) {
        await nap(HEARTBEAT_MS, over);
        if (!over.aborted) await client.query('SELECT 1');
      }
      if (!this.stopping.signal.aborted) throw lost.signal.reason;
    } finally {
      this.client = undefined;
      await Promise.race([
        client.end().catch(() => undefined),
        sleep(ANSWER_WITHIN_MS, null, { ref: false }),
      ]);
    }
  }
}

async function listen(client: Client): Promise<number> {
  await client.query(`LISTEN ${CHANNEL}`);
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}
