import { compile } from 'html-to-text';
import { BOUNDED_FORMATTERS, BOUNDED_SELECTORS } from './htmlLevels';
import { textOfHtml } from './mime';
import { ATTRIBUTION, DEVICE_LINE, FORWARD_LINE, HEADER_LABEL, SIGN_OFF } from './quoteMarks';

// A person does not write more; what a machine wrote is cut, so that every rule below stays cheap.
const LONGEST_TEXT = 200_000;
const LONGEST_HTML = 500_000;

/**
 * What the person wrote: no quoted mail, no signature. HTML is preferred where its client marked the quote in it, since
 * those marks speak no language; else the lines of the text decide. Answers between quoted lines are kept. Linear in the
 * length of its input, and empty only where nothing but a quote is there.
 */
export function extractReplyText({ text, html }: { text: string; html: string | null }): string {
  const marked =
    html !== null && html.length <= LONGEST_HTML && QUOTE_MARKS.test(html) ? withoutMarkedQuotes(html) : null;
  const source = (marked?.trim() ? marked : text.trim() ? text : html ? textOfHtml(html) : '').slice(
    0,
    LONGEST_TEXT,
  );
  const lines = source
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.trimEnd());
  const unquoted = withoutQuotedLines(cutAtOriginal(lines));
  return tidy(cutSignature(unquoted)) || tidy(unquoted) || tidy(withoutQuotedLines(lines));
}

/** The reply's lines up to where a client pasted the original under it without marking its lines. */
function cutAtOriginal(lines: readonly string[]): string[] {
  const cut = lines.findIndex((line, at) => at > 0 && !line.startsWith('>') && startsOriginal(lines, at));
  const kept = cut < 0 ? lines : lines.slice(0, cut);
  return kept.some((line) => line !== '' && !line.startsWith('>')) ? [...kept] : [...lines];
}

function startsOriginal(lines: readonly string[], at: number): boolean {
  const line = (lines[at] ?? '').slice(0, 300);
  if (FORWARD_LINE.test(line)) return true;
  // Outlook: From, Sent, To and Subject under each other, in the writer's language.
  if (HEADER_LABEL.test(line)) {
    const block = lines.slice(at, at + 8).filter((each) => HEADER_LABEL.test(each.slice(0, 300)));
    return block.length >= 3;
  }
  return line === CUT;
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
  if (end < 0) return;
  // Mail programs wrap the line at 76 columns: it takes up to three.
  for (const size of [1, 2, 3]) {
    const joined = kept
      .slice(Math.max(0, end - size + 1), end + 1)
      .join(' ')
      .trim();
    if (joined.length < 400 && ATTRIBUTION.some((pattern) => pattern.test(joined))) {
      kept.length = Math.max(0, end - size + 1);
      return;
    }
  }
}

function cutSignature(lines: readonly string[]): string[] {
  const mark = lines.findIndex((line, at) => at > 0 && /^(?:--|—|__+)\s?$/.test(line));
  const body = lines
    .slice(0, mark < 0 ? lines.length : mark)
    .filter((line) => !DEVICE_LINE.test(line.slice(0, 200)));
  const end = body.findLastIndex((line) => SIGN_OFF.test(line.trim().slice(0, 80)));
  const after = end < 0 ? [] : body.slice(end + 1).filter((line) => line !== '');
  // A name, a title, a phone number: short lines, and few. Anything longer is a postscript, which counts.
  const isSignature =
    end > 0 && after.length <= 10 && after.every((line) => line.length < 80 && !/^p\.?\s?s\b/i.test(line));
  return isSignature ? body.slice(0, end) : body;
}

function tidy(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/\u00a0/g, ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

// Stands for "everything below is the original" in the text made of HTML; no mail client writes it.
const CUT = '\u2063original\u2063';

const QUOTE_MARKS =
  /gmail_quote|gmail_signature|type=["']?cite|divRplyFwdMsg|appendonsend|yahoo_quoted|protonmail_quote|protonmail_signature|moz-cite-prefix|mail-editor-reference-message|ms-outlook-mobile|zmail_extra|OLK_SRC_BODY_SECTION/i;

function withoutMarkedQuotes(html: string): string {
  try {
    return toUnquotedText(html);
  } catch {
    return ''; // Nested past what the converter bears: the lines of the text decide.
  }
}

/** Compiled once: that takes longer than to convert a mail. */
const toUnquotedText = compile({
  wordwrap: false,
  limits: { maxDepth: 200, maxInputLength: LONGEST_HTML },
  formatters: {
    ...BOUNDED_FORMATTERS,
    cut: (_element, _walk, builder) => {
      builder.openBlock({ leadingLineBreaks: 1 });
      builder.addInline(CUT);
      builder.closeBlock({ trailingLineBreaks: 1 });
    },
  },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    ...BOUNDED_SELECTORS,
    { selector: 'blockquote', options: { trimEmptyLines: true } },
    ...[
      'blockquote.gmail_quote',
      'blockquote[type="cite"]',
      'blockquote[type="CITE"]',
      'blockquote.protonmail_quote',
      'div.gmail_signature',
      'div.protonmail_signature_block',
      '#ms-outlook-mobile-signature',
      'div.moz-cite-prefix',
      'div.moz-signature',
      'pre.moz-signature',
    ].map((selector) => ({ selector, format: 'skip' })),
    ...[
      '#divRplyFwdMsg',
      '#appendonsend',
      '#OLK_SRC_BODY_SECTION',
      '#mail-editor-reference-message-container',
      'div.yahoo_quoted',
      'div.zmail_extra',
      'div.protonmail_quote',
    ].map((selector) => ({ selector, format: 'cut' })),
  ],
});
