import { randomUUID } from 'node:crypto';
import type { Transaction } from '../database/database';
import type { Viewer } from '../identity/context';
import { isId } from '../lib/ids';
import { Campaign } from './campaign.entity';
import {
  type CampaignInput,
  type CampaignProblem,
  checkCampaign,
  type Known,
  type StepText,
  toSchedule,
} from './campaignInput';
import { finishCampaign, lockCampaign, moveCampaign } from './campaignState';
import { findCampaign } from './campaigns';
import { announceDue, type CampaignsRoom, campaignChange } from './campaignsRoom';
import { carryOver } from './carryOver';
import { carryPeopleOver } from './carryPeopleOver';
import { loadSteps, type Step } from './steps';

export type CampaignOutcome = { outcome: 'CampaignSaved'; campaign: Campaign } | CampaignInvalid;

export interface CampaignInvalid {
  outcome: 'CampaignInvalid';
  code: 'CAMPAIGN_INVALID' | 'CAMPAIGN_NOT_RUNNING' | 'CAMPAIGN_CHANGED';
  message: string;
  problems: CampaignProblem[];
}

/** Makes a campaign, as a DRAFT that sends nothing yet. */
export async function createCampaign(
  room: CampaignsRoom,
  viewer: Viewer,
  input: CampaignInput,
): Promise<CampaignOutcome> {
  const outcome = await room.db.transaction(async (tx): Promise<CampaignOutcome> => {
    const problems = checkCampaign(input, await readKnown(tx, viewer, input, []), room.now());
    if (problems.length > 0) return invalid(problems);
    const campaign = await tx.manager.save(
      Campaign,
      tx.manager.create(Campaign, { workspaceId: viewer.workspaceId, ...rowOf(input) }),
    );
    await writeSteps(tx, campaign.id, input.steps);
    await writeSlots(tx, campaign.id, input.slotIds);
    return { outcome: 'CampaignSaved', campaign };
  });
  announceSaved(room, outcome);
  return outcome;
}

/**
 * Puts the whole input in the place of what a campaign is, in any state. What has gone out stays as it was: steps and
 * variants with a known id keep it and their numbers, and nobody gets a step twice (see carryOver). Who has finished
 * goes on with a step that was put behind their last; who was held for a missing value is tried again with the new words.
 *
 * @param version the one that the input was made from, if nothing is to be saved over a later one
 * @throws NotFound also for another workspace's
 */
export async function updateCampaign(
  room: CampaignsRoom,
  viewer: Viewer,
  id: string,
  input: CampaignInput,
  version?: number | null,
): Promise<CampaignOutcome> {
  const { id: campaignId } = await findCampaign(room, viewer, id);
  const outcome = await room.db.transaction(async (tx): Promise<CampaignOutcome> => {
    await lockCampaign(tx, campaignId);
    const { state, version: current } = await findCampaign({ db: tx }, viewer, campaignId);
    if ((version ?? current) !== current) return invalid([], 'CAMPAIGN_CHANGED', CHANGED);
    const [steps = []] = await loadSteps(tx, [campaignId]);
    const problems = checkCampaign(input, await readKnown(tx, viewer, input, steps), room.now());
    if (problems.length > 0) return invalid(problems);
    await tx.manager.update(Campaign, { id: campaignId }, rowOf(input));
    const planned = await writeSteps(tx, campaignId, input.steps);
    await removeOthers(tx, campaignId, state === 'DRAFT', planned);
    await writeSlots(tx, campaignId, input.slotIds);
    await carryPeopleOver(tx, campaignId, carryOver(steps, planned));
    if (state === 'FINISHED' && (await hasSomebody(tx, campaignId))) {
      await moveCampaign(tx, campaignId, 'RUNNING');
    }
    return { outcome: 'CampaignSaved', campaign: await findCampaign({ db: tx }, viewer, campaignId) };
  });
  if (outcome.outcome === 'CampaignSaved' && (await finishCampaign(room, campaignId))) {
    outcome.campaign.state = 'FINISHED';
  }
  announceSaved(room, outcome);
  return outcome;
}

const CHANGED = 'Somebody has saved this campaign since.';

/** A refusal to save or start a campaign. Its message is the first problem, and how many more there are. */
export function invalid(
  problems: CampaignProblem[],
  code: CampaignInvalid['code'] = 'CAMPAIGN_INVALID',
  message = problems[0]?.message ?? '',
): CampaignInvalid {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return { outcome: 'CampaignInvalid', code, message: `${message}${more}`, problems };
}

