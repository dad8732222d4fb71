import type { DomNode, FormatCallback, HtmlToTextOptions, SelectorDefinition } from 'html-to-text';

/**
 * Each quote and each list is written anew, with marks before its lines, for every one that it lies in: 195 quotes around
 * 500 KB kept the process for 10 s. Deeper ones than this are written without marks of their own.
 */
const MOST_LEVELS = 30;

const NATIVE = { blockquote: 'blockquote', ul: 'unorderedList', ol: 'orderedList' } as const;

/** Formatters of html-to-text that bear any nesting. */
export const BOUNDED_FORMATTERS: NonNullable<HtmlToTextOptions['formatters']> = Object.fromEntries(
  Object.values(NATIVE).map((native) => [`bounded-${native}`, bound(native)]),
);

/** What they are for. */
export const BOUNDED_SELECTORS: readonly SelectorDefinition[] = Object.entries(NATIVE).map(
  ([selector, native]) => ({ selector, format: `bounded-${native}` }),
);

function bound(native: string): FormatCallback {
  return (element, walk, builder, options) => {
    // The builder has the formatters that it was made with, which its type does not tell.
    const { formatters } = (builder as typeof builder & { options: HtmlToTextOptions }).options;
    if (levelOf(element) < MOST_LEVELS) formatters?.[native]?.(element, walk, builder, options);
    else walk(element.children ?? [], builder);
  };
}

function levelOf({ parent }: DomNode): number {
  let level = 0;
  for (let above = parent; above && level < MOST_LEVELS; above = above.parent) {
    if (above.name !== undefined && above.name in NATIVE) level += 1;
  }
  return level;
}
