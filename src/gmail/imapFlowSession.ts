import type { FetchMessageObject, FetchQueryObject, ImapFlow, ImapFlowError, SearchObject } from 'imapflow';
import type { Credentials, Endpoint } from './endpoints';
import { askStanding, canListStandings, listStandings } from './folderStandings';
import { chooseFolders, forgetListed } from './folders';
import type { ImapLine } from './imapLine';
import { explainImapRefusal } from './imapRefusals';
import type {
  FolderStanding,
  Folders,
  ImapFeatures,
  ImapSession,
  ImapSessionOptions,
  Message,
  MessageHead,
  PartRange,
} from './imapSession';
import type { Allowance } from './imapTransport';
import { leavesOf, type MailPart } from './mailParts';
import { ProblemCode } from './problem';
import { type Refusal, refuse } from './refusals';
import { quoteServer } from './serverReply';
import type { Timeouts } from './timeouts';
import { explainSilence } from './unreachable';

/** A command that got no good answer. The session may be lost with it: ask `isOpen`. */
export class ImapFailure extends Error {
  override readonly name = 'ImapFailure';

  constructor(
    readonly refusal: Refusal,
    options?: ErrorOptions,
  ) {
    super(refusal.problem.serverReply ?? refusal.problem.message, options);
  }
}

/** The session over one ImapFlow. Made before the connection, so that no event of it goes unheard. */
export class ImapFlowSession implements ImapSession {
  readonly closed: Promise<Refusal | null>;
  /** Paths of folders that have changed since they were last searched. */
  private readonly changed = new Set<string>();
  private readonly wakeUps = new Set<() => void>();
  private loss: string | undefined;
  private isLeaving = false;

  constructor(
    private readonly client: ImapFlow,
    private readonly line: ImapLine,
    private readonly endpoint: Endpoint,
    private readonly credentials: Credentials,
    private readonly limits: Timeouts,
    private readonly allowance: Allowance,
    { log, signal }: ImapSessionOptions,
  ) {
    // An 'error' nobody hears ends the process, and one may come at any time.
    client.on('error', (error: Partial<ImapFlowError>) => {
      this.loss ??= error.code ?? 'ECONNECTION';
      log.debug({ code: error.code }, 'imap session lost');
    });
    client.on('exists', ({ path }) => {
      this.changed.add(path);
      this.wake();
    });
    line.onEnd = () => this.wake();
    const stop = () => client.close();
    signal?.addEventListener('abort', stop, { once: true });
    this.closed = new Promise((resolve) => {
      // A BYE while idling brings nothing but 'close'.
      client.once('close', () => {
        signal?.removeEventListener('abort', stop);
        this.wake();
        resolve(this.explainClose());
      });
    });
  }

  get isOpen(): boolean {
    return this.client.usable;
  }

  get pipelines(): boolean {
    return this.line.pipelines;
  }

  get features(): ImapFeatures {
    const has = (capability: string) => this.client.capabilities.has(capability);
    return {
      idle: has('IDLE'),
      gmail: has('X-GM-EXT-1'),
      condstore: has('CONDSTORE'),
      specialUse: has('SPECIAL-USE') || has('XLIST'),
    };
  }

  async findFolders(): Promise<Folders> {
    // Not `listOnly`: imapflow tells which folder is which only after it has asked for subscriptions too.
    const listed = await this.command(() => this.client.list());
    const folders = chooseFolders(listed, this.features.specialUse);
    forgetListed(this.client, folders.inbox);
    return folders;
  }

  async openFolder(path: string): Promise<FolderStanding> {
    const { uidValidity, uidNext, exists } = await this.command(() =>
      this.client.mailboxOpen(path, { readOnly: true }),
    );
    // Without it no UID means anything (RFC 9051 §2.3.1.1).
    if (!uidValidity) throw this.failure(`${path} has no UIDVALIDITY`);
    return { uidValidity: String(uidValidity), uidNext: uidNext || null, exists: exists || 0 };
  }

  async lookAt(paths: readonly string[]): Promise<ReadonlyMap<string, FolderStanding>> {
    const { client } = this;
    const standings = canListStandings(client)
      ? await this.command(() => listStandings(this.line, client, paths))
      : new Map<string, FolderStanding>();
    for (const path of paths) {
      if (standings.has(path) || (client.mailbox && client.mailbox.path === path)) continue;
      const standing = await this.command(() => askStanding(client, path)).catch((error: ImapFailure) => {
        if (!this.isOpen) throw error;
        return null;
      });
      if (standing) standings.set(path, standing);
    }
    return standings;
  }

  async uidsSince(firstUid: number): Promise<number[]> {
    // Whatever comes from here on may be missing from the answer, and is news.
    if (this.client.mailbox) this.changed.delete(this.client.mailbox.path);
    const uids = await this.search({ uid: `${firstUid}:*` });
    // `n:*` is never empty: it stands for the last message where all are below n (RFC 9051 §9).
    return uids.filter((uid) => uid >= firstUid);
  }

