import type { Database } from '../database/database';
import type { Notices } from '../database/notices';
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

/** Something to be announced after the commit: which topic, and the id of what changed. */
export interface Change {
  topic: string;
  id: string;
}

/** A campaign of which something changed: itself, its enrolments or its numbers. */
export function campaignChange(workspaceId: string, campaignId: string): Change {
  return { topic: `campaigns:${workspaceId}`, id: campaignId };
}

/** Tells everybody concerned. Call it after the commit. */
export function announce(notices: Notices, changes: readonly Change[]): void {
  for (const { topic, id } of changes) notices.publish(topic, id);
}

/** Tells the sender that there may be something to send. Call it after the commit. */
export function announceDue(notices: Notices, campaignId: string): void {
  notices.publish('campaign-due', campaignId);
}
