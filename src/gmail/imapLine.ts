import type { Duplex } from 'node:stream';
import { ImapLines } from './imapLines';

/** How a server answers a command (RFC 9051 §7.1). */
export type Answer = 'OK' | 'NO' | 'BAD';

/**
 * The line between imapflow and its server. imapflow sends one command at a time, and waits for each answer: a look at the
 * folders would be DONE, LIST and IDLE with an answer between them. Here they leave in one write, as RFC 9051 §5.5 allows,
 * and imapflow knows of none: between its commands the line rests in IDLE (RFC 2177), and whatever it writes takes the DONE
 * along that ends it.
 */
export class ImapLine {
  /** Told when the server has ended IDLE by itself. */
  onEnd: () => void = () => {};
  private state: State = 'QUIET';
  /** The server says NO to IDLE. */
  private isRefused = false;
  /** Our tags are numbers after an L, imapflow's are hexadecimal. */
  private lastTag = 0;
  /** The IDLE that was begun last, and the one whose DONE is to be answered yet. */
  private idleTag = 0;
  private endedTag = 0;
  private question: Question | null = null;
  /** What may not be sent before the server has said `+` to IDLE, or OK to DONE. */
  private held = '';
  /** Behind it IDLE is to go on. */
  private returns = false;
  /** Not all that was sent behind the last DONE has been answered. */
  private isBehindDone = false;
  private readonly lines = new ImapLines();
  private readonly take = (line: string) => this.hearLine(line);
  private write: (text: string) => unknown = () => {};

  /** @param pipelines false where commands have to wait until DONE is answered; made so by a server that drops or refuses them */
  constructor(public pipelines: boolean) {}

  /**
   * Takes over what imapflow is given to read and what it writes. The socket's own two methods are replaced: a stream around
   * it would cost each connection 3 KiB, and each answer one more way through a buffer.
   */
  join(socket: Duplex, overhear: (chunk: Buffer) => void): void {
    const push = socket.push.bind(socket);
    const write = socket.write.bind(socket);
    this.write = (text) => write(text, 'latin1');
    socket.push = (chunk: Buffer | null) => {
      if (chunk === null) return push(chunk);
      overhear(chunk);
      const left = this.hear(chunk);
      return left.length === 0 || push(left);
    };
    socket.write = (bytes: Buffer) => {
      if (this.state === 'QUIET' && this.held === '') return write(bytes);
      this.send(bytes.toString('latin1'));
      return true;
    };
  }

  get refusesIdle(): boolean {
    return this.isRefused;
  }

  get isResting(): boolean {
    return this.state === 'ENTERING' || this.state === 'RESTING';
  }

  /** Goes into IDLE, unless it is there already. */
  rest(): void {
    if (this.state !== 'QUIET' || this.held !== '') return;
    this.write(this.beginIdle());
  }

  /**
   * Sends a command of our own while imapflow has none, and goes back into IDLE where it was.
   *
   * @param command in latin1, without its tag
   * @param hear is shown every line that comes before the answer; true keeps it from imapflow
   * @returns never, if the session ends before
   */
  ask(command: string, hear: (line: string) => boolean): Promise<Answer> {
    return new Promise((resolve) => {
      const tag = this.nextTag();
      this.question = { tag, hear, resolve };
      this.returns = this.isResting;
      this.send(`L${tag} ${command}\r\n`);
    });
  }

  /** The server has answered DONE, and not all that was sent with it. */
  get isUnanswered(): boolean {
    return this.isBehindDone && this.endedTag === 0;
  }

  private send(text: string): void {
    this.held += text;
    this.flow();
  }

  /** Sends what was held, if the server is ready for it. */
  private flow(): void {
    if (this.held === '' || this.state === 'ENTERING' || this.state === 'LEAVING') return;
    let text = this.held;
    if (this.state === 'RESTING') {
      this.endedTag = this.idleTag;
      if (!this.pipelines) {
        this.state = 'LEAVING';
        this.write(DONE);
        return;
      }
      this.state = 'QUIET';
      this.isBehindDone = true;
      text = DONE + text;
      if (this.returns) text += this.beginIdle();
    }
    this.held = '';
    this.returns = false;
    this.write(text);
  }

  private beginIdle(): string {
    this.idleTag = this.nextTag();
    this.state = 'ENTERING';
    return `L${this.idleTag} IDLE\r\n`;
  }

  private nextTag(): number {
    this.lastTag += 1;
    return this.lastTag;
  }

  /** @returns what is for imapflow */
  private hear(chunk: Buffer): Buffer {
    if (!this.isListening) {
      this.isBehindDone = false;
      return chunk;
    }
    const left = this.lines.sift(chunk, this.take);
    if (this.isListening) return left;
    const rest = this.lines.release();
    return rest.length === 0 ? left : Buffer.concat([left, rest]);
  }

  /** An answer of ours is still to come. */
  private get isListening(): boolean {
    return this.state !== 'QUIET' || this.question !== null || this.endedTag !== 0;
  }

  /** @returns whether the line is ours */
  private hearLine(line: string): boolean {
    if (line.startsWith('+')) return this.enter();
    const ours = OURS.exec(line);
    if (!ours) return this.question?.hear(line) ?? false;
    this.hearAnswer(Number(ours[1]), ours[2]?.toUpperCase() as Answer);
    return true;
  }

  private enter(): boolean {
    if (this.state !== 'ENTERING') return false;
    this.state = 'RESTING';
    this.isBehindDone = false;
    this.flow();
    return true;
  }

  private hearAnswer(tag: number, answer: Answer): void {
    if (tag === this.question?.tag) {
      const { resolve } = this.question;
      this.question = null;
      if (answer === 'BAD' && this.isBehindDone) this.pipelines = false;
      resolve(answer);
    } else if (tag === this.endedTag) {
      this.endedTag = 0;
      if (this.state === 'LEAVING') this.becomeQuiet();
    } else if (tag === this.idleTag && this.isResting) {
      if (answer === 'BAD' && this.isBehindDone) this.pipelines = false;
      else if (answer !== 'OK') this.isRefused = true;
      this.isBehindDone = false;
      this.becomeQuiet();
      this.onEnd();
    }
  }

  private becomeQuiet(): void {
    this.state = 'QUIET';
    this.flow();
  }
}

/**
 * QUIET: imapflow may write. ENTERING: IDLE was sent, and DONE must not be before the server says `+`. RESTING: in IDLE.
 * LEAVING: DONE was sent, and its answer is waited for.
 */
type State = 'QUIET' | 'ENTERING' | 'RESTING' | 'LEAVING';

interface Question {
  tag: number;
  hear(line: string): boolean;
  resolve(answer: Answer): void;
}

const DONE = 'DONE\r\n';
const OURS = /^L(\d{1,15}) (OK|NO|BAD)\b/i;
