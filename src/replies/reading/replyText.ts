import type { Mailbox } from './headers';
import { CUT, QUOTE_MARKS, withoutMarkedQuotes } from './markedQuotes';
import { textOfHtml } from './mime';
import {
  ATTRIBUTION,
  DASHED_ATTRIBUTION,
  DEVICE_LINE,
  DISCLAIMER,
  FORWARD_LINE,
  HEADER_LABEL,
  SIGN_OFF,
  TELLS_WHEN_OR_WHO,
  THANKS,
} from './quoteMarks';

// A person does not write more; what a machine wrote is cut, so that every rule below stays cheap.
const LONGEST_TEXT = 200_000;

/**
 * What the person wrote: no quoted mail, no signature. HTML is preferred where its client marked the quote in it, since
 * those marks speak no language; else the lines of the text decide. Answers between quoted lines are kept. Linear in the
 * length of its input, and empty only where nothing but a quote is there.
 *
 * @param from who wrote it: their whole name opens a signature also where they take no leave
 */
export function extractReplyText({
  text,
  html,
  from = null,
}: {
  text: string;
  html: string | null;
  from?: Mailbox | null;
}): string {
  const marked = html !== null && QUOTE_MARKS.test(html) ? withoutMarkedQuotes(html) : null;
  const source = (
    marked && /[^>\s]/.test(marked) ? marked : text.trim() ? text : html ? textOfHtml(html) : ''
  ).slice(0, LONGEST_TEXT);
  const lines = source
    .replace(/\r\n?/g, '\n')
    .replace(/\u00a0/g, ' ')
    // Gmail wraps its line over the quote also before the bracket, which then looks like a mark.
    .replace(/(<[^\s<>@]{1,64}@[^\s<>]{1,250})\n(> ?[^\n>]{0,40}[:：]\n)/g, '$1$2')
    .split('\n')
    .map((line) => line.trimEnd());
  const unquoted = withoutQuotedLines(cutAtOriginal(lines));
  return (
    tidy(cutSignature(unquoted, from?.name ?? null)) || tidy(unquoted) || tidy(withoutQuotedLines(lines))
  );
}

/** The reply's lines up to where a client pasted the original under it without marking its lines. */
function cutAtOriginal(lines: readonly string[]): string[] {
  const cut = lines.findIndex((line, at) => at > 0 && !line.startsWith('>') && startsOriginal(lines, at));
  const above = cut < 0 ? lines : lines.slice(0, cut);
  // Some draw a rule over the head of the original.
  const kept = above.slice(0, above.findLastIndex((line) => !/^[-_=*—\s]{0,80}$/.test(line)) + 1);
  return kept.some((line) => line !== '' && !line.startsWith('>')) ? [...kept] : [...lines];
}

function startsOriginal(lines: readonly string[], at: number): boolean {
  const line = (lines[at] ?? '').slice(0, 300);
  if (FORWARD_LINE.test(line) || DASHED_ATTRIBUTION.test(line) || introducesUnmarked(lines, at)) return true;
  // Outlook: From, Sent, To and Subject under each other, in the writer's language.
  if (HEADER_LABEL.test(line)) {
    const block = lines.slice(at, at + 8).filter((each) => HEADER_LABEL.test(each.slice(0, 300)));
    return block.length >= 3;
  }
  return line === CUT;
}

/** "On … wrote:" over lines without a quote mark: Yahoo, Zoho and many an app put the original below it as it is. */
function introducesUnmarked(lines: readonly string[], at: number): boolean {
  const size = [1, 2, 3].find((each) => /[:：]$/.test(lines[at + each - 1] ?? ''));
  if (size === undefined) return false;
  const below = lines.slice(at + size, at + size + 5).find((line) => line.trim() !== '');
  return (
    below !== undefined &&
    !below.startsWith('>') &&
    attributionEndingAt(lines, at + size - 1, TELLS_WHEN_OR_WHO) === size
  );
}

/** Of how many lines the attribution is that ends with this one, 0 if none does; mail programs wrap it at 76 columns. */
function attributionEndingAt(lines: readonly string[], end: number, telling = /^/): number {
  for (const size of [1, 2, 3]) {
    const window = lines.slice(Math.max(0, end - size + 1), end + 1).map((line) => line.trim());
    const joined = window.join(' ');
    if (window.includes('') || joined.length >= 400) return 0;
    if (telling.test(joined) && ATTRIBUTION.some((pattern) => pattern.test(joined))) return window.length;
  }
  return 0;
}

