import { useState } from 'react';

/** The pages of a list that is read by cursors: forth by the answer's `endCursor`, back by those that were used. */
export interface Paging {
  /** What the query asks `after`. */
  after: string | undefined;
  /** From 0. */
  page: number;
  forth(endCursor: string): void;
  back(): void;
  /** To the first page, as when something else is listed. */
  reset(): void;
}

export function usePaging(): Paging {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  return {
    after: cursors.at(-1),
    page: cursors.length,
    forth: (endCursor) => setCursors([...cursors, endCursor]),
    back: () => setCursors(cursors.slice(0, -1)),
    reset: () => setCursors([]),
  };
}
