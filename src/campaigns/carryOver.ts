/** What matters of a step to those who have it before them. */
export interface PlannedStep {
  id: string;
  waitDays: number;
}

/** Where those who had `before` steps behind them stand now, and what they wait for. */
export interface Standing {
  before: number;
  stepsDone: number;
  /** Of their next step; null when there is none left. */
  waitDays: number | null;
  /** Whether the last email that they got is still a step of it, so that what comes next was put behind that. */
  keptLast: boolean;
}

/**
 * Carries people over from an old sequence into an edited one: behind them is all up to the last of the steps that
 * they got, wherever it stands now. So nobody gets a step twice, and what was put before it they do not get.
 *
 * @returns one entry for each number of steps done for which something changes
 */
export function carryOver(before: readonly PlannedStep[], after: readonly PlannedStep[]): Standing[] {
  const positions = new Map(after.map(({ id }, position) => [id, position]));
  const standings: Standing[] = [];
  let stepsDone = 0;
  for (let done = 0; done <= before.length; done += 1) {
    const last = before[done - 1];
    stepsDone = Math.max(stepsDone, last ? (positions.get(last.id) ?? -1) + 1 : 0);
    const waitDays = after[stepsDone]?.waitDays ?? null;
    const changes = stepsDone !== done || waitDays !== (before[done]?.waitDays ?? null);
    const keptLast = last !== undefined && positions.has(last.id);
    if (changes) standings.push({ before: done, stepsDone, waitDays, keptLast });
  }
  return standings;
}
