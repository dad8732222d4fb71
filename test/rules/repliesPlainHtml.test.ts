import fc from 'fast-check';
import { QUOTE, toUnquotedText } from '../../src/replies/reading/markedQuotes';
import { parseMail } from '../../src/replies/reading/mime';
import { readPlainHtml } from '../../src/replies/reading/plainHtml';
import { composeReply } from '../bench/mailboxes';
import { writtenReplies } from './mail/replies';
import { replyShapes } from './mail/replyShapes';

const words = fc.constantFrom(
  ...[
    'a',
    ' ',
    'b c',
    ' d ',
    '\n',
    'e\n\nf',
    '>',
    '&nbsp;',
    '&amp;',
    '&lt;x',
    '&#39;',
    '&eacute;',
    '&',
    '\u00a0',
  ],
  ...['\u200b', '\r\n', '<br>', '<br>', '<img src="x">', '<hr>', '<br/>', '<!--', '</div>', '<p>', '<BR>'],
);
const tags = fc.constantFrom(
  ...['div', 'div', 'div dir="ltr"', 'div class="gmail_quote"', 'div class="gmail_signature"', 'div id="x"'],
  ...[
    'blockquote class="gmail_quote"',
    'blockquote',
    'span',
    'span class="gmail_signature"',
    'b',
    'p',
    'ul',
    'li',
  ],
  ...[
    'a href="mailto:x"',
    'a class="gmail_quote"',
    'div class="x-gmail_signature"',
    'td',
    'h1',
    'font color="red"',
  ],
);
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 6, depthSize: 'large' },
    words,
    fc
      .tuple(tags, fc.array(tie('element'), { maxLength: 5 }))
      .map(([tag, within]) => `<${tag}>${within.join('')}</${tag.split(' ')[0]}>`),
  ),
}));
const html = fc.array(element, { maxLength: 6 }).map((elements) => elements.join(''));

test('what is read at once says what html-to-text says, of whatever it takes', () => {
  let taken = 0;
  fc.assert(
    fc.property(html, (written) => {
      const text = readPlainHtml(written, QUOTE);
      if (text === null) return;
      taken += 1;
      expect(text).toBe(toUnquotedText(written));
    }),
    { numRuns: 4_000, seed: 1 },
  );
  expect(taken).toBeGreaterThan(400);
});

test('and of what mail programs write', async () => {
  for (const { source } of [...writtenReplies, ...replyShapes]) {
    const { html: written } = await parseMail(source);
    const text = written && readPlainHtml(written, QUOTE);
    if (text) expect(text).toBe(toUnquotedText(written));
  }
});

test.each([
  ['an item that ends the one before', '<li><div><li><li></li></li></div></li>'],
  ['a paragraph that a list ends', '<p><ul></ul></p>'],
  ['a table', '<table></table>'],
  ['a comment', '<!-- </blockquote> -->'],
  ['an end too many', '</div>'],
])('a quote with %s is left to html-to-text', (_, quoted) => {
  const written = `<div><blockquote class="gmail_quote">${quoted}</blockquote>Yes.</div>`;
  expect(readPlainHtml(written, QUOTE)).toBeNull();
});

test.each([
  ["another program's signature", '<div id="x_Signature">Ann</div>'],
  ['its class', '<div class="moz-signature">Ann</div>'],
  ['two classes', '<div class="gmail_quote" class="gmail_signature">Ann</div>'],
  ['a list', '<ul><li>Yes.</li></ul>'],
  ['a quote of another kind', '<blockquote>Yes.</blockquote>'],
  ['an entity', 'Voil&agrave;'],
  ['a torn tag', '<div>Yes.</div'],
])('%s is left to html-to-text', (_, written) => {
  expect(readPlainHtml(written, QUOTE)).toBeNull();
});

test('an answer as Gmail writes it is read at once', async () => {
  const { html: written } = await parseMail(Buffer.from(composeReply(1, 1, 'Hello')));
  expect(readPlainHtml(written ?? '', QUOTE)).toBe(
    'Yes, that sounds interesting. Shall we say Tuesday?\n\nOn Mon, Nov 23, 2026 at 9:00 AM account1@gmail.com wrote:\n\n>',
  );
});
