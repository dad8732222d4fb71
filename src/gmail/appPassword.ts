/**
 * The App Password as Google's servers take it, or null when the input cannot be one.
 *
 * Google shows `abcd efgh ijkl mnop`, often with no-break spaces once it was copied from the page, and
 * a phone's keyboard adds a capital. SMTP tolerated the spaces where IMAP refused them, and the
 * libraries send what they are given, so what is kept is the 16 letters alone.
 */
export function normaliseAppPassword(input: string): string | null {
  // \s covers the no-break and the typographic spaces; zero-width characters come from web pages.
  const letters = input.replace(/[\s\u200b-\u200d\u2060]/g, '').toLowerCase();
  return /^[a-z]{16}$/.test(letters) ? letters : null;
}
