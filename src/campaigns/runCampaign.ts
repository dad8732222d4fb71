import type { Viewer } from '../identity/context';
import type { CampaignState } from './campaignState';
import { lockCampaign, moveCampaign } from './campaignState';
import { findCampaign } from './campaigns';
import { announceDue, type CampaignsRoom, campaignChange } from './campaignsRoom';
import { type CampaignOutcome, invalid } from './saveCampaign';

/**
 * Starts a campaign, or lets it go on where it was paused. Twice, or in two processes at once, is once.
 *
 * @throws NotFound also for another workspace's
 */
export async function startCampaign(
  room: CampaignsRoom,
  viewer: Viewer,
  id: string,
): Promise<CampaignOutcome> {
  const outcome = await move(room, viewer, id, 'RUNNING');
  if (outcome.outcome === 'CampaignSaved') announceDue(room.notices, outcome.campaign.id);
  return outcome;
}

/**
 * Lets nothing more begin to go out; what is on the wire at this moment arrives. Twice is once.
 *
 * @throws NotFound also for another workspace's
 */
export function pauseCampaign(room: CampaignsRoom, viewer: Viewer, id: string): Promise<CampaignOutcome> {
  return move(room, viewer, id, 'PAUSED');
}

async function move(
  room: CampaignsRoom,
  viewer: Viewer,
  id: string,
  to: CampaignState,
): Promise<CampaignOutcome> {
  const { id: campaignId } = await findCampaign(room, viewer, id);
  const outcome = await room.db.transaction(async (tx): Promise<CampaignOutcome> => {
    await lockCampaign(tx, campaignId);
    if (to === 'RUNNING' && (await tx.query(SLOTS, [campaignId])).length === 0) return noSlots();
    await moveCampaign(tx, campaignId, to);
    return { outcome: 'CampaignSaved', campaign: await findCampaign({ db: tx }, viewer, campaignId) };
  });
  if (outcome.outcome !== 'CampaignSaved') return outcome;
  if (outcome.campaign.state !== to) return notRunning(outcome.campaign.state);
  room.notices.publishAll([campaignChange(viewer.workspaceId, campaignId)]);
  return outcome;
}

const SLOTS = 'SELECT FROM campaign_slots WHERE campaign_id = $1';

/** A capacity that was lowered may have taken the last of them. */
function noSlots(): CampaignOutcome {
  const message = 'None of its slots exists any more: choose at least one to send from.';
  return invalid([{ step: null, variant: null, field: 'slotIds', line: null, message }]);
}

function notRunning(state: CampaignState): CampaignOutcome {
  return invalid([], 'CAMPAIGN_NOT_RUNNING', `It is ${state}: only a running campaign can be paused.`);
}
