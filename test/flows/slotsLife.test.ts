import { type FaultProxy, openFaultProxy } from '../support/faultProxy';
import {
  APP_PASSWORD,
  addAccount,
  change,
  connect,
  DISCONNECT,
  type Employee,
  FILL,
  type Office,
  openOffice,
  RECHECK,
  RELEASE,
  readSlot,
  SLOT,
  type SlotView,
} from '../support/slots';
import { until } from '../support/until';

/** What becomes of an account that is connected: again, checked again, set, disconnected, somewhere else. */

let office: Office;
let smtp: FaultProxy;
let ann: Employee;
/** Slots that nobody has used yet. */
let slots: string[];
let used = 0;

beforeAll(async () => {
  office = await openOffice(async (sandbox) => {
    smtp = await openFaultProxy({ port: Number(new URL(sandbox.smtpUrl).port) });
    return { GMAIL_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, DEFAULT_SELF_SLOTS: '150' };
  });
  ann = await office.hire();
});
beforeEach(async () => {
  smtp.resume();
  slots = ann.self.slice(used, used + 3);
  used += 3;
  await office.database.query('DELETE FROM attempts');
});
afterAll(async () => {
  await office.close();
  await smtp.close();
});

const NEXT_PASSWORD = 'zyxw vuts rqpo nmlk';

async function connected(slotId = slots[0]) {
  const account = addAccount(office.sandbox);
  const { slot } = await connect(ann, slotId, account.address);
  if (!slot?.connection) throw new Error('not connected');
  return { account, connection: slot.connection };
}

async function stateOf(slotId = slots[0]): Promise<string | undefined> {
  return (await readSlot(ann, slotId)).connection?.state;
}

async function rowOf(connectionId: string) {
  const [row] = await office.database.query<{ sealed_password: string | null; generation: number }>(
    'SELECT sealed_password, generation FROM connections WHERE id = $1',
    [connectionId],
  );
  if (!row) throw new Error('no such connection');
  return row;
}

describe('connecting again', () => {
  test('with a new password it goes on in place, and the watcher begins anew', async () => {
    const { account, connection } = await connected();
    await until(async () => (await stateOf()) === 'WATCHING');
    await update(slots[0], { dailyLimit: 77, signature: 'Ann', displayName: 'Ann Lee' });
    account.changeAppPassword(NEXT_PASSWORD.replaceAll(' ', ''));
    const { generation, sealed_password } = await rowOf(connection.id);
    const since = office.sandbox.events.latest;

    const again = await connect(ann, slots[0], account.address, { appPassword: NEXT_PASSWORD });
    expect(again.slot?.connection).toMatchObject({
      id: connection.id,
      connectedAt: connection.connectedAt,
      displayName: 'Ann Lee',
      settings: { dailyLimit: 77, signature: 'Ann' },
    });
    const row = await rowOf(connection.id);
    expect(row.generation).toBe(generation + 1);
    expect(row.sealed_password).not.toBe(sealed_password);
    await office.sandbox.waitFor('idle', ({ address }) => address === account.address, { since });
    await until(async () => (await stateOf()) === 'WATCHING');
  });

  test('with a wrong password the account stays connected as it was', async () => {
    const { account, connection } = await connected();
    const { sealed_password } = await rowOf(connection.id);
    const refused = await connect(ann, slots[0], account.address, { appPassword: NEXT_PASSWORD });
    expect(refused).toMatchObject({ __typename: 'ConnectionRefused', code: 'INVALID_CREDENTIALS' });
    expect((await rowOf(connection.id)).sealed_password).toBe(sealed_password);
  });

  test('another account finds the slot taken, before Google is asked', async () => {
    await connected();
    const other = addAccount(office.sandbox);
    expect(await connect(ann, slots[0], other.address)).toMatchObject({
      __typename: 'SlotUnavailable',
      code: 'SLOT_TAKEN',
    });
    expect(other.smtpLogins).toBe(0);
  });
});

