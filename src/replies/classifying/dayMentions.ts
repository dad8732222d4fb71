import { EAST_WEEKDAYS, MONTHS, NUMBERS, RELATIVE, SHORT_WEEKDAYS, WEEKDAYS } from './dayWords';

/** A day that a sentence names. */
export interface DayMention {
  start: number;
  end: number;
  day: Date;
  /** Exact to the day; a weekday alone may be anybody's office hours. */
  isDate: boolean;
  /** The second of two days with a hyphen between them. */
  endsRange: boolean;
}

/**
 * The days that a sentence names, in its order, in the ten most used languages of business mail, Russian, Turkish, Scandinavian and Korean. `written`
 * fills in what people leave out: the year, the month, or all but the weekday. Of two readings of 3/4 in English the one
 * that lies ahead and nearer is taken; what lies behind, or further ahead than anybody is away, is no mention.
 */
export function findDays(sentence: string, written: Date | null): DayMention[] {
  const found: (Omit<DayMention, 'day'> & { day: Date | null })[] = [];
  const order = orderOf(sentence);
  for (const { pattern, read, isDate } of FORMS) {
    for (const match of sentence.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length];
      const day = nearestAhead(read(match.groups ?? {}, written, order), written);
      const isTaken = found.some((other) => start < other.end && other.start < end);
      if (!isTaken) found.push({ start, end, day, isDate, endsRange: match.groups?.['last'] !== undefined });
    }
  }
  const days = found
    .flatMap(({ day, ...mention }) => (day ? [{ ...mention, day }] : []))
    .toSorted((one, other) => one.start - other.start);
  // "Monday, March 17th", "3月17日（月）": the weekday belongs to the date.
  return days.filter(({ isDate, start, end }, at) => {
    const [before, after] = [days[at - 1], days[at + 1]];
    const belongs =
      (after?.isDate && after.start - end <= LONGEST_GAP) || (before && start - before.end <= 1);
    return isDate || !belongs;
  });
}

const DAY_MS = 86_400_000;
// Nobody announces a longer absence; what is further off was misread.
const LONGEST_ABSENCE_MS = 400 * DAY_MS;
const LONGEST_GAP = 12;

interface Reading {
  year: number | null;
  /** From 0. */
  month: number;
  day: number;
}

function nearestAhead(readings: readonly Reading[], written: Date | null): Date | null {
  const from = written?.getTime() ?? null;
  const days = readings.flatMap(({ year, month, day }) => {
    const thisYear = written?.getUTCFullYear();
    const years = year !== null ? [year] : thisYear === undefined ? [] : [thisYear, thisYear + 1];
    return years.map((each) => dayOf(each, month, day)).filter((date) => date !== null);
  });
  const ahead = days.filter(
    (date) => from === null || (date.getTime() > from - DAY_MS && date.getTime() < from + LONGEST_ABSENCE_MS),
  );
  return ahead.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
}

function dayOf(year: number, month: number, day: number): Date | null {
  const date = new Date(Date.UTC(year, month, day));
  return date.getUTCMonth() === month ? date : null;
}

const oneOf = (words: Iterable<string>) =>
  [...words].toSorted((one, other) => other.length - one.length).join('|');

const MONTH = `(?<month>${oneOf(MONTHS.keys())})\\.?(?!\\p{L})`;
const LONG_MONTH = `(?<month>${oneOf([...MONTHS.keys()].filter((name) => name.length > 4))})(?!\\p{L})`;
const YEAR = '(?:(?:,? |-)(?:de |del )?(?<year>20\\d\\d)(?!\\d))?';
const LAST = '(?:\\s?[-–]\\s?(?<last>\\d{1,2})(?![\\d:]))?';

type Groups = Readonly<Record<string, string | undefined>>;

interface Form {
  pattern: RegExp;
  isDate: boolean;
  read(groups: Groups, written: Date | null, order: Order): Reading[];
}

/** Which of two numbers is the day; null where both may be. */
type Order = 'day-first' | 'month-first' | null;

