import { ImapFailure, type ImapSession, openImapSession } from '../../gmail/imapSession';
import type { Problem } from '../../gmail/problem';
import type { ConnectionState } from '../../slots/connectionState';
import { openCredentials } from '../../slots/credentials';
import type { RepliesRoom } from '../repliesRoom';

/** Why something cannot be read from Gmail now. */
export type Unreadable =
  /** The slot is disconnected, or Gmail refuses it until a person acts. */
  | 'DISCONNECTED'
  /** Gmail cannot be reached, or asks to be left alone: later it may be read. */
  | 'UNAVAILABLE'
  /** The mail is no longer there. */
  | 'DELETED';

export class CannotRead extends Error {
  override readonly name = 'CannotRead';
  constructor(
    readonly why: Unreadable,
    readonly problem: Problem | null = null,
  ) {
    super(problem?.message ?? why);
  }
}

/** A mailbox while it is one's turn. */
export interface OpenMailbox {
  session: ImapSession;
  /** EXAMINEs the folder unless it is open already; `anew` then too. @returns its UIDVALIDITY */
  open(path: string, options?: { anew: boolean }): Promise<string>;
}

/** A session that nobody needs any more; within it, the next attachment of a mail costs no login. */
const IDLE_MS = 10_000;
/** Gmail is not asked again at once: a person who clicks often must not draw a lock-out. */
const RETRY_MS = { least: 5_000, most: 60_000 };

/**
 * Reads from Gmail what somebody asks for, beside the watcher: one session a connection, whoever asks, so that a slot has two
 * in all. Each piece of work has the session for as long as it takes, so it must be short: between two chunks of a
 * download nothing is held, and a slow client, or one that has gone away, keeps nobody waiting.
 */
export class MailboxReaders {
  private readonly mailboxes = new Map<string, Mailbox>();

  constructor(private readonly room: RepliesRoom) {}

  /** @throws CannotRead */
  async read<T>(connectionId: string, work: (mailbox: OpenMailbox) => Promise<T>): Promise<T> {
    const mailbox = this.mailboxes.get(connectionId) ?? new Mailbox(this.room, connectionId);
    this.mailboxes.set(connectionId, mailbox);
    return mailbox.read(work);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.mailboxes.values()].map((mailbox) => mailbox.close()));
  }
}

/** One connection's session, and whose turn it is. */
class Mailbox {
  private turn: Promise<unknown> = Promise.resolve();
  private held: HeldMailbox | null = null;
  private idling: NodeJS.Timeout | undefined;
  private refusal: { generation: number; until: number; error: CannotRead } | null = null;

  constructor(
    private readonly room: RepliesRoom,
    private readonly connectionId: string,
  ) {}

  read<T>(work: (mailbox: OpenMailbox) => Promise<T>): Promise<T> {
    const reading = this.turn.then(() => this.readNow(work));
    this.turn = reading.catch(() => undefined);
    return reading;
  }

  async close(): Promise<void> {
    clearTimeout(this.idling);
    const { held } = this;
    this.held = null;
    await held?.session.close();
  }

  private async readNow<T>(work: (mailbox: OpenMailbox) => Promise<T>): Promise<T> {
    clearTimeout(this.idling);
    const kept = this.held;
    try {
      const mailbox = await this.take();
      return await work(mailbox).catch((error: unknown) => {
        // One that has lain idle may have died unheard: that says nothing about a new one.
        if (mailbox !== kept || kept.session.isOpen) throw error;
        return this.take().then(work);
      });
    } catch (error) {
      if (!(error instanceof ImapFailure)) throw error;
      await this.close();
      throw new CannotRead('UNAVAILABLE', error.refusal.problem);
    } finally {
      this.idling = setTimeout(() => this.close(), IDLE_MS).unref();
    }
  }

  private async take(): Promise<HeldMailbox> {
    const { room, connectionId } = this;
    const credentials = await openCredentials(room.slots, connectionId);
    if (credentials && credentials.generation === this.held?.generation && this.held.session.isOpen) {
      return this.held;
    }
    await this.close();
    if (!credentials) throw new CannotRead('DISCONNECTED');
    const { generation } = credentials;
    await this.requireWelcome(generation);
    const opening = await openImapSession(room.endpoints.imap, credentials.credentials, { log: room.log });
    if (opening.outcome === 'Opened') {
      this.held = new HeldMailbox(opening.session, generation);
      return this.held;
    }
    const { needsPerson, problem, retryAfterMs } = opening.refusal;
    const error = new CannotRead(needsPerson ? 'DISCONNECTED' : 'UNAVAILABLE', problem);
    const wait = Math.min(RETRY_MS.most, Math.max(RETRY_MS.least, retryAfterMs ?? RETRY_MS.most));
    this.refusal = { generation, until: performance.now() + wait, error };
    throw error;
  }

  /** What the watcher knows of Gmail's refusals need not be tried out once more. */
  private async requireWelcome(generation: number): Promise<void> {
    const { refusal } = this;
    if (refusal?.generation === generation && refusal.until > performance.now()) throw refusal.error;
    const [row] = await this.room.db.query<{ state: ConnectionState; problem: Problem | null }>(
      'SELECT state, problem FROM connections WHERE id = $1',
      [this.connectionId],
    );
    if (row?.state === 'REJECTED') throw new CannotRead('DISCONNECTED', row.problem);
    if (row?.state === 'PAUSED') throw new CannotRead('UNAVAILABLE', row.problem);
  }
}

class HeldMailbox implements OpenMailbox {
  private folder: { path: string; uidValidity: string } | null = null;

  constructor(
    readonly session: ImapSession,
    /** What was begun under an older one is void: the slot was disconnected, or connected anew. */
    readonly generation: number,
  ) {}

  async open(path: string, { anew } = { anew: false }): Promise<string> {
    if (anew || this.folder?.path !== path) {
      this.folder = null;
      const { uidValidity } = await this.session.openFolder(path);
      this.folder = { path, uidValidity };
    }
    return this.folder.uidValidity;
  }
}
