import { WATCH_PACE, type WatchPace } from '../../src/replies/repliesRoom';
import { startTestApp, type TestApp } from '../support/app';
import { openSocket, type Socket, type Subscription } from '../support/client';
import { signUp, type TestPerson } from '../support/people';
import { QUICK, startWatchProcess, type WatchProcess } from '../support/watching';
import { PASSWORD } from './dovecot';
import { type GmailOnDovecot, openGmailOnDovecot } from './gmailOnDovecot';

/** The whole product through its API, its mail read from a real Dovecot: no Gmail extension, no folder of all mail. */

let gmail: GmailOnDovecot;
let app: TestApp;
let watching: WatchProcess | undefined;
let person: TestPerson;
let socket: Socket;

beforeAll(async () => {
  gmail = await openGmailOnDovecot();
  app = await startTestApp({ ...gmail.env, ROLES: 'web,send', DEFAULT_SELF_SLOTS: '9' });
  await watchAt(WATCH_PACE);
  person = await signUp(app.url);
  socket = await openSocket(app.url, { payload: { authorization: `Bearer ${person.token}` } });
});

afterAll(async () => {
  await gmail.settled();
  await socket.close();
  await watching?.stop();
  await app.stop();
});

async function watchAt(pace: WatchPace): Promise<void> {
  await watching?.stop();
  watching = await startWatchProcess(app.databaseUrl, gmail.env.GMAIL_IMAP_URL, { pace });
}

type Connecting = { __typename: string; problem?: { code: string; serverReply: string } };

/** Tries a connection into the first free slot. */
async function connect(
  email: string,
  appPassword = PASSWORD,
): Promise<{ slotId: string; connectGmail: Connecting }> {
  const { gmailIntegration } = await person.ask<{
    gmailIntegration: { slots: { id: string; kind: string; connection: object | null }[] };
  }>('{ gmailIntegration { slots { id kind connection { id } } } }');
  const free = gmailIntegration.slots.find(({ kind, connection }) => kind === 'SELF' && !connection);
  if (!free) throw new Error('Every slot is used: raise DEFAULT_SELF_SLOTS above');
  const { connectGmail } = await person.ask<{ connectGmail: Connecting }>(
    `mutation ($input: ConnectGmailInput!) {
      connectGmail(input: $input) {
        __typename
        ... on GmailConnected { checks { name outcome } }
        ... on ConnectionRefused { problem { code serverReply } checks { name outcome } }
      }
    }`,
    { input: { slotId: free.id, email, appPassword } },
  );
  return { slotId: free.id, connectGmail };
}

/** A slot that is connected and watched. */
async function connectAndWatch(email: string): Promise<string> {
  gmail.addAccount(email);
  const { slotId, connectGmail } = await connect(email);
  expect(connectGmail).toMatchObject({ __typename: 'GmailConnected' });
  return slotId;
}

async function send(slotId: string, to: string, subject = 'Hello'): Promise<{ messageId: string }> {
  const { sendEmail } = await person.ask<{ sendEmail: { email?: { messageId: string } } }>(
    `mutation ($input: SendEmailInput!) {
      sendEmail(input: $input) { ... on EmailQueued { email { messageId } } }
    }`,
    { input: { slotId, to, subject, text: 'Hi Bob,\n\nhow are you?' } },
  );
  if (!sendEmail.email) throw new Error('The email was refused');
  return sendEmail.email;
}

interface Reply {
  replyReceived: {
    message: {
      from: string;
      kind: string;
      inSpam: boolean;
      subject: string;
      evidence: { matchedBy: string };
    };
  };
}

function subscribeToReplies(slotId: string): Subscription<Reply> {
  return socket.subscribe<Reply>(
    `subscription ($slotId: ID!) {
      replyReceived(filter: { slotId: $slotId, kinds: [REPLY, BOUNCE] }) {
        message { from kind inSpam subject evidence { matchedBy } }
      }
    }`,
    { slotId },
  );
}

/** Resolves at the event that fits, and gives all that came until then. */
async function until<Data>(events: Subscription<Data>, fits: (event: Data) => boolean): Promise<Data[]> {
  const seen: Data[] = [];
  for (;;) {
    const event = await events.next();
    seen.push(event);
    if (fits(event)) return seen;
  }
}

test('connects, and warns that there is no folder of all mail', async () => {
  gmail.addAccount('connect@gmail.com');
  const { connectGmail } = await connect('connect@gmail.com');
  expect(connectGmail).toMatchObject({
    __typename: 'GmailConnected',
    checks: expect.arrayContaining([
      { name: 'IMAP_LOGIN', outcome: 'PASSED' },
      { name: 'IMAP_IDLE', outcome: 'PASSED' },
      { name: 'FOLDERS', outcome: 'WARNING' },
    ]),
  });
});

