/** `22 Nov 2026, 09:30` in the language and the timezone of the browser. */
export function sayMoment(at: string): string {
  return MOMENT.format(new Date(at));
}

/** `09:30`, or with its day when that is not today. */
export function sayClock(at: string, now: number = Date.now()): string {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday ? CLOCK.format(date) : MOMENT.format(date);
}

/** For lists: `09:30` today, `22 Nov` this year, `22 Nov 2025` before. */
export function sayBriefly(at: string, now: number = Date.now()): string {
  const date = new Date(at);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return CLOCK.format(date);
  return (date.getFullYear() === today.getFullYear() ? DAY : DAY_AND_YEAR).format(date);
}

/** `22 Nov 2026` of `2026-11-22`, which is the same day everywhere. */
export function sayDay(date: string): string {
  return DAY_AND_YEAR.format(new Date(`${date}T00:00`));
}

/** `12 seconds ago`, `in 5 minutes`, `yesterday`. */
export function sayDistance(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1_000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return DISTANCE.format(Math.trunc(seconds / size), unit);
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const satisfies [Intl.RelativeTimeFormatUnit, number][];

// The page speaks English, with the customs of an English that the browser prefers.
const LANGUAGE = navigator.languages.find((language) => language.startsWith('en')) ?? 'en';
const MOMENT = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'short' });
const CLOCK = new Intl.DateTimeFormat(LANGUAGE, { timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short' });
const DAY_AND_YEAR = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium' });
const DISTANCE = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto' });
