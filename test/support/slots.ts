import type { Database } from '../../src/database/database';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { startTestApp, type TestApp } from './app';
import { type Client, openSocket, type Socket } from './client';
import { openOnceMore } from './database';
import { signUp, type TestPerson } from './people';
import { openSandbox } from './sandbox';

/** The product and a Gmail, and a second process's view of the product's database. */
export interface Office {
  sandbox: Sandbox;
  app: TestApp;
  database: Database;
  /** The first person of the installation. */
  operator: TestPerson;
  /** Somebody with a workspace of their own and its slots. */
  hire(): Promise<Employee>;
  close(): Promise<void>;
}

export interface Employee extends TestPerson {
  workspaceId: string;
  self: string[];
  fly: string[];
  socket(): Promise<Socket>;
}

export async function openOffice(
  envOf: (
    sandbox: Sandbox,
  ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>> = () => ({}),
): Promise<Office> {
  const sandbox = await openSandbox();
  const app = await startTestApp({
    GMAIL_SMTP_URL: sandbox.smtpUrl,
    GMAIL_IMAP_URL: sandbox.imapUrl,
    ...(await envOf(sandbox)),
  });
  const database = await openOnceMore(app.databaseUrl);
  const sockets: Socket[] = [];
  return {
    sandbox,
    app,
    database,
    operator: await signUp(app.url),
    async hire() {
      await database.query("DELETE FROM attempts WHERE scope <> 'connect-refused'"); // 20 sign-ups a minute
      const person = await signUp(app.url);
      const { viewer, gmailIntegration } = await person.ask<{
        viewer: { workspace: { id: string } };
        gmailIntegration: { slots: { id: string; kind: 'SELF' | 'FLY' }[] };
      }>('{ viewer { workspace { id } } gmailIntegration { slots { id kind } } }');
      const idsOf = (kind: string) =>
        gmailIntegration.slots.filter((slot) => slot.kind === kind).map(({ id }) => id);
      return {
        ...person,
        workspaceId: viewer.workspace.id,
        self: idsOf('SELF'),
        fly: idsOf('FLY'),
        async socket() {
          const socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
          sockets.push(socket);
          return socket;
        },
      };
    },
    async close() {
      await Promise.all(sockets.map((socket) => socket.close()));
      await database.close();
      await app.stop();
    },
  };
}

/** Google's notation of `abcdefghijklmnop`, which the accounts of addAccount have. */
export const APP_PASSWORD = 'abcd efgh ijkl mnop';

let accounts = 0;

/** A Gmail account that nobody has used yet. */
export function addAccount(sandbox: Sandbox, address = `account${++accounts}@gmail.com`) {
  return sandbox.addAccount({ address, appPassword: 'abcdefghijklmnop' });
}

export interface Problem {
  code: string;
  message: string;
  remedy: string;
  helpUrl: string | null;
  serverReply: string | null;
}

export interface Step {
  name: string;
  outcome: string;
  detail: string;
  problem: Problem | null;
}

export interface Connection {
  id: string;
  email: string;
  displayName: string | null;
  state: string;
  problem: Problem | null;
  connectedAt: string;
  lastProofAt: string | null;
  settings: Record<string, unknown>;
}

export interface SlotView {
  id: string;
  kind: string;
  connection: Connection | null;
  lastChecks: Step[];
}

/** Any member of the results of connectGmail and its like; what a member lacks is absent. */
export interface ConnectOutcome {
  __typename: string;
  code?: string;
  message?: string;
  slot?: SlotView;
  problem?: Problem;
  checks?: Step[];
  cancelledMessages?: number;
}

const PROBLEM = 'problem { code message remedy helpUrl serverReply }';
const STEP = `name outcome detail ${PROBLEM}`;
export const SLOT = `id kind lastChecks { ${STEP} } connection {
  id email displayName state ${PROBLEM} connectedAt lastProofAt
  settings { dailyLimit rampEnabled rampStart rampGrowth rampCeiling gapMinSeconds gapMaxSeconds paused signature }
}`;
export const CONNECT_RESULT = `{
  __typename
  ... on GmailConnected { slot { ${SLOT} } checks { ${STEP} } }
  ... on ConnectionRefused { ${PROBLEM} checks { ${STEP} } }
  ... on Failure { code message }
}`;
export const DISCONNECT_RESULT = `{
  __typename
  ... on GmailDisconnected { cancelledMessages slot { ${SLOT} } }
  ... on Failure { code message }
}`;
export const CONNECT = `mutation ($input: ConnectGmailInput!) { result: connectGmail(input: $input) ${CONNECT_RESULT} }`;
export const FILL = `mutation ($input: ConnectGmailInput!) { result: fillFlySlot(input: $input) ${CONNECT_RESULT} }`;
export const RECHECK = `mutation ($slotId: ID!) { result: recheckConnection(slotId: $slotId) ${CONNECT_RESULT} }`;
export const DISCONNECT = `mutation ($slotId: ID!) { result: disconnectGmail(slotId: $slotId) ${DISCONNECT_RESULT} }`;
export const RELEASE = `mutation ($slotId: ID!) { result: releaseFlySlot(slotId: $slotId) ${DISCONNECT_RESULT} }`;

export async function connect(
  person: Client,
  slotId: string | undefined,
  email: string,
  { appPassword = APP_PASSWORD, mutation = CONNECT, ...more }: Record<string, string> = {},
): Promise<ConnectOutcome> {
  const input = { slotId, email, appPassword, ...more };
  return (await person.ask<{ result: ConnectOutcome }>(mutation, { input })).result;
}

/** Runs a mutation that takes a slot: RECHECK, DISCONNECT, RELEASE. */
export async function change(
  person: Client,
  mutation: string,
  slotId: string | undefined,
): Promise<ConnectOutcome> {
  return (await person.ask<{ result: ConnectOutcome }>(mutation, { slotId })).result;
}

export async function readSlot(person: Client, slotId: string | undefined): Promise<SlotView> {
  return (
    await person.ask<{ slot: SlotView }>(`query ($id: ID!) { slot(id: $id) { ${SLOT} } }`, { id: slotId })
  ).slot;
}

/** `SMTP_LOGIN FAILED`, one a step. */
export function outcomes(steps: readonly Step[] | undefined): string[] {
  return (steps ?? []).map(({ name, outcome }) => `${name} ${outcome}`);
}
