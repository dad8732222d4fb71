import { givingWay } from '../../src/lib/givingWay';

function* countTo(end: number): Generator<number> {
  for (let n = 1; n <= end; n += 1) yield n;
}

test('nothing is lost, and whatever else the process does goes on meanwhile', async () => {
  const few: number[] = [];
  for await (const n of givingWay(countTo(3))) few.push(n);
  expect(few).toEqual([1, 2, 3]);

  let isHeard = false;
  setImmediate(() => {
    isHeard = true;
  });
  for await (const _ of givingWay(countTo(5_000_000))) if (isHeard) break;
  expect(isHeard).toBe(true);
});
