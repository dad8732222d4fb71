import { ImapFlow, type ImapFlowError, type ImapTransport } from 'imapflow';
import type { Logger } from 'pino';
import type { Credentials, Endpoint } from './endpoints';
import { ImapFlowSession } from './imapFlowSession';
import { ImapLine } from './imapLine';
import { explainImapRefusal } from './imapRefusals';
import { Allowance, OverheardLogin, overhearingTransport } from './imapTransport';
import type { MailPart } from './mailParts';
import type { Refusal } from './refusals';
import { quoteServer } from './serverReply';
import { DEFAULT_TIMEOUTS, type Timeouts } from './timeouts';
import { explainGibberish, explainSilence, STOPPED } from './unreachable';

/** One login at Gmail's IMAP, reading only: nothing here changes a mailbox, or marks mail as read. */
export interface ImapSession {
  readonly features: ImapFeatures;
  /** False once either side closed; open another session then, this one is never repaired. */
  readonly isOpen: boolean;
  /** Settles once: with what the server or the network had against us, or null where nothing was said. */
  readonly closed: Promise<Refusal | null>;
  /** Whether the server has borne, so far, to be sent several commands at once. */
  readonly pipelines: boolean;
  /** By attribute, never by name, where the server has attributes; a folder hidden from IMAP is null. */
  findFolders(): Promise<Folders>;
  /** EXAMINEs the folder, anew also when it is open already. */
  openFolder(path: string): Promise<FolderStanding>;
  /**
   * Looks at folders without opening them, in one command where the server can. One that is gone is left out; so is the one
   * that is open, where only STATUS could tell of it (RFC 3501 §6.3.10).
   */
  lookAt(paths: readonly string[]): Promise<ReadonlyMap<string, FolderStanding>>;
  /** The UIDs of the open folder from `firstUid` on, ascending. */
  uidsSince(firstUid: number): Promise<number[]>;
  /** The UIDs of what came in since then, or up to two days before: servers compare days of their own zone. */
  uidsReceivedSince(date: Date): Promise<number[]>;
  /** What has vanished meanwhile is left out. */
  fetchHeads(uids: readonly number[]): Promise<MessageHead[]>;
  /** The same with the first `maxBytes` of each message, in one command: for a few small ones. */
  fetchMessages(uids: readonly number[], maxBytes: number): Promise<Message[]>;
  /** The first `maxBytes` of a message as it stands, or null if it has vanished. */
  fetchSource(uid: number, maxBytes: number): Promise<Buffer | null>;
  /** The leaves of a message's structure, or null if it has vanished, or the server tells none. */
  fetchParts(uid: number): Promise<MailPart[] | null>;
  /**
   * Bytes of parts as they lie there, still encoded, by their part's number, in one command; fewer where a part ends, and
   * null if the message has vanished.
   */
  fetchRanges(uid: number, ranges: readonly PartRange[]): Promise<ReadonlyMap<string, Buffer> | null>;
  /** The UIDs in the open folder of the message with this X-GM-MSGID. Only where the server is Gmail. */
  findByGmailId(gmailMessageId: string): Promise<number[]>;
  /** The UIDs in the open folder of the messages with this Message-ID, angle brackets included. */
  findByMessageId(messageId: string): Promise<number[]>;
  /**
   * Waits until the open folder has changed, at once if it has since `uidsSince` was last asked; by IDLE, or
   * by looking every few seconds where there is none. NEWS is a hint only: fetch past the cursor after it,
   * and after a TIMEOUT too.
   */
  waitForNews(milliseconds: number): Promise<'NEWS' | 'TIMEOUT' | 'CLOSED'>;
  /** LOGOUT, waited for briefly, and then the socket is gone. */
  close(): Promise<void>;
}

export interface ImapFeatures {
  idle: boolean;
  gmail: boolean;
  condstore: boolean;
  specialUse: boolean;
}

/** Some bytes of one part. */
export interface PartRange {
  partId: string;
  start: number;
  maxBytes: number;
}

export interface Folders {
  inbox: string;
  sent: string | null;
  spam: string | null;
  all: string | null;
}

/** What a server says of a folder. */
export interface FolderStanding {
  uidValidity: string;
  /** Null where the server does not say. */
  uidNext: number | null;
  exists: number;
}

export interface MessageHead {
  uid: number;
  size: number;
  /** When the server took it in; the time of reading where the server's date is none. */
  internalDate: Date;
  /** The header section, at most its first 64 KiB, as it stands. */
  headers: Buffer;
  /** X-GM-MSGID and X-GM-THRID: unsigned 64 bits in decimal. Null where the server is no Gmail. */
  gmailMessageId: string | null;
  gmailThreadId: string | null;
  labels: string[];
  flags: string[];
}

