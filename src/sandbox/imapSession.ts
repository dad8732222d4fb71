import type { Socket } from 'node:net';
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib';
import type { Account, Session } from './accounts';
import { clientIpOf, formatGimapId, hangUp } from './connection';
import type { EventLog } from './events';
import { View } from './imapView';
import type { Folder } from './mailStore';
import { type ImapRefusalName, type ImapStage, imapRefusals, type Orders } from './refusals';
import { takeOrder } from './takeOrder';

/** What the IMAP server needs from the sandbox. */
export interface ImapHost {
  orders: Orders;
  events: EventLog;
  /** Capabilities that this server pretends not to know. */
  without: ReadonlySet<string>;
  findAccount(address: string): Account | undefined;
}

const MAX_LINE = 65_536; // RFC 7162 4 asks for 8192 at least
const MAX_LITERAL = 35_651_584; // Gmail's APPENDLIMIT
const MAX_LITERAL_MINUS = 4096; // RFC 7888: the most that a non-synchronising literal may hold with LITERAL-
const MAX_STRANGER_LITERAL = 4096; // before a login nobody needs more

/** One IMAP connection: its bytes, its answers, and what it has selected. Commands are run by `run`. */
export class ImapSession implements Session {
  readonly protocol = 'imap';
  readonly id = formatGimapId();
  readonly enabled = new Set<string>();
  account: Account | undefined;
  /** Takes the next line instead of the parser: a SASL answer, or DONE. */
  nextLine: ((line: string) => void) | undefined;
  private selected: View | undefined;
  private idling = false;
  private frozen = false;
  private running = false;
  private chunks: Buffer[] = [];
  private received = 0;
  /** Bytes that must be there before it is worth looking again. */
  private needed = 1;
  /** Where the current line of the command begins: past its literals. */
  private lineStart = 0;
  /** The end of the literal that was last asked for: each is asked for once. */
  private askedUpTo = 0;
  private deflate: DeflateRaw | undefined;
  private inflate: InflateRaw | undefined;
  private announcement: NodeJS.Timeout | undefined;
  private readonly hear = () => this.tellWhileIdling();
  private readonly hearReset = (folder: Folder) => {
    if (folder === this.selected?.folder) this.end('* BYE Session expired, please login again.');
  };

