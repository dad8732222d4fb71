import { type FilterImplOptions, filters as ofLiquid } from 'liquidjs';
import { formatDate } from './dates';
import { escapeHtml } from './parts';
import { Markup, Missing } from './values';
import { WrongTemplate } from './wrongTemplate';

type Filter = Extract<FilterImplOptions, (...args: never[]) => unknown>;

/** Every filter that a template may use, by name. */
export function createFilters(): Record<string, Filter> {
  const own = { date, newline_to_br: breakLines };
  const chosen = Object.fromEntries(CHOSEN.map((name) => [name, handlerOf(name)]));
  const handing = Object.entries({ ...chosen, ...own }).map(([name, filter]) => [
    name,
    handOnMissing(filter),
  ]);
  return { ...Object.fromEntries(handing), default: putDefault };
}

/**
 * Liquid's own that were read line by line: linear in time, charged to the memory limit, and with the same
 * answer everywhere. Left out are, among others: sample (random), raw (data would become HTML), escape (done
 * for every value), the *_exp family (parses text as Liquid), map, sort and where (there are no lists of objects).
 */
const CHOSEN = [
  ...['capitalize', 'upcase', 'downcase', 'strip', 'lstrip', 'rstrip', 'squish', 'strip_newlines'],
  ...[
    'append',
    'prepend',
    'remove',
    'remove_first',
    'remove_last',
    'replace',
    'replace_first',
    'replace_last',
  ],
  ...['truncate', 'truncatewords', 'slice', 'strip_html', 'url_encode', 'slugify'],
  ...['split', 'join', 'first', 'last', 'size', 'reverse', 'uniq'],
  ...[
    'plus',
    'minus',
    'times',
    'divided_by',
    'modulo',
    'round',
    'ceil',
    'floor',
    'abs',
    'at_least',
    'at_most',
  ],
];

function handlerOf(name: string): Filter {
  const filter = ofLiquid[name];
  if (typeof filter !== 'function') throw new Error(`liquidjs has no filter ${name}`);
  return filter as Filter;
}

/** What is made of a missing value is missing too: `{{ first_name | upcase }}` must not become "". */
function handOnMissing(filter: Filter): Filter {
  return function (value, ...args) {
    const missing = [value, ...args].find((given) => given instanceof Missing);
    return missing ?? filter.call(this, value, ...args);
  };
}

const putDefault: Filter = (value, ...fallback) => {
  if (fallback.length !== 1)
    throw new WrongTemplate("default needs what to write instead: default: 'there'.");
  const isBlank = value instanceof Missing || (value ?? false) === false || String(value).trim() === '';
  return isBlank ? fallback[0] : value;
};

const date: Filter = (value, format = '%B %-d, %Y') => {
  if (value === 'now' || value === 'today') {
    throw new WrongTemplate(`'${value}' has no date here, as the preview would differ from what goes out.`);
  }
  return formatDate(String(value), String(format)) ?? value;
};

const breakLines: Filter = function (value) {
  const text = String(value);
  this.context.memoryLimit.use(text.length);
  return new Markup(text, escapeHtml(text).replaceAll('\n', '<br>\n'));
};
