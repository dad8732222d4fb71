import fc from 'fast-check';
import { isOpen, type Schedule, WEEKDAYS } from '../../src/campaigns/schedule';
import { addDays } from '../../src/campaigns/wallClock';
import { dayOf, nextDayBegins } from '../../src/sending/days';
import { blockersAt, decide, gapEnds, nextSendAt, type SlotState } from '../../src/sending/engine';
import { type SimulatedSend, simulate, type World, type WorldCampaign } from '../../src/sending/forecast';
import { allowanceAfter } from '../../src/sending/warmUp';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const DAY = 24 * 60 * 60 * 1000;
const START = new Date('2026-03-27T09:00:00Z'); // two days before Europe's clocks change
const ALWAYS: Schedule = { timezone: 'UTC', days: WEEKDAYS, fromMinute: 0, toMinute: 1440 };

function slot(changes: Partial<SlotState> = {}): SlotState {
  return {
    accountId: 'a',
    connection: { needsAttention: null },
    paused: false,
    parked: null,
    dailyLimit: 500,
    limitedUntil: null,
    ramp: { rampEnabled: true, rampStart: 5, rampGrowth: 2, rampCeiling: 30 },
    health: { sent: 0, bounced: 0 },
    timezone: 'UTC',
    today: { date: dayOf(START, 'UTC'), allowance: 5, reason: '', sent: 0, domainSent: 0, throttled: false },
    domainCap: null,
    gap: { minSeconds: 360, maxSeconds: 840 },
    pacedUntil: null,
    oneOffDueAt: null,
    campaigns: [],
    ...changes,
  };
}

const queue = {
  id: 'c',
  isRunning: true,
  schedule: ALWAYS,
  ledgerDueAt: null,
  followUpDueAt: null,
  firstDueAt: null,
};
const earlier = new Date(START.getTime() - 1000);
const later = new Date(START.getTime() + 3_600_000);

describe('what goes next', () => {
  test.each([
    ['nothing', slot(), null],
    ['a one-off', slot({ oneOffDueAt: earlier }), 'ONE_OFF'],
    [
      'a one-off before a campaign',
      slot({ oneOffDueAt: earlier, campaigns: [{ ...queue, firstDueAt: earlier }] }),
      'ONE_OFF',
    ],
    [
      'what was begun first',
      slot({ campaigns: [{ ...queue, ledgerDueAt: earlier, followUpDueAt: earlier }] }),
      'LEDGER',
    ],
    [
      'a follow-up of one campaign before a first email of another',
      slot({
        campaigns: [
          { ...queue, id: 'b', firstDueAt: new Date(0) },
          { ...queue, followUpDueAt: earlier },
        ],
      }),
      'FOLLOW_UP',
    ],
    ['a first email', slot({ campaigns: [{ ...queue, firstDueAt: earlier }] }), 'FIRST'],
  ])('%s', (_name, state, go) => {
    expect(decide(state, START).go).toBe(go);
  });

  const waiting = [{ ...queue, firstDueAt: earlier }];
  test.each<[string, Partial<SlotState>]>([
    ['NOT_CONNECTED', { connection: null }],
    ['NEEDS_ATTENTION', { connection: { needsAttention: 'Sign in.' } }],
    ['PAUSED', { paused: true }],
    ['SENDING_LIMIT_REACHED', { parked: { until: later, message: '', limit: true } }],
    ['BACKING_OFF', { parked: { until: later, message: '', limit: false } }],
    ['DAILY_LIMIT', { limitedUntil: later }],
    ['RAMP_LIMIT', { today: { ...slot().today, sent: 5 } }],
    ['DOMAIN_LIMIT', { domainCap: 3, today: { ...slot().today, domainSent: 3 } }],
    ['PACING', { pacedUntil: later }],
    [
      'OUTSIDE_WINDOW',
      { campaigns: [{ ...queue, firstDueAt: earlier, schedule: { ...ALWAYS, days: ['SUN'] } }] },
    ],
    ['CAMPAIGN_NOT_RUNNING', { campaigns: [{ ...queue, firstDueAt: earlier, isRunning: false }] }],
    ['NOTHING_QUEUED', { campaigns: [{ ...queue, firstDueAt: later }] }],
  ])('%s keeps a campaign step back, and is said alone', (code, changes) => {
    const state = slot({ campaigns: waiting, ...changes });
    expect(blockersAt(state, START).map((blocker) => blocker.code)).toEqual([code]);
  });

  test.each(['RAMP_LIMIT', 'DOMAIN_LIMIT', 'PACING', 'OUTSIDE_WINDOW'])(
    '%s does not keep a one-off back',
    () => {
      const state = slot({
        oneOffDueAt: earlier,
        today: { ...slot().today, sent: 5, domainSent: 9 },
        domainCap: 3,
        pacedUntil: later,
        campaigns: waiting,
      });
      expect(decide(state, START)).toEqual({ go: 'ONE_OFF' });
    },
  );

  test('a new day has a new allowance', () => {
    const state = slot({ campaigns: waiting, today: { ...slot().today, sent: 5 } });
    expect(nextSendAt(state, START)).toEqual(nextDayBegins(START, 'UTC'));
  });
});

