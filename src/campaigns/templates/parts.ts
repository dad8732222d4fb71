import { compile } from 'html-to-text';
import type { Footer } from './template';

/** The same words twice, for programs that show HTML and for those that do not. */
export interface Parts {
  text: string;
  html: string;
}

/** Whether a text is meant as HTML: it starts with a tag. `<https://…>` and `<3` are none. */
export function startsWithTag(source: string): boolean {
  return /^\s*<(?:!--|!doctype\s|\/?[a-z][a-z0-9-]*[\s/>])/i.test(source);
}

/** Both parts of what was written as one of them. */
export function makeParts(written: string, isHtml: boolean): Parts {
  return isHtml
    ? { html: written.trim(), text: tidy(writeText(written)) }
    : { html: writeHtml(tidy(written)), text: tidy(written) };
}

/** Puts the signature and the footer below the body: in HTML before the end of a whole document. */
export function appendBelow(body: Parts, signature: Parts | null, footer: Footer | null): Parts {
  const lines = [footer?.optOut, footer?.postalAddress].map((line) => tidy(line ?? '')).filter(Boolean);
  const small =
    lines.length > 0 ? `<div style="color:#777;font-size:12px">${writeHtml(lines.join('\n'))}</div>` : '';
  const below = [signature?.html, small].filter(Boolean).join('\n');
  const end = body.html.search(/<\/body\s*>/i);
  const [before, after] = end < 0 ? [body.html, ''] : [body.html.slice(0, end), body.html.slice(end)];
  return {
    text: [body.text, signature?.text, lines.join('\n')].filter(Boolean).join('\n\n'),
    html: [before, below, after].filter(Boolean).join('\n'),
  };
}

/** A text as it may stand in HTML, between tags and in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Blank lines part paragraphs, the others break, and addresses become links. */
function writeHtml(text: string): string {
  return text
    .split(/\n{2,}/)
    .filter(Boolean)
    .map((paragraph) => `<p>${linkAddresses(paragraph).replaceAll('\n', '<br>\n')}</p>`)
    .join('\n');
}

// Bounded, as what follows looks at its end from each of its characters.
const ADDRESS = /(\bhttps?:\/\/[^\s<>"]{1,2000})/gi;

function linkAddresses(text: string): string {
  return text
    .split(ADDRESS)
    .map((part, n) => (n % 2 === 0 ? keepSpaces(escapeHtml(part)) : linkAddress(part)))
    .join('');
}

function linkAddress(found: string): string {
  // The full stop of the sentence, or the bracket around, is not the address's own.
  const address = found.replace(found.includes('(') ? /[.,;:!?'\]]+$/ : /[.,;:!?'\])]+$/, '');
  const link = escapeHtml(address);
  return `<a href="${link}">${link}</a>${escapeHtml(found.slice(address.length))}`;
}

function keepSpaces(html: string): string {
  return html.replaceAll('  ', '&nbsp; ');
}

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

// Compiled once: to read the options takes ten times as long as to read an email.
const writeText = compile({
  wordwrap: false,
  limits: { maxDepth: 200 },
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] } },
    { selector: 'img', format: 'skip' },
    ...HEADINGS.map((selector) => ({ selector, format: 'block' })),
  ],
});

/** Without the holes that conditions leave behind. Line by line, as a pattern for it takes quadratic time. */
function tidy(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trimEnd());
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+/, '')
    .trimEnd();
}