  constructor(
    private readonly socket: Socket,
    readonly host: ImapHost,
    private readonly run: (session: ImapSession, command: Buffer) => void,
  ) {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.leave());
    socket.on('data', (bytes: Buffer) => (this.inflate ? this.inflate.write(bytes) : this.receive(bytes)));
    if (!this.isRefused('imapGreeting')) {
      this.write(`* OK Gimap ready for requests from ${this.clientIp} ${this.id}\r\n`);
    }
  }

  get view(): View | undefined {
    return this.selected;
  }

  get clientIp(): string {
    return clientIpOf(this.socket);
  }

  /** Whether the server offers a capability. */
  offers(capability: string): boolean {
    return !this.host.without.has(capability);
  }

  end(...lines: string[]): void {
    const lastWords = lines.map((line) => `${line}\r\n`).join('');
    if (this.deflate && lastWords !== '') {
      this.write(lastWords);
      this.deflate.flush(() => hangUp(this.socket, ''));
    } else hangUp(this.socket, lastWords);
    this.frozen = true;
  }

  freeze(): void {
    this.frozen = true;
  }

  /** Binds the session to an account whose password was right. */
  logIn(account: Account): void {
    this.account = account;
    account.imapLogins += 1;
    account.sessions.add(this);
    account.store.on('change', this.hear);
    account.store.on('reset', this.hearReset);
  }

  /** Selects a folder, or none. */
  select(folder: Folder | undefined, readOnly = false): View | undefined {
    this.selected = folder && new View(folder, readOnly);
    return this.selected;
  }

  write(...pieces: (string | Buffer)[]): void {
    if (this.frozen || this.socket.destroyed) return;
    const target = this.deflate ?? this.socket;
    for (const piece of pieces) if (piece.length > 0) target.write(piece);
    this.deflate?.flush(constants.Z_SYNC_FLUSH);
  }

  untagged(...lines: string[]): void {
    this.write(lines.map((line) => `* ${line}\r\n`).join(''));
  }

  ok(tag: string, text = 'Success'): void {
    this.write(`${tag} OK ${text}${this.account?.throttled && text === 'Success' ? ' [THROTTLED]' : ''}\r\n`);
  }

  no(tag: string, text: string): void {
    this.write(`${tag} NO ${text} (Failure)\r\n`);
  }

  bad(tag: string, text: string): void {
    this.write(`${tag} BAD ${text} ${this.id}\r\n`);
  }

  /** Tells what has changed in the selected folder. Commands that use sequence numbers must not EXPUNGE. */
  tellChanges(mayExpunge: boolean): void {
    const lines = this.selected?.catchUp(Date.now(), mayExpunge, this.enabled.has('CONDSTORE')) ?? [];
    if (lines.length > 0) this.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  /** Begins to idle: from now on changes are told when they happen, and only then (RFC 2177). */
  startIdling(): void {
    this.idling = true;
    this.tellWhileIdling();
  }

  stopIdling(): void {
    this.idling = false;
    clearTimeout(this.announcement);
  }

  /** Compresses both ways from here on (RFC 4978). */
  startCompression(): void {
    this.deflate = createDeflateRaw();
    this.deflate.on('data', (bytes: Buffer) => this.socket.write(bytes));
    this.inflate = createInflateRaw();
    this.inflate.on('data', (bytes: Buffer) => this.receive(bytes));
    this.inflate.on('error', () => this.socket.destroy());
  }

  /** Carries out what is ordered for a stage, by the account or by the whole server; false when nothing is. */
  isRefused(stage: ImapStage, tag = '*', account = this.account): boolean {
    const order = takeOrder(this.host, stage, account);
    if (order === undefined) return false;
    if (order === 'silence') this.freeze();
    else if (order === 'close') this.end();
    else this.refuse(order, tag);
    return true;
  }

  /** Answers with one of Gmail's refusals. */
  refuse(which: ImapRefusalName, tag: string): void {
    const refusal = imapRefusals[which];
    const lines = refusal.lines.map((line) => line.replace('{tag}', tag));
    if ('closes' in refusal) this.end(...lines);
    else this.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  private tellWhileIdling(): void {
    if (!this.idling || this.frozen) return;
    this.tellChanges(true);
    clearTimeout(this.announcement);
    const next = this.selected?.nextAnnouncement();
    if (next === undefined) return;
    // 1 ms past it, since a timer may fire a fraction early
    this.announcement = setTimeout(this.hear, Math.max(next - Date.now(), 0) + 1);
  }

  private leave(): void {
    const account = this.account;
    this.frozen = true;
    this.stopIdling();
    this.deflate?.close();
    this.inflate?.close();
    this.account = undefined;
    if (!account) return;
    account.store.off('change', this.hear);
    account.store.off('reset', this.hearReset);
    account.sessions.delete(this);
    this.host.events.emit('closed', { address: account.address, protocol: 'imap' });
  }

  private receive(bytes: Buffer): void {
    if (this.frozen) return;
    this.chunks.push(bytes);
    this.received += bytes.length;
    if (this.running || this.received < this.needed) return;
    this.running = true;
    this.socket.cork(); // an answer leaves as one, as a real server's does
    for (let command = this.takeCommand(); command && !this.frozen; command = this.takeCommand()) {
      const { nextLine } = this;
      this.nextLine = undefined;
      if (nextLine) nextLine(command.toString('latin1').replace(/\r?\n$/, ''));
      else this.run(this, command);
    }
    this.running = false;
    this.socket.uncork();
  }

  /** The next whole command with its literals, or undefined while it is not all there. */
  private takeCommand(): Buffer | undefined {
    const input = this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks);
    this.chunks = [input];
    for (;;) {
      const newline = input.indexOf(10, this.lineStart);
      if ((newline < 0 ? input.length : newline) - this.lineStart > MAX_LINE) {
        this.end('* BAD Command line too long');
        return undefined;
      }
      if (newline < 0) {
        this.needed = input.length + 1;
        return undefined;
      }
      const tail = input.toString('latin1', Math.max(this.lineStart, newline - 20), newline);
      const literal = this.nextLine ? null : /\{(\d{1,15})(\+?)\}\r?$/.exec(tail);
      if (!literal) return this.cut(input, newline + 1);
      const size = Number(literal[1]);
      const waits = literal[2] === '';
      if (size > this.largestLiteral(waits)) return this.rejectLiteral(input, newline, waits);
      const end = newline + 1 + size;
      if (waits && this.askedUpTo !== end) this.write('+ go ahead\r\n');
      this.askedUpTo = end;
      if (input.length < end) {
        this.needed = end;
        return undefined;
      }
      this.lineStart = end;
    }
  }

  private cut(input: Buffer, end: number): Buffer {
    const rest = input.subarray(end);
    this.chunks = [rest];
    this.received = rest.length;
    this.needed = 1;
    this.lineStart = 0;
    this.askedUpTo = 0;
    return input.subarray(0, end);
  }

  private largestLiteral(waits: boolean): number {
    if (!this.account) return MAX_STRANGER_LITERAL;
    return waits ? MAX_LITERAL : MAX_LITERAL_MINUS;
  }

  /** A client that waits is told NO; one that does not is cut off, since its bytes cannot be told from commands. */
  private rejectLiteral(input: Buffer, newline: number, waits: boolean): Buffer | undefined {
    if (!waits) {
      this.end('* BYE [TOOBIG] Literal too large');
      return undefined;
    }
    const [tag = '*'] = input.toString('latin1', 0, Math.min(newline, 100)).split(' ', 1);
    this.no(tag, '[TOOBIG] Literal too large');
    this.cut(input, newline + 1);
    return this.takeCommand();
  }
}
