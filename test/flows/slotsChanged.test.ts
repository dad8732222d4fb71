import { Notices } from '../../src/database/notices';
import { announceSlot } from '../../src/slots/slotsRoom';
import { testLog } from '../support/database';
import {
  addAccount,
  connect,
  type Employee,
  type Office,
  openOffice,
  SLOT,
  type SlotView,
} from '../support/slots';

let office: Office;
let ann: Employee;
/** Another process's. */
let notices: Notices;

beforeAll(async () => {
  office = await openOffice();
  notices = new Notices({ url: office.app.databaseUrl, log: testLog });
  await notices.start();
});
beforeEach(async () => {
  ann = await office.hire();
});
afterAll(async () => {
  await notices.stop();
  await office.close();
});

/** The connection of a slot as slotChanged tells of it, until it is as wanted. */
async function follow(slotId?: string) {
  const socket = await ann.socket();
  const query = `subscription ($slotId: ID) { slotChanged(slotId: $slotId) { ${SLOT} } }`;
  const subscription = socket.subscribe<{ slotChanged: SlotView }>(query, { slotId });
  return async (isWanted: (slot: SlotView) => boolean): Promise<SlotView[]> => {
    const seen: SlotView[] = [];
    do seen.push((await subscription.next()).slotChanged);
    while (!isWanted(seen.at(-1) as SlotView));
    return seen;
  };
}

test('a connection is told of: that it is proven, each further proof, and what is wrong with it', async () => {
  const account = addAccount(office.sandbox);
  const until = await follow(ann.self[0]);
  await connect(ann, ann.self[0], account.address);
  const [watched] = (await until(({ connection }) => connection?.state === 'WATCHING')).slice(-1);
  expect(watched?.connection).toMatchObject({ problem: null, lastProofAt: expect.any(String) });

  await office.sandbox.waitFor('idle', ({ address }) => address === account.address);
  account.deliver({ from: 'bob@example.com', to: account.address, subject: 'Hi', text: 'Hi' });
  const lastProofAt = watched?.connection?.lastProofAt;
  await until(({ connection }) => connection?.lastProofAt !== lastProofAt);

  account.changeAppPassword('ponmlkjihgfedcba');
  account.dropSessions();
  const [rejected] = (await until(({ connection }) => connection?.state === 'REJECTED')).slice(-1);
  expect(rejected?.connection?.problem).toMatchObject({ code: 'INVALID_CREDENTIALS' });
});

test('who asked for one slot hears of no other', async () => {
  const until = await follow(ann.self[1]);
  await connect(ann, ann.self[0], addAccount(office.sandbox).address);
  await connect(ann, ann.self[1], addAccount(office.sandbox).address);
  const seen = await until(({ connection }) => connection?.state === 'WATCHING');
  expect(new Set(seen.map(({ id }) => id))).toEqual(new Set([ann.self[1]]));
});

test('a burst of changes in another process is told of ten times a second, and its end is not missed', async () => {
  const until = await follow();
  await connect(ann, ann.self[0], addAccount(office.sandbox).address);
  await until(({ connection }) => connection?.state === 'WATCHING');
  const beganAt = performance.now();
  for (let burst = 0; burst < 20; burst += 1) {
    for (const slotId of ann.self) announceSlot(notices, ann.workspaceId, slotId);
    await new Promise((resolve) => setTimeout(resolve, 25)); // longer than notices are gathered
  }
  await office.database.query("UPDATE connections SET display_name = 'the end' WHERE workspace_id = $1", [
    ann.workspaceId,
  ]);
  announceSlot(notices, ann.workspaceId, ann.self[0] ?? '');
  const seen = await until(({ connection }) => connection?.displayName === 'the end');
  const tenths = (performance.now() - beganAt) / 100;
  expect(seen.length).toBeLessThanOrEqual((tenths + 2) * ann.self.length);
});
