import {
  type Emitter,
  type FilterImplOptions,
  Liquid,
  type Parser,
  Tag,
  type TagToken,
  type Template,
  type TopLevelToken,
} from 'liquidjs';
import { createFilters } from './filters';
import type { Rendering } from './rendering';
import type { Mark } from './spintax';

/** Liquid as templates may use it: no files, no clock, no chance, and every string that is made is counted. */
export function createLiquid(): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    lenientIf: true,
    memoryLimit: MOST_CHARACTERS_MADE,
    outputEscape: print,
    // The tags that read files are taken away below; should one be forgotten, it finds none.
    templates: {},
    // Else liquidjs asks the machine.
    locale: 'en-US',
  });
  for (const name of Object.keys(liquid.filters)) liquid.unregisterFilter(name);
  for (const [name, filter] of Object.entries(createFilters())) liquid.registerFilter(name, filter);
  for (const name of Object.keys(liquid.tags)) if (!TAGS.has(name)) delete liquid.tags[name];
  liquid.registerTag('{', ChoiceTag);
  liquid.registerTag('"', TextTag);
  return liquid;
}

/** In filters, captures and the output together. */
const MOST_CHARACTERS_MADE = 1_000_000;

// `echo`, `liquid` and `cycle` print past what counts; the counters write into the variables; the others read files.
const TAGS: ReadonlySet<string> = new Set(
  'assign capture case comment for break continue if unless #'.split(' '),
);

const print: Extract<FilterImplOptions, (...args: never[]) => unknown> = function (value) {
  return (this.context as Rendering).print(value);
};

/** `{a|b}`: one of its options, each of which may hold Liquid and choices. */
class ChoiceTag extends Tag {
  declare token: Mark;
  private readonly options: Template[][] = [[]];

  constructor(mark: TagToken, following: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(mark, following, liquid);
    const { options } = this;
    parser
      .parseStream(following)
      .on('tag:|', () => options.push([]))
      .on<Template>('template', (template) => options.at(-1)?.push(template))
      .on('tag:}', function () {
        this.stop();
      })
      .start();
  }

  override *render(rendering: Rendering, emitter: Emitter): Generator<unknown, void> {
    for (const option of rendering.pick(this.token, this.options)) {
      yield this.liquid.renderer.renderTemplates(option, rendering, emitter);
    }
  }
}

/** Text that goes out as it stands. */
class TextTag extends Tag {
  declare token: Mark;

  override render({ memoryLimit }: Rendering, emitter: Emitter): void {
    memoryLimit.use(this.token.text.length);
    emitter.write(this.token.text);
  }
}
