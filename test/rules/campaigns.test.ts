import fc from 'fast-check';
import { CAMPAIGN_STATES, campaignMoves } from '../../src/campaigns/campaignState';
import { carryOver, type PlannedStep } from '../../src/campaigns/carryOver';
import { ENROLMENT_STATES, enrolmentMoves, enrolmentStatesBefore } from '../../src/campaigns/enrolmentState';
import { chooseVariant } from '../../src/campaigns/steps';

describe('carried over into an edited sequence', () => {
  /** `a0 b3`: a step named a with a wait of 0 days, one named b with 3. */
  const parse = (text: string): PlannedStep[] =>
    text
      .split(' ')
      .filter(Boolean)
      .map((step) => ({ id: step.charAt(0), waitDays: Number(step.slice(1)) }));

  test.each<[string, string, [number, number, number | null][]]>([
    ['a0 b3', 'a0 b3', []],
    ['a0 b3', 'a0 b3 c2', [[2, 2, 2]]],
    ['a0 b3', 'a0 b5', [[1, 1, 5]]],
    [
      'a0 b3',
      'a0',
      [
        [1, 1, null],
        [2, 1, null],
      ],
    ],
    [
      'a0 b3',
      'b3',
      [
        [0, 0, 3],
        [1, 0, 3],
        [2, 1, null],
      ],
    ],
    // Put before what they had: not for them.
    [
      'a0 b3',
      'x1 a0 b3',
      [
        [0, 0, 1],
        [1, 2, 3],
        [2, 3, null],
      ],
    ],
    // Put between: for who stands there.
    [
      'a0 b3',
      'a0 x1 b3',
      [
        [1, 1, 1],
        [2, 3, null],
      ],
    ],
    // Turned around: who had the first now stands behind both.
    [
      'a0 b3',
      'b3 a0',
      [
        [0, 0, 3],
        [1, 2, null],
      ],
    ],
    [
      'a0 b3',
      'x0 y1',
      [
        [1, 0, 0],
        [2, 0, 0],
      ],
    ],
  ])('from %s to %s', (before, after, standings) => {
    const moved = carryOver(parse(before), parse(after));
    expect(moved.map((each) => [each.before, each.stepsDone, each.waitDays])).toEqual(standings);
  });

  test.each([
    ['a0 b3', 'a0 b3 c2', [true]],
    ['a0 b3', 'a0 c2', [true, false]],
    ['a0 b3', 'x0 y1', [false, false]],
    ['a0 b3', 'x1 a0 b3', [false, true, true]],
  ])('from %s to %s the last email is one of it: %j', (before, after, kept) => {
    expect(carryOver(parse(before), parse(after)).map(({ keptLast }) => keptLast)).toEqual(kept);
  });

  test('nobody gets a step twice, whatever is edited', () => {
    const sequence = fc.uniqueArray(fc.nat(9), { maxLength: 8 });
    const plan = (ids: readonly number[]) => ids.map((id) => ({ id: String(id), waitDays: id }));
    fc.assert(
      fc.property(sequence, sequence, (before, after) => {
        const moved = new Map(
          carryOver(plan(before), plan(after)).map((each) => [each.before, each.stepsDone]),
        );
        for (let done = 0; done <= before.length; done += 1) {
          const rest = after.slice(moved.get(done) ?? done);
          expect(before.slice(0, done).filter((id) => rest.includes(id))).toEqual([]);
        }
      }),
    );
  });
});

describe('the wording that somebody gets', () => {
  const step = (...weights: number[]) => ({
    id: 'step',
    variants: weights.map((weight, n) => ({ n, weight })),
  });
  const people = Array.from({ length: 4_000 }, (_, n) => `prospect ${n}`);

  test.each([[[1]], [[1, 1]], [[3, 1]], [[0, 1, 0]], [[1, 2, 5]]])('follows the weights %j', (weights) => {
    const chosen = people.map((person) => chooseVariant(step(...weights), person)?.n);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, n) => {
      const share = chosen.filter((each) => each === n).length / people.length;
      expect(Math.abs(share - weight / total)).toBeLessThan(weight === 0 ? 0.000_1 : 0.04);
    });
  });

  test('is always the same, and another in another step', () => {
    const choose = (id: string) => people.map((person) => chooseVariant({ ...step(1, 1), id }, person)?.n);
    expect(choose('a')).toEqual(choose('a'));
    expect(choose('a')).not.toEqual(choose('b'));
  });

  test('is none where nothing has a weight', () => {
    expect([step(), step(0, 0)].map((each) => chooseVariant(each, 'somebody'))).toEqual([null, null]);
  });
});

describe('states', () => {
  test('each is reached from where it all begins', () => {
    const reached = (start: string, moves: Readonly<Record<string, readonly string[]>>) => {
      const found = new Set([start]);
      for (const state of found) for (const next of moves[state] ?? []) found.add(next);
      return [...found].sort();
    };
    expect(reached('DRAFT', campaignMoves)).toEqual([...CAMPAIGN_STATES].sort());
    expect(reached('WAITING', enrolmentMoves)).toEqual([...ENROLMENT_STATES].sort());
  });

  test('who has answered is never written to again', () => {
    expect(enrolmentStatesBefore('WAITING')).toEqual(['HELD', 'FINISHED']);
    expect(enrolmentStatesBefore('HELD')).toEqual(['WAITING', 'FINISHED']);
  });
});
