import fc from 'fast-check';
import {
  closesAt,
  isOpen,
  nextOpening,
  type Schedule,
  WEEKDAYS,
  type Weekday,
} from '../../src/campaigns/schedule';
import { addDays, wallTimeAt } from '../../src/campaigns/wallClock';

const HOUR = 3_600_000;

/** `Europe/Berlin MON-FRI 09:00-17:00`, or `SUN` alone for the days. */
function parse(text: string): Schedule {
  const [timezone = '', days = '', window = ''] = text.split(' ');
  const [first, last = first] = days.split('-').map((day) => WEEKDAYS.indexOf(day as Weekday));
  const [fromMinute = 0, toMinute = 0] = window.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return hours * 60 + minutes;
  });
  return { timezone, days: WEEKDAYS.slice(first, (last ?? 0) + 1), fromMinute, toMinute };
}

const iso = (at: Date | null) => at?.toISOString().replace(':00.000Z', 'Z') ?? null;

describe('the next opening, and until when it lasts', () => {
  test.each([
    // An ordinary week, in winter and in summer.
    ['Europe/Berlin MON-FRI 09:00-17:00', '2026-01-15T07:59Z', '2026-01-15T08:00Z', '2026-01-15T16:00Z'],
    ['Europe/Berlin MON-FRI 09:00-17:00', '2026-01-15T08:30Z', '2026-01-15T08:30Z', '2026-01-15T16:00Z'],
    ['Europe/Berlin MON-FRI 09:00-17:00', '2026-01-15T16:00Z', '2026-01-16T08:00Z', '2026-01-16T16:00Z'],
    ['Europe/Berlin MON-FRI 09:00-17:00', '2026-01-16T16:00Z', '2026-01-19T08:00Z', '2026-01-19T16:00Z'],
    ['Europe/Berlin MON-FRI 09:00-17:00', '2026-07-15T06:00Z', '2026-07-15T07:00Z', '2026-07-15T15:00Z'],
    // Offsets of half an hour, and a day that is yesterday's in UTC.
    ['Asia/Kolkata MON 09:00-10:00', '2026-01-18T00:00Z', '2026-01-19T03:30Z', '2026-01-19T04:30Z'],
    ['Pacific/Kiritimati MON 00:00-06:00', '2026-01-15T00:00Z', '2026-01-18T10:00Z', '2026-01-18T16:00Z'],
    ['Pacific/Pago_Pago SUN 20:00-24:00', '2026-01-15T00:00Z', '2026-01-19T07:00Z', '2026-01-19T11:00Z'],
    ['Asia/Kathmandu MON-SUN 12:00-12:15', '2026-01-15T00:00Z', '2026-01-15T06:15Z', '2026-01-15T06:30Z'],
    // Berlin skips 02:00 to 03:00 on 29 March 2026.
    ['Europe/Berlin SUN 02:00-03:00', '2026-03-28T12:00Z', '2026-04-05T00:00Z', '2026-04-05T01:00Z'],
    ['Europe/Berlin MON-SUN 02:00-03:00', '2026-03-28T12:00Z', '2026-03-30T00:00Z', '2026-03-30T01:00Z'],
    ['Europe/Berlin SUN 02:30-04:00', '2026-03-28T12:00Z', '2026-03-29T01:00Z', '2026-03-29T02:00Z'],
    ['Europe/Berlin SUN 01:00-02:30', '2026-03-28T12:00Z', '2026-03-29T00:00Z', '2026-03-29T01:00Z'],
    ['Europe/Berlin SUN 01:00-03:30', '2026-03-28T12:00Z', '2026-03-29T00:00Z', '2026-03-29T01:30Z'],
    // ... and has 02:00 to 03:00 twice on 25 October 2026.
    ['Europe/Berlin SUN 02:30-02:45', '2026-10-25T00:00Z', '2026-10-25T00:30Z', '2026-10-25T00:45Z'],
    ['Europe/Berlin SUN 02:30-02:45', '2026-10-25T00:45Z', '2026-10-25T01:30Z', '2026-10-25T01:45Z'],
    ['Europe/Berlin SUN 02:30-02:45', '2026-10-25T01:45Z', '2026-11-01T01:30Z', '2026-11-01T01:45Z'],
    ['Europe/Berlin SUN 02:00-03:00', '2026-10-24T12:00Z', '2026-10-25T00:00Z', '2026-10-25T02:00Z'],
    // Lord Howe moves by half an hour: 02:00 to 02:30 is skipped on 4 October, 01:30 to 02:00 is twice on 5 April.
    ['Australia/Lord_Howe SUN 02:00-02:30', '2026-10-03T00:00Z', '2026-10-10T15:00Z', '2026-10-10T15:30Z'],
    ['Australia/Lord_Howe SUN 02:15-02:45', '2026-10-03T00:00Z', '2026-10-03T15:30Z', '2026-10-03T15:45Z'],
    ['Australia/Lord_Howe SUN 01:45-01:50', '2026-04-04T14:50Z', '2026-04-04T15:15Z', '2026-04-04T15:20Z'],
    // Santiago skips 00:00 to 01:00 on Sunday, 6 September, and goes through Saturday's 23:00 twice on 4 April.
    ['America/Santiago SUN 00:00-02:00', '2026-09-05T12:00Z', '2026-09-06T04:00Z', '2026-09-06T05:00Z'],
    ['America/Santiago SAT 23:00-24:00', '2026-04-04T12:00Z', '2026-04-05T02:00Z', '2026-04-05T04:00Z'],
    ['America/Santiago SAT 23:30-23:40', '2026-04-05T02:40Z', '2026-04-05T03:30Z', '2026-04-05T03:40Z'],
    // Samoa had no 30 December 2011, which would have been a Friday.
    ['Pacific/Apia FRI 09:00-17:00', '2011-12-24T12:00Z', '2012-01-05T19:00Z', '2012-01-06T03:00Z'],
    // One evening runs into the next morning.
    ['UTC MON-TUE 00:00-24:00', '2026-01-12T12:00Z', '2026-01-12T12:00Z', '2026-01-14T00:00Z'],
  ])('of %s at %s is %s, until %s', (text, at, opens, closes) => {
    const schedule = parse(text);
    const opening = nextOpening(schedule, new Date(at));
    expect(iso(opening)).toBe(opens);
    expect(iso(opening && closesAt(schedule, opening))).toBe(closes);
  });

  test('never comes for a schedule without a day or a minute', () => {
    const at = new Date('2026-01-15T00:00Z');
    expect(nextOpening({ ...parse('UTC MON 09:00-10:00'), days: [] }, at)).toBeNull();
    expect(nextOpening(parse('UTC MON-SUN 10:00-10:00'), at)).toBeNull();
    expect(nextOpening(parse('UTC MON-SUN 10:00-09:00'), at)).toBeNull();
  });

  test('never ends for one that is always open', () => {
    expect(closesAt(parse('Europe/Berlin MON-SUN 00:00-24:00'), new Date('2026-03-15T12:00Z'))).toBeNull();
  });

  test('is not now when it is closed', () => {
    expect(closesAt(parse('UTC MON 09:00-10:00'), new Date('2026-01-12T10:00Z'))).toBeNull();
  });
});

