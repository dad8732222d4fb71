import fc from 'fast-check';
import type { Campaign } from '../../src/campaigns/campaign.entity';
import { findCampaign } from '../../src/campaigns/campaigns';
import { startCampaign } from '../../src/campaigns/runCampaign';
import { isOpen, WEEKDAYS } from '../../src/campaigns/schedule';
import { addDays, DAY_MS } from '../../src/campaigns/wallClock';
import type { Viewer } from '../../src/identity/context';
import { suppress } from '../../src/prospects/suppressions';
import type { Blocker } from '../../src/sending/blockers';
import { forecastCampaign, readCampaignBlockers } from '../../src/sending/campaignOutlook';
import { dayOf } from '../../src/sending/days';
import { setDomainCap } from '../../src/sending/domainCaps';
import {
  type AccountSettings,
  type LedgerEmail,
  openSimulation,
  type SimulatedAccount,
  type Simulation,
} from '../support/simulatedSending';

/**
 * One engine, three faces: two real senders on a real database and a Gmail send through eight days, two days before
 * Europe's clocks change. What went out is what the forecast had said, and passes nothing that limits it.
 */

const START = new Date('2026-03-27T09:00:00Z');
const DAYS = 8;
const END = new Date(START.getTime() + DAYS * DAY_MS);
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'];

interface Plan {
  timezone: string;
  domainCap: number | null;
  accounts: Required<Omit<AccountSettings, 'address'>>[];
  campaigns: {
    timezone: string;
    days: (typeof WEEKDAYS)[number][];
    fromHour: number;
    hours: number;
    waitDays: number[];
    prospects: number;
    suppressed: number;
    slots: number[];
  }[];
}

