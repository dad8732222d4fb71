import { Context, Drop, type Liquid, type Template, toValue } from 'liquidjs';
import { escapeHtml } from './parts';
import { choose, type Mark } from './spintax';
import { Markup, Missing } from './values';
import type { Variables } from './variables';
import { WrongTemplate } from './wrongTemplate';

/** What of the recipient a template may name, and how what it prints is written. */
export interface Purpose {
  variables: Variables;
  /** Decides the choices: see `choose`. */
  seed: string;
  /** Whether values are printed into HTML, and so escaped. */
  isHtml: boolean;
  /** Takes the names that were to be printed and have no value. */
  missing: Set<string>;
}

/**
 * One rendering: where names are looked up, where values are printed, and where both are bounded. Nothing but
 * what stands in the variables can be reached from a template: no prototype, no method, no global.
 */
export class Rendering extends Context {
  constructor(
    liquid: Liquid,
    private readonly purpose: Purpose,
  ) {
    super(Object.create(null), liquid.options, { sync: true, globals: RECIPIENT }, { liquid });
    let turns = 0;
    // Asked before every piece with the time of day; counting instead has the same outcome on every machine.
    this.renderLimit.check = () => {
      if (++turns > MOST_TURNS) throw new WrongTemplate('This takes too many turns: make the loops shorter.');
    };
  }

  override readProperty(owner: Owner, key: string | number | Drop): unknown {
    const name = String(toValue(key));
    if (owner === RECIPIENT) return this.purpose.variables.find(name) ?? this.miss(name);
    if (owner instanceof Missing) return owner;
    if (owner instanceof Drop && !OF_LOOPS.has(name)) return this.miss(name);
    return super.readProperty(owner, key) ?? this.miss(name);
  }

  /** The options of a choice that are to be rendered. */
  pick(mark: Mark, options: Template[][]): Template[][] {
    return options.slice(choose(this.purpose.seed, mark.ordinal, options.length)).slice(0, 1);
  }

  /** Writes a value as the body or subject shows it. Remembers it when it is missing. */
  print(value: unknown): string {
    const shown = value ?? this.miss('a value');
    if (shown instanceof Missing) this.purpose.missing.add(shown.name);
    const text = shown instanceof Missing ? '' : this.write(shown);
    this.memoryLimit.use(text.length);
    return text;
  }

  /** What stands for a value that is not there. */
  protected miss(name: string): unknown {
    return new Missing(name);
  }

  private write(value: unknown): string {
    const { isHtml } = this.purpose;
    if (value instanceof Markup) return isHtml ? value.html : value.text;
    if (Array.isArray(value)) return value.map((item) => this.write(item)).join('');
    if (typeof value === 'object') {
      throw new WrongTemplate('These are several values: name one of them, as in {{ sender.name }}.');
    }
    return isHtml ? escapeHtml(String(value)) : String(value);
  }
}

/** A rendering to find what is wrong when a campaign is saved: takes every option of a choice. */
export class Trial extends Rendering {
  constructor(
    liquid: Liquid,
    purpose: Purpose,
    /** Whether the recipient has whatever the template asks for. */
    private readonly hasAll: boolean,
  ) {
    super(liquid, purpose);
  }

  override pick(_mark: Mark, options: Template[][]): Template[][] {
    return options;
  }

  // A digit fits where a word, a number or a date is expected.
  protected override miss(name: string): unknown {
    return this.hasAll ? '1' : super.miss(name);
  }
}

/** Stands for the recipient where liquidjs looks a name up last, behind what the template assigned. */
const RECIPIENT = {};

type Owner = Parameters<Context['readProperty']>[0];

// Twice the pieces that a template may have; they take some 30 ms.
const MOST_TURNS = 10_000;

const OF_LOOPS: ReadonlySet<string> = new Set('index index0 rindex rindex0 first last length'.split(' '));