describe('days later at the same time', () => {
  test.each([
    ['2026-01-15T08:30Z', 3, 'Europe/Berlin', '2026-01-18T08:30Z'],
    ['2026-03-28T08:30Z', 1, 'Europe/Berlin', '2026-03-29T07:30Z'],
    ['2026-10-24T07:30Z', 1, 'Europe/Berlin', '2026-10-25T08:30Z'],
    // 02:30 is skipped: an hour later. 02:30 is there twice: the first.
    ['2026-03-28T01:30Z', 1, 'Europe/Berlin', '2026-03-29T01:30Z'],
    ['2026-10-24T00:30Z', 1, 'Europe/Berlin', '2026-10-25T00:30Z'],
    ['2026-10-26T01:30Z', -1, 'Europe/Berlin', '2026-10-25T01:30Z'],
    ['2026-10-25T01:30Z', 0, 'Europe/Berlin', '2026-10-25T01:30Z'],
    ['2026-10-02T15:45Z', 1, 'Australia/Lord_Howe', '2026-10-03T15:45Z'],
    ['2026-09-05T04:30Z', 1, 'America/Santiago', '2026-09-06T04:30Z'],
    ['2011-12-29T20:00Z', 1, 'Pacific/Apia', '2011-12-30T20:00Z'],
    ['2026-01-15T08:30Z', 365, 'Asia/Kolkata', '2027-01-15T08:30Z'],
  ])('%s and %d days in %s is %s', (at, days, timezone, later) => {
    expect(iso(addDays(new Date(at), days, timezone))).toBe(later);
  });
});

