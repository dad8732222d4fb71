/** How an account warms up: what it may send on its first sending day, and how that grows. */
export interface RampSettings {
  rampEnabled: boolean;
  rampStart: number;
  rampGrowth: number;
  rampCeiling: number;
}

export interface RampDay {
  /** YYYY-MM-DD in the workspace's timezone. */
  date: string;
  allowance: number;
  sent: number;
  reason: string;
}

/**
 * What the ramp allows on a day that comes after `sendingDays` days on which mail went out. A day without
 * mail warms nothing up, so it does not count.
 */
export function rampAllowance(settings: RampSettings, sendingDays: number): number {
  return Math.min(settings.rampCeiling, settings.rampStart + settings.rampGrowth * sendingDays);
}

/** The days with their allowances, from what went out on each, oldest first. */
export function rampDaysOf(
  settings: RampSettings,
  days: readonly { date: string; sent: number }[],
  sendingDaysBefore: number,
): RampDay[] {
  let sendingDays = sendingDaysBefore;
  return days.map(({ date, sent }) => {
    const allowance = rampAllowance(settings, sendingDays);
    const reason = explain(settings, allowance, sendingDays);
    if (sent > 0) sendingDays += 1;
    return { date, allowance, sent, reason };
  });
}

function explain(settings: RampSettings, allowance: number, sendingDays: number): string {
  if (!settings.rampEnabled) return 'The ramp is off: this is what it would allow.';
  if (allowance === settings.rampCeiling) return 'The ceiling is reached.';
  if (sendingDays === 0) return 'The ramp begins.';
  const days = sendingDays === 1 ? '1 day' : `${sendingDays} days`;
  return `Mail went out on ${days}: ${settings.rampGrowth} more for each.`;
}
