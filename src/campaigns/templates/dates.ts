/**
 * Writes a date of the calendar, such as `2026-03-05` or `2026-03-05T14:30:00+01:00`, in English. The hour is the
 * one that is written there: no zone of this machine or of the reader changes it.
 *
 * @param format strftime's, of which DIRECTIVES are known; `%-d` leaves out the leading zero
 * @returns null where the value is no such date
 * @see RFC 3339 §5.6
 */
export function formatDate(value: string, format: string): string | null {
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = RFC_3339.exec(value.trim()) ?? [];
  const date = new Date(
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)),
  );
  // The 31st of February would become a day in March.
  if (date.getUTCDate() !== Number(day) || date.getUTCHours() !== Number(hour)) return null;
  return format.replace(/%(-?)([a-zA-Z%])/g, (directive, bare: string, letter: string) => {
    const written = DIRECTIVES[letter]?.(date);
    return bare ? (written?.replace(/^[0 ](?=.)/, '') ?? directive) : (written ?? directive);
  });
}

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/i;

const MONTHS = `January February March April May June July August September October November December`.split(
  ' ',
);
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const DIRECTIVES: Readonly<Record<string, (date: Date) => string>> = {
  a: (date) => nameOf(date.getUTCDay(), DAYS).slice(0, 3),
  A: (date) => nameOf(date.getUTCDay(), DAYS),
  b: (date) => nameOf(date.getUTCMonth(), MONTHS).slice(0, 3),
  B: (date) => nameOf(date.getUTCMonth(), MONTHS),
  d: (date) => twoDigits(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2),
  H: (date) => twoDigits(date.getUTCHours()),
  I: (date) => twoDigits(date.getUTCHours() % 12 || 12),
  m: (date) => twoDigits(date.getUTCMonth() + 1),
  M: (date) => twoDigits(date.getUTCMinutes()),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  y: (date) => twoDigits(date.getUTCFullYear() % 100),
  Y: (date) => String(date.getUTCFullYear()),
  '%': () => '%',
};

function nameOf(index: number, names: readonly string[]): string {
  return names[index] ?? '';
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
