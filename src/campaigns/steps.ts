import { createHash } from 'node:crypto';
import type { Sql } from '../database/database';
import type { CampaignStep, CampaignVariant } from './step.entity';

/** One wording of a step, as it is sent now. */
export type Variant = Omit<CampaignVariant, 'removedAt'>;

/** A step as it is sent now, with its wordings in order. */
export interface Step extends Omit<CampaignStep, 'removedAt'> {
  variants: Variant[];
}

/** The steps of each of these campaigns, in order, without those that were removed. */
export async function loadSteps(db: Sql, campaignIds: readonly string[]): Promise<Step[][]> {
  const steps = await db.query<Step>(
    `SELECT s.id, s.campaign_id AS "campaignId", s.position, s.wait_days AS "waitDays",
            (SELECT coalesce(json_agg(json_build_object('id', v.id, 'stepId', v.step_id, 'position', v.position,
                      'subject', v.subject, 'body', v.body, 'weight', v.weight) ORDER BY v.position), '[]')
               FROM campaign_variants v WHERE v.step_id = s.id AND v.removed_at IS NULL) AS variants
       FROM campaign_steps s WHERE s.campaign_id = ANY($1) AND s.removed_at IS NULL
      ORDER BY s.position`,
    [[...new Set(campaignIds)]],
  );
  return campaignIds.map((id) => steps.filter((step) => step.campaignId === id));
}

/**
 * The wording that this person gets of a step: by weight, and always the same. It is computed from ids alone, so that a
 * preview shows what goes out.
 *
 * @returns null when the step has no variant with a weight
 */
export function chooseVariant<V extends Pick<Variant, 'weight'>>(
  step: { id: string; variants: readonly V[] },
  prospectId: string,
): V | null {
  const total = step.variants.reduce((sum, { weight }) => sum + weight, 0);
  let rest = fractionOf(`${prospectId} ${step.id} variant`) * total;
  for (const variant of step.variants) {
    rest -= variant.weight;
    if (rest < 0) return variant;
  }
  return null;
}

/** The seed by which spintax chooses for this person in this step. */
export function seedOf(stepId: string, prospectId: string): string {
  return `${prospectId} ${stepId}`;
}

/** From 0 until before 1, evenly, by the first 48 bits of SHA-256. */
function fractionOf(seed: string): number {
  return createHash('sha256').update(seed).digest().readUIntBE(0, 6) / 2 ** 48;
}
