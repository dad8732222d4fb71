import type { Sql, Transaction } from '../database/database';
import type { Change } from '../database/notices';
import { type CampaignsRoom, campaignChange } from './campaignsRoom';

export const CAMPAIGN_STATES = ['DRAFT', 'RUNNING', 'PAUSED', 'FINISHED'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/**
 * The life of a campaign:
 *
 *   DRAFT ──► RUNNING ◄──► PAUSED
 *               │ ▲
 *               ▼ │ started again, somebody new is enrolled, or who had finished has a step to come
 *            FINISHED   nobody waits or is held any more
 */
export const campaignMoves = {
  DRAFT: ['RUNNING'],
  RUNNING: ['PAUSED', 'FINISHED'],
  PAUSED: ['RUNNING'],
  FINISHED: ['RUNNING'],
} as const satisfies Record<CampaignState, readonly CampaignState[]>;

/**
 * Moves a campaign and persists it.
 *
 * @returns whether it moved: false for an illegal move, and where it is there already
 */
export async function moveCampaign(db: Sql, campaignId: string, to: CampaignState): Promise<boolean> {
  const from = CAMPAIGN_STATES.filter((state) =>
    (campaignMoves[state] as readonly CampaignState[]).includes(to),
  );
  const moved = await db.query(
    'UPDATE campaigns SET state = $2 WHERE id = $1 AND state = ANY($3) RETURNING id',
    [campaignId, to, from],
  );
  return moved.length > 0;
}

/**
 * Holds a campaign's row until the transaction ends: those who edit, start, end and enrol do so one after the other.
 * Sending only refers to the row (KEY SHARE), and is not held up.
 */
export async function lockCampaign(tx: Transaction, campaignId: string): Promise<void> {
  await tx.query('SELECT FROM campaigns WHERE id = $1 FOR NO KEY UPDATE', [campaignId]);
}

/**
 * Ends a running campaign once nobody in it waits or is held any more; one that never had anybody goes on waiting
 * for its first. To be called when an enrolment has ended.
 *
 * @returns whether it finished now
 */
export async function finishCampaign(
  room: Pick<CampaignsRoom, 'db' | 'notices'>,
  campaignId: string,
): Promise<boolean> {
  const changes = await room.db.transaction(async (tx): Promise<Change[]> => {
    await lockCampaign(tx, campaignId);
    // A statement of its own, so that it sees who was enrolled while we waited for the lock.
    const [ended] = await tx.query<{ workspace_id: string }>(
      `SELECT workspace_id FROM campaigns WHERE id = $1
          AND EXISTS (SELECT FROM enrolments WHERE campaign_id = $1)
          AND 0 = (SELECT coalesce(sum(delta), 0) FROM campaign_counts
                    WHERE campaign_id = $1 AND number IN ('queued', 'held'))`,
      [campaignId],
    );
    if (!ended || !(await moveCampaign(tx, campaignId, 'FINISHED'))) return [];
    return [campaignChange(ended.workspace_id, campaignId)];
  });
  room.notices.publishAll(changes);
  return changes.length > 0;
}

/**
 * Announces what became of enrolments, and ends the campaigns in which nobody waits any more because of it. Call it
 * after the commit.
 */
export async function announceEnded(
  room: Pick<CampaignsRoom, 'db' | 'notices'>,
  changes: readonly Change[],
): Promise<void> {
  room.notices.publishAll(changes);
  const campaignIds = changes.filter(({ topic }) => topic.startsWith('campaigns:')).map(({ id }) => id);
  for (const campaignId of new Set(campaignIds)) await finishCampaign(room, campaignId);
}
