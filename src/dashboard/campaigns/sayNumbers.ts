import { CAMPAIGNS } from '../texts/campaigns';

/** `4.5 %`: one digit behind the point below ten, none above; empty where nobody could be counted. */
export function sayShare(part: number, whole: number): string {
  if (whole === 0) return '';
  const percent = (100 * part) / whole;
  return `${percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent)} %`;
}

/** A, B, C: how people tell wordings apart. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

/** How many people got anything at all: nobody gets a step twice, and most get the first. */
export function countReached(steps: readonly { stats: { sent: number } }[]): number {
  return Math.max(0, ...steps.map(({ stats }) => stats.sent));
}

/** `Mon, Tue, Wed, 09:00 to 17:00, Europe/Berlin`; days in a row as `Mon–Fri`. */
export function saySchedule(schedule: Schedule): string {
  const { days, from, to, timezone } = schedule;
  const hours = from === '00:00' && to === '24:00' ? CAMPAIGNS.anyHour : CAMPAIGNS.hours(from, to);
  return [sayDays(days), hours, timezone].join(', ');
}

type Day = keyof typeof CAMPAIGNS.days;

interface Schedule {
  days: readonly Day[];
  from: string;
  to: string;
  timezone: string;
}

export const WEEK = Object.keys(CAMPAIGNS.days) as Day[];

function sayDays(days: readonly Day[]): string {
  const runs: Day[][] = [];
  for (const day of WEEK) {
    if (!days.includes(day)) continue;
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && WEEK.indexOf(last) === WEEK.indexOf(day) - 1) run.push(day);
    else runs.push([day]);
  }
  return runs.map(sayRun).join(', ');
}

function sayRun(run: readonly Day[]): string {
  const names = run.map((day) => CAMPAIGNS.days[day]);
  return run.length > 2 ? `${names[0]}–${names.at(-1)}` : names.join(', ');
}
