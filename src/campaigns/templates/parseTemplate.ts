import { type Liquid, Parser, type Template, Tokenizer, type TopLevelToken, TypeGuards } from 'liquidjs';
import { createLiquid } from './engine';
import { startsWithTag } from './parts';
import { markChoices } from './spintax';
import { WrongTemplate } from './wrongTemplate';

/** A subject or body, ready to be rendered any number of times. */
export interface ParsedTemplate {
  isHtml: boolean;
  templates: Template[];
}

export const liquid: Liquid = createLiquid();

/**
 * Parses a template, or finds it as it was parsed before.
 *
 * @throws WrongTemplate or LiquidError for one that cannot be read
 */
export function parseTemplate(source: string): ParsedTemplate {
  const parsed = recent.get(source) ?? parse(source);
  remember(source, parsed);
  return parsed;
}

/** Gmail shows the first 102 KB of an email. */
const MOST_CHARACTERS = 100_000;

function parse(source: string): ParsedTemplate {
  if (source.length > MOST_CHARACTERS) {
    throw new WrongTemplate(
      `This has ${source.length} characters, and at most ${MOST_CHARACTERS} are sent: make it shorter, with pictures as links.`,
    );
  }
  const tokens = new TemplateTokenizer(source).readTopLevelTokens(liquid.options);
  const isHtml = startsWithTag(firstText(tokens));
  return { isHtml, templates: new Parser(liquid).parseTokens(markChoices(source, tokens, isHtml)) };
}

/** What the recipient sees first, tags and comments of Liquid aside; empty where that is a value. */
function firstText(tokens: readonly TopLevelToken[]): string {
  let isComment = false;
  for (const token of tokens) {
    if (TypeGuards.isTagToken(token))
      isComment = token.name === 'comment' || (isComment && token.name !== 'endcomment');
    else if (TypeGuards.isOutputToken(token) && !isComment) return '';
    else if (!isComment && token.getText().trim() !== '') return token.getText();
  }
  return '';
}

/** Knows `{{Hi|Hello} there|Hey}`, a choice that begins with a choice, from `{{ first_name }}`. */
class TemplateTokenizer extends Tokenizer {
  private isRaw = false;

  override readTopLevelToken(options: typeof liquid.options): TopLevelToken {
    if (!this.isRaw && this.beginsTwoChoices()) return this.readBrace();
    const token = super.readTopLevelToken(options);
    if (TypeGuards.isTagToken(token)) this.isRaw = token.name === 'raw';
    return token;
  }

  /** A value holds no braces but between quotes; what is neither is left for Liquid to complain about. */
  private beginsTwoChoices(): boolean {
    if (!this.match('{{')) return false;
    const ahead = this.input.slice(this.p, this.p + LONGEST_VALUE);
    if (/^\{\{(?:[^{}"']|"[^"]*"|'[^']*')*\}\}/.test(ahead)) return false;
    const brace = /[{}]{1,2}/.exec(ahead.slice(2))?.[0];
    return brace !== undefined && brace !== '}}';
  }

  private readBrace(): TopLevelToken {
    this.advance();
    const token = this.readHTMLToken(['{%', '{{']);
    token.begin--;
    return token;
  }
}

// How far ahead it is looked for the end of a value, so that many beginnings stay cheap.
const LONGEST_VALUE = 1_000;

/** The templates of running campaigns, in the order in which they were last used. */
const recent = new Map<string, ParsedTemplate>();
let charactersKept = 0;
// What is parsed takes some hundred bytes a character at worst; thousands of usual templates have room.
const MOST_CHARACTERS_KEPT = 1_000_000;

function remember(source: string, parsed: ParsedTemplate): void {
  if (!recent.delete(source)) charactersKept += source.length;
  recent.set(source, parsed);
  for (const oldest of recent.keys()) {
    if (charactersKept <= MOST_CHARACTERS_KEPT) break;
    recent.delete(oldest);
    charactersKept -= oldest.length;
  }
}
