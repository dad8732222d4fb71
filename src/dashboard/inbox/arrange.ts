import type { Row, Section } from './section';
import type { Part } from './usePages';

/** What stands at a place of the list. */
export type Item =
  | { kind: 'heading'; part: Part }
  | { kind: 'row'; row: Row; position: number }
  /** A row that is not loaded yet. */
  | { kind: 'bone' };

export interface Arrangement {
  count: number;
  /** How many rows there are, headings left out. */
  total: number;
  /** The loaded rows in their order. */
  rows: readonly Row[];
  at(index: number): Item;
  indexOf(id: string): number;
  /** Where the rows of a part begin that are not loaded; undefined when all are. */
  edgeOf(part: Part): number | undefined;
}

/** The unread above the read, with a heading each where both are shown. */
export function arrange(parts: readonly { part: Part; section: Section }[]): Arrangement {
  const hasHeadings = parts.some(({ part, section }) => part === 'unread' && section.total > 0);
  const blocks: { part: Part; section: Section; start: number; before: number }[] = [];
  let count = 0;
  let total = 0;
  for (const { part, section } of parts) {
    if (section.total === 0) continue;
    if (parts.length > 1 && hasHeadings) count += 1;
    blocks.push({ part, section, start: count, before: total });
    count += section.total;
    total += section.total;
  }
  const indices = new Map(
    blocks.flatMap(({ section, start }) => section.rows.map(({ id }, index) => [id, start + index] as const)),
  );
  return {
    count,
    total,
    rows: blocks.flatMap(({ section }) => section.rows),
    at(index) {
      const [first, second] = blocks;
      const block = second && index >= second.start - 1 ? second : first;
      if (!block || index < block.start) return { kind: 'heading', part: block?.part ?? 'unread' };
      const row = block.section.rows[index - block.start];
      return row ? { kind: 'row', row, position: block.before + index - block.start + 1 } : { kind: 'bone' };
    },
    indexOf: (id) => indices.get(id) ?? -1,
    edgeOf(part) {
      const block = blocks.find((each) => each.part === part);
      return block?.section.next ? block.start + block.section.rows.length : undefined;
    },
  };
}
