import {
  addAccount,
  CONNECT,
  type ConnectOutcome,
  connect,
  type Employee,
  type Office,
  openOffice,
  readSlot,
} from '../support/slots';
import { until } from '../support/until';

/** Two at once, and one address in many spellings and places. */

let office: Office;
let ann: Employee;
let bob: Employee;

beforeAll(async () => {
  office = await openOffice();
});
beforeEach(async () => {
  ann = await office.hire();
  bob = await office.hire();
});
afterAll(() => office.close());

const kinds = (results: readonly ConnectOutcome[]) =>
  results.map(({ __typename, code }) => code ?? __typename).sort();

test('of two accounts for one slot, one gets it', async () => {
  const [one, other] = [addAccount(office.sandbox), addAccount(office.sandbox)];
  const results = await Promise.all([
    connect(ann, ann.self[0], one.address),
    connect(ann, ann.self[0], other.address),
  ]);
  expect(kinds(results)).toEqual(['GmailConnected', 'SLOT_TAKEN']);
});

test('a double click connects once', async () => {
  const { address } = addAccount(office.sandbox);
  const results = await Promise.all([connect(ann, ann.self[0], address), connect(ann, ann.self[0], address)]);
  expect(kinds(results)).toEqual(['GmailConnected', 'GmailConnected']);
  expect(new Set(results.map(({ slot }) => slot?.connection?.id)).size).toBe(1);
});

test('of two slots for one account, one gets it', async () => {
  const { address } = addAccount(office.sandbox);
  const results = await Promise.all([
    connect(ann, ann.self[0], address),
    connect(ann, ann.self[1], address),
    connect(bob, bob.self[0], address),
  ]);
  expect(kinds(results)).toEqual(['ADDRESS_IN_USE', 'ADDRESS_IN_USE', 'GmailConnected']);
});

test('an address in use is told of only to whoever has its password, and never whose it is', async () => {
  const [used, free] = [addAccount(office.sandbox), addAccount(office.sandbox)];
  await connect(ann, ann.self[0], used.address);
  const appPassword = 'wron gwro ngwr ongw';
  const [onUsed, onFree] = [
    await connect(bob, bob.self[0], used.address, { appPassword }),
    await connect(bob, bob.self[0], free.address, { appPassword }),
  ];
  expect(onUsed.code).toBe('INVALID_CREDENTIALS');
  expect(withoutIds(onUsed)).toEqual(withoutIds(onFree));
  const mine = await connect(bob, bob.self[0], used.address);
  expect(mine).toEqual({ __typename: 'AddressInUse', code: 'ADDRESS_IN_USE', message: expect.any(String) });
  expect(mine.message).not.toMatch(/workspace|person\d/i);
  expect(await readSlot(bob, bob.self[0])).toMatchObject({ connection: null });
});

/** Google names each of its connections in its answers. */
function withoutIds(result: ConnectOutcome): unknown {
  return JSON.parse(JSON.stringify(result).replace(/(p=BadCredentials) [^"]*/g, '$1'));
}

test.each([
  ['john.smith.one@gmail.com', 'johnsmithone@gmail.com'],
  ['john.smith.two@gmail.com', 'john.smith.two+sales@gmail.com'],
  ['john.smith.three@gmail.com', 'JohnSmith.Three@GoogleMail.com'],
  ['john@agency.example', 'John+news@Agency.Example'],
])('%s is %s', async (address, spelling) => {
  addAccount(office.sandbox, address);
  expect(await connect(ann, ann.self[0], address)).toMatchObject({ __typename: 'GmailConnected' });
  expect(await connect(ann, ann.self[1], spelling)).toMatchObject({ code: 'ADDRESS_IN_USE' });
  expect(await connect(ann, ann.self[0], spelling)).toMatchObject({ __typename: 'GmailConnected' });
});

test('dots matter in a domain of its own', async () => {
  addAccount(office.sandbox, 'jane.doe@agency.example');
  addAccount(office.sandbox, 'janedoe@agency.example');
  expect(await connect(ann, ann.self[0], 'jane.doe@agency.example')).toMatchObject({
    __typename: 'GmailConnected',
  });
  expect(await connect(ann, ann.self[1], 'janedoe@agency.example')).toMatchObject({
    __typename: 'GmailConnected',
  });
});

const GRANT = `mutation ($workspaceId: ID!, $self: Int!, $fly: Int!) {
  gmailIntegration: grantSlots(workspaceId: $workspaceId, self: $self, fly: $fly) { self { label } fly { label } slots { id } }
}`;

test('capacities go up and down, and never below what is used', async () => {
  await connect(ann, ann.self[3], addAccount(office.sandbox).address);
  const grant = (self: number, fly: number) =>
    office.operator.send<{ gmailIntegration: object }>(GRANT, { workspaceId: ann.workspaceId, self, fly });
  expect(await grant(6, 0)).toMatchObject({
    data: { gmailIntegration: { self: { label: '(self: 1/6)' }, fly: { label: '(fly: 0/0)' } } },
  });
  expect(await grant(1, 1)).toMatchObject({
    data: { gmailIntegration: { self: { label: '(self: 1/1)' }, slots: [{ id: ann.self[3] }, {}] } },
  });
  for (const [self, fly] of [
    [0, 1],
    [-1, 1],
    [1, 1_001],
  ] as const) {
    expect(await grant(self, fly)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  }
  expect(await grant(2, 1)).toMatchObject({ data: { gmailIntegration: { self: { label: '(self: 1/2)' } } } });
});

test('a slot that somebody is just connecting into is not taken back', async () => {
  await connect(ann, ann.self[0], addAccount(office.sandbox).address);
  const [slotId] = ann.self.slice(-1);
  const granting = await office.database.transaction(async (tx) => {
    await tx.query('SELECT id FROM slots WHERE id = $1 FOR UPDATE', [slotId]);
    const asked = office.operator.send(GRANT, { workspaceId: ann.workspaceId, self: 1, fly: 0 });
    await until(async () => {
      const waiting = await office.database.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return waiting.length > 0;
    });
    await tx.query('UPDATE connections SET slot_id = $1 WHERE slot_id = $2', [slotId, ann.self[0]]);
    return { asked };
  });
  expect(await granting.asked).toMatchObject({ data: { gmailIntegration: { slots: [{ id: slotId }] } } });
});

test('guesses that come at once do not reach Google more often than the limit', async () => {
  const account = addAccount(office.sandbox);
  const before = office.sandbox.events.latest;
  const input = { slotId: ann.self[0], email: account.address, appPassword: 'wron gwro ngwr ongw' };
  const answers = await Promise.all(
    Array.from({ length: 9 }, () => ann.send<{ result: ConnectOutcome }>(CONNECT, { input })),
  );
  const limited = answers.filter(({ errors }) => errors?.[0]?.extensions.code === 'RATE_LIMITED');
  expect(limited).toHaveLength(4);
  expect(office.sandbox.events.after(before).filter(({ name }) => name === 'login')).toHaveLength(5);
});