/** A message, or as much of its start as was asked for. */
export interface Message extends MessageHead {
  source: Buffer;
}

export interface ImapSessionOptions {
  /** Ends the session at any moment. */
  signal?: AbortSignal | undefined;
  log: Logger;
  timeouts?: Partial<Timeouts> | undefined;
  /** Where an earlier session of this account found that the server does not bear it: false. */
  pipelines?: boolean | undefined;
  /** Told once the server has greeted us, before the login. */
  onStage?: ((stage: 'CONNECTED') => void) | undefined;
}

export type ImapOpening =
  | { outcome: 'Opened'; session: ImapSession }
  | { outcome: 'Failed'; stage: 'CONNECT' | 'LOGIN'; refusal: Refusal };

/** A command of an open session that got no good answer; `refusal` says why. */
export { ImapFailure } from './imapFlowSession';

/** Connects and logs in. Never rejects; what goes wrong is in the outcome. */
export async function openImapSession(
  endpoint: Endpoint,
  credentials: Credentials,
  options: ImapSessionOptions,
): Promise<ImapOpening> {
  const limits = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const ear = new OverheardLogin(() => {
    clearTimeout(deadline);
    deadline = setTimeout(expire, limits.login);
    if (ear.gibberish !== null) client.close();
    if (ear.greeted) options.onStage?.('CONNECTED');
  });
  const allowance = new Allowance();
  const line = new ImapLine(options.pipelines ?? true);
  const client = createClient(endpoint, credentials, overhearingTransport(ear, allowance, line), limits);
  const session = new ImapFlowSession(client, line, endpoint, credentials, limits, allowance, options);

  let hasExpired = false;
  const expire = () => {
    hasExpired = true;
    client.close();
  };
  let deadline = setTimeout(expire, limits.connect + limits.greeting);
  try {
    options.signal?.throwIfAborted();
    await client.connect();
    ear.stopListening();
    return { outcome: 'Opened', session };
  } catch (error) {
    client.close();
    const loss = options.signal?.aborted ? STOPPED : hasExpired ? 'ETIMEDOUT' : undefined;
    const refusal = explainLogin(endpoint, credentials, ear, error as Partial<ImapFlowError>, loss);
    const stage = ear.greeted ? 'LOGIN' : 'CONNECT';
    options.log.debug({ stage, problem: refusal.problem }, 'imap refused');
    return { outcome: 'Failed', stage, refusal };
  } finally {
    clearTimeout(deadline);
  }
}

/** Beyond this a server is hostile or broken, and what it announces is not waited for; imapflow's own limits are 1 GB. */
const LONGEST_RESPONSE = 16 * 1024 * 1024;

function createClient(
  endpoint: Endpoint,
  credentials: Credentials,
  transport: ImapTransport,
  limits: Timeouts,
): ImapFlow {
  return new ImapFlow({
    host: endpoint.host,
    port: endpoint.port,
    secure: endpoint.secure,
    doSTARTTLS: false, // plaintext is loopback only
    auth: { user: credentials.email, pass: credentials.appPassword },
    clientInfo: { name: 'ConnectionSphere' },
    transport,
    disableCompression: true, // 335 KiB a session with it, 85 without
    disableAutoIdle: true, // it starts 15 s late: waitForNews says when
    logger: false,
    connectionTimeout: limits.connect,
    greetingTimeout: limits.greeting,
    maxLineLength: LONGEST_RESPONSE,
    maxLiteralSize: LONGEST_RESPONSE,
    maxResponseSize: LONGEST_RESPONSE,
  });
}

function explainLogin(
  endpoint: Endpoint,
  credentials: Credentials,
  ear: OverheardLogin,
  error: Partial<ImapFlowError>,
  loss: string | undefined,
): Refusal {
  const now = new Date();
  const quote = (text: string | undefined) => text && quoteServer(text, credentials);
  if (ear.gibberish !== null) return explainGibberish(endpoint, quote(ear.gibberish) ?? null, now);
  const hasRefused = error.responseStatus || ear.alerts.some((line) => !/^\* OK/i.test(line));
  if (loss || !hasRefused)
    return explainSilence(endpoint, [loss, error.code], ear.greeted ? 'GREETING' : 'NOTHING', now);
  return explainImapRefusal(
    {
      serverResponseCode: error.serverResponseCode || null,
      responseText: quote(error.responseText) || null,
      alerts: ear.alerts.map((line) => quote(line) ?? ''),
      byeReason: quote(error.reason) || null,
    },
    now,
  );
}