/** In order: what has matched is not read again as something less exact. */
const FORMS: readonly Form[] = [
  {
    pattern: /(?<!\d)(?<year>20\d\d)[-./年년]\s?(?<month>\d{1,2})[-./月월]\s?(?<day>\d{1,2})(?!\d)[日일]?/gu,
    isDate: true,
    read: ({ year, month, day }) => [{ year: Number(year), month: Number(month) - 1, day: Number(day) }],
  },
  {
    pattern:
      /(?<!\d)(?<month>\d{1,2})[月월]\s?\d{1,2}[日号號일]?\s?(?:[-–~～〜至到]|から|부터)\s?(?<last>\d{1,2})[日号號일]/gu,
    isDate: true,
    read: ({ month, last }) => [{ year: null, month: Number(month) - 1, day: Number(last) }],
  },
  {
    pattern: /(?<!\d)(?<month>\d{1,2})[月월]\s?(?<day>\d{1,2})[日号號일]/gu,
    isDate: true,
    read: ({ month, day }) => [{ year: null, month: Number(month) - 1, day: Number(day) }],
  },
  {
    pattern: new RegExp(
      `(?<![\\p{L}\\d])(?<day>\\d{1,2})(?:st|nd|rd|th|er|º|°|ª|\\.)?[\\s-]?(?:de |of |d[ei] )?${MONTH}${YEAR}`,
      'giu',
    ),
    isDate: true,
    read: readWords,
  },
  {
    pattern: new RegExp(
      `(?<!\\p{L})${MONTH} (?:the )?(?<day>\\d{1,2})(?:st|nd|rd|th)?(?![\\d:])${LAST}${YEAR}`,
      'giu',
    ),
    isDate: true,
    read: readWords,
  },
  // "3-14.03.2025"
  {
    pattern:
      /(?<![\d./:-])\d{1,2}\.?\s?[-–]\s?(?<last>\d{1,2})(?<mark>[./])(?<other>\d{1,2})(?:\k<mark>(?<year>20\d\d|\d\d)?)?(?![\d:])/gu,
    isDate: true,
    read: ({ last, ...rest }) => readNumbers({ one: last, ...rest }, null, 'day-first'),
  },
  {
    pattern:
      /(?<![\d./:-])(?<one>\d{1,2})(?<mark>[./-])(?<other>\d{1,2})(?:\k<mark>(?<year>20\d\d|\d\d)?)?(?![\d:])/gu,
    isDate: true,
    read: readNumbers,
  },
  {
    pattern: new RegExp(
      `(?:the end of|end of|ende|fin(?:ales)?(?: de)?|fine(?: di)?|fi(?:m|nal|nais)(?: de)?|eind|końca|конца) ${MONTH}${YEAR}`,
      'giu',
    ),
    isDate: true,
    read: ({ month, year }, written) => endOfMonth(monthOf(month), year ? Number(year) : null, written),
  },
  {
    pattern: new RegExp(`(?<!\\p{L})${LONG_MONTH}${YEAR}`, 'giu'),
    isDate: false,
    read: ({ month, year }) => [{ year: year ? Number(year) : null, month: monthOf(month), day: 1 }],
  },
  {
    pattern: new RegExp(`(?<!\\p{L})${MONTH} (?<year>20\\d\\d)(?!\\d)`, 'giu'),
    isDate: false,
    read: ({ month, year }) => [{ year: Number(year), month: monthOf(month), day: 1 }],
  },
  {
    pattern: /\bthe (?<day>\d{1,2})(?:st|nd|rd|th)\b/giu,
    isDate: true,
    read: ({ day }, written) =>
      [0, 1].map((months) => ({
        year: null,
        month: ((written?.getUTCMonth() ?? 0) + months) % 12,
        day: Number(day),
      })),
  },
  {
    pattern: new RegExp(
      `(?<!\\p{L})(?<next>next |nächste[nr]? |prochaine? |próxim[oa] |prossim[oa] |volgende )?(?<name>${oneOf(WEEKDAYS.keys())})(?!\\p{L})(?<next2> (?:prochain|próximo|prossimo|que vem))?`,
      'giu',
    ),
    isDate: false,
    read: ({ name, next, next2 }, written) =>
      onWeekday(WEEKDAYS.get(name?.toLowerCase() ?? ''), written, (next ?? next2) !== undefined),
  },
  {
    pattern:
      /(?<=\b(?:on|until|till|by|through|back) )(?<name>sun|mon|tue|wed|thu|fri|sat)(?:s|rs|r|nes)?(?!\p{L})/giu,
    isDate: false,
    read: ({ name }, written) => onWeekday(SHORT_WEEKDAYS.indexOf(name?.toLowerCase() ?? ''), written, false),
  },
  {
    // A number alone is no weekday.
    pattern:
      /(?:(?<next>下周|下星期|下週)|周|週|星期|礼拜)(?<name>[一二三四五六日天])|(?<next2>来週の?)?(?<name2>[日月火水木金土])曜日?/gu,
    isDate: false,
    read: ({ name, name2, next, next2 }, written) =>
      onWeekday(EAST_WEEKDAYS.indexOf(name ?? name2 ?? '') % 7, written, (next ?? next2) !== undefined),
  },
  {
    pattern: new RegExp(
      `(?<![\\p{Script=Latin}\\p{Script=Cyrillic}])(?<word>${oneOf(RELATIVE.keys())})(?!\\p{Script=Latin})`,
      'giu',
    ),
    isDate: false,
    read: ({ word }, written) => daysLater(RELATIVE.get(word?.toLowerCase() ?? ''), written),
  },
  {
    pattern:
      /(?<!\p{L})(?:in|dans|en|tra|fra|em|za|over) (?<count>\d{1,2}|\p{L}{1,6}) (?:(?<weeks>weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken|tydzień|tygodnie)|days?|tagen?|jours?|días?|giorn[oi]|dias?|dagen|dni)(?!\p{L})/giu,
    isDate: false,
    read: ({ count = '', weeks }, written) => {
      const number = NUMBERS.get(count.toLowerCase()) ?? Number(count);
      return daysLater(number * (weeks ? 7 : 1), written);
    },
  },
];

