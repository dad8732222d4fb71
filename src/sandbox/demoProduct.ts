import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** The product itself, as anybody would start it, on the sandbox instead of Gmail. */
export interface DemoProduct {
  url: string;
  /** Ends it as Ctrl-C would, and removes its data. */
  stop(): Promise<void>;
  /** Resolves when the process has ended, by whatever cause. */
  ended: Promise<void>;
}

/** Starts the product as a process of its own, on an embedded PostgreSQL in a directory that is thrown away. */
export async function startProduct(
  port: string,
  gmail: { smtpUrl: string; imapUrl: string },
): Promise<DemoProduct> {
  const dataDir = await mkdtemp(join(tmpdir(), 'connectionsphere-demo-'));
  const { DATABASE_URL: _databaseUrl, ENCRYPTION_KEY: _encryptionKey, ...environment } = process.env;
  const product = spawn(process.execPath, ['--enable-source-maps', join(__dirname, '..', 'main.js')], {
    env: {
      ...environment,
      PORT: port,
      DATA_DIR: dataDir,
      GMAIL_SMTP_URL: gmail.smtpUrl,
      GMAIL_IMAP_URL: gmail.imapUrl,
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(product, 'exit').then(() => rm(dataDir, { recursive: true, force: true }));
  return { url: await urlOf(product), ended, stop: () => end(product, ended) };
}

/** One client of the public API, as anybody could write it. */
export class DemoClient {
  private token: string | null = null;
  private readonly socket: Client;

  constructor(private readonly url: string) {
    this.socket = createClient({
      url: `${url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: () => (this.token ? { authorization: `Bearer ${this.token}` } : {}),
    });
  }

  signIn(token: string): void {
    this.token = token;
  }

  async ask<Data>(query: string, variables: object = {}): Promise<Data> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token && { authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as { data?: Data; errors?: { message: string }[] };
    if (answer.errors || !answer.data)
      throw new Error(answer.errors?.[0]?.message ?? `HTTP ${response.status}`);
    return answer.data;
  }

  /** Calls `onEvent` for each event until the client is closed. */
  subscribe<Data>(query: string, variables: Record<string, unknown>, onEvent: (event: Data) => void): void {
    this.socket.subscribe<Data>(
      { query, variables },
      { next: ({ data }) => data && onEvent(data), error: () => undefined, complete: () => undefined },
    );
  }

  async close(): Promise<void> {
    await this.socket.dispose();
  }
}

/** The product says where it listens in its log. What it warns of is shown; the rest is its own business. */
async function urlOf(product: ChildProcess): Promise<string> {
  if (!product.stdout) throw new Error('The product has no output to read');
  const lines = createInterface({ input: product.stdout });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const entry = parseEntry(line);
      if (entry.graphql) resolve(entry.graphql.replace(/\/graphql$/, ''));
      else if ((entry.level ?? 0) >= 50) process.stderr.write(`${line}\n`);
    });
    product.once('exit', (code) => reject(new Error(`The product ended with status ${code}`)));
  });
}

function parseEntry(line: string): { level?: number; graphql?: string } {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

async function end(product: ChildProcess, ended: Promise<void>): Promise<void> {
  if (product.exitCode === null) product.kill('SIGTERM');
  await ended;
}
