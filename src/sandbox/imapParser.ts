/** One argument of a command. A FETCH item such as BODY.PEEK[HEADER]<0.10> is an atom with section and partial. */
export type Argument =
  | { kind: 'atom'; text: string; section?: Argument[]; partial?: [number, number] }
  | { kind: 'string'; bytes: Buffer }
  | { kind: 'list'; items: Argument[] };

/** One command as a client sent it; `name` in upper case, with UID in front when it was. */
export interface Command {
  tag: string;
  name: string;
  args: Argument[];
}

/** What a client got wrong; its tag, where one could be read, is answered with BAD. */
export class SyntaxProblem extends Error {}

/** Reads one whole command, its literals included, without its final line break (RFC 3501 9, RFC 7888). */
export function parseCommand(input: Buffer): Command {
  const reader = new Reader(input);
  const tag = reader.word();
  let name = reader.skipSpace().word().toUpperCase();
  if (name === 'UID') name = `UID ${reader.skipSpace().word().toUpperCase()}`;
  if (tag === '' || name === '') throw new SyntaxProblem('Could not parse command');
  const args: Argument[] = [];
  while (!reader.atEnd) args.push(reader.skipSpace().argument());
  return { tag, name, args };
}

/** The text of an atom or a string; throws when the argument is neither. */
export function textOfArgument(argument: Argument | undefined): string {
  if (argument?.kind === 'atom') return argument.text;
  if (argument?.kind === 'string') return argument.bytes.toString('utf8');
  throw new SyntaxProblem('Could not parse command');
}

/** The items of a list, or the argument alone. */
export function itemsOf(argument: Argument | undefined): Argument[] {
  if (argument === undefined) throw new SyntaxProblem('Could not parse command');
  return argument.kind === 'list' ? argument.items : [argument];
}

/** One range of a set, ends included, in order. */
export type Range = [number, number];

/**
 * Reads a set such as 1,3:5,7:*. `last` stands for *: n:* holds the last one even when n is past it (RFC 3501 6.4.8).
 */
export function parseSet(text: string, last: number): Range[] {
  if (!/^(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?(?:,(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?)*$/.test(text)) {
    throw new SyntaxProblem('Could not parse command');
  }
  return text.split(',').map((part) => {
    const [from = 0, to = from] = part.split(':').map((end) => (end === '*' ? last : Number(end)));
    return from <= to ? [from, to] : [to, from];
  });
}

/** Whether a set holds a number. */
export function holds(set: readonly Range[], value: number): boolean {
  return set.some(([from, to]) => value >= from && value <= to);
}

/** Writes numbers, in order, as a set. */
export function formatSet(values: readonly number[]): string {
  const ranges: Range[] = [];
  for (const value of values) {
    const last = ranges.at(-1);
    if (last && value === last[1] + 1) last[1] = value;
    else ranges.push([value, value]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',');
}

const DEEPEST = 30; // nested lists; a search with more is no search

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly input: Buffer) {}

  get atEnd(): boolean {
    return this.at >= this.input.length;
  }

  skipSpace(): this {
    if (this.peek() !== ' ') throw new SyntaxProblem('Could not parse command');
    while (this.peek() === ' ') this.at++;
    return this;
  }

  /** Everything up to a space. */
  word(): string {
    return this.run(/[^\s]/);
  }

  argument(): Argument {
    switch (this.peek()) {
      case '"':
        return { kind: 'string', bytes: this.quoted() };
      case '{':
        return { kind: 'string', bytes: this.literal() };
      case '(':
        return { kind: 'list', items: this.list(')') };
      default:
        return this.atom();
    }
  }

  private list(close: string): Argument[] {
    if (++this.depth > DEEPEST) throw new SyntaxProblem('Could not parse command');
    this.at++;
    const items: Argument[] = [];
    while (this.peek() !== close) {
      if (this.atEnd) throw new SyntaxProblem('Could not parse command');
      if (this.peek() === ' ') this.at++;
      else items.push(this.argument());
    }
    this.at++;
    this.depth--;
    return items;
  }

  private atom(): Argument {
    const text = this.run(/[^\s(){"[\]]/);
    const isSection = /^BODY(\.PEEK)?$/i.test(text);
    if (this.peek() === '[' && isSection) {
      const section = this.list(']');
      const partial = /^<(\d{1,10})\.(\d{1,10})>/.exec(this.input.toString('latin1', this.at, this.at + 30));
      if (!partial) return { kind: 'atom', text, section };
      this.at += partial[0].length;
      return { kind: 'atom', text, section, partial: [Number(partial[1]), Number(partial[2])] };
    }
    // elsewhere brackets are part of the word: [Gmail]/Spam comes unquoted from some clients
    const whole = text + (isSection || this.depthIsSection() ? '' : this.run(/[^\s(){"]/));
    if (whole === '') throw new SyntaxProblem('Could not parse command');
    return { kind: 'atom', text: whole };
  }

  /** Inside BODY[...] a closing bracket ends the section. */
  private depthIsSection(): boolean {
    return this.depth > 0 && this.peek() === ']';
  }

  private quoted(): Buffer {
    const bytes: number[] = [];
    for (this.at++; this.peek() !== '"'; this.at++) {
      if (this.peek() === '\\') this.at++;
      const byte = this.input[this.at];
      if (byte === undefined) throw new SyntaxProblem('Could not parse command');
      bytes.push(byte);
    }
    this.at++;
    return Buffer.from(bytes);
  }

  private literal(): Buffer {
    const head = /^\{(\d{1,10})\+?\}\r?\n/.exec(this.input.toString('latin1', this.at, this.at + 20));
    if (!head) throw new SyntaxProblem('Could not parse command');
    const start = this.at + head[0].length;
    this.at = start + Number(head[1]);
    return this.input.subarray(start, this.at);
  }

  private run(allowed: RegExp): string {
    const start = this.at;
    while (!this.atEnd && allowed.test(this.peek())) this.at++;
    return this.input.toString('utf8', start, this.at);
  }

  private peek(): string {
    const byte = this.input[this.at];
    return byte === undefined ? '' : String.fromCharCode(byte);
  }
}
