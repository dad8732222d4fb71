import type { Campaign } from '../../src/campaigns/campaign.entity';
import { findCampaign } from '../../src/campaigns/campaigns';
import { listEnrolments, unenrol } from '../../src/campaigns/enrolments';
import { stopAllEnrolments } from '../../src/campaigns/moveEnrolment';
import { pauseCampaign, startCampaign } from '../../src/campaigns/runCampaign';
import { WEEKDAYS } from '../../src/campaigns/schedule';
import { DAY_MS } from '../../src/campaigns/wallClock';
import type { Viewer } from '../../src/identity/context';
import { suppress } from '../../src/prospects/suppressions';
import { unsubscribe } from '../../src/prospects/unsubscribe';
import { readCampaignBlockers } from '../../src/sending/campaignOutlook';
import { connectGmail } from '../../src/slots/connect';
import { disconnectGmail } from '../../src/slots/disconnect';
import { APP_PASSWORD } from '../support/sending';
import {
  type AccountSettings,
  type LedgerEmail,
  openSimulation,
  type SimulatedAccount,
  type Simulation,
} from '../support/simulatedSending';
import { until } from '../support/until';

/** Running campaigns to which something happens: nobody is written to twice, or forgotten, and nothing is passed. */

const START = new Date('2026-06-01T09:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let simulation: Simulation;
let owner: Viewer;
let worlds = 0;

beforeEach(async () => {
  simulation = await openSimulation(START);
  owner = await simulation.addWorkspace('UTC');
});

afterEach(() => simulation.stop());

function addAccount(settings: Partial<AccountSettings> = {}): Promise<SimulatedAccount> {
  worlds += 1;
  const fast = { rampEnabled: false, gapMinSeconds: 0, gapMaxSeconds: 0 };
  return simulation.addAccount(owner, { address: `sender${worlds}@gmail.com`, ...fast, ...settings });
}

async function addCampaign(
  accounts: SimulatedAccount[],
  people: readonly string[],
  waitDays = [0],
  hours = { from: '00:00', to: '24:00' },
): Promise<Campaign> {
  const schedule = { timezone: 'UTC', days: [...WEEKDAYS], ...hours };
  return simulation.addCampaign(
    owner,
    {
      name: 'Spring',
      schedule,
      slotIds: accounts.map(({ slotId }) => slotId),
      steps: waitDays.map((days) => ({ waitDays: days, variants: [{ subject: 'Hello', body: 'Hi' }] })),
    },
    people,
  );
}

const people = (count: number) => Array.from({ length: count }, (_, n) => `silent.${n}@example.com`);
const start = ({ id }: Campaign) => startCampaign(simulation.campaigns, owner, id);
const sentOf = async ({ accountId }: SimulatedAccount) =>
  (await simulation.emails()).filter((email) => email.accountId === accountId && email.state === 'SENT');
const stateOf = async ({ id }: Campaign) => (await findCampaign(simulation.room, owner, id)).state;

async function enrolments(campaign: Campaign) {
  const page = await listEnrolments(simulation.campaigns, campaign, { first: 100 });
  return page.edges.map(({ node }) => node);
}

function countIn(state: string): Promise<number> {
  return simulation.db
    .query<{ count: number }>('SELECT count(*)::int FROM outgoing_messages WHERE state = $1', [state])
    .then(([row]) => row?.count ?? 0);
}

/** Everybody has each of so many steps, once, and Gmail has the same mails. */
function expectEachOnce(emails: readonly LedgerEmail[], addresses: readonly string[], steps = 1): void {
  expect(emails.map(({ toAddress, step }) => `${toAddress} ${step}`).toSorted()).toEqual(
    addresses
      .flatMap((address) => Array.from({ length: steps }, (_, step) => `${address} ${step}`))
      .toSorted(),
  );
  const atGmail = simulation.sandbox.accounts.flatMap((account) => account.sentMessages());
  expect(atGmail.map(({ messageId }) => messageId).toSorted()).toEqual(
    emails.map(({ messageId }) => messageId).toSorted(),
  );
}

test('two that start one campaign at once, and two that send for it, write to nobody twice', async () => {
  const campaign = await addCampaign([await addAccount(), await addAccount()], people(12), [0, 1]);
  simulation.addSender();
  simulation.addSender();
  await Promise.all([start(campaign), start(campaign), start(campaign)]);
  await simulation.runUntil(new Date(START.getTime() + 2 * DAY_MS));
  expectEachOnce(await simulation.emails(), people(12), 2);
  expect(await stateOf(campaign)).toBe('FINISHED');
});

test('a clock that is set back an hour passes no gap and no limit, and holds nothing up for long', async () => {
  const account = await addAccount({ dailyLimit: 8, gapMinSeconds: 600, gapMaxSeconds: 900 });
  const campaign = await addCampaign([account], people(10));
  simulation.addSender();
  await start(campaign);
  await simulation.runUntil(new Date(START.getTime() + HOUR));
  const before = await simulation.emails();
  expect(before.length).toBeGreaterThan(3);
  // What a process that died just then had claimed.
  await simulation.db.query(
    `INSERT INTO outgoing_messages (workspace_id, connection_id, account_id, conversation_id, from_address, to_address,
       subject, text, message_id, state, claimed_by, claimed_until, due_at)
     SELECT workspace_id, connection_id, account_id, conversation_id, from_address, 'silent.dead@example.com', 'Hello',
            'Hi', '<dead@gmail.com>', 'RESERVED', gen_random_uuid(), now() + interval '12 seconds', $1
       FROM outgoing_messages LIMIT 1`,
    [START],
  );

  await simulation.setClock(START);
  await simulation.when(async () => (await countIn('SENT')) === before.length + 1);
  await simulation.runUntil(new Date(START.getTime() + 2 * DAY_MS));
  const emails = await simulation.emails();
  const known = new Set(before.map(({ messageId }) => messageId));
  /** As a clock that nobody set back would have shown. */
  const times = [
    ...before.map(({ at }) => at.getTime()),
    ...emails.filter(({ messageId }) => !known.has(messageId)).map(({ at }) => at.getTime() + HOUR),
  ];
  for (const [index, time] of times.entries()) {
    const gap = time - (times[index - 1] ?? Number.NEGATIVE_INFINITY);
    expect(gap).toBeGreaterThanOrEqual(600_000);
    if (index === before.length) expect(gap).toBeLessThanOrEqual(HOUR + 15 * MINUTE);
    expect(times.slice(0, index).filter((at) => at > time - DAY_MS).length).toBeLessThan(8);
  }
  expect(await stateOf(campaign)).toBe('FINISHED');
});

/** Lets one email go out, and the next begin and stop in the middle of its way. */
async function stopOnTheWire(account: SimulatedAccount, campaign: Campaign): Promise<void> {
  await simulation.db.query('UPDATE gmail_accounts SET daily_limit = 1 WHERE id = $1', [account.accountId]);
  simulation.addSender();
  await start(campaign);
  await simulation.when(async () => (await countIn('SENT')) === 1);
  simulation.network.freeze();
  await simulation.db.query('UPDATE gmail_accounts SET daily_limit = 500 WHERE id = $1', [account.accountId]);
  await simulation.setClock(simulation.now());
  await simulation.when(async () => (await countIn('TRANSMITTING')) === 1);
}

test('a pause lets what is on the wire arrive, and nothing else go', async () => {
  const account = await addAccount();
  const campaign = await addCampaign([account], people(5));
  await stopOnTheWire(account, campaign);
  await pauseCampaign(simulation.campaigns, owner, campaign.id);
  simulation.network.resume();
  await simulation.when(async () => (await countIn('SENT')) === 2);
  await simulation.runUntil(new Date(START.getTime() + DAY_MS));
  expect(await sentOf(account)).toHaveLength(2);
  await start(campaign);
  await simulation.runUntil(new Date(START.getTime() + 2 * DAY_MS));
  expectEachOnce(await simulation.emails(), people(5));
  expect(await stateOf(campaign)).toBe('FINISHED');
});

test('a disconnect lets nothing more be claimed; whom it wrote to is held until it is back, the others move', async () => {
  const [leaving, staying] = [await addAccount(), await addAccount()];
  const campaign = await addCampaign([leaving, staying], people(6), [0, 1]);
  const pauseStaying = (paused: boolean) =>
    simulation.db.query('UPDATE gmail_accounts SET paused = $2 WHERE id = $1', [staying.accountId, paused]);
  await pauseStaying(true);
  await stopOnTheWire(leaving, campaign);

  const disconnecting = disconnectGmail(simulation.room.slots, owner, leaving.slotId);
  const isReleasing = 'SELECT FROM connections WHERE releasing_until IS NOT NULL';
  await until(async () => (await simulation.db.query(isReleasing)).length > 0);
  const running = await findCampaign(simulation.room, owner, campaign.id);
  const blockers = await readCampaignBlockers(simulation.room, running);
  expect(blockers.map(({ code }) => code).toSorted()).toEqual(['NOT_CONNECTED', 'PAUSED']);
  simulation.network.resume();
  expect((await disconnecting).outcome).toBe('GmailDisconnected');
  expect(await sentOf(leaving)).toHaveLength(2);
  const held = (await enrolments(campaign)).filter(({ state }) => state === 'HELD');
  expect(held.map(({ heldReason }) => heldReason)).toEqual(
    Array(2).fill(expect.stringMatching(/^sender\d+@gmail\.com wrote to them, and is disconnected/)),
  );

  await pauseStaying(false);
  await simulation.runUntil(new Date(START.getTime() + 3 * DAY_MS));
  expect(await sentOf(staying)).toHaveLength(8); // four people, two steps
  expect(await stateOf(campaign)).toBe('RUNNING');

  const { email } = (
    await simulation.db.query<{ email: string }>('SELECT email FROM connections WHERE id = $1', [
      leaving.connectionId,
    ])
  )[0] ?? { email: '' };
  const input = { slotId: leaving.slotId, email, appPassword: APP_PASSWORD };
  expect((await connectGmail(simulation.room.slots, owner, input)).outcome).toBe('GmailConnected');
  await simulation.runUntil(new Date(START.getTime() + 4 * DAY_MS));
  expect(await sentOf(leaving)).toHaveLength(4);
  expectEachOnce(await simulation.emails(), people(6), 2);
  expect(await stateOf(campaign)).toBe('FINISHED');
});

test('what is on the wire for longer than a disconnect waits holds whom it reached', async () => {
  const account = await addAccount();
  const campaign = await addCampaign([account], people(2), [0, 1]);
  await stopOnTheWire(account, campaign);
  const impatient = { ...simulation.room.slots.sending, waitUntilOffTheWire: async () => {} };
  await disconnectGmail({ ...simulation.room.slots, sending: impatient }, owner, account.slotId);
  simulation.network.resume();
  await simulation.when(async () => (await countIn('SENT')) === 2);
  expect(await enrolments(campaign)).toMatchObject(
    Array(2).fill({
      state: 'HELD',
      heldBy: 'DISCONNECTED',
      heldReason: expect.stringContaining('connect it'),
    }),
  );
});

test('a window that closes while a login takes its time lets nothing begin', async () => {
  const account = await addAccount();
  const campaign = await addCampaign([account], people(1), [0], { from: '09:00', to: '10:00' });
  await simulation.setClock(new Date('2026-06-01T09:59:58Z'));
  simulation.network.freeze();
  simulation.addSender();
  await start(campaign);
  await until(async () => (await countIn('RESERVED')) === 1);
  await simulation.setClock(new Date('2026-06-01T10:00:00Z')); // the claim holds for ten seconds more
  simulation.network.resume();
  await until(async () => (await countIn('QUEUED')) === 1);
  await simulation.runUntil(new Date('2026-06-03T00:00:00Z'));
  expect(await simulation.emails()).toMatchObject([{ at: new Date('2026-06-02T09:00:00Z') }]);
});

test.each<[string, string, (address: string) => Promise<unknown>]>([
  ['suppressed', 'STOPPED', (address) => suppress(simulation.db, owner.workspaceId, address, 'MANUAL')],
  [
    'unsubscribed',
    'UNSUBSCRIBED',
    (address) =>
      unsubscribe(
        { ...simulation.room, onUnsubscribed: stopAllEnrolments },
        { workspaceId: owner.workspaceId, address, outgoingId: null },
      ),
  ],
])('who is %s between claim and send is not written to, and holds up nobody', async (_, state, optOut) => {
  const account = await addAccount();
  const campaign = await addCampaign([account], people(3));
  simulation.network.freeze();
  simulation.addSender();
  await start(campaign);
  // It waits for its login now.
  await until(async () => (await countIn('RESERVED')) === 1);
  const [reserved] = await simulation.db.query<{ to_address: string; enrolment_id: string }>(
    'SELECT to_address, enrolment_id FROM outgoing_messages',
  );
  await optOut(reserved?.to_address ?? '');
  simulation.network.resume();
  await simulation.when(async () => (await stateOf(campaign)) === 'FINISHED');
  expectEachOnce(
    await simulation.emails(),
    people(3).filter((address) => address !== reserved?.to_address),
  );
  const enrolment = (await enrolments(campaign)).find(({ id }) => id === reserved?.enrolment_id);
  expect(enrolment?.state).toBe(state);
});

test('the last one taken out by a person finishes the campaign', async () => {
  const campaign = await addCampaign([await addAccount()], people(1), [1]);
  await start(campaign);
  const [only] = await enrolments(campaign);
  await unenrol(simulation.campaigns, owner, only?.id ?? '');
  expect(await stateOf(campaign)).toBe('FINISHED');
});