function announceSaved({ notices }: CampaignsRoom, outcome: CampaignOutcome): void {
  if (outcome.outcome !== 'CampaignSaved') return;
  const { id, workspaceId } = outcome.campaign;
  notices.publishAll([campaignChange(workspaceId, id)]);
  announceDue(notices, id);
}

function rowOf({ name, schedule }: CampaignInput) {
  const { days, ...rest } = toSchedule(schedule);
  return { name: name.trim(), ...rest, days: [...days] };
}

async function readKnown(
  tx: Transaction,
  { workspaceId }: Viewer,
  { slotIds }: CampaignInput,
  steps: readonly Step[],
): Promise<Known> {
  const slots = await tx.query<{ id: string }>(
    'SELECT id FROM slots WHERE workspace_id = $1 AND id = ANY($2::uuid[]) FOR KEY SHARE',
    [workspaceId, slotIds.filter(isId)],
  );
  return {
    slotIds: new Set(slots.map(({ id }) => id)),
    variantIds: new Map(steps.map(({ id, variants }) => [id, new Set(variants.map((each) => each.id))])),
  };
}

interface PlannedStep {
  id: string;
  waitDays: number;
  variantIds: string[];
}

/** Makes and changes the steps and variants of the input. @returns them as they stand, in order */
async function writeSteps(
  tx: Transaction,
  campaignId: string,
  texts: readonly StepText[],
): Promise<PlannedStep[]> {
  const steps = texts.map((step, position) => ({ ...step, id: step.id ?? randomUUID(), position }));
  const variants = steps.flatMap((step) =>
    step.variants.map(({ id, subject, body, weight }, position) => ({
      id: id ?? randomUUID(),
      stepId: step.id,
      position,
      subject,
      body,
      weight: weight ?? 1,
    })),
  );
  await tx.query(
    `INSERT INTO campaign_steps (id, campaign_id, position, wait_days)
     SELECT id, $1, position, "waitDays"
       FROM json_to_recordset($2) AS step (id uuid, position int, "waitDays" int)
     ON CONFLICT (id) DO UPDATE SET position = excluded.position, wait_days = excluded.wait_days`,
    [campaignId, JSON.stringify(steps)],
  );
  await tx.query(
    `INSERT INTO campaign_variants (id, step_id, position, subject, body, weight)
     SELECT id, "stepId", position, subject, body, weight FROM json_to_recordset($1)
         AS variant (id uuid, "stepId" uuid, position int, subject text, body text, weight int)
     ON CONFLICT (id) DO UPDATE
        SET position = excluded.position, subject = excluded.subject, body = excluded.body, weight = excluded.weight`,
    [JSON.stringify(variants)],
  );
  return steps.map(({ id, waitDays }) => ({
    id,
    waitDays,
    variantIds: variants.filter(({ stepId }) => stepId === id).map((variant) => variant.id),
  }));
}

/** Removes what the input does not have any more. Of a DRAFT nothing went out, so nothing of it is kept. */
async function removeOthers(
  tx: Transaction,
  campaignId: string,
  isDraft: boolean,
  planned: readonly PlannedStep[],
): Promise<void> {
  const remove = (table: string) =>
    isDraft
      ? `DELETE FROM ${table} WHERE`
      : `UPDATE ${table} SET removed_at = now() WHERE removed_at IS NULL AND`;
  const stepIds = planned.map(({ id }) => id);
  await tx.query(
    `${remove('campaign_variants')} id <> ALL ($2::uuid[])
        AND step_id IN (SELECT id FROM campaign_steps WHERE campaign_id = $1)`,
    [campaignId, planned.flatMap(({ variantIds }) => variantIds)],
  );
  await tx.query(`${remove('campaign_steps')} id <> ALL ($2::uuid[]) AND campaign_id = $1`, [
    campaignId,
    stepIds,
  ]);
}

async function writeSlots(tx: Transaction, campaignId: string, slotIds: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM campaign_slots WHERE campaign_id = $1 AND slot_id <> ALL ($2::uuid[])', [
    campaignId,
    slotIds,
  ]);
  await tx.query(
    `INSERT INTO campaign_slots (campaign_id, slot_id) SELECT DISTINCT $1::uuid, unnest($2::uuid[])
     ON CONFLICT DO NOTHING`,
    [campaignId, slotIds],
  );
}

/** Whether a step is still to come for anybody. */
async function hasSomebody(tx: Transaction, campaignId: string): Promise<boolean> {
  const active = "SELECT FROM enrolments WHERE campaign_id = $1 AND state IN ('WAITING', 'HELD') LIMIT 1";
  return (await tx.query(active, [campaignId])).length > 0;
}
