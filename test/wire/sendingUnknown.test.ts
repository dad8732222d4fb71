import { type FaultProxy, openFaultProxy } from '../support/faultProxy';
import { type Outreach, openOutreach } from '../support/sending';

/** An answer is lost, and nobody is written to twice for it. */

let outreach: Outreach;
let smtp: FaultProxy;
let slotId: string;
let address: string;
let accounts = 0;

beforeAll(async () => {
  outreach = await openOutreach(async (sandbox) => {
    smtp = await openFaultProxy({ port: Number(new URL(sandbox.smtpUrl).port) });
    return { GMAIL_SMTP_URL: `smtp://127.0.0.1:${smtp.port}` };
  });
});

beforeEach(async () => {
  accounts += 1;
  address = `person${accounts}@gmail.com`;
  slotId = await outreach.connect(address);
});

afterAll(async () => {
  await outreach.stop();
  await smtp.close();
});

const account = () => outreach.sandbox.account(address);
const copies = (messageId: string) =>
  account()
    .sentMessages()
    .filter((sent) => sent.messageId === messageId).length;

/** Lets two minutes pass for what is UNKNOWN, and look-ups be due. */
const passTwoMinutes = (id: string) =>
  outreach.sql.query(
    `UPDATE outgoing_messages SET due_at = now(), unknown_since = unknown_since - interval '120 seconds'
      WHERE id = $1 AND state = 'UNKNOWN'`,
    [id],
  );

/** Nothing can go out but what is UNKNOWN can be looked up: what goes back to the queue stays there to be seen. */
const pause = (paused: boolean) =>
  outreach.person.ask(
    'mutation ($id: ID!, $paused: Boolean!) { updateSendingSettings(slotId: $id, input: { paused: $paused }) { id } }',
    { id: slotId, paused },
  );

