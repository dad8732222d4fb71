import { ProblemCode } from '../../src/gmail/problem';
import { refuse } from '../../src/gmail/refusals';
import type { Transmission } from '../../src/gmail/smtpSession';
import { type DeliveryState, deliveryMoves, statesBefore } from '../../src/sending/deliveryState';
import { GroupCommit } from '../../src/sending/groupCommit';
import { parkingMs } from '../../src/sending/heedRefusal';
import { settlementOf } from '../../src/sending/settlement';
import { snippetOf } from '../../src/sending/snippet';

const now = new Date('2026-11-23T09:00:00Z');

describe('the states of a message', () => {
  test.each<[DeliveryState, DeliveryState[]]>([
    ['QUEUED', ['RESERVED', 'TRANSMITTING', 'SENT', 'UNKNOWN']],
    ['RESERVED', ['QUEUED']],
    ['TRANSMITTING', ['RESERVED']],
    ['SENT', ['QUEUED', 'TRANSMITTING', 'UNKNOWN']],
    ['UNKNOWN', ['TRANSMITTING']],
    ['FAILED', ['TRANSMITTING', 'SENT', 'UNKNOWN']],
    ['CANCELLED', ['QUEUED', 'RESERVED', 'UNKNOWN']],
  ])('%s is entered only from %j', (state, before) => {
    expect(statesBefore(state)).toEqual(before);
  });

  test('what may be on the wire never goes back to where it would be sent again unasked', () => {
    expect(deliveryMoves.TRANSMITTING).not.toContain('RESERVED');
    expect(deliveryMoves.UNKNOWN).not.toContain('TRANSMITTING');
  });

  test.each<DeliveryState>(['FAILED', 'CANCELLED'])('%s is final', (state) => {
    expect(deliveryMoves[state]).toEqual([]);
  });

  test('SENT is final unless Gmail says by mail that it sent it to nobody', () => {
    expect(deliveryMoves.SENT).toEqual(['QUEUED', 'FAILED']);
  });
});

describe('what a transmission means for its message', () => {
  const of = (code: ProblemCode, scope: 'SLOT' | 'RECIPIENT' | 'MESSAGE') => refuse(code, now, { scope });
  const passing = of(ProblemCode.TEMPORARY_FAILURE, 'MESSAGE');

  test.each<[string, Transmission, number, object]>([
    ['accepted', { outcome: 'Sent', reply: '250 2.0.0 OK' }, 1, { state: 'SENT' }],
    ['answer lost', { outcome: 'Unknown', refusal: passing }, 1, { state: 'UNKNOWN' }],
    [
      'refused for good',
      { outcome: 'Rejected', refusal: of(ProblemCode.RECIPIENT_REJECTED, 'RECIPIENT') },
      1,
      { state: 'FAILED' },
    ],
    [
      'password revoked',
      { outcome: 'AuthFailed', refusal: of(ProblemCode.INVALID_CREDENTIALS, 'SLOT') },
      1,
      { state: 'QUEUED', afterMs: 0 },
    ],
    [
      'the slot’s trouble never costs the message its turn, however often',
      { outcome: 'Deferred', refusal: of(ProblemCode.SENDING_LIMIT_REACHED, 'SLOT') },
      1_000,
      { state: 'QUEUED', afterMs: 0 },
    ],
    ['given up after 25 tries', { outcome: 'Deferred', refusal: passing }, 25, { state: 'FAILED' }],
  ])('%s', (_, transmission, attempts, expected) => {
    expect(settlementOf(transmission, attempts)).toMatchObject(expected);
  });

  test.each([
    [1, 15_000, 30_000],
    [2, 30_000, 60_000],
    [24, 1_800_000, 3_600_000],
  ])('deferred for its own sake the %i. time, it waits between %i and %i ms', (attempts, least, most) => {
    const settlement = settlementOf({ outcome: 'Deferred', refusal: passing }, attempts);
    expect(settlement).toMatchObject({ state: 'QUEUED', problem: passing.problem });
    const { afterMs } = settlement as { afterMs: number };
    expect(afterMs).toBeGreaterThanOrEqual(least);
    expect(afterMs).toBeLessThanOrEqual(most);
  });

  test('it is tried for hours before it is given up', () => {
    let total = 0;
    for (let attempts = 1; attempts < 25; attempts += 1) {
      const settlement = settlementOf({ outcome: 'Deferred', refusal: passing }, attempts);
      if (settlement.state === 'QUEUED') total += settlement.afterMs;
    }
    expect(total / 3_600_000).toBeGreaterThan(8);
  });
});

