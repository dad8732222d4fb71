import 'reflect-metadata';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { type Config, ConfigError, readConfig } from './config';
import { openDatabase } from './database/database';
import { startEmbeddedPostgres } from './database/embedded';
import { Notices } from './database/notices';
import type { IdentityRoom } from './identity/identityRoom';
import { createLog, type Log } from './lib/log';
import { createSchema } from './server/schema';
import { startServer } from './server/startServer';

export interface App {
  /** Where it listens; people may reach it under PUBLIC_URL. */
  url: string;
  /** Ends everything, in the reverse of the order in which it began. Twice without harm. */
  stop(): Promise<void>;
}

/** Starts all that the configuration asks for, and waits for a database that is not up yet. */
export async function start(config: Config, log: Log = createLog(config.logLevel)): Promise<App> {
  const stops: (() => Promise<void>)[] = [];
  const stop = once(async () => {
    for (const end of stops.reverse()) {
      await end().catch((err: unknown) => log.error({ err }, 'One part did not stop as it should'));
    }
  });
  try {
    const url = await open(config, log, stops);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(config: Config, log: Log, stops: (() => Promise<void>)[]): Promise<string> {
  const url = config.databaseUrl ?? (await embed(config, log, stops));
  const db = await openDatabase({ url, log: log.child({ room: 'database' }) });
  stops.push(() => db.close());
  const notices = new Notices({ url, log: log.child({ room: 'database' }) });
  await notices.start();
  stops.push(() => notices.stop());

  let publicUrl = config.publicUrl;
  const identity: IdentityRoom = {
    db,
    log: log.child({ room: 'identity' }),
    signUp: config.signUp,
    publicUrl: () => publicUrl ?? urlOf(config.host, config.port),
    onWorkspaceCreated: async () => undefined,
  };
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const server = await startServer({
    host: config.host,
    port: config.port,
    publicUrl: identity.publicUrl,
    log: log.child({ room: 'server' }),
    schema: createSchema(),
    rooms: { identity },
    metrics,
    readiness: async () => ((await db.isReady()) ? [] : ['The database does not answer.']),
  });
  stops.push(() => server.close());
  const listening = urlOf(config.host, server.port);
  publicUrl ??= listening;
  log.info({ graphql: `${publicUrl}/graphql`, app: `${publicUrl}/app` }, `Ready at ${publicUrl}`);
  return listening;
}

async function embed(config: Config, log: Log, stops: (() => Promise<void>)[]): Promise<string> {
  const postgres = await startEmbeddedPostgres(config.dataDir, log.child({ room: 'database' }));
  stops.push(() => postgres.stop());
  return postgres.url;
}

/** http://HOST:PORT as a browser can open it: nobody reaches 0.0.0.0. */
function urlOf(host: string, port: number): string {
  const reachable = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= work();
    return begun;
  };
}

/** One second less than the 10 that supervisors give before they kill. */
const STOP_WITHIN_MS = 9_000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (err: unknown) => {
      log.fatal({ err }, 'A bug ended the process');
      process.exit(1);
    });
  }
  const starting = start(config, log);
  const signals = ['SIGTERM', 'SIGINT'] as const;
  for (const signal of signals) process.on(signal, endOn(starting, log));
  await starting;
}

/**
 * The first signal ends everything in order. A second one within a second is the same again, since Ctrl-C reaches
 * npm and node alike and npm passes its own on; a later one means that somebody will not wait.
 */
function endOn(starting: Promise<App>, log: Log): (signal: NodeJS.Signals) => void {
  let since: number | undefined;
  return (signal) => {
    if (since !== undefined) {
      if (Date.now() - since > 1_000) process.exit(1);
      return;
    }
    since = Date.now();
    log.info({ signal }, 'Stopping');
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    starting
      .then((app) => app.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
}

if (require.main === module) {
  main().catch((error: unknown) => {
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else createLog('fatal').fatal({ err: error }, 'Could not start');
    process.exit(1);
  });
}
