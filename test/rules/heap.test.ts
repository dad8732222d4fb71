import fc from 'fast-check';
import { Heap } from '../../src/lib/heap';

test('what ranks lowest comes first, of equals what was taken in first, whatever is taken in meanwhile', () => {
  const ranks = fc.array(fc.option(fc.integer({ min: 0, max: 9 })), { maxLength: 200 });
  fc.assert(
    fc.property(ranks, (steps) => {
      const heap = new Heap<string>();
      const sorted: { rank: number; item: string }[] = [];
      for (const [step, rank] of [...steps, ...steps.map(() => null)].entries()) {
        expect(heap.peek()).toBe(sorted[0]?.item);
        if (rank === null) {
          expect(heap.pop()).toBe(sorted.shift()?.item);
          continue;
        }
        const item = `taken in as number ${step}`;
        heap.push(rank, item);
        sorted.push({ rank, item });
        sorted.sort((a, b) => a.rank - b.rank); // which keeps the order of equals
      }
    }),
  );
});
