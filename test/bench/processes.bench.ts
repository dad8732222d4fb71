import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../../src/database/database';
import { voidLeases } from '../../src/replies/watching/watchLeases';
import { Apart } from './apart';
import { bench, type Figure, type Ground, timed } from './bench';
import { composeReply } from './mailboxes';
import { queueEmails } from './populate';
import { ENCRYPTION_KEY, seedConnections, seedSent, seedWorkspace } from './seed';
import { startSmtpSink } from './smtpSink';
import { startGmail, untilWatching } from './watched';

const ACCOUNTS = 40;
const EMAILS_EACH = 20;
const REPLIES_EACH = 5;
const MOST = 3;

/**
 * The same work by one, two and three processes over one PostgreSQL: emails a second, replies a second from their
 * delivery until they are stored, and how long the connections of a killed process stay unwatched. On fewer cores than
 * processes, PostgreSQL, Gmail's double and the processes share them, and more processes cannot be faster.
 */
bench(async (ground) => {
  const sink = await startSmtpSink();
  const gmail = await startGmail(MOST * ACCOUNTS);
  const env = {
    ...gmail.trust,
    PORT: '0',
    ROLES: 'send,watch',
    DATABASE_URL: ground.url,
    ENCRYPTION_KEY: ENCRYPTION_KEY.toString('base64'),
    GMAIL_IMAP_URL: `imaps://127.0.0.1:${gmail.port}`,
    GMAIL_SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
  };
  console.log(`processes  on ${availableParallelism()} cores`);
  const figures: Figure[] = [];
  let alone: Rates | null = null;
  try {
    for (let count = 1; count <= MOST; count += 1) {
      const processes = Array.from({ length: count }, () => Apart.start('product', env));
      try {
        await Promise.all(processes.map((each) => each.ask('start')));
        const rates = await measure(ground, gmail.part, (count - 1) * ACCOUNTS);
        alone ??= rates;
        if (count > 1) figures.push(...compare(count, rates, alone));
        if (count === MOST) figures.push(await measureTakeover(ground.db, processes[0]));
      } finally {
        await Promise.all(processes.map((each) => each.end()));
        await retire(ground.db);
      }
    }
    return figures;
  } finally {
    await gmail.end();
    await sink.stop();
  }
});

/** A second. */
interface Rates {
  sends: number;
  pushes: number;
}

async function measure({ db }: Ground, gmail: Apart, first: number): Promise<Rates> {
  const workspace = await seedWorkspace(db);
  const connections = await seedConnections(db, workspace.id, ACCOUNTS, first);
  await untilWatching(db, ACCOUNTS);
  await seedSent(db, workspace.id, connections, REPLIES_EACH, first);
  await db.query(
    `INSERT INTO conversations (id, workspace_id, connection_id, subject)
       SELECT id, workspace_id, id, 'Hello' FROM connections WHERE workspace_id = $1`,
    [workspace.id],
  );
  await queueEmails(db, workspace.id, EMAILS_EACH, { text: 'Would you have ten minutes?', html: null });
  await untilCount(
    db,
    "FROM outgoing_messages WHERE workspace_id = $1 AND state <> 'SENT'",
    [workspace.id],
    0,
  );
  const [sent] = await db.query<{ rate: number }>(
    `SELECT count(*) / extract(epoch FROM max(sent_at) - min(sent_at))::float8 AS rate
       FROM outgoing_messages WHERE conversation_id = connection_id AND workspace_id = $1`,
    [workspace.id],
  );
  const replies = ACCOUNTS * REPLIES_EACH;
  const seconds = await timed(async () => {
    for (let n = 0; n < REPLIES_EACH; n += 1) {
      for (let account = first; account < first + ACCOUNTS; account += 1) {
        await gmail.ask('deliver', { account, mail: composeReply(account, n, `Re: Hello ${n}`) });
      }
    }
    await untilCount(db, 'FROM received_messages WHERE workspace_id = $1', [workspace.id], replies);
  });
  return { sends: sent?.rate ?? 0, pushes: replies / seconds };
}

/** Seconds from a kill until the last of its connections is proven again by another. */
async function measureTakeover(db: Sql, victim: Apart | undefined): Promise<Figure> {
  await db.query(
    'CREATE TABLE held AS SELECT id, watch_term, now() AS at FROM connections WHERE slot_id IS NOT NULL',
  );
  await victim?.end();
  const seconds = await timed(async () => {
    await untilCount(db, 'FROM watch_processes WHERE alive_until > now()', [], MOST - 1);
    await untilCount(
      db,
      `FROM connections c JOIN held h USING (id) LEFT JOIN watch_processes p ON p.id = c.watched_by AND p.alive_until > now()
        WHERE p.id IS NULL OR (c.watch_term > h.watch_term AND c.last_proof_at < h.at)`,
      [],
      0,
    );
  });
  return { what: `takeover, 1 of ${MOST} killed`, value: seconds, unit: 's', bound: { atMost: 15 } };
}

function compare(count: number, rates: Rates, alone: Rates): Figure[] {
  return (['sends', 'pushes'] as const).map((what) => ({
    what: `${what} a second, ${count} processes`,
    value: rates[what] / alone[what],
    unit: 'of one process',
    bound: { atLeast: 0.5 },
    ours: `${rates[what].toFixed(0)} /s`,
    peer: `${alone[what].toFixed(0)} /s`,
  }));
}

async function untilCount(db: Sql, from: string, values: unknown[], wanted: number): Promise<void> {
  for (;;) {
    const [row] = await db.query<{ n: number }>(`SELECT count(*)::int AS n ${from}`, values);
    if (row?.n === wanted) return;
    await sleep(50);
  }
}

/** Nobody watches these accounts again, and no dead process is waited for. */
async function retire(db: Ground['db']): Promise<void> {
  await db.query('UPDATE connections SET slot_id = NULL, sealed_password = NULL');
  await voidLeases(db);
}
