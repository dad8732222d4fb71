import { createHash } from 'node:crypto';
import { defaultOptions, TagToken, type TopLevelToken, TypeGuards } from 'liquidjs';
import { WrongTemplate } from './wrongTemplate';

/**
 * A piece of spintax at its place in the template. To Liquid it is a tag, with a name that nobody can write between
 * {% and %}: so choices and Liquid nest in each other, and what is data when the template is rendered never is either.
 */
export class Mark extends TagToken {
  /**
   * @param name `{`, `|` and `}` of a choice, or `"` for text
   * @param text what is written for `"`
   * @param ordinal of a choice: how many begin before it in the template
   */
  constructor(
    source: string,
    at: number,
    name: Brace | '"',
    readonly text = name as string,
    readonly ordinal = 0,
  ) {
    super('{%_%}', 0, 5, defaultOptions);
    this.name = name;
    this.input = source;
    this.begin = at;
    this.end = at + 1;
  }
}

/**
 * Which of `count` options this recipient gets: the first 32 bits of SHA-256 over the seed and the choice's place among
 * the template's choices. Nothing else has a say, so that neither data nor an edit elsewhere turns it, and the
 * same choice in a loop comes out alike.
 */
export function choose(seed: string, ordinal: number, count: number): number {
  return createHash('sha256').update(`${seed}\n${ordinal}`).digest().readUInt32BE(0) % count;
}

/**
 * Finds the choices `{a|b}` in what Liquid leaves as text, and marks their parts. Braces without a | between them are
 * text, and so are `\{`, `\|` and `\}`, and all within {% raw %}, and in HTML within a style, a script or a comment.
 *
 * @throws WrongTemplate for a brace without its partner, or nesting deeper than MOST_NESTED
 */
export function markChoices(
  source: string,
  tokens: readonly TopLevelToken[],
  isHtml: boolean,
): TopLevelToken[] {
  const pieces = resolveBraces(source, cutAtBraces(source, tokens, isHtml));
  checkNesting(pieces);
  return pieces;
}

/** liquidjs takes the first from an array of them, which takes time by its length: 100,000 were 9 s, 5,000 are 10 ms. */
const MOST_PIECES = 5_000;

/** Of tags and choices in each other. liquidjs goes down one call of itself for each. */
const MOST_NESTED = 20;

/** `{`, `|` and `}` each apart, not yet known to be a choice's; text in the longest runs. */
function cutAtBraces(source: string, tokens: readonly TopLevelToken[], isHtml: boolean): TopLevelToken[] {
  const isOpaque = isHtml ? findOpaque(source) : () => false;
  const pieces: TopLevelToken[] = [];
  const add = (piece: TopLevelToken) => {
    if (pieces.push(piece) <= MOST_PIECES) return;
    throw new WrongTemplate(
      `Up to here are ${MOST_PIECES} values, tags and braces: write it shorter.`,
      piece,
    );
  };
  let inside: 'raw' | 'comment' | null = null;
  for (const token of tokens) {
    if (TypeGuards.isHTMLToken(token)) {
      if (inside === 'comment') continue;
      for (const mark of cut(source, token, inside === 'raw' ? () => true : isOpaque)) add(mark);
    } else if (TypeGuards.isTagToken(token) && inside && token.name === `end${inside}`) {
      if (inside === 'comment') add(token);
      inside = null;
    } else if (inside === null) {
      if (TypeGuards.isTagToken(token) && (token.name === 'raw' || token.name === 'comment'))
        inside = token.name;
      if (inside !== 'raw') add(token);
    }
  }
  return pieces;
}

type Span = { begin: number; end: number; trimLeft: number; trimRight: number };

function* cut(source: string, span: Span, isOpaque: (at: number) => boolean): Generator<Mark, void> {
  const text = source.slice(0, span.end - span.trimRight);
  let begin = span.begin + span.trimLeft;
  const brace = /\\?([{}|])/g;
  brace.lastIndex = begin;
  for (let match = brace.exec(text); match; match = brace.exec(text)) {
    const at = match.index;
    if (isOpaque(at)) continue;
    if (begin < at) yield new Mark(source, begin, '"', text.slice(begin, at));
    const [found, sign] = match;
    yield found === sign ? new Mark(source, at, sign as Brace) : new Mark(source, at, '"', sign);
    begin = brace.lastIndex;
  }
  if (begin < text.length) yield new Mark(source, begin, '"', text.slice(begin));
}

