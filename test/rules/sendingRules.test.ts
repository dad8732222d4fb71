import { describeProblem, ProblemCode } from '../../src/gmail/problem';
import { refuse } from '../../src/gmail/refusals';
import type { Transmission } from '../../src/gmail/smtpSession';
import { blockersOf, nextSendAt, type SlotSendingState } from '../../src/sending/blockers';
import { type DeliveryState, deliveryMoves, statesBefore } from '../../src/sending/deliveryState';
import { Gathering } from '../../src/sending/gathering';
import { parkingMs } from '../../src/sending/heedRefusal';
import { rampAllowance, rampDaysOf } from '../../src/sending/ramp';
import { settlementOf } from '../../src/sending/settlement';
import { snippetOf } from '../../src/sending/snippet';

const now = new Date('2026-11-23T09:00:00Z');
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

describe('the states of a message', () => {
  test.each<[DeliveryState, DeliveryState[]]>([
    ['QUEUED', ['RESERVED', 'TRANSMITTING', 'UNKNOWN']],
    ['RESERVED', ['QUEUED']],
    ['TRANSMITTING', ['RESERVED']],
    ['SENT', ['TRANSMITTING', 'UNKNOWN']],
    ['UNKNOWN', ['TRANSMITTING']],
    ['FAILED', ['TRANSMITTING']],
    ['CANCELLED', ['QUEUED', 'RESERVED', 'UNKNOWN']],
  ])('%s is entered only from %j', (state, before) => {
    expect(statesBefore(state)).toEqual(before);
  });

  test('what may be on the wire never goes back to where it would be sent again unasked', () => {
    expect(deliveryMoves.TRANSMITTING).not.toContain('RESERVED');
    expect(deliveryMoves.UNKNOWN).not.toContain('TRANSMITTING');
  });

  test.each<DeliveryState>(['SENT', 'FAILED', 'CANCELLED'])('%s is final', (state) => {
    expect(deliveryMoves[state]).toEqual([]);
  });
});

const ready: SlotSendingState = {
  connection: { state: 'WATCHING', problem: null },
  paused: false,
  dailyLimit: 500,
  limitedUntil: null,
  parkedUntil: null,
  parkedProblem: null,
  nextDueAt: now,
};
const limitReached = describeProblem(ProblemCode.SENDING_LIMIT_REACHED, now);
const tooManyLogins = describeProblem(ProblemCode.TOO_MANY_LOGINS, now);
const rejected = describeProblem(ProblemCode.INVALID_CREDENTIALS, now);

