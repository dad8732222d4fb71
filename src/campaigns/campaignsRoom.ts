import type { Database } from '../database/database';
import type { Change, Notices } from '../database/notices';
import type { Log } from '../lib/log';
import type { ProspectsContext } from '../prospects/prospectsRoom';
import type { SlotsContext } from '../slots/slotsRoom';

/** What the campaigns room works with. */
export interface CampaignsRoom {
  db: Database;
  notices: Notices;
  log: Log;
  now: () => Date;
}

export interface CampaignsContext extends SlotsContext, ProspectsContext {
  campaigns: CampaignsRoom;
}

/** A campaign of which something changed: itself, its enrolments or its numbers. */
export function campaignChange(workspaceId: string, campaignId: string): Change {
  return { topic: `campaigns:${workspaceId}`, id: campaignId };
}

/** Tells the sender that there may be something to send. Call it after the commit. */
export function announceDue(notices: Notices, campaignId: string): void {
  notices.publish('campaign-due', campaignId);
}