describe('checking again', () => {
  test('leaves one that is watched undisturbed', async () => {
    const { connection } = await connected();
    await until(async () => (await stateOf()) === 'WATCHING');
    const before = await rowOf(connection.id);
    expect(await change(ann, RECHECK, slots[0])).toMatchObject({
      __typename: 'GmailConnected',
      slot: { connection: { id: connection.id, state: 'WATCHING', problem: null } },
    });
    expect(await rowOf(connection.id)).toEqual(before);
  });

  test('says what is wrong, keeps it, and sets the watcher going once it is right', async () => {
    const { account } = await connected();
    await until(async () => (await stateOf()) === 'WATCHING');
    account.refuse('smtpLogin', 'badCredentials');
    const bad = await change(ann, RECHECK, slots[0]);
    expect(bad).toMatchObject({ __typename: 'ConnectionRefused', code: 'INVALID_CREDENTIALS' });
    const slot = await readSlot(ann, slots[0]);
    expect(slot).toMatchObject({
      connection: { state: 'REJECTED', problem: bad.problem },
      lastChecks: bad.checks,
    });

    account.accept();
    expect(await change(ann, RECHECK, slots[0])).toMatchObject({ __typename: 'GmailConnected' });
    await until(async () => (await stateOf()) === 'WATCHING');
    expect((await readSlot(ann, slots[0])).connection?.problem).toBeNull();
  });

  test('does not reject an account for a passing trouble', async () => {
    const { account } = await connected();
    await until(async () => (await stateOf()) === 'WATCHING');
    account.refuse('smtpLogin', 'cannotAuthenticate');
    expect(await change(ann, RECHECK, slots[0])).toMatchObject({ code: 'TEMPORARY_FAILURE' });
    expect(await stateOf()).toBe('WATCHING');
  });

  test('has nothing to check in a free slot', async () => {
    expect(await change(ann, RECHECK, slots[1])).toMatchObject({ code: 'NOT_CONNECTED' });
  });
});

const UPDATE = `mutation ($slotId: ID!, $input: SendingSettingsInput!) {
  slot: updateSendingSettings(slotId: $slotId, input: $input) { ${SLOT} }
}`;

async function update(slotId: string | undefined, input: Record<string, unknown>): Promise<SlotView> {
  return (await ann.ask<{ slot: SlotView }>(UPDATE, { slotId, input })).slot;
}