type Brace = '{' | '|' | '}';

/** Whether a place is in a style, a script or a comment. To be asked in the order of the source. */
function findOpaque(source: string): (at: number) => boolean {
  const opening = /<(style|script)\b|<!--/gi;
  let region = { begin: 0, end: 0 };
  return (at) => {
    while (region.end <= at) {
      opening.lastIndex = region.end;
      const match = opening.exec(source);
      const closing = match?.[1] ? new RegExp(`</${match[1]}`, 'gi') : /-->/g;
      closing.lastIndex = opening.lastIndex;
      region = {
        begin: match?.index ?? Number.POSITIVE_INFINITY,
        end: (match && closing.exec(source)?.index) ?? Number.POSITIVE_INFINITY,
      };
    }
    return region.begin <= at;
  };
}

/** Tells the braces of choices from those that are text, and joins what is text. */
function resolveBraces(source: string, pieces: readonly TopLevelToken[]): TopLevelToken[] {
  const choices = findChoices(source, pieces);
  const resolved: TopLevelToken[] = [];
  let ordinal = 0;
  for (const piece of pieces) {
    const last = resolved.at(-1);
    if (!(piece instanceof Mark)) resolved.push(piece);
    else if (choices.has(piece)) {
      resolved.push(piece.name === '{' ? new Mark(source, piece.begin, '{', '{', ordinal++) : piece);
    } else if (last instanceof Mark && last.name === '"') {
      resolved[resolved.length - 1] = new Mark(source, last.begin, '"', last.text + piece.text);
    } else resolved.push(new Mark(source, piece.begin, '"', piece.text));
  }
  return resolved;
}

interface Group {
  open: Mark;
  bars: Mark[];
}

/** The braces and bars that belong to choices. */
function findChoices(source: string, pieces: readonly TopLevelToken[]): Set<Mark> {
  const choices = new Set<Mark>();
  const groups: Group[] = [];
  for (const piece of pieces) {
    if (!(piece instanceof Mark)) continue;
    if (piece.name === '{') groups.push({ open: piece, bars: [] });
    if (piece.name === '|') groups.at(-1)?.bars.push(piece);
    if (piece.name !== '}') continue;
    const group = groups.pop();
    if (!group) throw new WrongTemplate('This } closes nothing. Write \\} for the character itself.', piece);
    if (group.bars.length === 0) checkLiteral(source.slice(group.open.begin, piece.end), group.open);
    else for (const mark of [group.open, ...group.bars, piece]) choices.add(mark);
  }
  const unclosed = groups.at(-1);
  if (unclosed) {
    throw new WrongTemplate(
      'This { is never closed: a choice is {a|b}. Write \\{ for the character itself.',
      unclosed.open,
    );
  }
  return choices;
}

/** Braces that stay text, though somebody meant a value. */
function checkLiteral(group: string, open: Mark): void {
  if (/^\{\{/.test(group)) {
    throw new WrongTemplate(
      '{{ begins a value, as in {{ first_name }}, and this is none. Write \\{\\{ for the characters.',
      open,
    );
  }
  const [, name] = /^\{\s*((?:first|last|full)?[_ ]?name|company|email|domain)\s*\}$/i.exec(group) ?? [];
  if (name) {
    const value = name.toLowerCase().replace(/^(first|last|full)[_ ]?/, '$1_');
    throw new WrongTemplate(
      `Values have two braces: write {{ ${value} }}. Write \\{ for the character itself.`,
      open,
    );
  }
}

function checkNesting(pieces: readonly TopLevelToken[]): void {
  let depth = 0;
  for (const piece of pieces) {
    if (!TypeGuards.isTagToken(piece)) continue;
    if (OPENING.has(piece.name)) depth++;
    if (piece.name === '}' || piece.name.startsWith('end')) depth--;
    if (depth > MOST_NESTED) {
      throw new WrongTemplate(`This is nested more than ${MOST_NESTED} deep: write it simpler.`, piece);
    }
  }
}

const OPENING: ReadonlySet<string> = new Set(['{', 'if', 'unless', 'case', 'for', 'capture']);
