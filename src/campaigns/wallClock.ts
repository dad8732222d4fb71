/** What the clocks of a timezone show, as if it were UTC: milliseconds since 1970, to be done sums with. */
export type WallTime = number;

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** What the clocks of the timezone show at a moment. */
export function wallTimeAt(at: Date, timezone: string): WallTime {
  return at.getTime() + offsetAt(at.getTime(), timezone);
}

/**
 * The moment so many days later at the same time of day. Where the clocks skip that time it is as much later as
 * they skip; where they show it twice it is in the same half of the year as `at`, else the first
 * (as `disambiguation: 'compatible'` of Temporal has it).
 */
export function addDays(at: Date, days: number, timezone: string): Date {
  const own = offsetAt(at.getTime(), timezone);
  const wall = at.getTime() + own + days * DAY_MS;
  const before = offsetAt(wall - DAY_MS, timezone);
  const offsets = [own, before, offsetAt(wall + DAY_MS, timezone)];
  const offset = offsets.find((each) => offsetAt(wall - each, timezone) === each) ?? before;
  return new Date(wall - offset);
}

/** Moments from `start` until before `end`. */
export interface Interval {
  start: number;
  end: number;
}

/**
 * The moments at which the clocks show something from `from` until before `to`, in order: none where they skip
 * it, two stretches where they go through it, are set back, and go through it again.
 */
export function momentsShowing(from: WallTime, to: WallTime, timezone: string): Interval[] {
  const steady = steadyOffset(from - WIDEST_OFFSET_MS, to + WIDEST_OFFSET_MS, timezone);
  if (steady !== null) return from < to ? [{ start: from - steady, end: to - steady }] : [];
  const moments = constantOffsets(from - WIDEST_OFFSET_MS, to + WIDEST_OFFSET_MS, timezone).map(
    ({ start, end, offset }) => ({ start: Math.max(start, from - offset), end: Math.min(end, to - offset) }),
  );
  return joinAdjacent(moments.filter(({ start, end }) => start < end));
}

/** Makes one of each two stretches of which the second begins where the first ends. They must be in order. */
function joinAdjacent(intervals: readonly Interval[]): Interval[] {
  const joined: Interval[] = [];
  for (const { start, end } of intervals) {
    const last = joined.at(-1);
    if (last?.end === start) last.end = end;
    else joined.push({ start, end });
  }
  return joined;
}

/** The widest in use is +14:00 (Kiritimati); a day more than any is no harm. */
const WIDEST_OFFSET_MS = 24 * 60 * MINUTE_MS;

/** The offset of a span of a few days of which no clock is changed; null where one may be. */
function steadyOffset(start: number, end: number, timezone: string): number | null {
  const offset = offsetAt(start, timezone);
  const isSteady =
    offset === offsetAt(Math.floor((start + end) / 2), timezone) && offset === offsetAt(end, timezone);
  return isSteady ? offset : null;
}

/** The stretches of constant offset in a span of a few days. Clocks are never changed twice within a day and a half. */
function constantOffsets(start: number, end: number, timezone: string): (Interval & { offset: number })[] {
  const middle = Math.floor((start + end) / 2);
  return [
    { start, end: middle },
    { start: middle, end },
  ].flatMap((half) => {
    const [first, last] = [offsetAt(half.start, timezone), offsetAt(half.end, timezone)];
    if (first === last) return [{ ...half, offset: first }];
    const change = findChange(half, first, timezone);
    return [
      { start: half.start, end: change, offset: first },
      { start: change, end: half.end, offset: last },
    ];
  });
}

/** The first moment of an interval at which the offset is no more what it was at its start. */
function findChange({ start, end }: Interval, offset: number, timezone: string): number {
  let [before, after] = [start, end];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle, timezone) === offset) before = middle;
    else after = middle;
  }
  return after;
}

/**
 * How far the timezone's clocks are ahead of UTC, in milliseconds. A day that begins and ends with the same offset has
 * no other (see constantOffsets), so it is worked out once: a forecast asks some twenty times an email.
 */
function offsetAt(at: number, timezone: string): number {
  const day = Math.floor(at / DAY_MS);
  const days = steadyDays.get(timezone) ?? new Map<number, number | null>();
  let offset = days.get(day);
  if (offset === undefined) {
    const [first, last] = [day, day + 1].map((begins) => readOffset(begins * DAY_MS, timezone));
    offset = first !== undefined && first === last ? first : null;
    if (days.size === MOST_DAYS) days.clear();
    steadyDays.set(timezone, days.set(day, offset));
  }
  return offset ?? readOffset(at, timezone);
}

/** By timezone and day since 1970: its offset, or null for one on which the clocks are changed. */
const steadyDays = new Map<string, Map<number, number | null>>();
/** Of a timezone: some three years. */
const MOST_DAYS = 1_000;

function readOffset(at: number, timezone: string): number {
  const parts = Object.fromEntries(
    formatterOf(timezone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** Making a formatter costs a thousand times what using one does. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timezone: string): Intl.DateTimeFormat {
  const formatter =
    formatters.get(timezone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formatters.set(timezone, formatter);
  return formatter;
}
