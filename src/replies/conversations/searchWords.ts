import { domainToUnicode } from 'node:url';

/** One word of a search, or several in quotes. */
export interface SearchTerm {
  /** As it was typed. */
  typed: string;
  /** What a document must contain. */
  folded: string;
}

/**
 * What a search asks for: each of its words, wherever they stand; what is in quotes as it stands. Dots and dashes by
 * themselves are left out, or if there is nothing else, found nowhere: no document has any.
 */
export function termsOf(search: string): SearchTerm[] {
  const typed = [...search.matchAll(/"([^"]*)"|[^\s"]+/g)].map(([word, quoted]) => quoted ?? word);
  const terms = typed.map((word) => ({ typed: word, folded: beginWord(foldWords(word)) }));
  const asked = terms.filter(({ folded }) => folded.trim() !== '');
  const all = search.trim();
  return asked.length > 0 || all === '' ? asked : [{ typed: all, folded: beginWord(all) }];
}

/**
 * What can be searched for, in one text: a line a part, each word after one space. The first parts count, until LONGEST
 * characters of them have been read, some 20 ms of work, and of each no more than LONGEST_PART.
 */
export function documentOf(parts: readonly string[]): string {
  const lines = new Set<string>();
  let read = 0;
  for (const part of parts) {
    if (read >= LONGEST) break;
    const written = part.slice(0, LONGEST_PART);
    read += written.length;
    for (const each of new Set([written, inUnicode(written)])) lines.add(` ${foldWords(each)}`);
  }
  lines.delete(' ');
  return [...lines].join('\n').slice(0, LONGEST);
}

/** In characters: ten pages of what a person wrote. */
export const LONGEST_PART = 20_000;
const LONGEST = 60_000;

/**
 * Words as they are compared: no case, no accents, no width, and nothing but letters, digits and symbols between single
 * spaces. `Łódź`, `LODZ` and `lodz` are one; so are `straße` and `STRASSE`, and full-width `ＡＢＣ` and `abc`. What is
 * written densely stands apart from Latin words among it.
 */
export function foldWords(text: string): string {
  return text
    .slice(0, LONGEST_PART)
    .replace(TOO_MANY_MARKS, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '') // the accents of Latin, Greek and Cyrillic; those of other scripts are letters
    .replace(/[ßæœøłđðþıς]/g, (letter) => PLAIN[letter] ?? letter)
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\p{M}\p{S}%#&]+/gu, ' ')
    .replace(BESIDE_DENSE, ' ')
    .trim();
}

/** No language has so many on one letter (UAX #15 §13), and putting thousands in order takes a fifth of a second. */
const TOO_MANY_MARKS = /\p{M}{31,}/gu;

/** What Unicode does not take apart, and a keyboard without it writes so. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
};

/** Written without spaces, or with endings on every word: the words are in the pairs of letters. And symbols: `50€`, `C++`. */
const DENSE = '[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{S}%#&]';
const HAS_DENSE = new RegExp(DENSE, 'u');
const BESIDE_DENSE = new RegExp(`(?<=${DENSE})(?=(?!${DENSE})\\S)|(?<=(?!${DENSE})\\S)(?=${DENSE})`, 'gu');

/** One or two letters are the beginning of a word, more any part of one: `li` finds Li and Lisa, but not `daily`. */
function beginWord(folded: string): string {
  const isShort = [...folded].length < 3 && !HAS_DENSE.test(folded);
  return isShort ? ` ${folded}` : folded;
}

/** Addresses are kept in ASCII (`xn--mller-kva.de`), and searched for as people write them. */
function inUnicode(part: string): string {
  return part.replace(/[\w.-]+/g, (domain) => (/\bxn--/i.test(domain) && domainToUnicode(domain)) || domain);
}

/**
 * The pieces that an index knows a text by, as numbers that are other ones in each workspace: whatever contains a text has
 * all of its pieces. Three letters, the first one or two of a word behind the space before it, and of what is dense each
 * and each two.
 */
export function gramsOf(workspaceId: string, text: string): number[] {
  const seed = hash(0x811c9dc5, workspaceId);
  const grams = new Set<number>();
  const add = (gram: string) => grams.add(hash(seed, gram));
  const letters = Array.from(text.replaceAll('\n', ' '));
  for (const [at, letter] of letters.entries()) {
    const [next = ' ', third = ' '] = [letters[at + 1], letters[at + 2]];
    if (HAS_DENSE.test(letter)) {
      add(letter);
      if (HAS_DENSE.test(next)) add(letter + next);
    } else if (next !== ' ' && !HAS_DENSE.test(next)) {
      if (letter === ' ') add(letter + next);
      if (third !== ' ') add(letter + next + third);
    }
  }
  return [...grams];
}

/** FNV-1a over UTF-16, with murmur's last turns: 32 bits, as PostgreSQL's integer. What collides is told apart by its text. */
function hash(seed: number, text: string): number {
  let value = seed;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) | 0;
}
