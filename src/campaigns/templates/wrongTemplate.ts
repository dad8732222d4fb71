import { LiquidError, type Token } from 'liquidjs';
import type { TemplateProblem } from './template';

/** The template itself is wrong, in words of ours. */
export class WrongTemplate extends Error {
  override readonly name = 'WrongTemplate';

  /** @param token where, if it is anywhere */
  constructor(
    message: string,
    readonly token: Token | null = null,
  ) {
    super(message);
  }
}

/** Says in plain words what any error thrown while parsing or rendering means. */
export function explainProblem(field: TemplateProblem['field'], error: unknown): TemplateProblem {
  const cause = error instanceof LiquidError ? (error.originalError ?? error) : error;
  const { token } =
    cause instanceof WrongTemplate && cause.token ? cause : LiquidError.is(error) ? error : NOWHERE;
  return {
    field,
    line: token?.getPosition()[0] ?? null,
    message: cause instanceof WrongTemplate ? cause.message : translate(wordsOf(cause)),
  };
}

const NOWHERE = { token: null };

/** Without the place that liquidjs appends, and cut where it quotes half of the template. */
function wordsOf(cause: unknown): string {
  const words = cause instanceof Error ? cause.message : String(cause);
  const bare = words.replace(/, line:\d+, col:\d+$/, '');
  return bare.length > 160 ? `${bare.slice(0, 159)}…` : bare;
}

function translate(words: string): string {
  for (const [pattern, sentence] of SENTENCES) {
    const match = pattern.exec(words);
    if (match) return sentence(match[1] ?? '');
  }
  return `This cannot be read as Liquid: ${words}.`;
}

/** What liquidjs 10 says, most particular first. The group is what it names. */
const SENTENCES: readonly (readonly [RegExp, (name: string) => string])[] = [
  [
    /^undefined filter: (.*)$/s,
    (name) =>
      `There is no filter “${name}”. Use one such as default, capitalize, upcase, downcase, strip, replace, truncate or date.`,
  ],
  [
    /^tag "[|}]" not found$/,
    () =>
      'A choice {a|b} must end inside the same {% if %} or {% for %} in which it begins. Write \\| or \\} for the character itself.',
  ],
  [
    /^tag "((?:end\w*|else|elsif|when))" not found$/,
    (name) =>
      `{% ${name} %} has no beginning here. What begins inside a choice {a|b} must end inside the same part of it.`,
  ],
  [
    /^tag "(.*)" not found$/s,
    (name) => `There is no tag {% ${name} %}. Use if, unless, case, for, assign, capture, comment or raw.`,
  ],
  [/^tag (\{%.*) not closed$/s, (tag) => `${tag} has no end: write the {% end… %} that belongs to it.`],
  [/^tag (.*) not closed$/s, () => 'A tag {% is never closed: write %} behind it.'],
  [
    /^output (.*) not closed$/s,
    () => 'A value {{ is never closed: write }} behind it, and check its quotation marks.',
  ],
  [/^raw (.*) not closed$/s, () => '{% raw %} has no end: write {% endraw %}.'],
  [
    /^illegal tag syntax/,
    () =>
      'A tag {% %} must begin with its name, as in {% if first_name %}. For the characters {% themselves, put a space between them.',
  ],
  [
    /^invalid value expression/,
    () => 'Here a value is expected, as in {{ first_name }} or {% if company %}.',
  ],
  [
    /limit exceeded$|^Invalid (?:string|array) length$/,
    () => 'This makes too much text or takes too many turns: make the loops shorter.',
  ],
  [/^Maximum call stack/, () => 'This is nested too deep: write it simpler.'],
];