function monthOf(name: string | undefined): number {
  return MONTHS.get(name?.toLowerCase() ?? '') ?? Number.NaN;
}

function endOfMonth(month: number, year: number | null, written: Date | null): Reading[] {
  const last = new Date(Date.UTC(year ?? written?.getUTCFullYear() ?? 2000, month + 1, 0));
  return [{ year, month, day: last.getUTCDate() }];
}

function readNumbers({ one, other, mark, year }: Groups, _written: Date | null, order: Order): Reading[] {
  const [first, second] = [Number(one), Number(other)];
  const full = year ? Number(year) + (year.length === 2 ? 2000 : 0) : null;
  const dayFirst = { year: full, month: second - 1, day: first };
  const monthFirst = { year: full, month: first - 1, day: second };
  if (order === 'month-first') return [monthFirst];
  return order === 'day-first' || mark === '.' ? [dayFirst] : [dayFirst, monthFirst];
}

/** In East Asia the month comes first, in Europe the day; in English another date of the sentence may tell. */
function orderOf(sentence: string): Order {
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Hangul}]/u.test(sentence)) return 'month-first';
  if (!ENGLISH.test(sentence)) return 'day-first';
  for (const [, first, second] of sentence.matchAll(/(?<![\d/])(\d{1,2})\/(\d{1,2})(?!\d)/g)) {
    if (Number(first) > 12) return 'day-first';
    if (Number(second) > 12) return 'month-first';
  }
  return null;
}
const ENGLISH =
  /\b(?:the|i|am|be|back|until|returning|return|out|away|leave|holiday|vacation|from|to|office)\b/i;

function readWords({ day, last, month, year }: Groups): Reading[] {
  return [{ year: year ? Number(year) : null, month: monthOf(month), day: Number(last ?? day) }];
}

/** The next such day; "of next week" is not before its Monday. */
function onWeekday(wanted: number | undefined, written: Date | null, ofNextWeek: boolean): Reading[] {
  if (wanted === undefined || wanted < 0 || !written) return [];
  const today = written.getUTCDay();
  const ahead = ((wanted - today + 6) % 7) + 1;
  const toMonday = (8 - today) % 7 || 7;
  return daysLater(ofNextWeek && ahead < toMonday ? ahead + 7 : ahead, written);
}

function daysLater(days: number | undefined, written: Date | null): Reading[] {
  if (days === undefined || Number.isNaN(days) || !written) return [];
  const date = new Date(written.getTime() + days * DAY_MS);
  return [{ year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() }];
}