test('shows a refusal of IMAP in the server’s own words', async () => {
  const wrong = 'ponmlkjihgfedcba'; // SMTP takes it, so that it is Dovecot which refuses
  gmail.addAccount('refused@gmail.com', wrong);
  const { connectGmail } = await connect('refused@gmail.com', wrong);
  expect(connectGmail).toMatchObject({
    __typename: 'ConnectionRefused',
    problem: { code: 'INVALID_CREDENTIALS', serverReply: '[AUTHENTICATIONFAILED] Authentication failed.' },
    checks: expect.arrayContaining([
      { name: 'SMTP_LOGIN', outcome: 'PASSED' },
      { name: 'IMAP_LOGIN', outcome: 'FAILED' },
    ]),
  });
});

test('pushes a reply that IDLE told of, and takes no Sent copy for one', async () => {
  const slotId = await connectAndWatch('reply@gmail.com');
  const replies = subscribeToReplies(slotId);
  for (const subject of ['One', 'Two']) {
    await send(slotId, 'bob@example.com', subject);
    expect((await replies.next()).replyReceived.message).toEqual({
      from: 'bob@example.com',
      kind: 'REPLY',
      inSpam: false,
      subject: `Re: ${subject}`,
      evidence: { matchedBy: 'MESSAGE_ID' },
    });
  }
});

test('takes in a bounce', async () => {
  const slotId = await connectAndWatch('bounce@gmail.com');
  const replies = subscribeToReplies(slotId);
  await send(slotId, 'bounce@example.com');
  expect((await replies.next()).replyReceived.message).toMatchObject({
    kind: 'BOUNCE',
    evidence: { matchedBy: 'MESSAGE_ID' },
  });
});

test('takes in a reply of 30 MB whose header is raw UTF-8', async () => {
  const slotId = await connectAndWatch('large@gmail.com');
  const replies = subscribeToReplies(slotId);
  const { messageId } = await send(slotId, 'silent@example.com');
  const line = `${'Grüße, '.repeat(10)}\r\n`;
  const text = line.repeat(30_000_000 / Buffer.byteLength(line));
  await gmail.dovecot.deliver(
    'large@gmail.com',
    `From: Björn <silent@example.com>\r\nTo: large@gmail.com\r\nSubject: Re: Grüße 全部\r\n` +
      `In-Reply-To: ${messageId}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Transfer-Encoding: 8bit\r\n\r\n${text}`,
  );
  expect((await replies.next()).replyReceived.message).toMatchObject({
    kind: 'REPLY',
    subject: 'Re: Grüße 全部',
    evidence: { matchedBy: 'MESSAGE_ID' },
  });
});

test('finds a reply in Spam', async () => {
  await watchAt(QUICK); // Spam is read every 55 s otherwise
  const slotId = await connectAndWatch('spam@gmail.com');
  const replies = subscribeToReplies(slotId);
  await send(slotId, 'spam@example.com');
  expect((await replies.next()).replyReceived.message).toMatchObject({
    from: 'spam@example.com',
    inSpam: true,
    evidence: { matchedBy: 'MESSAGE_ID' },
  });
  await watchAt(WATCH_PACE);
});

test('finds an email whose answer was lost in Sent, and sends it once', async () => {
  const slotId = await connectAndWatch('lost@gmail.com');
  const account = gmail.sandbox.account('lost@gmail.com');
  account.refuse('smtpStored', 'close', 1);
  const moves = socket.subscribe<{ outgoingMessageChanged: { id: string; state: string } }>(
    'subscription ($slotId: ID!) { outgoingMessageChanged(slotId: $slotId) { id state } }',
    { slotId },
  );
  await send(slotId, 'silent@example.com');
  const states = await until(moves, ({ outgoingMessageChanged }) => outgoingMessageChanged.state === 'SENT');
  expect(states.map(({ outgoingMessageChanged }) => outgoingMessageChanged.state)).toContain('UNKNOWN');
  expect(account.sentMessages()).toHaveLength(1);
});

test('says that the server is gone, comes back, and takes no old mail for new though UIDs changed', async () => {
  const slotId = await connectAndWatch('restart@gmail.com');
  const replies = subscribeToReplies(slotId);
  const slots = socket.subscribe<{ slotChanged: { connection: { state: string } } }>(
    'subscription ($slotId: ID!) { slotChanged(slotId: $slotId) { connection { state } } }',
    { slotId },
  );
  const isIn = (state: string) => (event: { slotChanged: { connection: { state: string } } }) =>
    event.slotChanged.connection.state === state;
  await send(slotId, 'bob@example.com', 'Before');
  expect((await replies.next()).replyReceived.message.subject).toBe('Re: Before');

  await gmail.settled();
  await gmail.dovecot.stop();
  await until(slots, isIn('RECONNECTING'));
  await gmail.dovecot.forgetUids('restart@gmail.com');
  await gmail.dovecot.start();
  await until(slots, isIn('WATCHING'));

  await send(slotId, 'bob@example.com', 'After');
  expect((await replies.next()).replyReceived.message.subject).toBe('Re: After');
});