describe('settings', () => {
  test.each([
    ['dailyLimit', { dailyLimit: 0 }],
    ['dailyLimit', { dailyLimit: 501 }],
    ['rampStart', { rampStart: 0 }],
    ['rampGrowth', { rampGrowth: -1 }],
    ['rampCeiling', { rampStart: 20, rampCeiling: 19 }],
    ['gapMinSeconds', { gapMinSeconds: -1 }],
    ['gapMaxSeconds', { gapMinSeconds: 100, gapMaxSeconds: 99 }],
    ['gapMaxSeconds', { gapMaxSeconds: 86_401 }],
    ['displayName', { displayName: 'Ann\r\nBcc: everybody@example.com' }],
    ['displayName', { displayName: 'Ann\u2028Lee' }],
    ['displayName', { displayName: 'A'.repeat(201) }],
    ['signature', { signature: 'A\0B' }],
    ['signature', { signature: 'A'.repeat(10_001) }],
  ])('%s out of its bounds is refused (%#)', async (field, input) => {
    await connected();
    const before = await readSlot(ann, slots[0]);
    const { errors } = await ann.send(UPDATE, { slotId: slots[0], input });
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: `input.${field}` }] } },
    ]);
    expect((await readSlot(ann, slots[0])).connection?.settings).toEqual(before.connection?.settings);
  });

  test('what is left out stays, and a gap of nothing is fine with a Gmail on loopback', async () => {
    await connected();
    const changed = await update(slots[0], {
      gapMinSeconds: 0,
      gapMaxSeconds: 0,
      signature: 'Ann\r\n\tLee',
    });
    expect(changed.connection?.settings).toEqual({
      dailyLimit: 500,
      rampEnabled: true,
      rampStart: 5,
      rampGrowth: 2,
      rampCeiling: 30,
      gapMinSeconds: 0,
      gapMaxSeconds: 0,
      paused: false,
      signature: 'Ann\r\n\tLee',
    });
    const emptied = await update(slots[0], { signature: ' ', paused: null });
    expect(emptied.connection?.settings).toMatchObject({ signature: null, paused: false });
  });

  test('a Workspace account may send 2,000 a day', async () => {
    const { address } = addAccount(office.sandbox, 'settings@agency.example');
    const { slot } = await connect(ann, slots[0], address);
    expect(slot?.connection?.settings).toMatchObject({ dailyLimit: 2_000, rampCeiling: 50 });
    expect((await update(slots[0], { dailyLimit: 1_999 })).connection?.settings).toMatchObject({
      dailyLimit: 1_999,
    });
  });

  test('do not undo what Gmail has said meanwhile', async () => {
    const { account } = await connected();
    await office.database.query(
      "UPDATE gmail_accounts SET parked_until = now() + interval '1 hour' WHERE canonical_address = $1",
      [account.address],
    );
    await update(slots[0], { dailyLimit: 50 });
    const [row] = await office.database.query(
      'SELECT daily_limit, parked_until > now() AS parked FROM gmail_accounts WHERE canonical_address = $1',
      [account.address],
    );
    expect(row).toEqual({ daily_limit: 50, parked: true });
  });

  test('follow the address into another slot and another workspace', async () => {
    const { account } = await connected();
    await update(slots[0], { dailyLimit: 42, rampStart: 7, paused: true });
    await change(ann, DISCONNECT, slots[0]);
    const kept = { dailyLimit: 42, rampStart: 7, paused: true };
    expect((await connect(ann, slots[2], account.address)).slot?.connection?.settings).toMatchObject(kept);
    await change(ann, DISCONNECT, slots[2]);
    const bob = await office.hire();
    const { slot } = await connect(bob, bob.self[0], account.address);
    expect(slot?.connection).toMatchObject({ settings: kept, displayName: null });
  });

  test('belong to a connected account', async () => {
    const { errors } = await ann.send(UPDATE, { slotId: slots[0], input: { paused: true } });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'slotId' }] } }]);
  });

  test('a display name is held to the same rules when connecting', async () => {
    const { address } = addAccount(office.sandbox);
    const input = { slotId: slots[0], email: address, appPassword: APP_PASSWORD };
    const query = 'mutation ($input: ConnectGmailInput!) { connectGmail(input: $input) { __typename } }';
    for (const displayName of ['Ann\r\nBcc: x@example.com', 'A'.repeat(201)]) {
      const { errors } = await ann.send(query, { input: { ...input, displayName } });
      expect(errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'input.displayName' }] } },
      ]);
    }
    const { slot } = await connect(ann, slots[0], address, { displayName: '  Ann Lee ' });
    expect(slot?.connection?.displayName).toBe('Ann Lee');
  });
});

const SEND = `mutation ($slotId: ID!) {
  sent: sendEmail(input: { slotId: $slotId, to: "bob@example.com", subject: "Hi", text: "Hi" }) {
    ... on EmailQueued { email { id } }
  }
}`;

async function send(): Promise<string> {
  const { sent } = await ann.ask<{ sent: { email: { id: string } } }>(SEND, { slotId: slots[0] });
  return sent.email.id;
}

async function deliveryState(id: string): Promise<string> {
  const { email } = await ann.ask<{ email: { state: string } }>(
    'query ($id: ID!) { email: outgoingMessage(id: $id) { state } }',
    { id },
  );
  return email.state;
}

