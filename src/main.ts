import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CampaignsRoom } from './campaigns/campaignsRoom';
import { stopAllEnrolments } from './campaigns/moveEnrolment';
import { type Config, ConfigError, readConfig } from './config';
import { type Database, openDatabase } from './database/database';
import { startEmbeddedPostgres } from './database/embedded';
import { Notices } from './database/notices';
import { NoSession } from './database/reachSessions';
import { ReleaseTooOld, SchemaWatch } from './database/schemaFloor';
import { isLoopback } from './gmail/endpoints';
import { createHousekeeping } from './identity/housekeeping';
import type { IdentityRoom } from './identity/identityRoom';
import { loadEncryptionKeys } from './lib/encryptionKey';
import { createLog, type Log } from './lib/log';
import { Seal } from './lib/seal';
import { createImportRescue } from './prospects/importRescue';
import type { UnsubscribeRoom } from './prospects/unsubscribe';
import { createUnsubscribeLinks } from './prospects/unsubscribeLinks';
import { MailboxReaders } from './replies/attachments/mailboxReaders';
import { SearchIndex } from './replies/conversations/searchIndex';
import { type RepliesRoom, WATCH_PACE } from './replies/repliesRoom';
import { ReplyFeeds } from './replies/replyFeeds';
import { Staleness } from './replies/watching/staleness';
import { Watchers } from './replies/watching/watchers';
import { voidLeases } from './replies/watching/watchLeases';
import { createSendingPort } from './sending/disconnecting';
import { Reconciler } from './sending/reconciler';
import { Sender } from './sending/sender';
import type { SendingRoom } from './sending/sendingRoom';
import { serveAttachments } from './server/attachmentFiles';
import { createMetrics } from './server/gauges';
import { serveProspectFiles } from './server/prospectFiles';
import { createSchema } from './server/schema';
import { serveDashboard } from './server/serveDashboard';
import { serveExplorer } from './server/serveExplorer';
import { serveOperator } from './server/serveOperator';
import { type ServerOptions, startServer } from './server/startServer';
import { serveUnsubscribe } from './server/unsubscribePage';
import { provideSlots } from './slots/integration';
import type { SlotsRoom } from './slots/slotsRoom';

export interface App {
  /** Where it listens; people may reach it under PUBLIC_URL. */
  url: string;
  /** Resolves when a newer release has taken away what this one needs: it should stop. */
  tooOld: Promise<ReleaseTooOld>;
  /** Ends everything, in the reverse of the order in which it began. Twice without harm. */
  stop(): Promise<void>;
}

/**
 * Starts all that the configuration asks for, and waits for a database that is not up yet, until `signal` aborts.
 */