  async uidsReceivedSince(date: Date): Promise<number[]> {
    return this.search({ since: new Date(date.getTime() - ONE_DAY) });
  }

  async fetchHeads(uids: readonly number[]): Promise<MessageHead[]> {
    const heads: MessageHead[] = [];
    for (let start = 0; start < uids.length; start += HEADS_AT_ONCE) {
      const rows = await this.fetchRows(uids.slice(start, start + HEADS_AT_ONCE), HEADER_ONLY);
      heads.push(...rows.map((row) => this.readHead(row)));
    }
    return heads;
  }

  async fetchMessages(uids: readonly number[], maxBytes: number): Promise<Message[]> {
    const rows = await this.fetchRows(uids, { source: { start: 0, maxLength: maxBytes } });
    return rows.flatMap((row) =>
      row.source ? [{ ...this.readHead(row), source: row.source.subarray(0, maxBytes) }] : [],
    );
  }

  async fetchSource(uid: number, maxBytes: number): Promise<Buffer | null> {
    const row = await this.fetchOne(uid, { source: { start: 0, maxLength: maxBytes } });
    return row?.source?.subarray(0, maxBytes) ?? null;
  }

  async fetchParts(uid: number): Promise<MailPart[] | null> {
    const row = await this.fetchOne(uid, { bodyStructure: true });
    return row?.bodyStructure ? leavesOf(row.bodyStructure) : null;
  }

  async fetchRanges(uid: number, ranges: readonly PartRange[]): Promise<ReadonlyMap<string, Buffer> | null> {
    const bodyParts = ranges.map(({ partId, start, maxBytes }) => ({
      key: partId,
      start,
      maxLength: maxBytes,
    }));
    const row = await this.fetchOne(uid, { bodyParts });
    return row && (row.bodyParts ?? new Map());
  }

  async findByGmailId(gmailMessageId: string): Promise<number[]> {
    return this.search({ emailId: gmailMessageId });
  }

  async findByMessageId(messageId: string): Promise<number[]> {
    const found = await this.search({ header: { 'Message-ID': messageId } });
    if (found.length > 0 || !this.features.gmail) return found;
    // Gmail's index of header fields can lag behind this one.
    return this.search({ gmailraw: `rfc822msgid:${messageId.replace(/^<|>$/g, '')}` });
  }

  async waitForNews(milliseconds: number): Promise<'NEWS' | 'TIMEOUT' | 'CLOSED'> {
    const until = performance.now() + milliseconds;
    while (this.isOpen) {
      if (this.takeNews()) return 'NEWS';
      const left = until - performance.now();
      if (left <= 0) return 'TIMEOUT';
      await this.rest(left);
    }
    return 'CLOSED';
  }

  async close(): Promise<void> {
    this.isLeaving = true;
    if (this.isOpen) {
      await this.command(() => this.client.logout(), this.limits.farewell).catch(() => undefined);
    }
    this.client.close();
  }

  /** Rests until there may be news: in IDLE, or where there is none, until the next look is due. */
  private async rest(milliseconds: number): Promise<void> {
    const { line } = this;
    if (this.features.idle && !line.refusesIdle) {
      this.allowance.renew();
      line.rest();
      await this.sleep(milliseconds);
      if (line.isResting || this.hasNews) return;
    }
    // No IDLE, or the server has ended it: looking again at once would never end with one that always does.
    const reason = await this.sleep(Math.min(milliseconds, this.limits.poll));
    if (reason === 'TIME') await this.command(() => this.client.noop()).catch(() => undefined);
  }

  private sleep(milliseconds: number): Promise<'TIME' | 'WOKEN'> {
    return new Promise((resolve) => {
      const end = (reason: 'TIME' | 'WOKEN') => {
        clearTimeout(timer);
        this.wakeUps.delete(wake);
        resolve(reason);
      };
      const wake = () => end('WOKEN');
      const timer = setTimeout(end, milliseconds + 1, 'TIME'); // it may end a fraction early
      this.wakeUps.add(wake);
      if (!this.isOpen) wake();
    });
  }

  private wake(): void {
    for (const wakeUp of this.wakeUps) wakeUp();
  }

  private get hasNews(): boolean {
    return this.client.mailbox !== false && this.changed.has(this.client.mailbox.path);
  }

  private takeNews(): boolean {
    return this.client.mailbox !== false && this.changed.delete(this.client.mailbox.path);
  }

  /** @throws ImapFailure also where the server says NO, which imapflow turns into `false` */
  private async search(query: SearchObject): Promise<number[]> {
    const found = await this.command(() => this.client.search(query, { uid: true }));
    if (!Array.isArray(found)) throw this.failure('The search was refused');
    return found;
  }

  private async fetchOne(uid: number, query: FetchQueryObject): Promise<FetchMessageObject | null> {
    const row = await this.command(
      () => this.client.fetchOne(String(uid), { uid: true, ...query }, { uid: true }),
      this.limits.message,
    );
    return row && row.uid === uid ? row : null;
  }