describe('when a one-off goes', () => {
  const at = (minutes: number) => new Date(START.getTime() + minutes * 60_000);
  const parked = (minutes: number, limit = false) => ({
    parked: { until: at(minutes), message: 'Wait.', limit },
  });
  const due = slot({ oneOffDueAt: START });

  test.each<[string, Partial<SlotState>, [code: string, until: Date | null][]]>([
    ['nothing in the way', {}, []],
    ['no account', { connection: null, paused: true }, [['NOT_CONNECTED', null]]],
    ['limit over at this moment', { limitedUntil: START }, []],
    ['parked until now', parked(0), []],
    ['nothing queued', { oneOffDueAt: null }, [['NOTHING_QUEUED', null]]],
    ['deferred', { oneOffDueAt: at(5) }, [['BACKING_OFF', at(5)]]],
    [
      'all at once',
      { paused: true, limitedUntil: at(3), ...parked(2, true), oneOffDueAt: at(1) },
      [
        ['PAUSED', null],
        ['SENDING_LIMIT_REACHED', at(2)],
        ['DAILY_LIMIT', at(3)],
        ['BACKING_OFF', at(1)],
      ],
    ],
  ])('%s', (_name, changes, expected) => {
    const blockers = blockersAt({ ...due, ...changes }, START);
    expect(blockers.map(({ code, until }) => [code, until])).toEqual(expected);
  });

  test.each<[string, Partial<SlotState>, Date | null]>([
    ['now', {}, START],
    ['when the last blocker ends', { limitedUntil: at(30), ...parked(60) }, at(60)],
    ['nobody knows', { paused: true, ...parked(60) }, null],
    ['nothing to send', { oneOffDueAt: null }, null],
  ])('the next send: %s', (_name, changes, expected) => {
    expect(nextSendAt({ ...due, ...changes }, START)).toEqual(expected);
  });
});

describe('the ramp', () => {
  const settings = { rampStart: 5, rampGrowth: 2, rampCeiling: 30 };
  const healthy = { sent: 100, bounced: 1 };
  test.each([
    ['begins at its start', null, healthy, 5],
    ['grows after a day with mail', { allowance: 5, sent: 1, throttled: false }, healthy, 7],
    ['holds after a day without', { allowance: 9, sent: 0, throttled: false }, healthy, 9],
    ['holds on 2 % of bounces', { allowance: 9, sent: 9, throttled: false }, { sent: 50, bounced: 1 }, 9],
    [
      'does not judge by fewer than 20',
      { allowance: 9, sent: 9, throttled: false },
      { sent: 19, bounced: 5 },
      11,
    ],
    ['halves when Gmail throttles', { allowance: 20, sent: 9, throttled: true }, healthy, 10],
    ['never falls below its start', { allowance: 6, sent: 9, throttled: true }, healthy, 5],
    ['ends at its ceiling', { allowance: 29, sent: 9, throttled: false }, healthy, 30],
    ['follows a lowered ceiling', { allowance: 50, sent: 9, throttled: false }, healthy, 30],
  ])('%s', (_name, before, health, allowance) => {
    expect(allowanceAfter(settings, before, health).allowance).toBe(allowance);
  });
});

