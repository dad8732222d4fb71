import { compile, type FormatCallback } from 'html-to-text';
import { BOUNDED_FORMATTERS, BOUNDED_SELECTORS } from './htmlLevels';
import { readPlainHtml } from './plainHtml';

/** What is found in HTML where a mail program marked a quote or a signature. */
export const QUOTE_MARKS =
  /gmail_quote|gmail_signature|type=["']?cite|divRplyFwdMsg|appendonsend|yahoo_quoted|protonmail_quote|protonmail_signature|moz-cite-prefix|mail-editor-reference-message|ms-outlook-mobile|zmail_extra|OLK_SRC_BODY_SECTION|id=["']?(?:x_)?Signature|messageSignatureSection|front-signature|composer_signature|ymail_\w+_signature/i;

/** Stands for "everything below is the original" in the text made of HTML; no mail client writes it. */
export const CUT = '\u2063original\u2063';

/** Stands for what was quoted there, as a line of text would. */
export const QUOTE = '>';

/** The text of HTML, with a line in place of each quote that is marked, and without marked signatures; empty where it cannot be read. */
export function withoutMarkedQuotes(html: string): string {
  if (html.length > LONGEST_HTML) return '';
  try {
    return readPlainHtml(html, QUOTE) ?? toUnquotedText(html);
  } catch {
    return ''; // Nested past what the converter bears: the lines of the text decide.
  }
}

const LONGEST_HTML = 500_000;

function put(line: string): FormatCallback {
  return (_element, _walk, builder) => {
    builder.openBlock({ leadingLineBreaks: 1 });
    builder.addInline(line);
    builder.closeBlock({ trailingLineBreaks: 1 });
  };
}

/** The same of any HTML, by html-to-text. Compiled once: that takes longer than to convert a mail. */
export const toUnquotedText = compile({
  wordwrap: false,
  limits: { maxDepth: 200, maxInputLength: LONGEST_HTML },
  formatters: {
    ...BOUNDED_FORMATTERS,
    cut: put(CUT),
    quote: put(QUOTE),
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
    ].map((selector) => ({ selector, format: 'quote' })),
    ...[
      'div.gmail_signature',
      'div.protonmail_signature_block',
      '[id$="ms-outlook-mobile-signature"]',
      'div[id$="Signature"]',
      'div[name="messageSignatureSection"]',
      'div.front-signature',
      '#composer_signature',
      '[id^="ymail_"]',
      'div.moz-cite-prefix',
      'div.moz-signature',
      'pre.moz-signature',
    ].map((selector) => ({ selector, format: 'skip' })),
    ...[
      '[id$="divRplyFwdMsg"]',
      '[id$="appendonsend"]',
      '#OLK_SRC_BODY_SECTION',
      '#mail-editor-reference-message-container',
      'div.yahoo_quoted',
      'div.zmail_extra',
      'div.protonmail_quote',
    ].map((selector) => ({ selector, format: 'cut' })),
  ],
});