  /** Of each message what a head needs, and the bytes asked for; by ascending UID. */
  private async fetchRows(
    uids: readonly number[],
    bytes: Pick<FetchQueryObject, 'bodyParts' | 'source'>,
  ): Promise<FetchMessageObject[]> {
    const query = {
      uid: true,
      size: true,
      internalDate: true,
      flags: true,
      labels: true,
      threadId: true,
      ...bytes,
    };
    const rows = await this.command(
      () => this.client.fetchAll(uids.join(','), query, { uid: true }),
      this.limits.message,
    );
    // A server may tell of one message in several rows, and of a flag that changes meanwhile in one more (RFC 9051 §7.5.2).
    const told = new Map<number, FetchMessageObject>();
    for (const row of rows) told.set(row.uid, { ...row, ...told.get(row.uid) });
    const wanted = new Set(uids);
    return [...told.values()]
      .filter((row) => wanted.has(row.uid) && row.size !== undefined && headersOf(row) !== undefined)
      .sort((a, b) => a.uid - b.uid);
  }

  private readHead(row: FetchMessageObject): MessageHead {
    const { gmail } = this.features;
    const headers = headersOf(row) ?? Buffer.alloc(0);
    return {
      uid: row.uid,
      size: row.size ?? 0,
      internalDate: row.internalDate instanceof Date ? row.internalDate : new Date(),
      headers: headers.subarray(0, MAX_HEADER_BYTES),
      gmailMessageId: (gmail && row.emailId) || null,
      gmailThreadId: (gmail && row.threadId) || null,
      labels: [...(row.labels ?? [])],
      flags: [...(row.flags ?? [])],
    };
  }

  /** Runs one command, ended by its answer, the end of the session, or its time, which ends the session. */
  private command<T>(work: () => Promise<T>, milliseconds = this.limits.command): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (conclude: () => void) => {
        clearTimeout(timer);
        this.wakeUps.delete(onWake);
        conclude();
      };
      const fail = (error: unknown) => settle(() => reject(this.explain(error)));
      const onWake = () => {
        if (!this.isOpen) fail(undefined);
      };
      const timer = setTimeout(() => {
        this.loss ??= 'ETIMEDOUT';
        if (this.line.isUnanswered) this.line.pipelines = false;
        this.client.close();
      }, milliseconds);
      this.wakeUps.add(onWake);
      this.allowance.renew();
      if (!this.isOpen) fail(undefined);
      else work().then((value) => settle(() => resolve(value)), fail);
    });
  }

  private explain(error: unknown): ImapFailure {
    const { responseStatus, responseText, serverResponseCode } = (error ?? {}) as Partial<ImapFlowError>;
    if (responseStatus === 'BAD') this.line.pipelines = false; // which may be why
    if (this.isOpen && error instanceof Error && !responseStatus) return this.failure(error.message, error);
    if (responseStatus !== 'NO' && responseStatus !== 'BAD') {
      const refusal = this.explainClose() ?? explainSilence(this.endpoint, [], 'GREETING', new Date());
      return new ImapFailure(refusal, { cause: error });
    }
    const reply = {
      serverResponseCode: serverResponseCode || null,
      responseText: (responseText && quoteServer(responseText, this.credentials)) || null,
    };
    return new ImapFailure(explainImapRefusal(reply, new Date()), { cause: error });
  }

  /** What the library or we found wanting: these are no words of the server's. */
  private failure(message: string, cause?: Error): ImapFailure {
    return new ImapFailure(refuse(ProblemCode.TEMPORARY_FAILURE, new Date(), { message }), { cause });
  }

  private explainClose(): Refusal | null {
    const { byeReason, closedByClient } = this.client;
    if (this.isLeaving) return null; // an unanswered goodbye is nothing that the server has against us
    if (this.loss) return explainSilence(this.endpoint, [this.loss], 'GREETING', new Date());
    if (!byeReason || closedByClient) return null;
    return explainImapRefusal({ byeReason: quoteServer(byeReason, this.credentials) }, new Date());
  }
}

const ONE_DAY = 24 * 60 * 60 * 1_000;
/** A hostile message may have megabytes of header; what matching needs stands in the first lines. */
const MAX_HEADER_BYTES = 64 * 1024;
const HEADS_AT_ONCE = 100;
const HEADER_ONLY = { bodyParts: [{ key: 'HEADER', start: 0, maxLength: MAX_HEADER_BYTES }] };

/** Undefined where the server has told none, nor that it has none: such a message was not seen yet. */
function headersOf({ headers, bodyParts, source }: FetchMessageObject): Buffer | undefined {
  return headers ?? bodyParts?.get('header') ?? (source && headerSection(source));
}

/** Up to and including the empty line that ends it (RFC 5322 §2.1). */
function headerSection(source: Buffer): Buffer {
  const end = source.indexOf('\r\n\r\n');
  return end < 0 ? source : source.subarray(0, end + 4);
}
