import type { Account } from './accounts';
import type { EventLog } from './events';
import { type Orders, type Refusal, type SmtpStage, smtpRefusals } from './refusals';
import { takeOrder } from './takeOrder';

/** What the SMTP server needs from the sandbox. */
export interface SmtpHost {
  orders: Orders;
  events: EventLog;
  findAccount(address: string): Account | undefined;
  /** Takes a mail over; when it returns the mail is stored. */
  submit(account: Account, mail: SubmittedMail): void;
}

/** A mail as a client handed it over. */
export interface SubmittedMail {
  raw: Buffer;
  recipients: readonly string[];
  queueId: string;
  client: { name: string; ip: string };
}

/** An answer: lines (`{id}` stands for the connection's signature), or a fault. */
export type Reply = Refusal | 'silence' | 'close';

/** What the conversation asks of its connection. */
export interface SmtpConnection {
  readonly id: string;
  readonly clientIp: string;
  /** The login was right: the connection is the account's from here on. */
  adopt(account: Account): void;
}

/** Gmail's SIZE, in bytes. */
const MAX_SIZE = 35_882_577;

const MAX_RECIPIENTS = 100; // per message over SMTP

/** What smtp.gmail.com answers, line by line. It knows nothing of sockets. */
export class SmtpConversation {
  /** Set while a body comes in: up to the final dot, or so many octets of a BDAT chunk (RFC 3030). */
  incoming: { kind: 'data' } | { kind: 'chunk'; left: number; last: boolean; refused: boolean } | undefined;
  private account: Account | undefined;
  private clientName = 'client';
  /** Takes the next line, in the middle of an AUTH. */
  private nextLine: ((line: string) => Reply) | undefined;
  private hasSender = false;
  private recipients: string[] = [];
  private body: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly host: SmtpHost,
    private readonly connection: SmtpConnection,
  ) {}

  /** The first thing that the server says. */
  greet(): Reply {
    return this.orderedAt('smtpGreeting') ?? say('220 smtp.gmail.com ESMTP {id}');
  }

  /** Answers one line; undefined when there is nothing to say until octets have come. */
  answer(line: string): Reply | undefined {
    const { nextLine } = this;
    this.nextLine = undefined;
    if (nextLine) return line === '*' ? say('501 5.5.2 Cannot Decode response {id}') : nextLine(line);
    const [verb = ''] = line.split(' ', 1);
    const argument = line.slice(verb.length).trim();
    switch (verb.toUpperCase()) {
      case 'EHLO':
        return this.answerHello(argument, true);
      case 'HELO':
        return this.answerHello(argument, false);
      case 'AUTH':
        return this.answerAuth(argument);
      case 'MAIL':
        return this.answerMail(argument);
      case 'RCPT':
        return this.answerRcpt(argument);
      case 'DATA':
        return this.answerData();
      case 'BDAT':
        return this.answerBdat(argument);
      case 'RSET':
        this.resetMail();
        return say('250 2.1.5 Flushed {id}');
      case 'NOOP':
        return say('250 2.0.0 OK {id}');
      case 'VRFY':
        return say("252 2.1.5 Send some mail, I'll try my best {id}");
      case 'HELP':
        return say('214 2.0.0  https://www.google.com/search?btnI&q=RFC+5321 {id}');
      case 'QUIT':
        return { lines: ['221 2.0.0 closing connection {id}'], closes: true };
      default:
        return say(
          '502-5.5.1 Unrecognized command. For more information, go to',
          '502 5.5.1  https://support.google.com/a/answer/3221692 {id}',
        );
    }
  }

  /** Keeps bytes of the body that is coming in, up to the largest size. */
  keep(bytes: Buffer): void {
    this.size += bytes.length;
    if (this.size > MAX_SIZE) this.body = [];
    else this.body.push(bytes);
  }

  /** The body is all there: what the server makes of the mail. */
  finish(): Reply {
    const { account, recipients, size } = this;
    const raw = Buffer.concat(this.body);
    this.incoming = undefined;
    this.resetMail();
    if (!account) return smtpRefusals.authenticationRequired;
    if (size > MAX_SIZE) return smtpRefusals.tooLarge;
    const refusal = this.orderedAt('smtpEnd');
    if (refusal) return refusal;
    const { id, clientIp } = this.connection;
    this.host.submit(account, {
      raw,
      recipients,
      queueId: id,
      client: { name: this.clientName, ip: clientIp },
    });
    const epoch = Math.floor(account.now().getTime() / 1000);
    return this.orderedAt('smtpStored') ?? say(`250 2.0.0 OK  ${epoch} {id}`);
  }

  /** A BDAT chunk is all there. */
  finishChunk(chunk: { last: boolean; refused: boolean }): Reply | undefined {
    this.incoming = undefined;
    if (chunk.last && !chunk.refused) return this.finish();
    if (!chunk.refused) return say('250 2.0.0 OK {id}');
    this.resetMail(); // refused when it was announced; its octets were dropped
    return undefined;
  }

  private answerHello(name: string, extended: boolean): Reply {
    const refusal = this.orderedAt('smtpEhlo');
    if (refusal) return refusal;
    if (name === '') {
      const text = '501 5.5.4 Empty HELO/EHLO argument not allowed, closing connection. {id}';
      return { lines: [text], closes: true };
    }
    this.clientName = name;
    this.resetMail();
    if (!extended) return say('250 smtp.gmail.com at your service');
    return say(
      `250-smtp.gmail.com at your service, [${this.connection.clientIp}]`,
      `250-SIZE ${MAX_SIZE}`,
      '250-8BITMIME',
      '250-AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH',
      '250-ENHANCEDSTATUSCODES',
      '250-PIPELINING',
      '250-CHUNKING',
      '250 SMTPUTF8',
    );
  }

  private answerAuth(argument: string): Reply {
    const [mechanism = '', initial] = argument.split(/\s+/);
    if (this.account) return say('503 5.5.1 Already authenticated. {id}');
    const ask = (prompt: string, take: (line: string) => Reply) => {
      this.nextLine = take;
      return say(prompt);
    };
    const plain = (line: string) => {
      const [, user = '', password = ''] = decode(line).split('\0');
      return this.logIn(user, password);
    };
    const login = (user: string) => ask('334 UGFzc3dvcmQ6', (line) => this.logIn(decode(user), decode(line)));
    switch (mechanism.toUpperCase()) {
      case 'PLAIN':
        return initial === undefined ? ask('334 ', plain) : plain(initial);
      case 'LOGIN':
        return initial === undefined ? ask('334 VXNlcm5hbWU6', login) : login(initial);
      default:
        return smtpRefusals.unrecognizedAuthentication;
    }
  }

  private logIn(user: string, password: string): Reply {
    const account = this.host.findAccount(user);
    const judged = account?.judgePassword(password, 'smtp') ?? 'wrong';
    const refusal = judged === 'accepted' ? this.orderedAt('smtpLogin', account) : undefined;
    const accepted = judged === 'accepted' && !refusal;
    this.host.events.emit('login', { address: account?.address ?? user, protocol: 'smtp', accepted });
    if (judged === 'accountPassword') return smtpRefusals.appPasswordRequired;
    if (judged === 'wrong' || !account) return smtpRefusals.badCredentials;
    if (refusal) return refusal;
    this.account = account;
    this.connection.adopt(account);
    return say('235 2.7.0 Accepted');
  }

  private answerMail(argument: string): Reply {
    const refusal = this.orderedAt('smtpMail');
    if (refusal) return refusal;
    if (!this.account) return smtpRefusals.authenticationRequired;
    if (!/^FROM:\s*<[^<>]*>/i.test(argument)) return say('555 5.5.2 Syntax error. {id}');
    const size = Number(/\sSIZE=(\d+)/i.exec(argument)?.[1] ?? 0);
    if (size > MAX_SIZE) return smtpRefusals.tooLarge;
    this.resetMail();
    this.hasSender = true;
    return say('250 2.1.0 OK {id}');
  }

  private answerRcpt(argument: string): Reply {
    if (!this.account) return smtpRefusals.authenticationRequired;
    if (!this.hasSender) return say('503 5.5.1 MAIL first. {id}');
    const recipient = /^TO:\s*<([^<>]*)>/i.exec(argument)?.[1];
    if (recipient === undefined) return say('555 5.5.2 Syntax error. {id}');
    const refusal =
      this.orderedAt('smtpRcpt') ?? (isDeliverable(recipient) ? undefined : smtpRefusals.invalidAddress);
    if (refusal) return naming(refusal, recipient);
    if (this.recipients.length >= MAX_RECIPIENTS) return smtpRefusals.tooManyRecipients;
    this.recipients.push(recipient);
    return say('250 2.1.5 OK {id}');
  }

  /** Why no body may come now, if so. */
  private refuseBody(): Reply | undefined {
    if (!this.account) return smtpRefusals.authenticationRequired;
    if (!this.hasSender) return say('503 5.5.1 MAIL first. {id}');
    if (this.recipients.length === 0) return say('503 5.5.1 RCPT first. {id}');
    if (this.account.wouldPassLimit(this.recipients.length)) return smtpRefusals.dailyLimit;
    return this.orderedAt('smtpData');
  }

  private answerData(): Reply {
    const refusal = this.refuseBody();
    if (refusal) return refusal;
    this.incoming = { kind: 'data' };
    return say('354 Go ahead {id}');
  }

  private answerBdat(argument: string): Reply | undefined {
    const [, size, last] = /^(\d{1,9})(?:\s+(LAST))?$/i.exec(argument) ?? [];
    if (size === undefined) return say('501 5.5.4 Syntax error in BDAT. {id}');
    const refusal = this.size === 0 ? this.refuseBody() : undefined;
    this.incoming = {
      kind: 'chunk',
      left: Number(size),
      last: last !== undefined,
      refused: refusal !== undefined,
    };
    return refusal;
  }

  private resetMail(): void {
    this.hasSender = false;
    this.recipients = [];
    this.body = [];
    this.size = 0;
  }

  /** What is ordered for a stage, by the account or by the whole server. */
  private orderedAt(stage: SmtpStage, account = this.account): Reply | undefined {
    const order = takeOrder(this.host, stage, account);
    if (order === undefined || order === 'silence' || order === 'close') return order;
    return smtpRefusals[order];
  }
}

function say(...lines: string[]): Refusal {
  return { lines };
}

function naming(reply: Reply, recipient: string): Reply {
  if (typeof reply === 'string') return reply;
  return { ...reply, lines: reply.lines.map((line) => line.replace('{recipient}', recipient)) };
}

function decode(line: string): string {
  return Buffer.from(line, 'base64').toString('utf8');
}

/** Gmail refuses an address only by its form: no unknown user is ever refused at RCPT. */
function isDeliverable(address: string): boolean {
  return /^[^\s@<>]+@[^\s@<>.]+(?:\.[^\s@<>.]+)+$/.test(address) && !/^\.|\.@|\.\./.test(address);
}
