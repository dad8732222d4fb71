import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import type { Arrangement } from './arrange';

/** Pixels; as high as three lines and some air, whatever stands in them. */
const ROW = 84;
const HEADING = 40;
/** Rows drawn above and below what is seen. */
const OVERSCAN = 8;

export type VirtualRows = Virtualizer<HTMLDivElement, Element>;

/**
 * Draws only the rows of the list that are seen. What one looks at stays where it is while rows come and go above
 * it, unless one is at the very top, where new mail is to be seen.
 */
export function useVirtualRows(list: Arrangement): {
  scroller: React.RefObject<HTMLDivElement | null>;
  virtual: VirtualRows;
} {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer<HTMLDivElement, Element>({
    count: list.count,
    overscan: OVERSCAN,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback((index: number) => (list.at(index).kind === 'heading' ? HEADING : ROW), [list]),
    getItemKey: useCallback((index: number) => keyOf(list, index), [list]),
  });
  const seen = useRef<{ id: string; start: number }[]>([]);
  const stayInPlace = useEffectEvent((changed: Arrangement) => {
    const element = scroller.current;
    if (!element || element.scrollTop === 0) return;
    const shifts = seen.current.flatMap(({ id, start }) => {
      const moved = virtual.measurementsCache[changed.indexOf(id)];
      return moved ? [moved.start - start] : [];
    });
    // One of them may be what moved; most of them are not.
    const shift = shifts.sort((one, other) => one - other)[Math.floor(shifts.length / 2)];
    if (shift) element.scrollTop += shift;
  });
  useLayoutEffect(() => stayInPlace(list), [list]);
  useEffect(() => {
    seen.current = virtual.getVirtualItems().flatMap(({ index, start }) => {
      const item = list.at(index);
      return item.kind === 'row' ? [{ id: item.row.id, start }] : [];
    });
  });
  return { scroller, virtual };
}

function keyOf(list: Arrangement, index: number): string {
  const item = list.at(index);
  if (item.kind === 'row') return item.row.id;
  return item.kind === 'heading' ? item.part : String(index);
}
