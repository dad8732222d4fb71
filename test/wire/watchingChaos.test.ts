import type { Account } from '../../src/sandbox/accounts';
import { type FaultProxy, openFaultProxy } from '../support/faultProxy';
import { startProduct } from '../support/productProcess';
import { answerTo, type MailRoom, openMailRoom, type Reply, type Sent } from '../support/watching';

/** 200 replies through cuts, a frozen network and a kill -9: each is seen once by a subscriber that resumes. */

const REPLIES = 200;

let mail: MailRoom;
let proxy: FaultProxy;

beforeAll(async () => {
  mail = await openMailRoom();
  proxy = await openFaultProxy({ port: Number(new URL(mail.sandbox.imapUrl).port) });
  // From here on the watching is done by processes that can be killed.
  await mail.process.watchers.stop();
});
afterAll(async () => {
  await mail.close();
  await proxy.close();
});

/** A real process of the product that watches, and sends nothing. */
const startWatcher = () =>
  startProduct({
    ROLES: 'web,watch',
    DATABASE_URL: mail.app.databaseUrl,
    GMAIL_SMTP_URL: mail.sandbox.smtpUrl,
    GMAIL_IMAP_URL: `imap://127.0.0.1:${proxy.port}`,
  });

test('200 replies through cuts, a frozen network and a kill -9 are each seen once', async () => {
  const desk = await mail.desk();
  const mailboxes: { account: Account; sent: Sent }[] = [];
  for (let n = 0; n < 4; n++) {
    const account = mail.account(`chaos${n}@gmail.com`);
    const slotId = await desk.connect(account);
    mailboxes.push({ account, sent: await desk.send(slotId, `silent${n}@example.com`) });
  }
  const victim = await startWatcher();

  const start = await desk.cursor();
  const seen: Reply[] = [];
  /** Takes so many replies, and then leaves, as a client whose network fails; the next begins after its last. */
  async function follow(count: number): Promise<void> {
    const replies = desk.replies(seen.at(-1)?.cursor ?? start);
    for (let n = 0; n < count; n++) seen.push((await replies.next()).replyReceived);
    await replies.stop();
  }
  let delivered = 0;
  function deliver(count: number): void {
    for (let n = 0; n < count; n++) {
      const { account, sent } = mailboxes[delivered % 4] as (typeof mailboxes)[number];
      account.deliver(answerTo(sent, `reply ${delivered++}`));
    }
  }

  deliver(20);
  await follow(20);
  deliver(20);
  proxy.reset();
  deliver(20);
  await follow(35);
  proxy.freeze();
  deliver(40);
  proxy.resume();
  proxy.reset();
  await follow(30);
  deliver(10);
  for (const { account } of mailboxes) account.dropSessions();
  deliver(10);
  await follow(25);

  deliver(20);
  const killed = victim.end('SIGKILL');
  deliver(20);
  const [heir] = await Promise.all([startWatcher(), killed]);
  deliver(20);
  await follow(50);
  proxy.reset();
  deliver(20);
  await follow(REPLIES - seen.length);

  const texts = seen.map(({ message }) => message.text.trim());
  expect(texts.toSorted()).toEqual(Array.from({ length: REPLIES }, (_, n) => `reply ${n}`).toSorted());
  const kept = await desk.events();
  expect(kept.map(({ cursor }) => cursor)).toEqual(seen.map(({ cursor }) => cursor));
  expect(delivered).toBe(REPLIES);

  expect(await heir.end('SIGTERM')).toBe(0);
}, 120_000);
