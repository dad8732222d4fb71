import type { Credentials } from './endpoints';

/** What is kept of a server's words: a Problem is shown on a page, and Google's longest has 500. */
const MAX_LENGTH = 2_000;

/**
 * A server's words, fit to be kept and shown: lines joined by newlines, control characters (PostgreSQL
 * takes no NUL) dropped, at most 2,000 characters, and the App Password gone, should a hostile or a
 * chatty server echo what it was sent, in the clear or in base64.
 */
export function quoteServer(reply: string, credentials?: Credentials): string | null {
  const text = reply
    .slice(0, 16 * MAX_LENGTH)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '');
  const safe = credentials ? hide(text, credentials) : text;
  // A surrogate cut in half is refused by jsonb.
  return (
    safe
      .trim()
      .slice(0, MAX_LENGTH)
      .replace(/[\ud800-\udbff]$/, '') || null
  );
}

const HIDDEN = '[hidden]';

function hide(text: string, { appPassword }: Credentials): string {
  const spellings = [
    spelling(appPassword, 'gi'),
    ...inBase64(appPassword).map((core) => spelling(core, 'g')),
  ];
  return spellings.reduce((rest, pattern) => rest.replace(pattern, HIDDEN), text);
}

/** The letters in this order, also where spaces, dashes or the line breaks of a long reply part them. */
function spelling(letters: string, flags: string): RegExp {
  const escaped = Array.from(letters, (letter) => letter.replace(/\W/, '\\$&'));
  return new RegExp(escaped.join('(?:[\\s-]|\\n\\d{3}[ -])*'), flags);
}

/**
 * In base64, a text reads differently by where it starts in a group of three bytes, and its first and
 * last character depend on its neighbours. These are the three cores that no neighbour changes.
 */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).toString('base64');
    const first = [0, 2, 3][offset];
    const length = Math.floor(((offset + Buffer.byteLength(text)) * 8) / 6);
    return encoded.slice(first, length);
  });
}
