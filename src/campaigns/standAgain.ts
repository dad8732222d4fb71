import type { Transaction } from '../database/database';
import type { Change } from '../database/notices';
import { lockCampaign, moveCampaign } from './campaignState';
import { campaignChange } from './campaignsRoom';
import { enrolmentStatesBefore } from './enrolmentState';

/** WAITING for the same email, which is on its way again, or HELD until a person has looked at it. */
export type MovedBack = { to: 'WAITING' } | { to: 'HELD'; reason: string };

/**
 * Puts somebody before a step again, which they were thought to have got and which went out to nobody. If the campaign had
 * finished with them, it goes on. A sequence that they, or a person, have ended since stays ended.
 *
 * @returns what changed
 */
export async function standAgainBefore(
  tx: Transaction,
  enrolmentId: string,
  stepId: string,
  back: MovedBack,
): Promise<Change[]> {
  const [step] = await tx.query<{ campaignId: string }>(
    'SELECT campaign_id AS "campaignId" FROM campaign_steps WHERE id = $1',
    [stepId],
  );
  if (!step) return [];
  // It may be finishing at this moment, with them.
  await lockCampaign(tx, step.campaignId);
  const isHeld = back.to === 'HELD';
  const [moved] = await tx.query<{ workspaceId: string; campaignState: string }>(
    `UPDATE enrolments e
        SET steps_done = least(e.steps_done, s.position), state = $3, next_at = CASE WHEN $4 THEN now() END,
            held_by = CASE WHEN $4 THEN 'PERSON' END, held_reason = $5
       FROM campaign_steps s JOIN campaigns c ON c.id = s.campaign_id
      WHERE e.id = $1 AND s.id = $2 AND e.state = ANY ($6) AND e.steps_done <= s.position + 1
      RETURNING e.workspace_id AS "workspaceId", c.state AS "campaignState"`,
    [
      ...[enrolmentId, stepId, back.to, isHeld, isHeld ? back.reason : null],
      [...enrolmentStatesBefore(back.to), back.to],
    ],
  );
  if (!moved) return [];
  if (moved.campaignState === 'FINISHED') await moveCampaign(tx, step.campaignId, 'RUNNING');
  return [campaignChange(moved.workspaceId, step.campaignId)];
}