export async function start(
  config: Config,
  log: Log = createLog(config.logLevel),
  signal?: AbortSignal,
): Promise<App> {
  const stops: (() => Promise<void>)[] = [];
  const stop = once(async () => {
    for (const end of stops.reverse()) {
      await end().catch((err: unknown) => log.error({ err }, 'One part did not stop as it should'));
    }
  });
  try {
    let sayTooOld: (error: ReleaseTooOld) => void = () => {};
    const tooOld = new Promise<ReleaseTooOld>((resolve) => {
      sayTooOld = resolve;
    });
    const url = await open(config, log, stops, sayTooOld, signal);
    return { url, tooOld, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(
  config: Config,
  log: Log,
  stops: (() => Promise<void>)[],
  onTooOld: (error: ReleaseTooOld) => void,
  signal?: AbortSignal,
): Promise<string> {
  const url = config.databaseUrl ?? (await embed(config, log, stops));
  const sessionUrl = config.databaseSessionUrl ?? url;
  const databaseLog = log.child({ room: 'database' });
  const db = await openDatabase({ url, sessionUrl, log: databaseLog, ...(signal && { signal }) });
  stops.push(() => db.close());
  const notices = new Notices({ url: sessionUrl, log: databaseLog });
  await notices.start();
  stops.push(() => notices.stop());

  const keys = await loadEncryptionKeys(config);
  const rooms = furnish(config, db, notices, keys, log);
  // An embedded database is ours alone: whoever held anything there is dead.
  if (!config.databaseUrl) await voidLeases(db);
  const workers = [...workersOf(config, rooms), new SchemaWatch(db, databaseLog, onTooOld)];
  for (const worker of workers) worker.start();
  // At the same time as the server, which closes next: each may take some of the few seconds that a stop has.
  const ends = workers.map((worker) => () => worker.stop());
  stops.push(() => settleAll(ends));
  const told = {
    metrics: createMetrics(db),
    readiness: async () => ((await db.isReady()) ? [] : ['The database does not answer.']),
  };
  if (config.roles.has('web')) return serve(config, rooms, log, ends, told);
  const { host } = config;
  const operator = await serveOperator({
    host,
    port: config.port,
    log: log.child({ room: 'server' }),
    ...told,
  });
  ends.push(() => operator.close());
  return operator.port === null ? 'nowhere: PORT is taken' : urlOf(host, operator.port);
}

/** Every room with what it works with. Each is a plain object; its functions take it as their first argument. */
function furnish(config: Config, db: Database, notices: Notices, keys: readonly Buffer[], log: Log) {
  const now = () => new Date();
  const seal = new Seal(keys);
  const endpoints = config.gmail;
  const newWorkspaceSlots = { self: config.defaultSelfSlots, fly: config.defaultFlySlots };
  const identity: IdentityRoom = {
    db,
    log: log.child({ room: 'identity' }),
    signUp: config.signUp,
    publicUrl: () => config.publicUrl ?? urlOf(config.host, config.port),
    onWorkspaceCreated: (tx, workspaceId) => provideSlots(tx, workspaceId, newWorkspaceSlots),
  };
  const slots: SlotsRoom = {
    db,
    notices,
    seal,
    endpoints,
    dns: isLoopback(endpoints.smtp) ? null : new Resolver({ timeout: 2_000, tries: 2 }),
    log: log.child({ room: 'slots' }),
    now,
    supportUrl: config.supportUrl,
    newWorkspaceSlots,
    sending: createSendingPort(db, notices),
  };
  const unsubscribeLinks = createUnsubscribeLinks(keys, config.publicUrl);
  const prospects: UnsubscribeRoom = {
    db,
    notices,
    log: log.child({ room: 'prospects' }),
    unsubscribeLinks,
    onUnsubscribed: stopAllEnrolments,
  };
  const campaigns: CampaignsRoom = { db, notices, log: log.child({ room: 'campaigns' }), now };
  const processId = randomUUID();
  const sending: SendingRoom = {
    db,
    notices,
    seal,
    endpoints,
    slots,
    log: log.child({ room: 'sending' }),
    now,
    processId,
    unsubscribeLinks,
  };
  const repliesLog = log.child({ room: 'replies' });
  const feeds = new ReplyFeeds({ db, notices, log: repliesLog });
  const replies: RepliesRoom = { ...sending, log: repliesLog, pace: WATCH_PACE, feeds };
  return { identity, slots, prospects, campaigns, sending, replies };
}

type Rooms = ReturnType<typeof furnish>;

interface Worker {
  start(): void;
  stop(): Promise<void>;
}

/** What works without being asked, by the roles of this process. */
function workersOf(config: Config, rooms: Rooms): Worker[] {
  return [
    createHousekeeping(rooms.identity),
    createImportRescue(rooms.prospects),
    ...(config.roles.has('send') ? [new Sender(rooms.sending), new Reconciler(rooms.sending)] : []),
    ...(config.roles.has('watch') ? [new Watchers(rooms.replies)] : []),
    new Staleness(rooms.replies),
    new SearchIndex(rooms.replies),
  ];
}

async function serve(
  config: Config,
  rooms: Rooms,
  log: Log,
  stops: (() => Promise<void>)[],
  told: Pick<ServerOptions, 'metrics' | 'readiness'>,
): Promise<string> {
  const root = await findPackageRoot(__dirname);
  const examples = await readFile(join(root, 'schema', 'examples.graphql'), 'utf8');
  const readers = new MailboxReaders(rooms.replies);
  stops.push(() => readers.stop());
  const server = await startServer({
    host: config.host,
    port: config.port,
    publicUrl: () => rooms.identity.publicUrl(),
    log: log.child({ room: 'server' }),
    schema: createSchema(),
    rooms,
    notices: rooms.slots.notices,
    // Beside a sandbox there is nobody to hide the schema from.
    introspection: isLoopback(config.gmail.smtp) ? 'everybody' : 'signed in',
    ...told,
    routes: async (app, whoIs) => {
      await serveExplorer(app, { assets: join(root, 'dist', 'explorer'), examples });
      await serveDashboard(app, { assets: join(root, 'dist', 'dashboard') });
      await serveProspectFiles(app, {
        room: rooms.prospects,
        whoIs,
        publicUrl: () => rooms.identity.publicUrl(),
      });
      await serveUnsubscribe(app, rooms.prospects);
      await serveAttachments(app, { room: rooms.replies, readers, whoIs });
    },
  });
  stops.push(() => server.close());
  const listening = urlOf(config.host, server.port);
  const publicUrl = config.publicUrl ?? listening;
  rooms.identity.publicUrl = () => publicUrl;
  log.info({ graphql: `${publicUrl}/graphql` }, `Ready at ${publicUrl}/graphql`);
  return listening;
}

async function embed(config: Config, log: Log, stops: (() => Promise<void>)[]): Promise<string> {
  const postgres = await startEmbeddedPostgres(config.dataDir, log.child({ room: 'database' }));
  stops.push(() => postgres.stop());
  return postgres.url;
}

/** Where package.json lies: above dist/src when built, above src in tests. */
async function findPackageRoot(from: string): Promise<string> {
  const there = await access(join(from, 'package.json')).then(
    () => true,
    () => false,
  );
  return there ? from : findPackageRoot(dirname(from));
}

/** All of them at once; rejects with the first failure, after the last has ended. */
async function settleAll(ends: readonly (() => Promise<void>)[]): Promise<void> {
  const settled = await Promise.allSettled(ends.map((end) => end()));
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
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
  const config = readConfig();
  const log = createLog(config.logLevel);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (err: unknown) => {
      log.fatal({ err }, 'A bug ended the process');
      process.exit(1);
    });
  }
  const ending = new AbortController();
  const starting = start(config, log, ending.signal);
  const end = endOf(starting, ending, log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  const app = await starting.catch((error: unknown) => {
    if (!ending.signal.aborted) throw error; // else it ended because it was told to
  });
  void app?.tooOld.then(async (error) => {
    log.fatal(error.message);
    await app.stop();
    process.exit(1);
  });
}

/**
 * The first signal ends everything in order. A second one within a second is the same again, since Ctrl-C reaches
 * npm and node alike and npm passes its own on; a later one means that somebody will not wait.
 */
function endOf(starting: Promise<App>, ending: AbortController, log: Log): (signal: NodeJS.Signals) => void {
  let since: number | undefined;
  return (signal) => {
    if (since !== undefined) {
      if (Date.now() - since > 1_000) process.exit(1);
      return;
    }
    since = Date.now();
    log.info({ signal }, 'Stopping');
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    ending.abort();
    starting
      .then((app) => app.stop())
      .catch(() => undefined) // told while it started: start() has ended what had begun
      .finally(() => process.exit(0));
  };
}

/** What a person has to change before the next start; a stack would hide the words. */
function isToldInWords(error: unknown): error is Error {
  return [ConfigError, NoSession, ReleaseTooOld].some((kind) => error instanceof kind);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    if (isToldInWords(error)) process.stderr.write(`${error.message}\n`);
    else createLog('fatal').fatal({ err: error }, 'Could not start');
    process.exit(1);
  });
}
