import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../../src/config';
import type { Database } from '../../src/database/database';
import { Notices } from '../../src/database/notices';
import { parseEndpoint } from '../../src/gmail/endpoints';
import { loadEncryptionKeys } from '../../src/lib/encryptionKey';
import { Seal } from '../../src/lib/seal';
import { createUnsubscribeLinks } from '../../src/prospects/unsubscribeLinks';
import type { RepliesRoom, WatchPace } from '../../src/replies/repliesRoom';
import { ReplyFeeds } from '../../src/replies/replyFeeds';
import { Staleness } from '../../src/replies/watching/staleness';
import { Watchers } from '../../src/replies/watching/watchers';
import type { Account, AccountOptions } from '../../src/sandbox/accounts';
import type { MessageParts } from '../../src/sandbox/compose';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox';
import { createSendingPort } from '../../src/sending/disconnecting';
import { startTestApp, type TestApp } from './app';
import { openSocket, type Socket, type Subscription } from './client';
import { openOnceMore, testLog } from './database';
import { signUp, type TestPerson } from './people';
import { openSandbox } from './sandbox';

/** Looks often enough for a test to wait for everything. */
export const QUICK: WatchPace = {
  proofEvery: 400,
  staleAfter: 2_000,
  spamEvery: 300,
  sentEvery: 300,
  allMailEvery: 300,
};

/** What another process of the product has of its own: database, notices, and the rooms on them. */
export interface WatchProcess {
  room: RepliesRoom;
  db: Database;
  watchers: Watchers;
  stop(): Promise<void>;
}

/**
 * A second process in this one, as far as anybody can tell: it shares the database and nothing else. Its
 * watchers have begun, and reach Gmail at `imapUrl`.
 */
