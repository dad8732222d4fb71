import {
  APP_PASSWORD,
  addAccount,
  CONNECT,
  connect,
  DISCONNECT,
  type Employee,
  FILL,
  type Office,
  openOffice,
  outcomes,
  RECHECK,
  RELEASE,
  readSlot,
} from '../support/slots';

/** The wall between workspaces, and the limits on attempts. */

let office: Office;
let ann: Employee;
let bob: Employee;

beforeAll(async () => {
  office = await openOffice();
  ann = await office.hire();
  bob = await office.hire();
});
afterAll(() => office.close());

const OPERATIONS: [string, string][] = [
  ['slot', 'query ($slotId: ID!) { slot(id: $slotId) { id } }'],
  [
    'connectGmail',
    `mutation ($slotId: ID!) { connectGmail(input:
    { slotId: $slotId, email: "x@gmail.com", appPassword: "${APP_PASSWORD}" }) { __typename } }`,
  ],
  ['disconnectGmail', DISCONNECT],
  ['recheckConnection', RECHECK],
  [
    'updateSendingSettings',
    'mutation ($slotId: ID!) { updateSendingSettings(slotId: $slotId, input: {}) { id } }',
  ],
];

describe.each(OPERATIONS)('%s', (_name, query) => {
  test.each([
    ['a slot of another workspace', () => bob.self[0]],
    ['a slot that never was', () => '00000000-0000-4000-8000-000000000000'],
    ['something that is no id', () => 'slot-1'],
  ])('says that there is no such thing: %s', async (_what, slotId) => {
    const { errors } = await ann.send(query, { slotId: slotId() });
    expect(errors).toMatchObject([{ message: 'There is no such slot.', extensions: { code: 'NOT_FOUND' } }]);
  });
});

test.each([
  ['slotChanged', 'subscription ($slotId: ID) { slotChanged(slotId: $slotId) { id } }'],
  ['connectionCheck', 'subscription ($slotId: ID!) { connectionCheck(slotId: $slotId) { name } }'],
])('%s of another workspace cannot be followed', async (_name, query) => {
  const socket = await ann.socket();
  for (const slotId of [bob.self[0], 'slot-1']) {
    const { errors } = await socket.send(query, { slotId });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  }
});

test('what happens in one workspace is not told in another', async () => {
  const heard = (await ann.socket()).subscribe<{ slotChanged: { id: string } }>(
    'subscription { slotChanged { id } }',
  );
  await connect(bob, bob.self[0], addAccount(office.sandbox).address);
  await connect(ann, ann.self[0], addAccount(office.sandbox).address);
  expect((await heard.next()).slotChanged.id).toBe(ann.self[0]);
});

