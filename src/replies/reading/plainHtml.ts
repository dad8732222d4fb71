/**
 * Reads at once the HTML that Gmail's programs write for an answer: words in divisions, and one kind of quote and of
 * signature, marked by their class. It says what html-to-text says with the rules of `replyText.ts`, in a quarter of the
 * time, while somebody waits for the answer.
 *
 * @param quote stands for each quote, as a line of its own; signatures are left out
 * @returns null for HTML that has anything else in it, or is not wholly well formed: that is for html-to-text to judge
 */
export function readPlainHtml(html: string, quote: string): string | null {
  const open: { name: string; around: Block | null }[] = [];
  let block = new Block();
  // How many elements were open where a quote or a signature began, in which nothing counts but its end.
  let passedOver: number | null = null;
  let end = 0;
  for (const { 0: piece, 1: closes, 2: name, 3: attributes = '', index } of html.matchAll(PIECE)) {
    if (index !== end || open.length > DEEPEST) return null;
    end += piece.length;
    if (name === undefined) {
      const words = passedOver === null ? decode(piece) : '';
      if (words === null) return null;
      if (words) block.addWords(words);
    } else if (closes) {
      const closed = open.pop();
      if (closed?.name !== name) return null;
      if (passedOver === open.length) passedOver = null;
      if (closed.around) block = closed.around.addBlock(block.text);
    } else {
      const role = passedOver === null ? roleOf(name, attributes) : 'none';
      if (role === null || !isKnown(name) || closesAnother(name, open.at(-1)?.name)) return null;
      if (role === 'quote') block.addBlock(quote);
      if (role === 'quote' || role === 'signature') passedOver = open.length;
      if (name === 'br' && passedOver === null) block.breakLine();
      if (!EMPTY.has(name)) open.push({ name, around: role === 'block' ? block : null });
      if (role === 'block') block = new Block();
    }
  }
  return end === html.length && open.length === 0 ? block.text : null;
}

/** A tag as programs write it, or what stands between two. */
const PIECE = /<(\/?)([a-z]{1,10})((?: [a-z-]{1,30}="[^"<>]*")*)>|[^<]+/g;

// Elements that say by themselves where they end. Other blocks than divisions are known in quotes only.
const EMPTY: ReadonlySet<string> = new Set(['br', 'img']);
const INLINE: ReadonlySet<string> = new Set(['a', 'b', 'em', 'font', 'i', 'span', 'strong', 'u']);
const BLOCKS: ReadonlySet<string> = new Set(['div', 'blockquote', 'p', 'ul', 'ol', 'li']);

function isKnown(name: string): boolean {
  return EMPTY.has(name) || INLINE.has(name) || BLOCKS.has(name);
}

/** A paragraph ends where the next block begins, also without being closed, and a list's item where the next one does. */
function closesAnother(name: string, within: string | undefined): boolean {
  return (within === 'p' && BLOCKS.has(name)) || (within === 'li' && name === 'li');
}

/** What an element outside of quotes is; null where another program's mark may be on it. */
function roleOf(name: string, attributes: string): 'quote' | 'signature' | 'block' | 'none' | null {
  if (/ (?:id|name|type)=| class=.* class=/s.test(attributes)) return null;
  const classes = / class="([^"]*)"/.exec(attributes)?.[1] ?? '';
  if (!/^(?:(?:gmail_\w+|ltr)(?: |$))*$/.test(classes)) return null;
  if (name === 'blockquote') return /\bgmail_quote\b/.test(classes) ? 'quote' : null;
  if (name === 'div') return /\bgmail_signature\b/.test(classes) ? 'signature' : 'block';
  return BLOCKS.has(name) ? null : 'none';
}

// html-to-text has a limit of 200.
const DEEPEST = 100;

const ENTITIES: Readonly<Record<string, string>> = {
  '&nbsp;': '\u00a0',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** Null where it has another entity than those that Gmail writes. */
function decode(text: string): string | null {
  if (!text.includes('&')) return text;
  const decoded = text.replace(/&(?:nbsp|amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
  return /&(?!(?:nbsp|amp|lt|gt|quot|#39);)/.test(text) ? null : decoded;
}

/** The lines of one block: each block within it has its own, and whitespace between two says nothing. */
class Block {
  #above = '';
  #lines = '';
  #startsLine = true;
  #followsSpace = false;
  #followsBlock = false;

  get text(): string {
    return this.#above + this.#lines;
  }

  addWords(text: string): void {
    const words = text.match(/[^ \t\r\n\f\u200b]+/g);
    if (!words && this.#followsBlock) return;
    if (this.#followsBlock) this.breakLine();
    this.#followsBlock = false;
    if (words) {
      const isApart = this.#followsSpace || /^[ \t\r\n\f\u200b]/.test(text);
      this.#lines += `${isApart && !this.#startsLine ? ' ' : ''}${words.join(' ')}`;
      this.#startsLine = false;
    }
    this.#followsSpace = /[ \t\r\n\f\u200b]$/.test(text);
  }

  breakLine(): void {
    this.#lines += '\n';
    this.#startsLine = true;
  }

  /** What a block within this one says. */
  addBlock(text: string): this {
    this.#above = this.text ? `${this.text}\n${text}` : text;
    this.#lines = '';
    this.#startsLine = true;
    this.#followsBlock = true;
    return this;
  }
}
