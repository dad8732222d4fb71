/** How an account warms up: emails a day at first, what is added for each good day, and where it ends. */
export interface RampSettings {
  rampStart: number;
  rampGrowth: number;
  rampCeiling: number;
}

/** One day of the ramp as it went. */
export interface RampedDay {
  allowance: number;
  sent: number;
  /** Gmail answered with a limit, or asked to slow down, on this day. */
  throttled: boolean;
}

/** What came back of the emails of the last week. */
export interface Health {
  sent: number;
  bounced: number;
}

export interface Allowance {
  allowance: number;
  reason: string;
}

/** So many emails have to be out before a share of bounces means anything. */
const MEANINGFUL = 20;
const TOO_MANY_BOUNCES = 0.02;

/**
 * What the ramp allows on a new day, and why. It grows by a step for each day on which mail went out, holds on a
 * day without mail and on bounces, and steps back by half when Gmail throttled the account.
 *
 * @param before the last day that the ramp counted; null on the first
 */
export function allowanceAfter(settings: RampSettings, before: RampedDay | null, health: Health): Allowance {
  const { rampStart, rampGrowth, rampCeiling } = settings;
  const within = (allowance: number) => Math.min(rampCeiling, Math.max(rampStart, allowance));
  if (!before) return { allowance: within(rampStart), reason: 'The ramp begins.' };
  const held = within(before.allowance);
  if (before.throttled) {
    const allowance = within(Math.floor(before.allowance / 2));
    return {
      allowance,
      reason: 'Gmail asked to slow down: half of the day before, but no less than the start.',
    };
  }
  if (before.sent === 0) return { allowance: held, reason: 'Held: no mail went out on the day before.' };
  if (health.sent >= MEANINGFUL && health.bounced / health.sent >= TOO_MANY_BOUNCES) {
    const reason = `Held: ${health.bounced} of the last ${health.sent} emails came back.`;
    return { allowance: held, reason };
  }
  const grown = within(before.allowance + rampGrowth);
  if (grown === rampCeiling) return { allowance: grown, reason: 'The ceiling is reached.' };
  return { allowance: grown, reason: `Mail went out on the day before: ${rampGrowth} more.` };
}
