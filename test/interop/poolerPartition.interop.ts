import { createTestDatabase } from '../support/database';
import { type FaultProxy, openFaultProxy, through } from '../support/faultProxy';
import { type Fleet, openFleet } from '../support/fleet';
import { until } from '../support/until';
import { openPgBouncer, type PgBouncer } from './pgbouncer';

/**
 * Two processes reach PostgreSQL through a real PgBouncer that shares connections out by transaction, and go past it for what
 * needs a session. The network parts first one of them from the pooler, then the pooler from PostgreSQL, under load: what
 * was on its way then arrives late, when nobody waits for it any more.
 */

const SLOTS = 4;

let url: string;
let drop: () => Promise<void>;
let toDatabase: FaultProxy;
let pooler: PgBouncer;
let toPooler: FaultProxy;
let fleet: Fleet;

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  toDatabase = await openFaultProxy({ port: Number(new URL(url).port) });
  pooler = await openPgBouncer(through(toDatabase, url), 'transaction');
  toPooler = await openFaultProxy({ port: Number(new URL(pooler.url).port) });
  fleet = await openFleet({
    databaseUrl: url,
    slots: SLOTS,
    environment: { DATABASE_URL: pooler.url, DATABASE_SESSION_URL: url },
  });
}, 60_000);

afterAll(async () => {
  await fleet.close();
  await toPooler.close();
  await pooler.stop();
  await toDatabase.close();
  await drop();
});

const readiness = async ({ url: at }: { url: string }) => (await fetch(`${at}/readyz`)).status;

test('the network parts a process from the pooler, and the pooler from PostgreSQL: nothing is lost, doubled or watched twice', async () => {
  const watching = fleet.countWatchers();
  const parted = await fleet.start({
    DATABASE_URL: through(toPooler, pooler.url),
    DATABASE_SESSION_URL: url,
  });
  await fleet.sharedOut(2, 2);
  const both = [fleet.keeper, parted];
  const subscribers = await Promise.all(both.map((each) => fleet.subscribe(each)));
  const load = fleet.keepQueueing();
  await until(async () => fleet.sandbox.accounts.every((account) => account.sentMessages().length > 2));

  toPooler.freeze();
  await fleet.sharedOut(SLOTS);
  expect(await Promise.all(both.map(readiness))).toEqual([200, 503]);
  toPooler.resume();
  await fleet.sharedOut(2, 2);

  toDatabase.freeze();
  await until(async () => fleet.everyAccount((watchers) => watchers === 0));
  expect(await Promise.all(both.map(readiness))).toEqual([503, 503]);
  toDatabase.resume();
  await fleet.sharedOut(2, 2);

  const queued = await load.stop();
  await fleet.untilSettled();
  await fleet.untilAnswered(subscribers);
  expect(watching.violations).toEqual([]);
  await fleet.expectNothingLostOrDoubled(subscribers);
  expect(await fleet.rows('SELECT 1 FROM outgoing_messages')).toHaveLength(queued);
  watching.stop();
  await Promise.all(subscribers.map((subscriber) => subscriber.close()));
}, 180_000);