describe('why a slot is not sending', () => {
  test.each<[string, Partial<SlotSendingState>, [code: string, until: Date | null][]]>([
    ['nothing in the way', {}, []],
    ['no account', { connection: null, paused: true }, [['NOT_CONNECTED', null]]],
    ['refused', { connection: { state: 'REJECTED', problem: rejected } }, [['NEEDS_ATTENTION', null]]],
    ['a broken watcher', { connection: { state: 'RECONNECTING', problem: rejected } }, []],
    ['paused', { paused: true }, [['PAUSED', null]]],
    ['limit reached', { limitedUntil: later(90) }, [['DAILY_LIMIT', later(90)]]],
    ['limit over at this moment', { limitedUntil: now }, []],
    [
      'parked by 550 5.4.5',
      { parkedUntil: later(1440), parkedProblem: limitReached },
      [['SENDING_LIMIT_REACHED', later(1440)]],
    ],
    ['parked by 454', { parkedUntil: later(60), parkedProblem: tooManyLogins }, [['BACKING_OFF', later(60)]]],
    ['parked without a word', { parkedUntil: later(60) }, [['BACKING_OFF', later(60)]]],
    ['parked until now', { parkedUntil: now, parkedProblem: limitReached }, []],
    ['nothing queued', { nextDueAt: null }, [['NOTHING_QUEUED', null]]],
    ['deferred', { nextDueAt: later(5) }, [['BACKING_OFF', later(5)]]],
    [
      'all at once',
      { paused: true, limitedUntil: later(3), parkedUntil: later(2), nextDueAt: later(1) },
      [
        ['PAUSED', null],
        ['BACKING_OFF', later(2)],
        ['DAILY_LIMIT', later(3)],
        ['BACKING_OFF', later(1)],
      ],
    ],
  ])('%s', (_, change, expected) => {
    const blockers = blockersOf({ ...ready, ...change }, now);
    expect(blockers.map(({ code, until }) => [code, until])).toEqual(expected);
    expect(blockers.every(({ message }) => message.length > 10)).toBe(true);
  });

  test('the account’s own problem is what a person reads', () => {
    const [blocker] = blockersOf({ ...ready, connection: { state: 'REJECTED', problem: rejected } }, now);
    expect(blocker?.message).toBe(rejected.message);
  });

  test.each<[string, Partial<SlotSendingState>, Date | null]>([
    ['now', {}, now],
    ['when the last blocker ends', { limitedUntil: later(30), parkedUntil: later(60) }, later(60)],
    ['nobody knows', { paused: true, parkedUntil: later(60) }, null],
    ['nothing to send', { nextDueAt: null }, null],
  ])('the next send: %s', (_, change, expected) => {
    expect(nextSendAt(blockersOf({ ...ready, ...change }, now), now)).toEqual(expected);
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

describe('the ramp', () => {
  const settings = { rampEnabled: true, rampStart: 5, rampGrowth: 2, rampCeiling: 10 };

  test.each([
    [0, 5],
    [1, 7],
    [2, 9],
    [3, 10],
    [400, 10],
  ])('after %i sending days it allows %i', (days, allowance) => {
    expect(rampAllowance(settings, days)).toBe(allowance);
  });

  test('only days on which mail went out make it grow', () => {
    const days = [5, 0, 3, 0].map((sent, day) => ({ date: `2026-11-2${day}`, sent }));
    const ramp = rampDaysOf(settings, days, 0);
    expect(ramp.map(({ allowance, sent }) => [allowance, sent])).toEqual([
      [5, 5],
      [7, 0],
      [7, 3],
      [9, 0],
    ]);
    expect(ramp.map(({ reason }) => reason)).toEqual([
      'The ramp begins.',
      'Mail went out on 1 day: 2 more for each.',
      'Mail went out on 1 day: 2 more for each.',
      'Mail went out on 2 days: 2 more for each.',
    ]);
  });

  test('it says so when the ceiling is reached, and when it is off', () => {
    const day = [{ date: '2026-11-23', sent: 0 }];
    expect(rampDaysOf(settings, day, 9)[0]?.reason).toBe('The ceiling is reached.');
    expect(rampDaysOf({ ...settings, rampEnabled: false }, day, 9)[0]?.reason).toContain('off');
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
    const gathering = new Gathering<string, string>(async (items) => {
      groups.push(items);
      if (finishers.length === 0) await new Promise<void>((resolve) => finishers.push(resolve));
      if (fails(items)) throw new Error(`failed: ${items}`);
      return items.map((item) => item.toUpperCase());
    });
    return { gathering, groups, finishFirst: () => finishers[0]?.() };
  }

  test('one starts at once, and what comes meanwhile goes together', async () => {
    const { gathering, groups, finishFirst } = openWork();
    const results = Promise.all(['a', 'b', 'c'].map((item) => gathering.run(item)));
    expect(groups).toEqual([['a']]);
    finishFirst();
    expect(await results).toEqual(['A', 'B', 'C']);
    expect(groups).toEqual([['a'], ['b', 'c']]);
  });

  test('one that fails spoils nothing for the others', async () => {
    const { gathering, finishFirst } = openWork((items) => items.includes('bad'));
    const results = Promise.allSettled(['a', 'b', 'bad', 'c'].map((item) => gathering.run(item)));
    finishFirst();
    expect((await results).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });
});
