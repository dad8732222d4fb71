import { setTimeout as pauseFor } from 'node:timers/promises';
import { Pool } from 'pg';
import type { Account } from '../../src/sandbox/accounts';
import { ImapSession } from '../../src/sandbox/imapSession';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { openSocket } from './client';
import { signUp, type TestPerson } from './people';
import { type ProductProcess, startProduct } from './productProcess';
import { openSandbox } from './sandbox';
import { APP_PASSWORD, connectSlot, readFreeSlots } from './sending';
import { untilDespiteOutages } from './until';

/** What a fleet is told: where its PostgreSQL is, and how its first process reaches it if not directly. */
export interface FleetOptions {
  databaseUrl: string;
  slots: number;
  environment?: Readonly<Record<string, string>>;
}

/** Starts its first process, and connects so many accounts of a sandbox of its own. */
export async function openFleet({ databaseUrl, slots, environment = {} }: FleetOptions): Promise<Fleet> {
  const sandbox = await openSandbox();
  const settings = {
    DATABASE_URL: databaseUrl,
    GMAIL_SMTP_URL: sandbox.smtpUrl,
    GMAIL_IMAP_URL: sandbox.imapUrl,
    DEFAULT_SELF_SLOTS: String(slots),
    LOG_LEVEL: 'info',
  };
  const keeper = await startProduct({ ...settings, ...environment });
  const person = await signUp(keeper.url);
  const free = await readFreeSlots(person);
  for (const [n, slotId] of free.entries()) {
    const { address } = sandbox.addAccount({ address: `slot${n}@gmail.com`, appPassword: APP_PASSWORD });
    await connectSlot(person, slotId, address);
  }
  return new Fleet(settings, sandbox, keeper, person, free);
}

/**
 * Several processes of the product over one PostgreSQL, under load all the while, seen from outside: from the database, from
 * Gmail, and as a subscriber.
 */
export class Fleet {
  private readonly pool: Pool;
  private readonly frozen = new Set<string>();

  constructor(
    private readonly settings: Readonly<Record<string, string>> & { DATABASE_URL: string },
    readonly sandbox: Sandbox,
    readonly keeper: ProductProcess,
    readonly person: TestPerson,
    readonly slots: readonly string[],
  ) {
    this.pool = new Pool({ connectionString: settings.DATABASE_URL, max: 2 });
    this.pool.on('error', () => undefined); // a test may start PostgreSQL anew
  }

  /** One process more; its environment may say how it reaches the database. */
  start(environment: Readonly<Record<string, string>> = {}): Promise<ProductProcess> {
    return startProduct({ ...this.settings, ...environment });
  }

  async rows<Row>(text: string): Promise<Row[]> {
    return (await this.pool.query(text)).rows as Row[];
  }

  /** How many connections each process that is alive watches, the fewest first. */
  async shares(): Promise<number[]> {
    const counted = await this.rows<{ count: number }>(
      `SELECT count(c.id)::int AS count FROM watch_processes p LEFT JOIN connections c ON c.watched_by = p.id
        WHERE p.alive_until > now() GROUP BY p.id ORDER BY 1`,
    );
    return counted.map(({ count }) => count);
  }

  watchedBy(): Promise<{ email: string; process: string }[]> {
    return this.rows('SELECT email, watched_by AS process FROM connections');
  }

  /** Each process that is alive has so many, and each account somebody. */
  sharedOut(...wanted: number[]): Promise<void> {
    return untilDespiteOutages(async () => {
      const found = await this.shares();
      return found.join() === wanted.join() && this.everyAccount((watchers) => watchers > 0);
    });
  }

  /** Whether the number of sessions that watch it is as it should be for every account. */
  everyAccount(isRight: (watchers: number) => boolean): boolean {
    return this.sandbox.accounts.every((account) => isRight(watchersOf(account)));
  }

  /** These are watched by a process that is frozen: it can close nothing, so a second session is let pass. */
  forgive(addresses: readonly string[]): void {
    this.frozen.clear();
    for (const address of addresses) this.frozen.add(address);
  }

  /** Looks all the time for accounts that two watch. */
  countWatchers(): { violations: string[]; stop(): void } {
    const violations: string[] = [];
    const timer = setInterval(() => {
      for (const account of this.sandbox.accounts) {
        const count = watchersOf(account);
        const most = this.frozen.has(account.address) ? 2 : 1;
        if (count > most) violations.push(`${account.address} has ${count}`);
      }
    }, 20);
    return { violations, stop: () => clearInterval(timer) };
  }