describe('disconnecting', () => {
  test('erases the password, cancels what is queued, ends the watching, and frees the slot', async () => {
    const { account, connection } = await connected();
    await office.sandbox.waitFor('idle', ({ address }) => address === account.address);
    await update(slots[0], { paused: true });
    const ids = [await send(), await send()];
    const since = office.sandbox.events.latest;

    const gone = await change(ann, DISCONNECT, slots[0]);
    expect(gone).toMatchObject({
      __typename: 'GmailDisconnected',
      cancelledMessages: 2,
      slot: { id: slots[0], connection: null },
    });
    expect((await rowOf(connection.id)).sealed_password).toBeNull();
    expect(await Promise.all(ids.map(deliveryState))).toEqual(['CANCELLED', 'CANCELLED']);
    await office.sandbox.waitFor('closed', ({ address }) => address === account.address, { since });
    expect(await change(ann, DISCONNECT, slots[0])).toMatchObject({
      __typename: 'SlotUnavailable',
      code: 'NOT_CONNECTED',
    });
    expect(await connect(ann, slots[0], addAccount(office.sandbox).address)).toMatchObject({
      __typename: 'GmailConnected',
    });
    const back = await connect(ann, slots[1], account.address);
    expect(back.slot?.connection?.id).toBe(connection.id);
    expect(Date.parse(back.slot?.connection?.connectedAt ?? '')).toBeGreaterThan(
      Date.parse(connection.connectedAt),
    );
  });

  test('waits for what is on the wire', async () => {
    const { account, connection } = await connected();
    await update(slots[0], { paused: true });
    const later = await send();
    await office.database.query(
      "UPDATE outgoing_messages SET due_at = now() + interval '1 day' WHERE id = $1",
      [later],
    );
    await update(slots[0], { paused: false });
    // Gmail has the message, and its 250 is held back
    const taken = office.sandbox
      .waitFor('sent', ({ address }) => address === account.address)
      .then(() => smtp.freeze());
    const onTheWire = await send();
    await taken;
    expect(await deliveryState(onTheWire)).toBe('TRANSMITTING');

    let isOver = false;
    const disconnecting = change(ann, DISCONNECT, slots[0]).finally(() => {
      isOver = true;
    });
    await until(async () => (await deliveryState(later)) === 'CANCELLED');
    for (let look = 0; look < 5; look += 1) {
      expect((await rowOf(connection.id)).sealed_password).not.toBeNull();
      expect(isOver).toBe(false);
    }
    smtp.resume();
    expect(await disconnecting).toMatchObject({ __typename: 'GmailDisconnected', cancelledMessages: 1 });
    expect(await deliveryState(onTheWire)).toBe('SENT');
    expect((await rowOf(connection.id)).sealed_password).toBeNull();
  });

  test('two at once: one does it', async () => {
    await connected();
    const results = await Promise.all([change(ann, DISCONNECT, slots[0]), change(ann, DISCONNECT, slots[0])]);
    expect(results.map(({ __typename }) => __typename).sort()).toEqual([
      'GmailDisconnected',
      'SlotUnavailable',
    ]);
  });
});

describe('done-for-you slots', () => {
  test('are filled and released by operators, and closed to the customer', async () => {
    const { address } = addAccount(office.sandbox);
    expect(await connect(ann, ann.fly[0], address)).toMatchObject({ code: 'FLY_SLOT' });
    const filled = await connect(office.operator, ann.fly[0], address, { mutation: FILL });
    expect(filled).toMatchObject({ __typename: 'GmailConnected' });
    expect(await readSlot(ann, ann.fly[0])).toMatchObject({ kind: 'FLY', connection: { email: address } });
    for (const mutation of [DISCONNECT, RECHECK]) {
      expect(await change(ann, mutation, ann.fly[0])).toMatchObject({ code: 'FLY_SLOT' });
    }
    expect(await change(office.operator, RECHECK, ann.fly[0])).toMatchObject({
      __typename: 'GmailConnected',
    });
    expect(await change(office.operator, RELEASE, ann.fly[0])).toMatchObject({
      __typename: 'GmailDisconnected',
      slot: { connection: null },
    });
  });

  test('self slots are not filled for anybody', async () => {
    const { address } = addAccount(office.sandbox);
    expect(await connect(office.operator, slots[0], address, { mutation: FILL })).toMatchObject({
      code: 'SELF_SLOT',
    });
    expect(await change(office.operator, RELEASE, slots[0])).toMatchObject({ code: 'SELF_SLOT' });
  });
});