test('operators see every workspace, and nobody else does', async () => {
  const page = 'query ($workspaceId: ID) { gmailIntegration(workspaceId: $workspaceId) { slots { id } } }';
  const variables = { workspaceId: bob.workspaceId };
  expect(await office.operator.ask(page, variables)).toMatchObject({
    gmailIntegration: { slots: [{ id: bob.self[0] }, {}, {}, {}, {}, {}] },
  });
  expect(await readSlot(office.operator, bob.self[0])).toMatchObject({ id: bob.self[0] });
  expect(await ann.send(page, variables)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  for (const workspaceId of ['workspace-1', '00000000-0000-4000-8000-000000000000']) {
    expect(await office.operator.send(page, { workspaceId })).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
  }
});

test('what operators may, others may not', async () => {
  const input = { slotId: ann.fly[0], email: 'x@gmail.com', appPassword: APP_PASSWORD };
  const grant = `mutation { grantSlots(workspaceId: "${ann.workspaceId}", self: 9, fly: 9) { self { used } } }`;
  const answers = [
    await ann.send(FILL, { input }),
    await ann.send(RELEASE, { slotId: ann.fly[0] }),
    await ann.send(grant),
  ];
  for (const answer of answers)
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
});

const LIMITED = { errors: [{ extensions: { code: 'RATE_LIMITED', retryAt: expect.any(String) } }] };

test('a workspace has 20 attempts a minute, whatever becomes of them', async () => {
  const [ann, bob] = [await office.hire(), await office.hire()];
  const attempt = (slotId: string | undefined) => ({
    input: { slotId, email: 'x@gmail.com', appPassword: 'no App Password' },
  });
  for (let attempts = 0; attempts < 20; attempts += 1) {
    expect(await ann.send(CONNECT, attempt(ann.self[attempts % 4]))).toMatchObject({
      data: { result: { code: 'MALFORMED_APP_PASSWORD' } },
    });
  }
  const answer = await ann.send(CONNECT, attempt(ann.self[0]));
  expect(answer).toMatchObject(LIMITED);
  const seconds = (Date.parse(String(answer.errors?.[0]?.extensions['retryAt'])) - Date.now()) / 1_000;
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(await bob.send(CONNECT, attempt(bob.self[0]))).toMatchObject({ data: expect.any(Object) });
});

test('an address that was refused five times is left alone, by everybody, in any spelling', async () => {
  const [ann, bob] = [await office.hire(), await office.hire()];
  const account = addAccount(office.sandbox, 'refused.often@gmail.com');
  const attempt = (slotId: string | undefined, email: string) => ({
    input: { slotId, email, appPassword: 'wron gwro ngwr ongw' },
  });
  for (let refusals = 0; refusals < 5; refusals += 1) {
    const person = refusals % 2 ? ann : bob;
    // What is no App Password was never refused by Google.
    const malformed = { input: { slotId: person.self[0], email: account.address, appPassword: 'short' } };
    expect(await person.send(CONNECT, malformed)).toMatchObject({
      data: { result: { code: 'MALFORMED_APP_PASSWORD' } },
    });
    expect(await person.send(CONNECT, attempt(person.self[0], account.address))).toMatchObject({
      data: { result: { code: 'INVALID_CREDENTIALS' } },
    });
  }
  const since = office.sandbox.events.latest;
  const limited = await ann.send(CONNECT, attempt(ann.self[0], 'refusedoften+x@googlemail.com'));
  expect(limited).toMatchObject(LIMITED);
  const minutes = (Date.parse(String(limited.errors?.[0]?.extensions['retryAt'])) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(14);
  expect(minutes).toBeLessThanOrEqual(15);
  expect(office.sandbox.events.after(since).filter(({ name }) => name === 'login')).toEqual([]);
});

test('checking again counts too, and a success clears the count', async () => {
  const ann = await office.hire();
  const account = addAccount(office.sandbox);
  const recheck = { slotId: ann.self[0] };
  await connect(ann, ann.self[0], account.address);
  for (const round of ['before the success', 'after it']) {
    account.refuse('smtpLogin', 'badCredentials');
    for (let refusals = 0; refusals < 4; refusals += 1) {
      const { data } = await ann.send<{ result: { code: string } }>(RECHECK, recheck);
      expect(`${data?.result.code} ${round}`).toBe(`INVALID_CREDENTIALS ${round}`);
    }
    account.accept();
    expect(await connect(ann, ann.self[0], account.address)).toMatchObject({ __typename: 'GmailConnected' });
  }
  account.refuse('smtpLogin', 'badCredentials');
  for (let refusals = 0; refusals < 5; refusals += 1) await ann.send(RECHECK, recheck);
  expect(await ann.send(RECHECK, recheck)).toMatchObject(LIMITED);
});

test('an attempt that did not get as far as the login is no refusal of the address', async () => {
  const ann = await office.hire();
  const { address } = addAccount(office.sandbox);
  for (let attempts = 0; attempts < 6; attempts += 1) {
    office.sandbox.refuse('smtpGreeting', 'tryAgainLater');
    const { checks } = await connect(ann, ann.self[0], address);
    expect(outcomes(checks)).toContain('SMTP_CONNECT FAILED');
  }
  office.sandbox.accept();
  expect(await connect(ann, ann.self[0], address)).toMatchObject({ __typename: 'GmailConnected' });
});
