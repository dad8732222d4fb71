import { randomUUID } from 'node:crypto';
import type { Campaign } from '../../src/campaigns/campaign.entity';
import type { CampaignInput } from '../../src/campaigns/campaignInput';
import type { CampaignsRoom } from '../../src/campaigns/campaignsRoom';
import { enrolProspects } from '../../src/campaigns/enrol';
import { createCampaign } from '../../src/campaigns/saveCampaign';
import type { Database } from '../../src/database/database';
import { Notices } from '../../src/database/notices';
import { parseEndpoint } from '../../src/gmail/endpoints';
import type { Viewer } from '../../src/identity/context';
import { Seal } from '../../src/lib/seal';
import { saveProspects } from '../../src/prospects/saveProspects';
import { createUnsubscribeLinks } from '../../src/prospects/unsubscribeLinks';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { createSendingPort } from '../../src/sending/disconnecting';
import { decide, nextSendAt } from '../../src/sending/engine';
import { Sender } from '../../src/sending/sender';
import type { SendingRoom } from '../../src/sending/sendingRoom';
import { type ReadSlot, readSlots } from '../../src/sending/slotStates';
import type { SlotsRoom } from '../../src/slots/slotsRoom';
import { ownerOf } from './campaigns';
import { openOnceMore, testLog } from './database';
import { type FaultProxy, openFaultProxy } from './faultProxy';
import { openSandbox } from './sandbox';
import { APP_PASSWORD } from './sending';
import { createSimulatedDatabase } from './simulatedTime';

/** One email of a campaign as the ledger has it, SENT or not. */
export interface LedgerEmail {
  at: Date;
  accountId: string;
  campaignId: string;
  enrolmentId: string;
  /** From 0. */
  step: number;
  toAddress: string;
  messageId: string;
  state: string;
}

/** What an account may send; what is left out is the product's default. */
export interface AccountSettings {
  address: string;
  dailyLimit?: number;
  rampEnabled?: boolean;
  rampStart?: number;
  rampGrowth?: number;
  rampCeiling?: number;
  gapMinSeconds?: number;
  gapMaxSeconds?: number;
}

export interface SimulatedAccount {
  slotId: string;
  accountId: string;
  connectionId: string;
}

/** The real sender on a real database and a Gmail, through days that pass as fast as it can send. */
export interface Simulation {
  db: Database;
  room: SendingRoom;
  campaigns: CampaignsRoom;
  sandbox: Sandbox;
  /** Between the sender and Gmail. */
  network: FaultProxy;
  now(): Date;
  setClock(at: Date): Promise<void>;
  addWorkspace(timezone: string): Promise<Viewer>;
  addAccount(owner: Viewer, settings: AccountSettings): Promise<SimulatedAccount>;
  /** A draft with these people in it. */
  addCampaign(owner: Viewer, input: CampaignInput, emails: readonly string[]): Promise<Campaign>;
  /** Starts to send, as one process would; there is none at first. */
  addSender(): Sender;
  /** Resolves once it is true; asked again whenever an email or a campaign has changed. */
  when(isTrue: () => Promise<boolean>): Promise<void>;
  /** Resolves once nothing is on its way, and the engine has nothing to send at this moment. */
  settle(): Promise<void>;
  /** Lets time pass, from each moment at which something goes to the next. `onQuiet` is called in between. */
  runUntil(until: Date, onQuiet?: () => Promise<void>): Promise<void>;
  /** What went out, or may have, in the order in which it did. */
  emails(): Promise<LedgerEmail[]>;
  stop(): Promise<void>;
}