describe('whatever the schedule and the moment', () => {
  const timezones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Santiago',
    'America/Havana',
    'America/Nuuk',
    'Africa/Cairo',
    'Africa/Casablanca',
    'Asia/Kolkata',
    'Asia/Beirut',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Pacific/Chatham',
    'Antarctica/Troll',
  ];
  /** Nights in which clocks are changed are one in 180: half of the moments are chosen among them. */
  const changes = timezones.flatMap((timezone) => findChanges(timezone));
  const moment = fc.oneof(
    fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -30 * HOUR, max: 30 * HOUR }))
      .map(([change, by]) => new Date(change + by)),
  );
  const schedule = fc
    .tuple(
      fc.constantFrom(...timezones),
      fc.subarray([...WEEKDAYS], { minLength: 1 }),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 1, max: 1440 }),
    )
    .filter(([, , from, to]) => from < to)
    .map(([timezone, days, fromMinute, toMinute]): Schedule => ({ timezone, days, fromMinute, toMinute }));

  test('it is open at the next opening, and at no minute before', () => {
    fc.assert(
      fc.property(schedule, moment, (plan, at) => {
        const opening = nextOpening(plan, at);
        expect(opening && isOpen(plan, opening)).toBe(true);
        const waited = (opening?.getTime() ?? 0) - at.getTime();
        expect(waited).toBeGreaterThanOrEqual(0);
        const probes = Array.from({ length: 200 }, (_, n) => new Date(at.getTime() + (waited * n) / 200));
        expect(waited > 0 && probes.some((probe) => isOpen(plan, probe))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('it is open until it closes, and closed then', () => {
    fc.assert(
      fc.property(schedule, moment, (plan, at) => {
        const closing = closesAt(plan, at);
        if (!isOpen(plan, at)) return expect(closing).toBeNull();
        if (closing === null) return expect(plan).toMatchObject({ fromMinute: 0, toMinute: 1440 });
        expect(isOpen(plan, closing)).toBe(false);
        const lasts = closing.getTime() - at.getTime();
        const probes = Array.from({ length: 200 }, (_, n) => new Date(at.getTime() + (lasts * n) / 200));
        return expect(probes.every((probe) => isOpen(plan, probe))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('days later the clocks show the same, unless they skip it; and no day is lost on the way back', () => {
    fc.assert(
      fc.property(fc.constantFrom(...timezones), moment, fc.nat(400), (timezone, at, days) => {
        const later = addDays(at, days, timezone);
        const shown = wallTimeAt(later, timezone) - wallTimeAt(at, timezone) - days * 24 * HOUR;
        expect(shown).toBeGreaterThanOrEqual(0);
        expect(shown).toBeLessThanOrEqual(2 * HOUR);
        expect(addDays(at, 0, timezone)).toEqual(at);
        expect(Math.abs(addDays(later, -days, timezone).getTime() - at.getTime())).toBeLessThanOrEqual(
          2 * HOUR,
        );
      }),
      { numRuns: 300 },
    );
  });

  function findChanges(timezone: string): number[] {
    const found: number[] = [];
    for (let at = Date.UTC(2015, 0, 1); at < Date.UTC(2035, 0, 1); at += 24 * HOUR) {
      const offsets = [at, at + 24 * HOUR].map((each) => wallTimeAt(new Date(each), timezone) - each);
      if (offsets[0] !== offsets[1]) found.push(at + 12 * HOUR);
    }
    return found;
  }
});
