import type { Sql } from '../database/database';

/** Of a step or variant. */
export interface StepStats {
  sent: number;
  replied: number;
  bounced: number;
  unsubscribed: number;
}

/** Of a campaign: of people, but for `sent`, which is of emails. */
export interface CampaignStats extends StepStats {
  enrolled: number;
  queued: number;
  held: number;
  autoReplied: number;
  finished: number;
}

/** The numbers of each of these campaigns. Kept by triggers; see the migration. */
export async function loadCampaignStats(db: Sql, ids: readonly string[]): Promise<CampaignStats[]> {
  const sums = await sumCounts(db, 'campaign_id', 'campaign_id = ANY ($1)', ids);
  return ids.map((id) => ({
    ...NONE,
    enrolled: 0,
    queued: 0,
    held: 0,
    autoReplied: 0,
    finished: 0,
    ...sums.get(id),
  }));
}

/** The numbers of each of these steps, with those of variants that were removed. */
export async function loadStepStats(
  db: Sql,
  steps: readonly { id: string; campaignId: string }[],
): Promise<StepStats[]> {
  const campaignIds = steps.map(({ campaignId }) => campaignId);
  const where = 'campaign_id = ANY ($1) AND step_id IS NOT NULL';
  const sums = await sumCounts(db, 'step_id', where, campaignIds);
  return steps.map(({ id }) => ({ ...NONE, ...sums.get(id) }));
}

/** The numbers of each of these variants. */
export async function loadVariantStats(
  db: Sql,
  variants: readonly { id: string; stepId: string }[],
): Promise<StepStats[]> {
  const stepIds = variants.map(({ stepId }) => stepId);
  const where = `variant_id IS NOT NULL
    AND campaign_id IN (SELECT campaign_id FROM campaign_steps WHERE id = ANY ($1))`;
  const sums = await sumCounts(db, 'variant_id', where, stepIds);
  return variants.map(({ id }) => ({ ...NONE, ...sums.get(id) }));
}

const NONE: StepStats = { sent: 0, replied: 0, bounced: 0, unsubscribed: 0 };

/** Stands on campaign_counts_of_campaign: some hundred rows a campaign. */
async function sumCounts(
  db: Sql,
  by: string,
  where: string,
  ids: readonly string[],
): Promise<Map<string, Partial<CampaignStats>>> {
  const rows = await db.query<{ id: string; numbers: Partial<CampaignStats> }>(
    `SELECT id, json_object_agg(number, sum) AS numbers FROM (
       SELECT ${by} AS id, number, sum(delta)::int FROM campaign_counts WHERE ${where} GROUP BY ${by}, number) sums
      GROUP BY id`,
    [[...new Set(ids)]],
  );
  return new Map(rows.map(({ id, numbers }) => [id, numbers]));
}