export async function openSimulation(start: Date): Promise<Simulation> {
  const simulated = await createSimulatedDatabase(start);
  const sandbox = await openSandbox();
  const network = await openFaultProxy({ port: Number(new URL(sandbox.smtpUrl).port) });
  const db = await openOnceMore(simulated.url);
  const notices = new Notices({ url: simulated.url, log: testLog });
  const seal = new Seal([Buffer.alloc(32, 7)]);
  const smtpUrl = `smtp://127.0.0.1:${network.port}`;
  const slots: SlotsRoom = {
    db,
    notices,
    seal,
    log: testLog,
    now: () => now,
    dns: null,
    supportUrl: null,
    endpoints: { smtp: parseEndpoint('smtp', smtpUrl), imap: parseEndpoint('imap', sandbox.imapUrl) },
    newWorkspaceSlots: { self: 0, fly: 0 },
    sending: createSendingPort(db, notices),
  };
  const unsubscribeLinks = createUnsubscribeLinks([Buffer.alloc(32, 7)], null);
  const room = (): SendingRoom => ({ ...slots, slots, unsubscribeLinks, processId: randomUUID() });
  const campaigns: CampaignsRoom = { db, notices, log: testLog, now: () => now };
  const senders: Sender[] = [];
  let now = start;
  let hear: () => void = () => {};
  let news = Promise.resolve();
  const forgetNews = () => {
    news = new Promise((resolve) => (hear = resolve));
  };

  const addSender = () => {
    const sender = new Sender(room());
    senders.push(sender);
    sender.start();
    return sender;
  };

  const simulation: Simulation = {
    db,
    room: room(),
    campaigns,
    sandbox,
    network,
    addSender,
    now: () => now,
    async setClock(at) {
      await simulated.setClock(at);
      now = at;
      notices.publish('engine-changed', 'all');
    },
    async addWorkspace(timezone) {
      const workspaceId = await insert(
        db,
        'INSERT INTO workspaces (name, timezone) VALUES ($1, $2) RETURNING id',
        ['A', timezone],
      );
      for (const topic of ['outgoing', 'campaigns']) notices.listen(`${topic}:${workspaceId}`, () => hear());
      return ownerOf(workspaceId);
    },
    async addAccount({ workspaceId }, { address, ...settings }) {
      sandbox.addAccount({ address, appPassword: APP_PASSWORD });
      const slotId = await insert(
        db,
        `INSERT INTO slots (workspace_id, kind, position)
         SELECT $1, 'SELF', count(*) + 1 FROM slots WHERE workspace_id = $1 RETURNING id`,
        [workspaceId],
      );
      const accountId = await insert(
        db,
        `INSERT INTO gmail_accounts (canonical_address, daily_limit, ramp_enabled, ramp_start, ramp_growth, ramp_ceiling,
           gap_min_seconds, gap_max_seconds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
        [
          ...[address, settings.dailyLimit ?? 500, settings.rampEnabled ?? true, settings.rampStart ?? 5],
          ...[settings.rampGrowth ?? 2, settings.rampCeiling ?? 30],
          ...[settings.gapMinSeconds ?? 360, settings.gapMaxSeconds ?? 840],
        ],
      );
      const connectionId = randomUUID();
      await db.query(
        `INSERT INTO connections (id, workspace_id, slot_id, account_id, email, state, sealed_password)
         VALUES ($1, $2, $3, $4, $5, 'WATCHING', $6)`,
        [connectionId, workspaceId, slotId, accountId, address, seal.seal(APP_PASSWORD, connectionId)],
      );
      return { slotId, accountId, connectionId };
    },
    async addCampaign(owner, input, emails) {
      const outcome = await createCampaign(campaigns, owner, input);
      if (outcome.outcome !== 'CampaignSaved') throw new Error(JSON.stringify(outcome));
      const prospects = await saveProspects(
        campaigns,
        owner,
        emails.map((email) => ({ email })),
      );
      const { id } = outcome.campaign;
      await enrolProspects(campaigns, owner, {
        campaignId: id,
        selection: { ids: prospects.map((each) => each.id) },
      });
      return outcome.campaign;
    },
    async when(isTrue) {
      for (;;) {
        forgetNews();
        if (await isTrue()) return;
        await news;
      }
    },
    settle: () => simulation.when(() => isQuiet(db)),
    async runUntil(until, onQuiet = async () => {}) {
      for (;;) {
        await simulation.settle();
        await onQuiet();
        const next = await nextMoment(db);
        if (next === null || next >= until) break;
        if (next <= now) throw new Error(`The engine would send at ${next.toISOString()}, and nothing goes`);
        await simulation.setClock(next);
      }
      await simulation.setClock(until);
      await simulation.settle();
    },
    emails: () => db.query<LedgerEmail>(EMAILS),
    async stop() {
      await Promise.all(senders.map((sender) => sender.stop()));
      await db.close();
      await network.close();
      await simulated.drop();
    },
  };
  return simulation;
}

const EMAILS = `
  SELECT o.counted_at AS at, o.account_id AS "accountId", o.campaign_id AS "campaignId",
         o.enrolment_id AS "enrolmentId", s.position AS step, o.to_address AS "toAddress",
         o.message_id AS "messageId", o.state
    FROM outgoing_messages o JOIN campaign_steps s ON s.id = o.step_id
   WHERE o.counted_at IS NOT NULL ORDER BY o.counted_at, o.message_id`;

/** In one snapshot: what is claimed between two statements would be in neither of them. */
function readAll(db: Database): Promise<ReadSlot[]> {
  return db.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    const accounts = await tx.query<{ id: string }>('SELECT id FROM gmail_accounts');
    return readSlots(
      tx,
      accounts.map(({ id }) => id),
    );
  });
}

async function isQuiet(db: Database): Promise<boolean> {
  const slots = await readAll(db);
  return slots.every(({ state, now, isInFlight }) => !isInFlight && decide(state, now).go === null);
}

async function nextMoment(db: Database): Promise<Date | null> {
  const moments = (await readAll(db)).map(({ state, now }) => nextSendAt(state, now)?.getTime());
  const known = moments.filter((moment) => moment !== undefined);
  return known.length > 0 ? new Date(Math.min(...known)) : null;
}

async function insert(db: Database, statement: string, values: readonly unknown[]): Promise<string> {
  const [row] = await db.query<{ id: string }>(statement, values);
  if (!row) throw new Error('An INSERT returns its row');
  return row.id;
}
