import sanitize from 'sanitize-html';

// Longer than any mail that a person wrote; sanitize-html keeps the whole of it in memory several times over.
const LONGEST_HTML = 2_000_000;

/**
 * HTML of a stranger, made safe to show: no script, form, frame, style sheet or remote content, nothing that leaves its
 * box or the page unasked. Links open apart and tell their target nothing; only http, https and mailto.
 */
export function sanitizeMailHtml(html: string): string {
  return sanitize(html.slice(0, LONGEST_HTML), RULES);
}

const LENGTH = /^\d{1,4}(?:\.\d{1,4})?(?:px|pt|em|rem|%)?$/;
const LINE_HEIGHT =
  /^(?:normal|\d(?:\.\d{1,4})?(?:em|rem)?|\d{1,2}(?:\.\d{1,4})?(?:px|pt)|\d{1,3}(?:\.\d{1,4})?%)$/;
// Not negative: what is pulled out of its place can lie over something else.
const SPACE =
  /^\d{1,3}(?:\.\d{1,4})?(?:px|pt|em|rem|%)?(?:\s+(?:\d{1,3}(?:\.\d{1,4})?(?:px|pt|em|rem|%)?|auto)){0,3}$/;
const COLOUR = /^(?:#[0-9a-f]{3,8}|[a-z]{3,30}|rgba?\([\d\s.,%]{1,40}\))$/i;
const BORDER =
  /^(?:(?:none|solid|dashed|dotted|double|#[0-9a-f]{3,8}|[a-z]{3,30}|rgba?\([\d\s.,%]{1,40}\)|\d{1,2}(?:\.\d{1,4})?(?:px|pt)?)\s*){1,3}$/i;

const RULES: sanitize.IOptions = {
  allowedTags:
    `a abbr b blockquote br caption center code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i
    img ins li mark ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr u ul`.split(
      /\s+/,
    ),
  // Their text is not what the mail says.
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'title',
    'head',
    'template',
    'svg',
    'math',
    'object',
    'iframe',
  ],
  allowedAttributes: {
    '*': ['style', 'dir', 'lang', 'align', 'valign', 'title'],
    a: ['href', 'target', 'rel'],
    img: ['src', 'alt', 'width', 'height'],
    font: ['color', 'size', 'face'],
    table: ['width', 'border', 'cellpadding', 'cellspacing', 'bgcolor'],
    td: ['width', 'height', 'colspan', 'rowspan', 'bgcolor'],
    th: ['width', 'height', 'colspan', 'rowspan', 'bgcolor'],
    ol: ['start', 'type'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  // Pictures in the mail itself only: a remote one tells its sender who read it, and when. No SVG: it is a document.
  allowedSchemesByTag: { img: ['data'] },
  allowProtocolRelative: false,
  exclusiveFilter: ({ tag, attribs }) =>
    tag === 'img' && !/^data:image\/(?:png|jpe?g|gif|webp);base64,/i.test(attribs['src'] ?? ''),
  allowedStyles: {
    '*': {
      color: [COLOUR],
      'background-color': [COLOUR],
      'font-family': [/^[\w\s,'"-]{1,200}$/],
      'font-size': [/^\d{1,2}(?:\.\d{1,4})?(?:px|pt|em|rem|%)$/],
      'font-style': [/^(?:normal|italic|oblique)$/],
      'font-weight': [/^(?:normal|bold|bolder|lighter|\d{3})$/],
      'line-height': [LINE_HEIGHT],
      'text-align': [/^(?:left|right|center|justify|start|end)$/],
      'text-decoration': [/^(?:none|underline|line-through)$/],
      'vertical-align': [/^(?:top|middle|bottom|baseline|sub|super)$/],
      'white-space': [/^(?:normal|pre|pre-wrap|nowrap)$/],
      'list-style-type': [/^[a-z-]{1,30}$/],
      margin: [SPACE],
      padding: [SPACE],
      border: [BORDER],
      'border-collapse': [/^(?:collapse|separate)$/],
      ...Object.fromEntries(
        ['left', 'right', 'top', 'bottom'].flatMap((side) => [
          [`margin-${side}`, [SPACE]],
          [`padding-${side}`, [SPACE]],
          [`border-${side}`, [BORDER]],
        ]),
      ),
      width: [LENGTH],
      'max-width': [LENGTH],
    },
  },
  transformTags: {
    // A link without a host would lead into the page that shows it.
    a: (tagName, { href = '', ...attribs }) => ({
      tagName,
      attribs: {
        ...(/^\s*(?:https?:\/\/|mailto:)/i.test(href) ? { href } : {}),
        ...attribs,
        target: '_blank',
        rel: 'noopener noreferrer nofollow',
      },
    }),
  },
  nestingLimit: 200,
  parseStyleAttributes: true,
};