export async function startWatchProcess(
  databaseUrl: string,
  imapUrl: string,
  { pace = QUICK, noticesUrl = databaseUrl }: { pace?: WatchPace; noticesUrl?: string } = {},
): Promise<WatchProcess> {
  const config = readConfig({
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  const db = await openOnceMore(databaseUrl);
  const notices = new Notices({ url: noticesUrl, log: testLog });
  await notices.start();
  const seal = new Seal(await loadEncryptionKeys(config));
  const endpoints = { ...config.gmail, imap: parseEndpoint('imap', imapUrl) };
  const base = { db, notices, seal, endpoints, log: testLog, now: () => new Date() };
  const slots: RepliesRoom['slots'] = {
    ...base,
    dns: null,
    supportUrl: null,
    newWorkspaceSlots: { self: 4, fly: 2 },
    sending: createSendingPort(db, notices),
  };
  const unsubscribeLinks = createUnsubscribeLinks([Buffer.alloc(32, 7)], null);
  const room: RepliesRoom = {
    ...base,
    slots,
    processId: randomUUID(),
    unsubscribeLinks,
    pace,
    feeds: new ReplyFeeds(base),
  };
  const workers = [new Watchers(room), new Staleness(room)] as const;
  for (const worker of workers) worker.start();
  return {
    room,
    db,
    watchers: workers[0],
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await notices.stop();
      await db.close();
    },
  };
}

/** A reply as the tests ask for it. */
export interface Reply {
  cursor: string;
  message: {
    id: string;
    from: string;
    fromName: string | null;
    subject: string;
    text: string;
    replyText: string;
    messageId: string;
    receivedAt: string;
    kind: string;
    inSpam: boolean;
    evidence: { matchedBy: string; rule: string };
    failures: { recipient: string | null; deadAddress: boolean }[];
  };
  conversation: { id: string; subject: string };
  prospect: { email: string } | null;
}

const REPLY = `cursor
  message { id from fromName subject text replyText messageId receivedAt kind inSpam
    evidence { matchedBy rule } failures { recipient deadAddress } }
  conversation { id subject } prospect { email }`;

export const ALL_KINDS = [
  'REPLY',
  'OUT_OF_OFFICE',
  'AUTO_REPLY',
  'BOUNCE',
  'DELAY',
  'UNSUBSCRIBE',
  'COMPLAINT',
  'SENDING_REFUSED',
  'OTHER',
];

/** The cursor before the first reply of any workspace. */
export const START = Buffer.from('["0"]').toString('base64url');

export interface Sent {
  id: string;
  messageId: string;
  to: string;
  subject: string;
  conversation: { id: string };
}

/** A person with a workspace, who connects accounts of the sandbox, writes and reads through GraphQL. */
export interface Desk {
  person: TestPerson;
  socket: Socket;
  /** Connects the account into the workspace's next free slot. @returns the slot */
  connect(account: Account): Promise<string>;
  /** Sends and waits until Gmail has taken it, and the ledger knows. */
  send(slotId: string, to: string, subject?: string): Promise<Sent>;
  /** Every kind unless a filter says otherwise; with null, live from a moment that nobody can know. */
  replies(after: string | null | undefined, filter?: object): Subscription<{ replyReceived: Reply }>;
  cursor(): Promise<string>;
  /** The kept events, oldest first. */
  events(filter?: object): Promise<Reply[]>;
}

/** A sandbox, the product without watchers, and a process that watches quickly. */
export interface MailRoom {
  sandbox: Sandbox;
  app: TestApp;
  process: WatchProcess;
  account(address: string, options?: Partial<AccountOptions>): Account;
  desk(): Promise<Desk>;
  close(): Promise<void>;
}

export async function openMailRoom(
  options: SandboxOptions = {},
  { imapUrl, pace }: { imapUrl?: (sandbox: Sandbox) => Promise<string>; pace?: WatchPace } = {},
): Promise<MailRoom> {
  const sandbox = await openSandbox(options);
  const app = await startTestApp({
    GMAIL_SMTP_URL: sandbox.smtpUrl,
    GMAIL_IMAP_URL: sandbox.imapUrl,
    ROLES: 'web,send',
    DEFAULT_SELF_SLOTS: '8',
  });
  const url = imapUrl ? await imapUrl(sandbox) : sandbox.imapUrl;
  const process = await startWatchProcess(app.databaseUrl, url, pace && { pace });
  const desks: Desk[] = [];
  return {
    sandbox,
    app,
    process,
    account: (address, more = {}) => sandbox.addAccount({ address, appPassword: APP_PASSWORD, ...more }),
    desk: async () => {
      await process.db.query('DELETE FROM attempts'); // 20 sign-ups a minute are allowed
      const desk = await openDesk(app, sandbox);
      desks.push(desk);
      return desk;
    },
    close: async () => {
      await Promise.all(desks.map(({ socket }) => socket.close()));
      await process.stop();
      await app.stop();
    },
  };
}

export const APP_PASSWORD = 'abcdefghijklmnop';

async function openDesk(app: TestApp, sandbox: Sandbox): Promise<Desk> {
  const person = await signUp(app.url);
  const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
  return {
    person,
    socket,
    async connect({ address }) {
      const { gmailIntegration } = await person.ask<{
        gmailIntegration: { slots: { id: string; kind: string; connection: object | null }[] };
      }>('{ gmailIntegration { slots { id kind connection { email } } } }');
      const free = gmailIntegration.slots.find(({ kind, connection }) => kind === 'SELF' && !connection);
      const { connectGmail } = await person.ask<{ connectGmail: { __typename: string; message?: string } }>(
        `mutation ($input: ConnectGmailInput!) {
          connectGmail(input: $input) { __typename ... on Failure { message } } }`,
        { input: { slotId: free?.id, email: address, appPassword: APP_PASSWORD } },
      );
      if (!free || connectGmail.__typename !== 'GmailConnected') throw new Error(connectGmail.message);
      return free.id;
    },
    async send(slotId, to, subject = 'Hello') {
      const { sendEmail } = await person.ask<{ sendEmail: { email?: Sent; message?: string } }>(
        `mutation ($input: SendEmailInput!) { sendEmail(input: $input) {
          ... on EmailQueued { email { id messageId to subject conversation { id } } }
          ... on Failure { message } } }`,
        { input: { slotId, to, subject, text: 'Hi, would you have ten minutes?' } },
      );
      const { email, message } = sendEmail;
      if (!email) throw new Error(message);
      await sandbox.waitFor('sent', ({ messageId }) => messageId === email.messageId);
      while ((await stateOf(person, email.id)) === 'TRANSMITTING') await sleep(20);
      return email;
    },
    replies: (after, filter = { kinds: ALL_KINDS }) =>
      socket.subscribe(
        `subscription ($after: String, $filter: ReplyFilter) { replyReceived(after: $after, filter: $filter) { ${REPLY} } }`,
        { after: after ?? null, filter },
      ),
    async cursor() {
      const { replyCursor } = await person.ask<{ replyCursor: string }>('{ replyCursor }');
      return replyCursor;
    },
    async events(filter = { kinds: ALL_KINDS }) {
      const { replyEvents } = await person.ask<{ replyEvents: { edges: { node: Reply }[] } }>(
        `query ($filter: ReplyFilter) { replyEvents(first: 200, filter: $filter) { edges { node { ${REPLY} } } } }`,
        { filter },
      );
      return replyEvents.edges.map(({ node }) => node);
    },
  };
}

async function stateOf(person: TestPerson, id: string): Promise<string> {
  const { outgoingMessage } = await person.ask<{ outgoingMessage: { state: string } }>(
    'query ($id: ID!) { outgoingMessage(id: $id) { state } }',
    { id },
  );
  return outgoingMessage.state;
}

/** An answer as a person's mail program writes it. */
export function answerTo(sent: Sent, text: string, more: Partial<MessageParts> = {}): MessageParts {
  return {
    from: `A Person <${sent.to}>`,
    to: 'ann@gmail.com',
    subject: `Re: ${sent.subject}`,
    text,
    ...more,
    headers: { 'In-Reply-To': sent.messageId, References: sent.messageId, ...more.headers },
  };
}
