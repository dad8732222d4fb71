import { DAY_MS, momentsShowing, wallTimeAt } from '../campaigns/wallClock';

/** The day, as YYYY-MM-DD, that the clocks of a timezone show. */
export function dayOf(at: Date, timezone: string): string {
  return new Date(wallTimeAt(at, timezone)).toISOString().slice(0, 10);
}

/** The first moment of the next day by the clocks of a timezone, also where midnight is skipped. */
export function nextDayBegins(at: Date, timezone: string): Date {
  const tomorrow = Math.floor(wallTimeAt(at, timezone) / DAY_MS) * DAY_MS + DAY_MS;
  const begins = momentsShowing(tomorrow, tomorrow + DAY_MS, timezone).find(({ end }) => end > at.getTime());
  return new Date(begins?.start ?? at.getTime() + DAY_MS);
}