describe('the answer to the final dot is lost', () => {
  test('and the message was taken: it is found in Sent, and stays the only copy', async () => {
    smtp.cutAfterFinalDot();
    const { email } = await outreach.send(slotId);
    const sent = await outreach.settled(email.id, 'SENT');
    expect(outreach.statesOf(email.id)).toContain('UNKNOWN');
    expect(sent.problem).toBeNull();
    expect(copies(email.messageId)).toBe(1);
    expect((await outreach.slot(slotId)).sentLast24h).toBe(1);
  });

  test('and the message was not taken: it goes back after two minutes, under the same Message-ID', async () => {
    account().refuse('smtpEnd', 'close', 1);
    const { email } = await outreach.send(slotId);
    await outreach.settled(email.id, 'UNKNOWN');
    expect((await outreach.slot(slotId)).sentLast24h).toBe(1);
    await looked();
    expect(outreach.statesOf(email.id).at(-1)).toBe('UNKNOWN');
    await passTwoMinutes(email.id);
    expect(await outreach.settled(email.id, 'SENT')).toMatchObject({
      messageId: email.messageId,
      attempts: 2,
    });
    expect(copies(email.messageId)).toBe(1);
    expect((await outreach.slot(slotId)).sentLast24h).toBe(1);
  });

  test('and the copy in Sent lags: it is waited for', async () => {
    account().sentLagMs = 1_500;
    account().refuse('smtpStored', 'close', 1);
    const { email } = await outreach.send(slotId);
    await outreach.settled(email.id, 'SENT');
    expect(copies(email.messageId)).toBe(1);
  });

  test('and Sent is hidden from IMAP: it is found in All Mail', async () => {
    account().hideFolder('\\Sent');
    account().refuse('smtpStored', 'close', 1);
    const { email } = await outreach.send(slotId);
    await outreach.settled(email.id, 'SENT');
    expect(copies(email.messageId)).toBe(1);
  });

  test('and both are hidden: a person decides, and may cancel', async () => {
    account().hideFolder('\\Sent');
    account().hideFolder('\\All');
    account().refuse('smtpEnd', 'close', 2);
    const { email: given } = await outreach.send(slotId);
    await saidWhy(given.id);
    await passTwoMinutes(given.id);
    await saidWhy(given.id);
    const { cancelEmail } = await outreach.person.ask<{ cancelEmail: { state: string } }>(
      'mutation ($id: ID!) { cancelEmail(id: $id) { state } }',
      { id: given.id },
    );
    expect(cancelEmail.state).toBe('CANCELLED');

    const { email: shown } = await outreach.send(slotId);
    await saidWhy(shown.id);
    account().hideFolder('\\Sent', false);
    await passTwoMinutes(shown.id);
    await outreach.settled(shown.id, 'SENT');
    expect([copies(given.messageId), copies(shown.messageId)]).toEqual([0, 1]);
  });

  test('and IMAP refuses for a moment: only a search that succeeded says absent', async () => {
    account().refuse('imapSearch', 'systemError');
    account().refuse('smtpStored', 'close', 1);
    const { email } = await outreach.send(slotId);
    await outreach.settled(email.id, 'UNKNOWN');
    await refusedSearch(email.id);
    account().accept();
    await passTwoMinutes(email.id);
    expect(await outreach.settled(email.id, 'SENT')).toMatchObject({ attempts: 1 });
    expect(copies(email.messageId)).toBe(1);
  });

  test('and the account is disconnected: it stays UNKNOWN until it comes back', async () => {
    account().refuse('imapSearch', 'systemError');
    account().refuse('smtpStored', 'close', 1);
    const { email } = await outreach.send(slotId);
    await outreach.settled(email.id, 'UNKNOWN');
    await outreach.person.ask('mutation ($id: ID!) { disconnectGmail(slotId: $id) { __typename } }', {
      id: slotId,
    });
    await passTwoMinutes(email.id);
    account().accept();
    expect(outreach.statesOf(email.id).at(-1)).toBe('UNKNOWN');
    await outreach.connect(address, slotId);
    await outreach.settled(email.id, 'SENT');
    expect(copies(email.messageId)).toBe(1);
  });

  /** Resolves once the message was looked up and not found. */
  async function looked(): Promise<void> {
    const { latest } = outreach.sandbox.events;
    await outreach.sandbox.waitFor(
      'login',
      (event) => event.address === address && event.protocol === 'imap',
      {
        since: Math.max(0, latest - 3),
      },
    );
  }

  async function saidWhy(id: string): Promise<void> {
    const changes = outreach.socket.subscribe('subscription { outgoingMessageChanged { id } }');
    for (;;) {
      const { rows } = await outreach.sql.query(
        `SELECT state, problem->>'message' AS message FROM outgoing_messages WHERE id = $1 AND due_at > now()`,
        [id],
      );
      if (rows[0]?.message?.includes('Sent is hidden')) {
        expect(rows[0].state).toBe('UNKNOWN');
        return changes.stop();
      }
      await changes.next();
    }
  }

  /** Resolves once a look-up has failed and was put off. */
  async function refusedSearch(id: string): Promise<void> {
    for (;;) {
      const { rows } = await outreach.sql.query(
        'SELECT due_at > queued_at + interval \'20 seconds\' AS "isPutOff" FROM outgoing_messages WHERE id = $1',
        [id],
      );
      if (rows[0]?.isPutOff) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});

describe('before the final dot nothing can have been taken', () => {
  test.each(['smtpMail', 'smtpRcpt', 'smtpData'] as const)('the session dies at %s', async (stage) => {
    account().refuse(stage, 'close', 1);
    const { email } = await outreach.send(slotId);
    await outreach.settled(email.id, 'TRANSMITTING');
    expect(await outreach.settled(email.id, 'QUEUED', 'UNKNOWN')).toMatchObject({ state: 'QUEUED' });
    expect((await outreach.slot(slotId)).sentLast24h).toBe(0);
    await outreach.sql.query('UPDATE gmail_accounts SET parked_until = now()');
    await outreach.settled(email.id, 'SENT');
    expect(copies(email.messageId)).toBe(1);
  });
});

describe('others took over', () => {
  test('a claim that was lost in mid-send keeps its final dot back', async () => {
    account().refuse('smtpData', 'silence', 1);
    const { email } = await outreach.send(slotId);
    await outreach.settled(email.id, 'TRANSMITTING');
    await outreach.sandbox.waitFor('ordered', (event) => event.address === address);
    await pause(true);
    // As if this process had slept through its lease, and another had taken the message back.
    await outreach.sql.query(
      `UPDATE outgoing_messages SET claimed_until = now() - interval '1 second' WHERE id = $1`,
      [email.id],
    );
    await outreach.settled(email.id, 'UNKNOWN');
    account().dropSessions();
    await passTwoMinutes(email.id);
    await outreach.settled(email.id, 'QUEUED');
    await pause(false);
    await outreach.sql.query('UPDATE gmail_accounts SET parked_until = now()');
    await outreach.settled(email.id, 'SENT');
    expect(copies(email.messageId)).toBe(1);
  });

  test('what a dead process had reserved goes out at once, what it had begun is looked up', async () => {
    await pause(true);
    const [reserved, begun] = [(await outreach.send(slotId)).email, (await outreach.send(slotId)).email];
    await outreach.sql.query(
      `UPDATE outgoing_messages
          SET state = CASE id WHEN $1 THEN 'RESERVED' ELSE 'TRANSMITTING' END, claimed_by = gen_random_uuid(),
              claimed_until = now(), counted_at = now()
        WHERE id IN ($1, $2)`,
      [reserved.id, begun.id],
    );
    await outreach.settled(begun.id, 'UNKNOWN');
    await pause(false);
    await outreach.settled(reserved.id, 'SENT');
    await passTwoMinutes(begun.id);
    await outreach.settled(begun.id, 'SENT');
    expect([copies(reserved.messageId), copies(begun.messageId)]).toEqual([1, 1]);
  });
});
