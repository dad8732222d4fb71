import { randomUUID } from 'node:crypto';
import type { Campaign } from '../../src/campaigns/campaign.entity';
import type { CampaignInput, StepText } from '../../src/campaigns/campaignInput';
import type { CampaignsRoom } from '../../src/campaigns/campaignsRoom';
import { advanceEnrolment } from '../../src/campaigns/moveEnrolment';
import { createCampaign } from '../../src/campaigns/saveCampaign';
import { loadSteps } from '../../src/campaigns/steps';
import type { Database } from '../../src/database/database';
import { Notices } from '../../src/database/notices';
import type { Viewer } from '../../src/identity/context';
import { saveProspects } from '../../src/prospects/saveProspects';
import { openTestDatabase, testLog } from './database';

export interface CampaignsWorld {
  room: CampaignsRoom;
  db: Database;
  close(): Promise<void>;
}

/** The campaigns room on a database of its own, with nothing that sends. */
export async function openCampaigns(): Promise<CampaignsWorld> {
  const { database, url, close } = await openTestDatabase();
  const notices = new Notices({ url, log: testLog });
  return { db: database, close, room: { db: database, notices, log: testLog, now: () => new Date() } };
}

/** Somebody with a workspace of their own, and one slot in it with a connected account. */
export interface Owner extends Viewer {
  slotId: string;
  connectionId: string;
  accountId: string;
}

export async function makeOwner(db: Database): Promise<Owner> {
  const address = `${randomUUID()}@gmail.com`;
  const workspaceId = await insert(db, `INSERT INTO workspaces (name) VALUES ('A') RETURNING id`, []);
  const slotId = await insert(
    db,
    `INSERT INTO slots (workspace_id, kind, position) VALUES ($1, 'SELF', 1) RETURNING id`,
    [workspaceId],
  );
  const accountId = await insert(
    db,
    'INSERT INTO gmail_accounts (canonical_address, daily_limit, ramp_ceiling) VALUES ($1, 500, 30) RETURNING id',
    [address],
  );
  const connectionId = await insert(
    db,
    `INSERT INTO connections (workspace_id, slot_id, account_id, email, display_name, state, sealed_password)
     VALUES ($1, $2, $3, $4, 'Olga Owner', 'WATCHING', 'sealed') RETURNING id`,
    [workspaceId, slotId, accountId, address],
  );
  return { ...ownerOf(workspaceId), slotId, accountId, connectionId };
}

/** Whoever owns a workspace, as its sessions show them. */
export function ownerOf(workspaceId: string): Viewer {
  return {
    workspaceId,
    personId: randomUUID(),
    email: 'owner@example.com',
    name: null,
    role: 'OWNER',
    isOperator: false,
    via: 'session',
    credentialId: randomUUID(),
  };
}

/** Two steps, three days apart; with what is given instead. */
export function campaignInput(owner: { slotId: string }, over: Partial<CampaignInput> = {}): CampaignInput {
  return {
    name: 'Spring',
    schedule: { timezone: 'Europe/Berlin', days: ['MON', 'TUE'], from: '09:00', to: '17:00' },
    steps: [stepText(0), stepText(3, { subject: '' })],
    slotIds: [owner.slotId],
    ...over,
  };
}

export function stepText(
  waitDays: number,
  variant: Partial<StepText['variants'][number]> = {},
): StepText & { variants: object[] } {
  return { waitDays, variants: [{ subject: 'Hello', body: 'Hi {{ first_name }}', ...variant }] };
}

export async function makeCampaign(
  room: CampaignsRoom,
  owner: Owner,
  over: Partial<CampaignInput> = {},
): Promise<Campaign> {
  const outcome = await createCampaign(room, owner, campaignInput(owner, over));
  if (outcome.outcome === 'CampaignInvalid') throw new Error(JSON.stringify(outcome.problems));
  return outcome.campaign;
}

/** So many prospects with a first name and a tag of their own. @returns their ids */
export async function makeProspects(
  room: CampaignsRoom,
  owner: Owner,
  count: number,
  tag = 'all',
): Promise<string[]> {
  const people = Array.from({ length: count }, () => ({
    email: `${randomUUID()}@example.com`,
    firstName: 'Ann',
    tags: [tag],
  }));
  return (await saveProspects(room, owner, people)).map(({ id }) => id);
}

export interface Sent {
  outgoingId: string;
  hasFinished: boolean;
}

/** What the sender does to the tables when an email of a campaign has gone out. */
export async function sendStep(
  { db }: CampaignsRoom,
  owner: Owner,
  enrolmentId: string,
  at = new Date(),
): Promise<Sent> {
  return db.transaction(async (tx) => {
    const [enrolment] = await tx.query<{
      campaign_id: string;
      prospect_id: string;
      conversation_id: string | null;
      steps_done: number;
    }>('SELECT * FROM enrolments WHERE id = $1', [enrolmentId]);
    if (!enrolment) throw new Error('There is no such enrolment');
    const { campaign_id: campaignId, prospect_id: prospectId } = enrolment;
    const [steps = []] = await loadSteps(tx, [campaignId]);
    const step = steps[enrolment.steps_done];
    if (!step) throw new Error('There is no next step');
    const conversationId =
      enrolment.conversation_id ??
      (await insert(
        tx,
        `INSERT INTO conversations (workspace_id, connection_id, prospect_id, subject)
         VALUES ($1, $2, $3, 'Hello') RETURNING id`,
        [owner.workspaceId, owner.connectionId, prospectId],
      ));
    const outgoingId = await insert(
      tx,
      `INSERT INTO outgoing_messages (workspace_id, connection_id, account_id, conversation_id, prospect_id,
         from_address, to_address, subject, text, message_id, campaign_id, enrolment_id, step_id, variant_id, counted_at)
       VALUES ($1, $2, $3, $4, $5, 'a@gmail.com', 'b@example.com', 'Hello', 'Hi', $6, $7, $8, $9, $10, $11) RETURNING id`,
      [
        ...[owner.workspaceId, owner.connectionId, owner.accountId, conversationId, prospectId],
        ...[`<${randomUUID()}@gmail.com>`, campaignId, enrolmentId, step.id, step.variants[0]?.id, at],
      ],
    );
    await tx.query(`UPDATE outgoing_messages SET state = 'SENT', sent_at = $2 WHERE id = $1`, [
      outgoingId,
      at,
    ]);
    const sent = { enrolmentId, stepId: step.id, connectionId: owner.connectionId, conversationId, at };
    const { hasFinished } = await advanceEnrolment(tx, sent);
    return { outgoingId, hasFinished };
  });
}

/** @returns the id that the statement returns */
export async function insert(
  db: Pick<Database, 'query'>,
  statement: string,
  values: readonly unknown[],
): Promise<string> {
  const [row] = await db.query<{ id: string }>(statement, values);
  if (!row) throw new Error('An INSERT returns its row');
  return row.id;
}