const plan: fc.Arbitrary<Plan> = fc.record({
  timezone: fc.constantFrom(...ZONES),
  domainCap: fc.option(fc.integer({ min: 2, max: 12 })),
  accounts: fc.array(
    fc.record({
      dailyLimit: fc.integer({ min: 3, max: 20 }),
      rampEnabled: fc.boolean(),
      rampStart: fc.integer({ min: 1, max: 5 }),
      rampGrowth: fc.integer({ min: 0, max: 3 }),
      rampCeiling: fc.integer({ min: 5, max: 10 }),
      gapMinSeconds: fc.integer({ min: 60, max: 2_000 }),
      gapMaxSeconds: fc.integer({ min: 2_000, max: 6_000 }),
    }),
    { minLength: 2, maxLength: 3 },
  ),
  campaigns: fc.array(
    fc.record({
      timezone: fc.constantFrom(...ZONES),
      days: fc.subarray([...WEEKDAYS], { minLength: 4 }),
      fromHour: fc.integer({ min: 0, max: 20 }),
      hours: fc.integer({ min: 1, max: 10 }),
      waitDays: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
      prospects: fc.integer({ min: 2, max: 15 }),
      suppressed: fc.integer({ min: 0, max: 2 }),
      slots: fc.subarray([0, 1], { minLength: 1 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

interface World {
  plan: Plan;
  owner: Viewer;
  accounts: SimulatedAccount[];
  campaigns: Campaign[];
  suppressed: Set<string>;
}

let simulation: Simulation;
let emails: LedgerEmail[];
let worlds: World[];
let forecasts: Map<string, { date: string; sends: number }[]>;
/** Why nothing went of one campaign or another, at each moment at which nothing did. */
const reasons: Blocker[][] = [];

beforeAll(async () => {
  simulation = await openSimulation(START);
  const plans = fc.sample(plan, { seed: 20_261_123, numRuns: 3 });
  worlds = [];
  for (const [index, each] of plans.entries()) worlds.push(await build(each, index));
  const running = worlds.flatMap(({ campaigns }) => campaigns);
  forecasts = new Map();
  for (const campaign of running) {
    forecasts.set(campaign.id, await forecastCampaign(simulation.room, campaign, DAYS));
  }
  simulation.addSender();
  simulation.addSender();
  await simulation.runUntil(END, async () => {
    const campaign = running[reasons.length % running.length];
    if (campaign) reasons.push(await readCampaignBlockers(simulation.room, campaign));
  });
  emails = await simulation.emails();
}, 120_000);

afterAll(() => simulation.stop());

async function build(each: Plan, index: number): Promise<World> {
  const owner = await simulation.addWorkspace(each.timezone);
  const domain = `w${index}.example.com`;
  await setDomainCap(simulation.room, owner, domain, each.domainCap);
  const accounts: SimulatedAccount[] = [];
  for (const [n, settings] of each.accounts.entries()) {
    accounts.push(await simulation.addAccount(owner, { address: `a${n}@${domain}`, ...settings }));
  }
  const campaigns = [];
  const suppressed = new Set<string>();
  for (const [n, campaign] of each.campaigns.entries()) {
    const people = Array.from(
      { length: campaign.prospects },
      (_, p) => `silent.${index}.${n}.${p}@example.com`,
    );
    const input = {
      name: 'Spring',
      schedule: {
        timezone: campaign.timezone,
        days: campaign.days,
        from: `${String(campaign.fromHour).padStart(2, '0')}:00`,
        to: `${String(Math.min(24, campaign.fromHour + campaign.hours)).padStart(2, '0')}:00`,
      },
      slotIds: campaign.slots.flatMap((slot) => accounts[slot]?.slotId ?? []),
      steps: campaign.waitDays.map((waitDays) => ({
        waitDays,
        variants: [{ subject: 'Hello', body: 'Hi' }],
      })),
    };
    const { id } = await simulation.addCampaign(owner, input, people);
    await startCampaign(simulation.campaigns, owner, id);
    campaigns.push(await findCampaign(simulation.room, owner, id));
    for (const address of people.slice(0, campaign.suppressed)) {
      suppressed.add(address);
      await suppress(simulation.db, owner.workspaceId, address, 'MANUAL');
    }
  }
  return { plan: each, owner, accounts, campaigns, suppressed };
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

test('on each day goes out what the forecast said', () => {
  expect(emails.length).toBeGreaterThan(40);
  for (const [campaignId, forecast] of forecasts) {
    const campaign = worlds.flatMap(({ campaigns }) => campaigns).find(({ id }) => id === campaignId);
    const days = groupBy(
      emails.filter((email) => email.campaignId === campaignId),
      ({ at }) => dayOf(at, campaign?.timezone ?? ''),
    );
    expect(forecast.map(({ date, sends }) => [date, sends])).toEqual(
      forecast.map(({ date }) => [date, days.get(date)?.length ?? 0]),
    );
  }
});

test('whenever nothing goes, the blockers say why', () => {
  expect(reasons.length).toBeGreaterThan(40);
  expect(reasons.filter((blockers) => blockers.length === 0)).toEqual([]);
});

test('no rolling limit, gap, allowance, cap or window is ever passed', async () => {
  const ramp = await simulation.db.query<{ account: string; date: string; allowance: number }>(
    `SELECT account_id AS account, to_char(date, 'YYYY-MM-DD') AS date, allowance FROM ramp_days`,
  );
  for (const { plan: each, accounts, campaigns } of worlds) {
    const ofWorld = emails.filter(({ accountId }) => accounts.some((one) => one.accountId === accountId));
    if (each.domainCap !== null) {
      for (const ofDay of groupBy(ofWorld, ({ at }) => dayOf(at, each.timezone)).values()) {
        expect(ofDay.length).toBeLessThanOrEqual(each.domainCap);
      }
    }
    for (const { at, campaignId } of ofWorld) {
      const campaign = campaigns.find(({ id }) => id === campaignId);
      expect(campaign && isOpen(campaign, at)).toBe(true);
    }
    for (const [n, { accountId }] of accounts.entries()) {
      const settings = each.accounts[n];
      if (!settings) throw new Error('An account without settings');
      const times = ofWorld.filter((email) => email.accountId === accountId).map(({ at }) => at.getTime());
      for (const [index, time] of times.entries()) {
        const inADay = times.slice(0, index + 1).filter((at) => at > time - DAY_MS);
        expect(inADay.length).toBeLessThanOrEqual(settings.dailyLimit);
        const before = times[index - 1];
        if (before !== undefined) expect(time - before).toBeGreaterThanOrEqual(settings.gapMinSeconds * 1000);
      }
      if (!settings.rampEnabled) continue;
      for (const [date, ofDay] of groupBy(times, (at) => dayOf(new Date(at), each.timezone))) {
        const allowance = ramp.find((day) => day.account === accountId && day.date === date)?.allowance ?? 0;
        expect(ofDay.length).toBeLessThanOrEqual(allowance);
        expect(allowance).toBeLessThanOrEqual(settings.rampCeiling);
      }
    }
  }
});

test('everybody gets each step once, in order, not before its day, and from one account; who is suppressed nothing', () => {
  for (const { campaigns, suppressed, plan: each } of worlds) {
    for (const [n, campaign] of campaigns.entries()) {
      const waitDays = each.campaigns[n]?.waitDays ?? [];
      const ofCampaign = emails.filter(({ campaignId }) => campaignId === campaign.id);
      for (const ofPerson of groupBy(ofCampaign, ({ enrolmentId }) => enrolmentId).values()) {
        expect(ofPerson.map(({ step }) => step)).toEqual(ofPerson.map((_, step) => step));
        expect(new Set(ofPerson.map(({ accountId }) => accountId)).size).toBe(1);
        expect(suppressed.has(ofPerson[0]?.toAddress ?? '')).toBe(false);
        for (const [step, { at }] of ofPerson.entries()) {
          const before = ofPerson[step - 1]?.at ?? START;
          expect(at >= addDays(before, waitDays[step] ?? 0, campaign.timezone)).toBe(true);
        }
      }
    }
  }
});

test('what the ledger calls sent is what Gmail has, each once', () => {
  expect(emails.every(({ state }) => state === 'SENT')).toBe(true);
  const atGmail = simulation.sandbox.accounts.flatMap((account) =>
    account.sentMessages().map(({ messageId }) => messageId),
  );
  expect(atGmail.toSorted()).toEqual(emails.map(({ messageId }) => messageId).toSorted());
});
