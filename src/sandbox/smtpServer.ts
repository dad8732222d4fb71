import { createServer, type Server, type Socket } from 'node:net';
import type { Account, Session } from './accounts';
import { clientIpOf, formatConnectionId, hangUp } from './connection';
import { type Reply, SmtpConversation, type SmtpHost } from './smtpConversation';

/** A server that speaks as smtp.gmail.com does on port 465, without the TLS. */
export function createSmtpServer(host: SmtpHost): Server {
  return createServer((socket) => new SmtpSession(socket, host));
}

const MAX_LINE = 12_288; // an AUTH line may be long (RFC 4954 asks for 12288), no other one is

const DOT = 46;

/** One SMTP connection: its bytes, cut into lines and bodies. */
class SmtpSession implements Session {
  readonly protocol = 'smtp';
  readonly id = formatConnectionId();
  private readonly conversation: SmtpConversation;
  private input: Buffer = Buffer.alloc(0);
  private frozen = false;
  /** The line of a body that is coming in has begun before what `input` holds. */
  private insideLine = false;
  private account: Account | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly host: SmtpHost,
  ) {
    this.conversation = new SmtpConversation(host, this);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.leave());
    socket.on('data', (bytes: Buffer) => this.receive(bytes));
    this.say(this.conversation.greet());
  }

  get clientIp(): string {
    return clientIpOf(this.socket);
  }

  adopt(account: Account): void {
    this.account = account;
    account.smtpLogins += 1;
    account.sessions.add(this);
  }

  end(...lines: string[]): void {
    this.frozen = true;
    hangUp(this.socket, this.format(lines));
  }

  freeze(): void {
    this.frozen = true;
  }

  private leave(): void {
    this.frozen = true;
    if (!this.account?.sessions.delete(this)) return;
    this.host.events.emit('closed', { address: this.account.address, protocol: 'smtp' });
  }

  private receive(bytes: Buffer): void {
    if (this.frozen) return;
    this.input = this.input.length === 0 ? bytes : Buffer.concat([this.input, bytes]);
    while (!this.frozen && this.takeNext()) {
      // one line, one body or one chunk a turn: pipelined commands are answered in order (RFC 2920)
    }
  }

  /** Consumes what it can from the input; false when more bytes are needed. */
  private takeNext(): boolean {
    const { incoming } = this.conversation;
    if (incoming?.kind === 'data') return this.takeData();
    if (incoming?.kind === 'chunk') return this.takeChunk(incoming);
    const newline = this.input.indexOf(10);
    if ((newline < 0 ? this.input.length : newline) > MAX_LINE) {
      this.end('500 5.5.2 Line too long. {id}');
      return false;
    }
    if (newline < 0) return false;
    const line = this.input.toString('utf8', 0, newline).replace(/\r$/, '');
    this.input = this.input.subarray(newline + 1);
    this.say(this.conversation.answer(line));
    return true;
  }

  /** Reads up to the line with the single dot; one dot goes off every line that begins with one (RFC 5321 4.5.2). */
  private takeData(): boolean {
    for (let newline = this.input.indexOf('\r\n'); newline >= 0; newline = this.input.indexOf('\r\n')) {
      const line = this.input.subarray(0, newline + 2);
      this.input = this.input.subarray(newline + 2);
      const isStuffed = line[0] === DOT && !this.insideLine;
      this.insideLine = false;
      if (isStuffed && line.length === 3) {
        this.say(this.conversation.finish());
        return true;
      }
      this.conversation.keep(isStuffed ? line.subarray(1) : line);
    }
    if (this.input.length > MAX_LINE) this.keepUnfinishedLine();
    return false;
  }

  /** Takes a long line in as it comes, but for a last byte that may be half of its end: it must not be copied again and again. */
  private keepUnfinishedLine(): void {
    const isStuffed = this.input[0] === DOT && !this.insideLine;
    this.conversation.keep(this.input.subarray(isStuffed ? 1 : 0, -1));
    this.input = this.input.subarray(-1);
    this.insideLine = true;
  }

  private takeChunk(chunk: { left: number; last: boolean; refused: boolean }): boolean {
    const bytes = this.input.subarray(0, chunk.left);
    this.input = this.input.subarray(bytes.length);
    chunk.left -= bytes.length;
    if (!chunk.refused && bytes.length > 0) this.conversation.keep(bytes);
    if (chunk.left > 0) return false;
    this.say(this.conversation.finishChunk(chunk));
    return true;
  }

  private say(reply: Reply | undefined): void {
    if (reply === undefined || this.frozen) return;
    if (reply === 'silence') this.freeze();
    else if (reply === 'close') this.end();
    else if (reply.closes) this.end(...reply.lines);
    else this.socket.write(this.format(reply.lines));
  }

  private format(lines: readonly string[]): string {
    return lines.map((line) => `${line.replace('{id}', `${this.id} - gsmtp`)}\r\n`).join('');
  }
}
