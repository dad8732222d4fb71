import type { AddressInfo, Server, Socket } from 'node:net';
import { Account, type AccountOptions } from './accounts';
import { canonicalAddress } from './addresses';
import { EventLog, type EventName, type SandboxEvent } from './events';
import { createImapServer } from './imapServer';
import { decodeWords, headerOf, parseMime } from './mime';
import { PostOffice } from './postOffice';
import type { Prospect } from './prospects';
import { Orders, type OrdersByStage, type Stage } from './refusals';
import type { SubmittedMail } from './smtpConversation';
import { createSmtpServer } from './smtpServer';
import { rewriteSubmission } from './smtpSubmission';

/** How a sandbox is opened. Every port is a free one unless it is given. */
export interface SandboxOptions {
  smtpPort?: number;
  imapPort?: number;
  /** How long a prospect takes to answer, in milliseconds (default 1000). */
  answerMs?: number;
  /** How long a bounce takes to arrive, in milliseconds (default 500). */
  bounceMs?: number;
  /** IMAP capabilities that the server does not know, such as X-GM-EXT-1, CONDSTORE, SPECIAL-USE, IDLE. */
  without?: Iterable<string>;
  /** The clock that dates mail and the rolling limit. */
  now?: () => Date;
}

/** A running Gmail double. */
export interface Sandbox {
  readonly smtpUrl: string;
  readonly imapUrl: string;
  /** Change it, and sessions see it from their next command on. */
  readonly without: Set<string>;
  readonly events: EventLog;
  readonly accounts: Account[];
  addAccount(options: AccountOptions): Account;
  /** The account of an address, in any of its spellings. Throws when there is none. */
  account(address: string): Account;
  /** Says how a prospect behaves; unknown ones behave as their address says (see guessBehaviour). */
  prospect(address: string, prospect: Prospect): void;
  /** Orders a refusal or a fault for everybody, whoever they are. */
  refuse<S extends Stage>(stage: S, which: OrdersByStage[S], times?: number): void;
  accept(stage?: Stage): void;
  /** The first event that fits, of the past or to come: see EventLog.waitFor. */
  waitFor<N extends EventName>(
    name: N,
    fits?: (event: SandboxEvent<N>) => boolean,
    options?: { since?: number; timeoutMs?: number },
  ): Promise<SandboxEvent<N>>;
  /** Ends every session and both servers. */
  stop(): Promise<void>;
}

/** Opens a Gmail double on loopback: SMTP and IMAP in plain text, everything in memory. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const now = options.now ?? (() => new Date());
  const accounts = new Map<string, Account>();
  const events = new EventLog();
  const orders = new Orders();
  const without = new Set(options.without);
  const findAccount = (address: string) => accounts.get(canonicalAddress(address));
  const delays = { answerMs: options.answerMs ?? 1000, bounceMs: options.bounceMs ?? 500 };
  const postOffice = new PostOffice(findAccount, delays);
  const submit = (account: Account, mail: SubmittedMail) => acceptMail(account, mail, postOffice);

  const smtp = await listen(createSmtpServer({ orders, events, findAccount, submit }), options.smtpPort);
  const imap = await listen(createImapServer({ orders, events, without, findAccount }), options.imapPort);

  return {
    smtpUrl: `smtp://127.0.0.1:${smtp.port}`,
    imapUrl: `imap://127.0.0.1:${imap.port}`,
    without,
    events,
    get accounts() {
      return [...accounts.values()];
    },
    addAccount(accountOptions) {
      const key = canonicalAddress(accountOptions.address);
      if (accounts.has(key)) throw new Error(`there is an account ${accountOptions.address} already`);
      const account = new Account(accountOptions, events, now);
      accounts.set(key, account);
      return account;
    },
    account(address) {
      const account = findAccount(address);
      if (!account) throw new Error(`no account ${address}`);
      return account;
    },
    prospect: (address, prospect) => postOffice.setProspect(address, prospect),
    refuse: (stage, which, times) => orders.refuse(stage, which, times),
    accept: (stage) => orders.accept(stage),
    waitFor: (name, fits, waitOptions) => events.waitFor(name, fits, waitOptions),
    async stop() {
      postOffice.stop();
      await Promise.all([smtp.stop(), imap.stop()]);
    },
  };
}

/** What happens between the final dot and 250 OK: the mail is rewritten, counted, filed in Sent, and sent on. */
function acceptMail(account: Account, mail: SubmittedMail, postOffice: PostOffice): void {
  const at = account.now();
  const { raw, messageId, originalMessageId } = rewriteSubmission({ ...mail, sender: account, at });
  const mime = parseMime(raw);
  const subject = decodeWords(headerOf(mime, 'Subject') ?? '');
  const { recipients } = mail;
  account.recordSent({
    messageId,
    originalMessageId,
    from: account.address,
    recipients,
    subject,
    raw,
    mime,
    at,
  });
  const toSelf = recipients.some((recipient) => account.owns(recipient));
  if (account.sentLagMs > 0)
    postOffice.later(account.sentLagMs, () => account.fileSent(raw, messageId, toSelf));
  else account.fileSent(raw, messageId, toSelf);
  postOffice.dispatch(account, raw, recipients);
}

async function listen(server: Server, port = 0): Promise<{ port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port, // a TCP server has no other kind of address
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
