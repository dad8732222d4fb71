import { DAY_MS, momentsShowing, wallTimeAt } from '../campaigns/wallClock';

/** The day, as YYYY-MM-DD, that the clocks of a timezone show. */
export function dayOf(at: Date, timezone: string): string {
  const day = Math.floor(wallTimeAt(at, timezone) / DAY_MS);
  const known = names.get(day);
  if (known !== undefined) return known;
  const name = new Date(day * DAY_MS).toISOString().slice(0, 10);
  if (names.size === MOST_NAMES) names.clear();
  names.set(day, name);
  return name;
}

/** The first moment of the next day by the clocks of a timezone, also where midnight is skipped. */
export function nextDayBegins(at: Date, timezone: string): Date {
  const tomorrow = Math.floor(wallTimeAt(at, timezone) / DAY_MS) * DAY_MS + DAY_MS;
  const begins = momentsShowing(tomorrow, tomorrow + DAY_MS, timezone).find(({ end }) => end > at.getTime());
  return new Date(begins?.start ?? at.getTime() + DAY_MS);
}

/** By days since 1970: a forecast asks for the same ninety a hundred thousand times. */
const names = new Map<number, string>();
const MOST_NAMES = 1_000;
