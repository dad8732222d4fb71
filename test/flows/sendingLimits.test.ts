import type { SmtpStage } from '../../src/sandbox/refusals';
import { type Outreach, openOutreach } from '../support/sending';
import { until } from '../support/until';

/** What keeps a slot from sending, and that nothing is lost by it. */

let outreach: Outreach;
let slotId: string;
let address: string;
let accounts = 0;

beforeAll(async () => {
  outreach = await openOutreach();
});

beforeEach(async () => {
  accounts += 1;
  address = `person${accounts}@gmail.com`;
  slotId = await outreach.connect(address);
});

afterAll(() => outreach.stop());

const account = () => outreach.sandbox.account(address);
const sentIds = () =>
  account()
    .sentMessages()
    .map(({ messageId }) => messageId);
const HOUR = 3_600_000;

async function countByState(): Promise<Record<string, number>> {
  const { rows } = await outreach.sql.query(
    'SELECT state, count(*)::int FROM outgoing_messages WHERE from_address = $1 GROUP BY 1',
    [address],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function set(input: object): Promise<void> {
  await outreach.person.ask(
    'mutation ($id: ID!, $input: SendingSettingsInput!) { updateSendingSettings(slotId: $id, input: $input) { id } }',
    { id: slotId, input },
  );
}

/** Lets time pass for what the account's row waits for. */
async function passParking(): Promise<void> {
  await outreach.sql.query(`UPDATE gmail_accounts SET parked_until = now() WHERE canonical_address = $1`, [
    address,
  ]);
}

/** An email that is not sent but heard of again: refused, and given back. */
async function sendIntoRefusal() {
  const { email } = await outreach.send(slotId);
  // NOTHING_QUEUED is what it says between the parking of the slot and the way back of the email.
  const refused = await outreach.slotWhen(
    slotId,
    ({ blockers }) =>
      blockers.length > 0 && blockers.every(({ code }) => !['NOTHING_QUEUED', 'PAUSED'].includes(code)),
  );
  return { email, ...refused };
}

/** Resolves once the email's session has come to the stage where it is ordered to hang. */
async function hangs(email: { id: string } | undefined, stage: SmtpStage): Promise<void> {
  await outreach.settled(email?.id ?? '', 'TRANSMITTING');
  await outreach.sandbox.waitFor('ordered', (event) => event.address === address && event.stage === stage);
}

describe('Gmail refuses', () => {
  test('550 5.4.5: the slot is parked for a day, and the mail stays queued', async () => {
    account().refuse('smtpData', 'dailyLimit', 1);
    const { email, blockers } = await sendIntoRefusal();
    expect(blockers.map(({ code }) => code)).toEqual(['SENDING_LIMIT_REACHED']);
    const hours = (Date.parse(blockers[0]?.until ?? '') - Date.now()) / HOUR;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThanOrEqual(24);
    expect(await outreach.settled(email.id, 'QUEUED')).toMatchObject({ sentAt: null });
    expect((await outreach.slot(slotId)).sentLast24h).toBe(0);
    await passParking();
    await outreach.settled(email.id, 'SENT');
    expect(sentIds()).toEqual([email.messageId]);
  });

  test('454 too many logins: nothing is tried for an hour', async () => {
    account().refuse('smtpLogin', 'tooManyLogins', 1);
    const { email, blockers } = await sendIntoRefusal();
    expect(blockers.map(({ code }) => code)).toEqual(['BACKING_OFF']);
    expect(Date.parse(blockers[0]?.until ?? '') - Date.now()).toBeGreaterThan(0.99 * HOUR);
    await passParking();
    await outreach.settled(email.id, 'SENT');
  });

  test.each([
    ['smtpMail', 'temporaryProblem'],
    ['smtpData', 'serverBusy'],
    ['smtpEnd', 'connectionExpired'],
  ] as const)('421 at %s (%s): it is tried again later', async (stage, refusal) => {
    account().refuse(stage, refusal, 1);
    const { email, blockers } = await sendIntoRefusal();
    expect(blockers.map(({ code }) => code)).toEqual(['BACKING_OFF']);
    await passParking();
    expect(await outreach.settled(email.id, 'SENT')).toMatchObject({ problem: null });
    expect(sentIds()).toEqual([email.messageId]);
  });

  test('553 for the recipient: that email fails, the next one goes', async () => {
    account().refuse('smtpRcpt', 'invalidAddress', 1);
    await set({ paused: true });
    const [bad, good] = [(await outreach.send(slotId)).email, (await outreach.send(slotId)).email];
    await set({ paused: false });
    expect(await outreach.settled(bad.id, 'FAILED')).toMatchObject({
      problem: { code: 'RECIPIENT_REJECTED', serverReply: expect.stringContaining('553-5.1.3') },
    });
    await outreach.settled(good.id, 'SENT');
    expect((await outreach.slot(slotId)).sentLast24h).toBe(1);
  });

  test.each(['unsolicited', 'securityIssue'] as const)(
    '%s: the email fails, for what is in it',
    async (refusal) => {
      account().refuse('smtpEnd', refusal, 1);
      const { email } = await outreach.send(slotId);
      expect(await outreach.settled(email.id, 'FAILED')).toMatchObject({
        problem: { code: 'MESSAGE_REJECTED' },
      });
      const { email: next } = await outreach.send(slotId);
      await outreach.settled(next.id, 'SENT');
    },
  );

  test('535 at the moment of sending: the mail waits for a new password', async () => {
    account().changeAppPassword('zzzzzzzzzzzzzzzz');
    const { email, state, problem, blockers, nextSendAt } = await sendIntoRefusal();
    expect({ state, code: problem?.code }).toEqual({ state: 'REJECTED', code: 'INVALID_CREDENTIALS' });
    expect(blockers.map(({ code }) => code)).toEqual(['NEEDS_ATTENTION']);
    expect(nextSendAt).toBeNull();
    const another = await outreach.send(slotId);
    expect(another.email.state).toBe('QUEUED');

    account().changeAppPassword('abcdefghijklmnop');
    await outreach.connect(address, slotId);
    await outreach.settled(another.email.id, 'SENT');
    expect(sentIds()).toEqual([email.messageId, another.email.messageId]);
  });

  test('a session that Gmail closes between two emails is replaced', async () => {
    const first = await outreach.send(slotId);
    await outreach.settled(first.email.id, 'SENT');
    account().dropSessions();
    await outreach.sandbox.waitFor(
      'closed',
      (event) => event.address === address && event.protocol === 'smtp',
    );
    const second = await outreach.send(slotId);
    await outreach.settled(second.email.id, 'SENT');
    expect(sentIds()).toEqual([first.email.messageId, second.email.messageId]);
  });

  test('one slot parked does not hold up another', async () => {
    const other = await outreach.connect(`other${accounts}@gmail.com`);
    account().refuse('smtpData', 'dailyLimit', 1);
    await sendIntoRefusal();
    const { email } = await outreach.send(other);
    await outreach.settled(email.id, 'SENT');
    expect((await outreach.slot(other)).blockers.map(({ code }) => code)).toEqual(['NOTHING_QUEUED']);
  });

  test('one slot whose server hangs does not hold up another', async () => {
    const other = await outreach.connect(`other${accounts}@gmail.com`);
    account().refuse('smtpMail', 'silence', 1);
    const hung = await outreach.send(slotId);
    await hangs(hung.email, 'smtpMail');
    const { email } = await outreach.send(other);
    await outreach.settled(email.id, 'SENT');
    expect(
      (
        await outreach.person.ask<{ outgoingMessage: { state: string } }>(
          'query ($id: ID!) { outgoingMessage(id: $id) { state } }',
          { id: hung.email.id },
        )
      ).outgoingMessage.state,
    ).toBe('TRANSMITTING');
    account().dropSessions();
    await outreach.slotWhen(slotId, ({ blockers }) => blockers.some(({ code }) => code === 'BACKING_OFF'));
    await passParking();
    await outreach.settled(hung.email.id, 'SENT');
    expect(sentIds()).toEqual([hung.email.messageId]);
  });
});

describe('our own limit over rolling 24 hours', () => {
  /** Moves what was sent into the past. */
  const age = (hours: number, count = 1) =>
    outreach.sql.query(
      `UPDATE outgoing_messages SET counted_at = counted_at - make_interval(hours => $2)
        WHERE id IN (SELECT id FROM outgoing_messages WHERE from_address = $1 AND counted_at IS NOT NULL
                      ORDER BY counted_at LIMIT $3)`,
      [address, hours, count],
    );

  test('the next one waits until the oldest is a day old', async () => {
    await set({ dailyLimit: 2 });
    const sent = [];
    for (let n = 0; n < 3; n += 1) sent.push((await outreach.send(slotId)).email);
    await outreach.settled(sent[1]?.id ?? '', 'SENT');
    await age(23);
    const { blockers, sentLast24h, nextSendAt } = await outreach.slotWhen(slotId, (slot) =>
      slot.blockers.some(({ code }) => code === 'DAILY_LIMIT'),
    );
    expect(sentLast24h).toBe(2);
    expect(blockers.map(({ code }) => code)).toEqual(['DAILY_LIMIT']);
    expect(nextSendAt).toBe(blockers[0]?.until);
    const minutes = (Date.parse(nextSendAt ?? '') - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(50);
    expect(minutes).toBeLessThan(61);
    await age(1);
    await outreach.settled(sent[2]?.id ?? '', 'SENT');
    expect(sentIds()).toEqual(sent.map(({ messageId }) => messageId));
  });

  test('a burst stops exactly there', async () => {
    await set({ dailyLimit: 7, paused: true });
    for (let n = 0; n < 10; n += 1) await outreach.send(slotId);
    await set({ paused: false });
    await outreach.slotWhen(slotId, ({ sentLast24h }) => sentLast24h === 7);
    expect((await outreach.slot(slotId)).blockers.map(({ code }) => code)).toEqual(['DAILY_LIMIT']);
    expect(sentIds()).toHaveLength(7);
  });

  test('no disconnect and no erasure makes it forget', async () => {
    await set({ dailyLimit: 1 });
    const to = `erased${accounts}@example.com`;
    const { email } = await outreach.send(slotId, { to });
    await outreach.settled(email.id, 'SENT');
    const { prospects } = await outreach.person.ask<{ prospects: { edges: { node: { id: string } }[] } }>(
      'query ($search: String) { prospects(search: $search) { edges { node { id } } } }',
      { search: to },
    );
    await outreach.person.ask('mutation ($id: ID!) { deleteProspect(id: $id) }', {
      id: prospects.edges[0]?.node.id,
    });
    await outreach.person.ask('mutation ($id: ID!) { disconnectGmail(slotId: $id) { __typename } }', {
      id: slotId,
    });
    await outreach.connect(address, slotId);
    await outreach.send(slotId);
    const slot = await outreach.slot(slotId);
    expect(slot.sentLast24h).toBe(1);
    expect(slot.blockers.map(({ code }) => code)).toEqual(['DAILY_LIMIT']);
  });
});

describe('who must not be written to', () => {
  const suppress = (value: string) =>
    outreach.person.ask('mutation ($value: String!) { suppress(value: $value) { id } }', { value });

  test('is refused at once', async () => {
    await suppress(`@suppressed${accounts}.com`);
    expect(await outreach.send(slotId, { to: `ann@suppressed${accounts}.com` })).toMatchObject({
      __typename: 'RecipientSuppressed',
      code: 'SUPPRESSED',
      suppression: { value: `@suppressed${accounts}.com` },
    });
  });

  test('is not written to when suppressed while the email waited', async () => {
    await set({ paused: true });
    const to = `late${accounts}@example.com`;
    const { email } = await outreach.send(slotId, { to });
    const { email: other } = await outreach.send(slotId);
    await suppress(to);
    await set({ paused: false });
    expect(await outreach.settled(email.id, 'CANCELLED')).toMatchObject({
      problem: { message: expect.stringContaining('suppressed') },
    });
    await outreach.settled(other.id, 'SENT');
    expect(sentIds()).toEqual([other.messageId]);
  });
});

describe('a person stops it', () => {
  const cancel = (id: string) =>
    outreach.person.send<{ cancelEmail: { state: string } }>(
      'mutation ($id: ID!) { cancelEmail(id: $id) { state } }',
      { id },
    );

  test('a queued email is cancelled, a sent one is not', async () => {
    await set({ paused: true });
    const { email } = await outreach.send(slotId);
    expect((await outreach.slot(slotId)).blockers.map(({ code }) => code)).toEqual(['PAUSED']);
    expect((await cancel(email.id)).data?.cancelEmail.state).toBe('CANCELLED');
    expect((await cancel(email.id)).data?.cancelEmail.state).toBe('CANCELLED');
    await set({ paused: false });
    const { email: sent } = await outreach.send(slotId);
    await outreach.settled(sent.id, 'SENT');
    expect((await cancel(sent.id)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(sentIds()).toEqual([sent.messageId]);
  });

  test('pausing bites in the middle of a burst', async () => {
    account().refuse('smtpData', 'silence', 1);
    await set({ paused: true });
    const sent = [];
    for (let n = 0; n < 5; n += 1) sent.push((await outreach.send(slotId)).email);
    await set({ paused: false });
    await hangs(sent[0], 'smtpData');
    await set({ paused: true });
    account().dropSessions();
    await outreach.settled(sent[0]?.id ?? '', 'QUEUED');
    await passParking();
    expect(sent.slice(1).flatMap(({ id }) => outreach.statesOf(id))).not.toContain('TRANSMITTING');
    expect(sentIds()).toEqual([]);
    await set({ paused: false });
    await Promise.all(sent.map(({ id }) => outreach.settled(id, 'SENT')));
    // Each once; what was given back in the middle may go out last.
    expect(sentIds().toSorted()).toEqual(sent.map(({ messageId }) => messageId).toSorted());
  });

  test('disconnecting cancels what waits, and finishes what is on the wire', async () => {
    account().refuse('smtpEnd', 'silence', 1);
    await set({ paused: true });
    const sent = [];
    for (let n = 0; n < 3; n += 1) sent.push((await outreach.send(slotId)).email);
    await set({ paused: false });
    await hangs(sent[0], 'smtpEnd');
    const disconnecting = outreach.person.ask<{ disconnectGmail: { cancelledMessages: number } }>(
      `mutation ($id: ID!) { disconnectGmail(slotId: $id) { ... on GmailDisconnected { cancelledMessages } } }`,
      { id: slotId },
    );
    await until(async () => (await countByState())['CANCELLED'] === 2);
    account().dropSessions();
    const { disconnectGmail } = await disconnecting;
    expect(disconnectGmail.cancelledMessages).toBe(2);
    expect(await outreach.settled(sent[0]?.id ?? '', 'UNKNOWN')).toMatchObject({
      problem: { code: expect.any(String) },
    });
    expect(await countByState()).toEqual({ CANCELLED: 2, UNKNOWN: 1 });
    expect((await outreach.send(slotId)).code).toBe('NOT_CONNECTED');
  });
});