describe('how long a slot is left alone', () => {
  const hour = 3_600_000;
  test.each<[ProblemCode, number, number, number]>([
    [ProblemCode.SENDING_LIMIT_REACHED, 1, 24 * hour, 24 * hour],
    [ProblemCode.SENDING_LIMIT_REACHED, 9, 24 * hour, 24 * hour],
    [ProblemCode.TOO_MANY_LOGINS, 1, hour, hour],
    [ProblemCode.TOO_MANY_LOGINS, 9, hour, hour],
    [ProblemCode.TEMPORARY_FAILURE, 1, 60_000, 60_000],
    [ProblemCode.TEMPORARY_FAILURE, 3, 120_000, 240_000],
    [ProblemCode.TEMPORARY_FAILURE, 50, hour / 2, hour],
    [ProblemCode.UNREACHABLE, 1, 5_000, 5_000],
  ])('%s, refusal %i: from %i to %i ms', (code, failures, least, most) => {
    const parked = parkingMs(refuse(code, now), failures);
    expect(parked).toBeGreaterThanOrEqual(least);
    expect(parked).toBeLessThanOrEqual(most);
  });
});

test.each([
  ['one  line\n\nand\tanother ', 'one line and another'],
  ['', ''],
  ['x'.repeat(140), 'x'.repeat(140)],
  ['x'.repeat(141), `${'x'.repeat(139)}…`],
  [`${' '.repeat(5_000)}late`, ''],
])('a snippet is short and on one line: %j', (text, snippet) => {
  expect(snippetOf(text)).toBe(snippet);
});

describe('work that is gathered', () => {
  /** Notes each group, and finishes it when told. */
  function openWork(fails: (items: string[]) => boolean = () => false) {
    const groups: string[][] = [];
    const finishers: (() => void)[] = [];
    const commits = new GroupCommit<string, string>(async (items) => {
      groups.push(items);
      if (finishers.length === 0) await new Promise<void>((resolve) => finishers.push(resolve));
      if (fails(items)) throw new Error(`failed: ${items}`);
      return items.map((item) => item.toUpperCase());
    });
    return { commits, groups, finishFirst: () => finishers[0]?.() };
  }

  test('one starts at once, and what comes meanwhile goes together', async () => {
    const { commits, groups, finishFirst } = openWork();
    const results = Promise.all(['a', 'b', 'c'].map((item) => commits.run(item)));
    expect(groups).toEqual([['a']]);
    finishFirst();
    expect(await results).toEqual(['A', 'B', 'C']);
    expect(groups).toEqual([['a'], ['b', 'c']]);
  });

  test('a second lane takes what comes while the first is at work', async () => {
    const groups: string[][] = [];
    const finishers: (() => void)[] = [];
    const commits = new GroupCommit<string, string>(async (items) => {
      groups.push(items);
      await new Promise<void>((resolve) => finishers.push(resolve));
      return items;
    }, 2);
    const results = Promise.all(['a', 'b', 'c', 'd'].map((item) => commits.run(item)));
    expect(groups).toEqual([['a'], ['b']]);
    finishers[1]?.();
    while (groups.length < 3) await Promise.resolve();
    expect(groups[2]).toEqual(['c', 'd']);
    for (const finish of finishers) finish();
    expect(await results).toEqual(['a', 'b', 'c', 'd']);
  });

  test('one that fails spoils nothing for the others', async () => {
    const { commits, finishFirst } = openWork((items) => items.includes('bad'));
    const results = Promise.allSettled(['a', 'b', 'bad', 'c'].map((item) => commits.run(item)));
    finishFirst();
    expect((await results).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });
});
