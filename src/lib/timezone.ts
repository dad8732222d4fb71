/**
 * Whether it names a timezone of the IANA database, such as Europe/Berlin. Offsets like +02:00 are refused: they
 * know no summer time, and PostgreSQL reads their sign the other way round (POSIX).
 */
export function isTimezone(text: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
