import type { Sandbox } from '../../src/sandbox/sandbox';
import { startTestApp, type TestApp } from '../support/app';
import { openSocket, type Socket } from '../support/client';
import { signUp, type TestPerson } from '../support/people';
import { openSandbox } from '../support/sandbox';

/** The main job, end to end: connect a slot, send, and see the reply arrive. */

const PASSWORD = 'abcd efgh ijkl mnop';

let sandbox: Sandbox;
let app: TestApp;
let person: TestPerson;
let socket: Socket;

beforeAll(async () => {
  sandbox = await openSandbox();
  sandbox.addAccount({ address: 'ann.lee@gmail.com', appPassword: 'abcdefghijklmnop' });
  app = await startTestApp({ GMAIL_SMTP_URL: sandbox.smtpUrl, GMAIL_IMAP_URL: sandbox.imapUrl });
  person = await signUp(app.url);
  socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
});

afterAll(async () => {
  await socket.close();
  await app.stop();
});

const CONNECT = `mutation ($input: ConnectGmailInput!) {
  connectGmail(input: $input) {
    __typename
    ... on GmailConnected {
      slot { id connection { email state problem { code } settings { dailyLimit } } }
      checks { name outcome detail }
    }
    ... on Failure { code message }
  }
}`;

const SEND = `mutation ($input: SendEmailInput!) {
  sendEmail(input: $input) {
    __typename
    ... on EmailQueued { email { id state messageId from to conversation { id subject } } }
    ... on Failure { code message }
  }
}`;

test('connects, sends, and pushes the reply', async () => {
  const { gmailIntegration } = await person.ask<{
    gmailIntegration: {
      self: { label: string };
      total: { label: string };
      slots: { id: string; kind: string }[];
    };
  }>('{ gmailIntegration { self { label } fly { label } total { label } slots { id kind position } } }');
  expect(gmailIntegration).toMatchObject({
    self: { label: '(self: 0/4)' },
    fly: { label: '(fly: 0/2)' },
    total: { label: '0/6' },
  });
  const slotId = gmailIntegration.slots[0]?.id;
  expect(gmailIntegration.slots[0]?.kind).toBe('SELF');

  const steps = socket.subscribe<{ connectionCheck: { name: string; outcome: string } }>(
    'subscription ($slotId: ID!) { connectionCheck(slotId: $slotId) { name outcome } }',
    { slotId },
  );
  const replies = socket.subscribe<{
    replyReceived: {
      cursor: string;
      message: { replyText: string; from: string; kind: string; evidence: { matchedBy: string } };
      conversation: { unread: boolean };
      prospect: { email: string };
    };
  }>(`subscription { replyReceived { cursor
    message { replyText from kind evidence { matchedBy rule } } conversation { id unread } prospect { email } } }`);
  const moves = socket.subscribe<{ outgoingMessageChanged: { state: string } }>(
    'subscription { outgoingMessageChanged { id state sentAt } }',
  );

  const { connectGmail } = await person.ask<{ connectGmail: Record<string, unknown> }>(CONNECT, {
    input: { slotId, email: 'ann.lee@gmail.com', appPassword: PASSWORD },
  });
  expect(connectGmail).toMatchObject({ __typename: 'GmailConnected' });
  const seen: string[] = [];
  while (!seen.includes('DOMAIN_AUTHENTICATION SKIPPED')) {
    const { connectionCheck: step } = await steps.next();
    seen.push(`${step.name} ${step.outcome}`);
  }
  expect(seen).toEqual([
    'ADDRESS_AND_PASSWORD_FORMAT RUNNING',
    'ADDRESS_AND_PASSWORD_FORMAT PASSED',
    'SMTP_CONNECT RUNNING',
    'SMTP_CONNECT PASSED',
    'SMTP_LOGIN RUNNING',
    'SMTP_LOGIN PASSED',
    'IMAP_CONNECT RUNNING',
    'IMAP_CONNECT PASSED',
    'IMAP_LOGIN RUNNING',
    'IMAP_LOGIN PASSED',
    'IMAP_IDLE RUNNING',
    'IMAP_IDLE PASSED',
    'FOLDERS RUNNING',
    'FOLDERS PASSED',
    'DOMAIN_AUTHENTICATION RUNNING',
    'DOMAIN_AUTHENTICATION SKIPPED',
  ]);

  const { sendEmail } = await person.ask<{ sendEmail: { email: { messageId: string } } }>(SEND, {
    input: { slotId, to: 'bob@example.com', subject: 'Hello', text: 'Hi Bob,\n.a dot at the start\n\nAnn' },
  });
  expect(sendEmail).toMatchObject({ __typename: 'EmailQueued', email: { to: 'bob@example.com' } });

  const { replyReceived } = await replies.next();
  expect(replyReceived).toMatchObject({
    message: { from: 'bob@example.com', kind: 'REPLY', evidence: { matchedBy: 'MESSAGE_ID' } },
    conversation: { unread: true },
    prospect: { email: 'bob@example.com' },
  });
  expect(replyReceived.message.replyText).not.toContain('wrote:');

  const states: string[] = [];
  while (!states.includes('SENT')) states.push((await moves.next()).outgoingMessageChanged.state);

  const sent = sandbox.account('ann.lee@gmail.com').sentMessages();
  expect(sent).toHaveLength(1);
  expect(sent[0]?.messageId).toBe(sendEmail.email.messageId);
  expect(sent[0]?.raw.toString()).toContain('\r\n.a dot at the start\r\n');
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  expect(metrics).toContain('connectionsphere_transmissions_total{outcome="Sent"} 1\n');
});
