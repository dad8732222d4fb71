export const BLOCKER_CODES = [
  'NOT_CONNECTED',
  'NEEDS_ATTENTION',
  'PAUSED',
  'DAILY_LIMIT',
  'RAMP_LIMIT',
  'DOMAIN_LIMIT',
  'OUTSIDE_WINDOW',
  'PACING',
  'NOTHING_QUEUED',
  'SENDING_LIMIT_REACHED',
  'CAMPAIGN_NOT_RUNNING',
  'BACKING_OFF',
] as const;
export type BlockerCode = (typeof BLOCKER_CODES)[number];

/** One reason why something is not sending now, and when it ends, if that is known. */
export interface Blocker {
  code: BlockerCode;
  message: string;
  until: Date | null;
}

/** One reason why nothing is sent now. @param until when it ends by itself; null when it does not */
export function blocker(code: BlockerCode, message: string, until: Date | null = null): Blocker {
  return { code, message, until };
}