/** A few slots and campaigns with a few hundred prospects, in any state that can be. */
const world: fc.Arbitrary<World> = fc
  .record({
    slotCount: fc.integer({ min: 1, max: 4 }),
    zone: fc.constantFrom(...ZONES),
    settings: fc.array(
      fc.record({
        dailyLimit: fc.integer({ min: 1, max: 40 }),
        rampStart: fc.integer({ min: 1, max: 10 }),
        rampGrowth: fc.integer({ min: 0, max: 5 }),
        rampCeiling: fc.integer({ min: 10, max: 40 }),
        rampEnabled: fc.boolean(),
        minSeconds: fc.integer({ min: 0, max: 900 }),
        extraSeconds: fc.integer({ min: 0, max: 900 }),
        domainCap: fc.option(fc.integer({ min: 1, max: 30 })),
        sentToday: fc.integer({ min: 0, max: 10 }),
        paused: fc.boolean(),
      }),
      { minLength: 4, maxLength: 4 },
    ),
    campaigns: fc.array(
      fc.record({
        isRunning: fc.boolean(),
        zone: fc.constantFrom(...ZONES),
        days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
        from: fc.integer({ min: 0, max: 1380 }),
        length: fc.integer({ min: 30, max: 600 }),
        slots: fc.subarray([0, 1, 2, 3], { minLength: 1 }),
        waitDays: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
        firsts: fc.integer({ min: 0, max: 60 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ slotCount, zone, settings, campaigns }) => ({
    slots: settings.slice(0, slotCount).map(({ domainCap, sentToday, paused, ...each }, index) => {
      const counted = Array.from({ length: Math.min(sentToday, each.dailyLimit) }, () => START);
      return {
        domain: index % 2 === 0 ? 'one.example' : 'two.example',
        counted,
        state: slot({
          accountId: `account ${index}`,
          paused,
          timezone: zone,
          dailyLimit: each.dailyLimit,
          limitedUntil: counted.length >= each.dailyLimit ? new Date(START.getTime() + DAY) : null,
          ramp: each,
          domainCap: settings[index % 2]?.domainCap ?? null,
          gap: { minSeconds: each.minSeconds, maxSeconds: each.minSeconds + each.extraSeconds },
          today: {
            date: dayOf(START, zone),
            allowance: each.rampStart,
            reason: '',
            sent: counted.length,
            domainSent: 0,
            throttled: false,
          },
        }),
      };
    }),
    campaigns: campaigns.map(
      ({ isRunning, zone: timezone, days, from, length, slots, waitDays, firsts }, index): WorldCampaign => ({
        id: `campaign ${index}`,
        isRunning,
        schedule: { timezone, days, fromMinute: from, toMinute: Math.min(1440, from + length) },
        accountIds: slots.filter((each) => each < slotCount).map((each) => `account ${each}`),
        waitDays,
        waiting: firsts > 0 ? [{ accountId: null, stepsDone: 0, dueAt: START, count: firsts }] : [],
      }),
    ),
  }));

const DAYS_AHEAD = 8;

function run(each: World): SimulatedSend[] {
  return [...simulate(each, START, new Date(START.getTime() + DAYS_AHEAD * DAY))];
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function inWindows(times: readonly number[], span: number): number {
  return Math.max(0, ...times.map((end) => times.filter((at) => at > end - span && at <= end).length));
}

describe('over random worlds', () => {
  const check = (property: (each: World, sends: SimulatedSend[]) => void) =>
    fc.assert(
      fc.property(world, (each) => property(each, run(each))),
      { numRuns: 60 },
    );

  test('no rolling limit, allowance, cap, gap or window is ever passed', () => {
    check((each, sends) => {
      for (const { state, counted } of each.slots) {
        const mine = sends
          .filter(({ accountId }) => accountId === state.accountId)
          .map(({ at }) => at.getTime());
        expect(state.paused && mine.length > 0).toBe(false);
        expect(inWindows([...counted.map((at) => at.getTime()), ...mine], DAY)).toBeLessThanOrEqual(
          state.dailyLimit,
        );
        for (const [index, at] of mine.entries()) {
          const before = mine[index - 1];
          if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(state.gap.minSeconds * 1000);
        }
        const byDay = groupBy(mine, (at) => dayOf(new Date(at), state.timezone));
        let allowance = state.today.allowance;
        let sentBefore: number | null = null;
        for (
          let at = START;
          at.getTime() < START.getTime() + DAYS_AHEAD * DAY;
          at = nextDayBegins(at, state.timezone)
        ) {
          const day = dayOf(at, state.timezone);
          const sent = (byDay.get(day)?.length ?? 0) + (day === state.today.date ? state.today.sent : 0);
          if (sentBefore !== null && sentBefore > 0)
            allowance = Math.min(state.ramp.rampCeiling, allowance + state.ramp.rampGrowth);
          const today = byDay.get(day)?.length ?? 0;
          if (state.ramp.rampEnabled && today > 0) expect(sent).toBeLessThanOrEqual(allowance);
          sentBefore = sent;
        }
      }
      for (const { at, campaignId } of sends) {
        const campaign = each.campaigns.find(({ id }) => id === campaignId);
        expect(campaign?.isRunning && isOpen(campaign.schedule, at)).toBe(true);
      }
      for (const [domain, slots] of groupBy(each.slots, (one) => one.domain)) {
        const [one] = slots;
        if (!one || one.state.domainCap === null) continue;
        const ids = slots.map(({ state }) => state.accountId);
        const perDay = groupBy(
          sends.filter(({ accountId }) => ids.includes(accountId)),
          ({ at }) => dayOf(at, one.state.timezone),
        );
        for (const ofDay of perDay.values())
          expect([domain, ofDay.length <= one.state.domainCap]).toEqual([domain, true]);
      }
    });
  });

  test('each prospect gets each step once, in order, no sooner than its days', () => {
    check((each, sends) => {
      for (const campaign of each.campaigns) {
        const prospects = campaign.waiting.reduce((sum, { count }) => sum + count, 0);
        for (const step of campaign.waitDays.keys()) {
          const ofStep = sends.filter((send) => send.campaignId === campaign.id && send.step === step);
          expect(ofStep.length).toBeLessThanOrEqual(prospects);
          if (step === 0) continue;
          for (const accountId of campaign.accountIds) {
            const mine = ofStep.filter((send) => send.accountId === accountId);
            const before = sends.filter(
              (send) =>
                send.campaignId === campaign.id && send.step === step - 1 && send.accountId === accountId,
            );
            for (const [index, { at }] of mine.entries()) {
              const parent = before[index];
              const due =
                parent && addDays(parent.at, campaign.waitDays[step] ?? 0, campaign.schedule.timezone);
              expect(due && at >= due).toBe(true);
            }
          }
        }
      }
    });
  });

  test('what the sender is told at each of these moments is what the forecast said, and a second before it was not yet so', () => {
    check((each, sends) => {
      const [first] = sends;
      if (!first) return;
      const { state } = each.slots.find((one) => one.state.accountId === first.accountId) ?? {};
      const campaigns = each.campaigns
        .filter(({ accountIds }) => accountIds.includes(first.accountId))
        .map(({ id, isRunning, schedule, waiting }) => ({
          ...queue,
          id,
          isRunning,
          schedule,
          firstDueAt: waiting[0]?.dueAt ?? null,
        }));
      if (!state) throw new Error('A send from nowhere');
      const asked = { ...state, campaigns };
      expect(decide(asked, first.at)).toEqual({ go: 'FIRST', campaignId: first.campaignId });
      const justBefore = new Date(first.at.getTime() - 1000);
      if (justBefore > START) expect(decide(asked, justBefore).go).toBeNull();
    });
  });

  test('between now and the next send there is no moment at which the engine would send', () => {
    const minutes = fc
      .integer({ min: -600, max: 6_000 })
      .map((many) => new Date(START.getTime() + many * 60_000));
    const maybe = fc.option(minutes);
    const queues = fc.array(
      fc.record({
        id: fc.constantFrom('a', 'b'),
        isRunning: fc.boolean(),
        schedule: fc.record({
          timezone: fc.constantFrom(...ZONES),
          days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
          fromMinute: fc.integer({ min: 0, max: 700 }),
          toMinute: fc.integer({ min: 701, max: 1440 }),
        }),
        ledgerDueAt: maybe,
        followUpDueAt: maybe,
        firstDueAt: maybe,
      }),
      { maxLength: 12 },
    );
    const state = fc.record({
      campaigns: queues,
      oneOffDueAt: maybe,
      limitedUntil: maybe,
      pacedUntil: maybe,
      parked: fc.option(fc.record({ until: minutes, message: fc.constant(''), limit: fc.boolean() })),
      sent: fc.integer({ min: 0, max: 9 }),
      domainCap: fc.option(fc.integer({ min: 1, max: 9 })),
      timezone: fc.constantFrom(...ZONES),
    });
    const probes = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
      minLength: 40,
      maxLength: 40,
    });
    fc.assert(
      fc.property(state, probes, ({ sent, ...changes }, parts) => {
        const today = { ...slot().today, date: dayOf(START, changes.timezone), sent, domainSent: sent };
        const asked = slot({ ...changes, today });
        const next = nextSendAt(asked, START);
        const until = next?.getTime() ?? START.getTime() + 60 * DAY;
        for (const part of [...parts, 1 - 1e-9]) {
          const probe = new Date(START.getTime() + (until - START.getTime()) * part);
          if (probe.getTime() < until) expect(decide(asked, probe).go).toBeNull();
        }
        if (next) expect(decide(asked, next).go).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  test('the gap looks random, and is the same whoever asks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 0, max: 900 }),
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        (min, extra, at) => {
          const gap = { minSeconds: min, maxSeconds: min + extra };
          const seconds = (gapEnds('a', gap, at).getTime() - at.getTime()) / 1000;
          expect(seconds).toBeGreaterThanOrEqual(min);
          expect(seconds).toBeLessThanOrEqual(min + extra);
          expect(gapEnds('a', gap, at)).toEqual(gapEnds('a', { ...gap }, new Date(at)));
        },
      ),
    );
  });
});