/** Drops lines under a quote mark, and the line or two that say who wrote them. */
function withoutQuotedLines(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (const line of lines) {
    if (!/^\s{0,3}>/.test(line)) {
      kept.push(line);
      continue;
    }
    dropAttribution(kept);
  }
  // A client that quotes nothing, or whose quote was marked in HTML, still says "On … wrote:" at the end.
  dropAttribution(kept);
  return kept;
}

function dropAttribution(kept: string[]): void {
  const end = kept.findLastIndex((line) => line.trim() !== '');
  const size = attributionEndingAt(kept, end);
  if (size > 0) kept.length = end + 1 - size;
}

function cutSignature(lines: readonly string[], name: string | null): string[] {
  const mark = lines.findIndex(
    (line, at) =>
      at > 0 &&
      (/^(?:--|—|__+)\s?$/.test(line) ||
        isCardBelow(lines, at) ||
        isDisclaimer(line) ||
        isSigned(lines, at, name)),
  );
  const body = lines
    .slice(0, mark < 0 ? lines.length : mark)
    .filter((line) => !DEVICE_LINE.test(line.slice(0, 200)));
  const end = body.findLastIndex(takesLeave);
  const after = end < 0 ? [] : body.slice(end + 1).filter((line) => line !== '');
  // A name, a title, a phone number: short lines, and few. Anything longer is a postscript, which counts.
  const isSignature = end > 0 && after.length <= 10 && !after.some((line) => isMeant(line, body[end] ?? ''));
  // Some take their leave in two lines (此致, 敬礼).
  const start = isSignature && takesLeave(body[end - 1] ?? '') ? end - 1 : end;
  return isSignature ? body.slice(0, start) : body;
}

/** "Kind regards", and "Best, Ann". */
function takesLeave(line: string): boolean {
  const words = line.trim().slice(0, 80);
  const [, leave = words] =
    /^(.{2,40}?)[,!] ?\p{Lu}[\p{L}.-]{0,20}(?: \p{Lu}[\p{L}.-]{0,20}){0,2}$/u.exec(words) ?? [];
  return SIGN_OFF.test(leave);
}

/** Whether a line below a leave-taking is a part of the letter; people also thank at its beginning. */
function isMeant(line: string, leave: string): boolean {
  return (
    line.length >= 80 ||
    /^p\.?\s?s\b|[?？]$/i.test(line) ||
    (THANKS.test(leave) && (line.split(' ').length > 3 ? /[.!]$/ : /.{8}[。！]$/).test(line))
  );
}

/** A person does not write so long a line about their own mail. */
function isDisclaimer(line: string): boolean {
  return line.length >= 80 && DISCLAIMER.test(line.slice(0, 300));
}

/** The writer's whole name below a gap, and nothing under it but what stands on a card. */
function isSigned(lines: readonly string[], at: number, name: string | null): boolean {
  if (!name || !/\S\s+\S/.test(name) || lines[at - 1] !== '') return false;
  const line = (lines[at] ?? '').trim().toLowerCase();
  if (!line.startsWith(name.toLowerCase()) || !/^\s?(?:$|[,|·–-])/.test(line.slice(name.length)))
    return false;
  const below = lines.slice(at + 1, at + 30).filter((each) => each !== '');
  return lines.length - at < 30 && below.length <= 10 && !below.some((each) => isMeant(each, ''));
}

/** A ruled line with a few short lines under it, of which one is an address, a site or a telephone number. */
function isCardBelow(lines: readonly string[], at: number): boolean {
  if (!/^[-—–_=*]{3,80}$/.test(lines[at] ?? '')) return false;
  const below = lines.slice(at + 1, at + 20).filter((line) => line !== '');
  return (
    lines.length - at < 20 &&
    below.length <= 8 &&
    below.every((line) => line.length < 80 && !/[?？]$/.test(line)) &&
    below.some((line) => /\S@\S|www\.|https?:|(?:\d[\s()./-]{0,3}){7}/.test(line))
  );
}

function tidy(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
