import { DAY_MS, type Interval, MINUTE_MS, momentsShowing, wallTimeAt } from './wallClock';

/** In the order of getUTCDay() moved by one: weeks begin on Monday here. */
export const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When a campaign may send: on these days, from a minute of the day until before another, by local clocks. */
export interface Schedule {
  timezone: string;
  days: readonly Weekday[];
  fromMinute: number;
  /** At most 1440, which is midnight at the day's end. */
  toMinute: number;
}

/** Whether the clocks of the schedule's timezone show a time at which it may send. */
export function isOpen({ timezone, days, fromMinute, toMinute }: Schedule, at: Date): boolean {
  const wall = wallTimeAt(at, timezone);
  const minute = (wall - startOfDay(wall)) / MINUTE_MS;
  return days.includes(weekdayOf(wall)) && minute >= fromMinute && minute < toMinute;
}

/** The first moment, from `at` on, at which the schedule is open; null for one that never is. */
export function nextOpening(schedule: Schedule, at: Date): Date | null {
  const next = openIntervals(schedule, at).next();
  return next.done ? null : new Date(Math.max(next.value.start, at.getTime()));
}

/** Until when it stays open; null when it is closed, and when it is open for longer than three weeks. */
export function closesAt(schedule: Schedule, at: Date): Date | null {
  let open = at.getTime();
  for (const { start, end } of openIntervals(schedule, at)) {
    if (start > open) break; // the rest need not be worked out
    open = end;
  }
  const lasts = open - at.getTime();
  return lasts === 0 || lasts > LOOK_AHEAD_MS ? null : new Date(open);
}

/**
 * A window of one weekday may miss that day once, since the clocks skip it; two weeks later it must be open, or it
 * never is.
 */
const LOOK_AHEAD_MS = 21 * DAY_MS;

/** The stretches that have not ended at `at`, in order, day by day, for a little over three weeks. */
function* openIntervals(schedule: Schedule, at: Date): Generator<Interval, void, undefined> {
  const { timezone, days, fromMinute, toMinute } = schedule;
  const today = startOfDay(wallTimeAt(at, timezone));
  // From yesterday on: clocks that are set back at midnight return to it.
  for (let day = today - DAY_MS; day <= today + LOOK_AHEAD_MS + DAY_MS; day += DAY_MS) {
    if (!days.includes(weekdayOf(day))) continue;
    const [from, to] = [day + fromMinute * MINUTE_MS, day + toMinute * MINUTE_MS];
    for (const interval of momentsShowing(from, to, timezone)) {
      if (interval.end > at.getTime()) yield interval;
    }
  }
}

function startOfDay(wall: number): number {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}

function weekdayOf(wall: number): Weekday {
  const sundayFirst = new Date(wall).getUTCDay();
  return WEEKDAYS[(sundayFirst + 6) % 7] ?? 'MON';
}