  /**
   * Queues emails, half of them answered, one after the other, and each until it is certain that it was queued.
   * `stop` says how many there are.
   */
  keepQueueing(): { stop(): Promise<number> } {
    let queued = 0;
    let isOver = false;
    const running = (async () => {
      while (!isOver) {
        if (await this.queue(queued)) queued += 1;
        await pauseFor(20);
      }
    })();
    return {
      stop: async () => {
        isOver = true;
        await running;
        return queued;
      },
    };
  }

  /** Everything that a subscriber of a process is told, by its place in the feed, and in the order in which it came. */
  async subscribe({ url }: ProductProcess): Promise<{ cursors: string[]; close(): Promise<void> }> {
    const socket = await openSocket(url, { payload: { authorization: `Bearer ${this.person.token}` } });
    const replies = socket.subscribe<{ replyReceived: { cursor: string } }>(
      'subscription { replyReceived(after: "WyIwIl0") { cursor } }',
    );
    const cursors: string[] = [];
    void (async () => {
      for (;;) cursors.push((await replies.next()).replyReceived.cursor);
    })().catch(() => undefined); // the socket was closed
    return { cursors, close: () => socket.close() };
  }

  /** Resolves once every email is settled, except `SENT` or, where this SQL is true, QUEUED. Lets what could only wait have waited. */
  async untilSettled(mayStayQueued = 'false'): Promise<void> {
    await untilDespiteOutages(async () => {
      await this.letTimePass();
      const unsettled = await this.rows(
        `SELECT 1 FROM outgoing_messages WHERE state <> 'SENT' AND NOT (state = 'QUEUED' AND (${mayStayQueued})) LIMIT 1`,
      );
      return unsettled.length === 0;
    });
  }

  /** Resolves once every answer at Gmail was taken in, and each of these subscribers was told of it. */
  async untilAnswered(subscribers: readonly { cursors: readonly string[] }[]): Promise<void> {
    const answers = this.sandbox.accounts.flatMap((account) => account.folder('\\Inbox').entries);
    await untilDespiteOutages(async () => {
      const received = await this.rows('SELECT 1 FROM received_messages');
      return (
        received.length === answers.length &&
        subscribers.every(({ cursors }) => cursors.length === answers.length)
      );
    });
  }

  /** Fails unless Gmail has what the ledger calls sent, each once, and each subscriber was told of every reply in its order. */
  async expectNothingLostOrDoubled(subscribers: readonly { cursors: readonly string[] }[]): Promise<void> {
    const sent = await this.rows<{ message_id: string }>(
      `SELECT message_id FROM outgoing_messages WHERE state = 'SENT'`,
    );
    const atGmail = this.sandbox.accounts.flatMap((account) =>
      account.sentMessages().map(({ messageId }) => messageId),
    );
    expect(atGmail.toSorted()).toEqual(sent.map(({ message_id }) => message_id).toSorted());
    const feed = await this.rows<{ position: string }>(
      'SELECT position FROM received_messages ORDER BY position',
    );
    const cursors = feed.map(({ position }) => Buffer.from(JSON.stringify([position])).toString('base64url'));
    for (const subscriber of subscribers) expect(subscriber.cursors).toEqual(cursors);
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async queue(n: number): Promise<boolean> {
    const to = `${n % 2 ? 'silent' : 'talker'}${n}@example.com`;
    const slotId = this.slots[n % this.slots.length];
    const input = { slotId, to, subject: `Mail ${n}`, text: 'Hi', idempotencyKey: `key ${n}` };
    const { data } = await this.person
      .send<{ sendEmail: { email?: object } }>(SEND_EMAIL, { input })
      .catch(() => ({ data: null }));
    return data?.sendEmail.email !== undefined;
  }

  /** Lets what could only wait for two minutes to pass have waited, and refusals of a slot be forgotten. */
  private async letTimePass(): Promise<void> {
    await this.rows(
      `UPDATE outgoing_messages SET unknown_since = unknown_since - interval '120 seconds', due_at = now()
        WHERE state = 'UNKNOWN' AND unknown_since < now() - interval '2 seconds'`,
    );
    await this.rows('UPDATE gmail_accounts SET parked_until = now() WHERE parked_until > now()');
  }
}

/** Sessions in the inbox: a watcher's. Looking up a lost answer, which may go on beside it, is done in Sent. */
function watchersOf(account: Account): number {
  const sessions = [...account.sessions].filter((session) => session instanceof ImapSession);
  return sessions.filter(({ view }) => view?.folder.label === '\\Inbox').length;
}

const SEND_EMAIL = `mutation ($input: SendEmailInput!) { sendEmail(input: $input) {
  ... on EmailQueued { email { id } } ... on Failure { code } } }`;
