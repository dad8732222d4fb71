import { Client } from 'pg';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { startTestApp, type TestApp } from './app';
import { openSocket, type Socket } from './client';
import { signUp, type TestPerson } from './people';
import { openSandbox } from './sandbox';

/** An email as the API shows it. */
export interface Email {
  id: string;
  state: string;
  messageId: string;
  attempts: number;
  sentAt: string | null;
  problem: { code: string; message: string; serverReply: string | null } | null;
}

export interface SendResult {
  __typename: string;
  email: Email;
  code?: string;
  suppression?: { value: string };
}

export interface SlotView {
  state: string;
  problem: { code: string } | null;
  sentLast24h: number;
  nextSendAt: string | null;
  blockers: { code: string; message: string; until: string | null }[];
}

/** Somebody who sends, seen from all sides: the API, the ledger's rows, and Gmail. */
export interface Outreach {
  app: TestApp;
  sandbox: Sandbox;
  person: TestPerson;
  socket: Socket;
  /** Straight into the database. */
  sql: Client;
  /** Connects the account into the next free slot, or into this one; makes it at the sandbox if need be. */
  connect(address: string, slotId?: string): Promise<string>;
  send(slotId: string, input?: Partial<EmailInput>): Promise<SendResult>;
  /** The email as soon as it is in one of these states. Every change is seen, also one from before the call. */
  settled(id: string, ...states: string[]): Promise<Email>;
  /** The states that subscribers were told of, in order, without repeats. */
  statesOf(id: string): string[];
  slot(slotId: string): Promise<SlotView>;
  /** The slot as soon as it fits. */
  slotWhen(slotId: string, fits: (slot: SlotView) => boolean): Promise<SlotView>;
  stop(): Promise<void>;
}

export interface EmailInput {
  to: string;
  subject: string;
  text: string;
  html: string;
  idempotencyKey: string;
}

export const APP_PASSWORD = 'abcdefghijklmnop';

const EMAIL = 'id state messageId attempts sentAt problem { code message serverReply }';

/** The whole product with a sandbox; `environment` may say more, such as another way to Gmail. */
export async function openOutreach(
  environment: (sandbox: Sandbox) => Promise<Record<string, string>> = async () => ({}),
): Promise<Outreach> {
  const sandbox = await openSandbox();
  const app = await startTestApp({
    GMAIL_SMTP_URL: sandbox.smtpUrl,
    GMAIL_IMAP_URL: sandbox.imapUrl,
    DEFAULT_SELF_SLOTS: '40',
    ...(await environment(sandbox)),
  });
  const person = await signUp(app.url);
  const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
  const sql = new Client({ connectionString: app.databaseUrl });
  await sql.connect();
  const emails = followEmails(socket);
  const slots = await readFreeSlots(person);

  return {
    app,
    sandbox,
    person,
    socket,
    sql,
    async connect(address, slotId = slots.shift() ?? '') {
      if (!sandbox.accounts.some((account) => account.owns(address))) {
        sandbox.addAccount({ address, appPassword: APP_PASSWORD });
      }
      await sql.query('DELETE FROM attempts'); // 20 connects a minute would be too slow for tests
      await connectSlot(person, slotId, address);
      return slotId;
    },
    async send(slotId, input = {}) {
      const { sendEmail } = await person.ask<{ sendEmail: SendResult }>(
        `mutation ($input: SendEmailInput!) { sendEmail(input: $input) { __typename
          ... on EmailQueued { email { ${EMAIL} } } ... on Failure { code message }
          ... on RecipientSuppressed { suppression { value } } } }`,
        { input: { slotId, to: 'silent@example.com', subject: 'Hello', text: 'Hi', ...input } },
      );
      return sendEmail;
    },
    settled: (id, ...states) => emails.settled(id, states),
    statesOf: (id) => emails.statesOf(id),
    slot: (slotId) => readSlot(person, slotId),
    async slotWhen(slotId, fits) {
      const changes = socket.subscribe('subscription ($id: ID!) { slotChanged(slotId: $id) { id } }', {
        id: slotId,
      });
      for (;;) {
        const slot = await readSlot(person, slotId);
        if (fits(slot)) {
          await changes.stop();
          return slot;
        }
        await changes.next();
      }
    },
    async stop() {
      await socket.close();
      await sql.end();
      await app.stop();
    },
  };
}

export async function readFreeSlots(person: TestPerson): Promise<string[]> {
  const { gmailIntegration } = await person.ask<{
    gmailIntegration: { slots: { id: string; kind: string }[] };
  }>('{ gmailIntegration { slots { id kind } } }');
  return gmailIntegration.slots.filter(({ kind }) => kind === 'SELF').map(({ id }) => id);
}

export async function connectSlot(
  person: TestPerson,
  slotId: string,
  email: string,
  appPassword = APP_PASSWORD,
): Promise<void> {
  const { connectGmail } = await person.ask<{ connectGmail: { __typename: string } }>(
    `mutation ($input: ConnectGmailInput!) {
      connectGmail(input: $input) { __typename ... on Failure { code message } } }`,
    { input: { slotId, email, appPassword } },
  );
  if (connectGmail.__typename !== 'GmailConnected') throw new Error(JSON.stringify(connectGmail));
}

async function readSlot(person: TestPerson, id: string): Promise<SlotView> {
  const { slot } = await person.ask<{
    slot: { connection: { state: string; problem: SlotView['problem']; sending: Omit<SlotView, 'state'> } };
  }>(
    `query ($id: ID!) { slot(id: $id) { connection { state problem { code }
      sending { sentLast24h nextSendAt blockers { code message until } } } } }`,
    { id },
  );
  const { sending, ...connection } = slot.connection;
  return { ...sending, ...connection };
}

/** Every email that the subscription told of, with all its states. */
function followEmails(socket: Socket) {
  const latest = new Map<string, Email>();
  const states = new Map<string, string[]>();
  let wake: () => void = () => {};
  let changed = new Promise<void>((resolve) => (wake = resolve));
  const changes = socket.subscribe<{ outgoingMessageChanged: Email }>(
    `subscription { outgoingMessageChanged { ${EMAIL} } }`,
  );
  const note = (email: Email) => {
    const seen = states.get(email.id) ?? [];
    if (seen.at(-1) !== email.state) seen.push(email.state);
    states.set(email.id, seen);
    latest.set(email.id, email);
    wake();
    changed = new Promise<void>((resolve) => (wake = resolve));
  };
  void (async () => {
    for (;;) note((await changes.next()).outgoingMessageChanged);
  })().catch(() => undefined); // the socket was closed

  return {
    async settled(id: string, wanted: string[]): Promise<Email> {
      for (;;) {
        const email = latest.get(id);
        if (email && wanted.includes(email.state)) return email;
        await changed;
      }
    },
    statesOf: (id: string) => states.get(id) ?? [],
  };
}
