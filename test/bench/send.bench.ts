import { randomUUID } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Database } from '../../src/database/database';
import { claimBatches } from '../../src/sending/claim';
import { findWork } from '../../src/sending/findWork';
import { Sender } from '../../src/sending/sender';
import type { SendingRoom } from '../../src/sending/sendingRoom';
import { bench, median, takeTurns } from './bench';
import { APP_PASSWORD, createSlots, openSendingRoom, queueEmails } from './populate';
import { startSmtpSink } from './smtpSink';

const ACCOUNTS = 200;
const EMAILS_EACH = 20;
const EMAILS = ACCOUNTS * EMAILS_EACH;
const ROUNDS = 7;

const TEXT = 'Hello Ann, this is a line of an email that somebody wrote.\n'.repeat(16);
const HTML = `<p>${'Hello Ann, this is a line of an email.<br>\n'.repeat(28)}</p>`;

/**
 * 4,000 queued emails of 2.3 KB go out of 200 accounts through the ledger, with a commit before the first byte of each
 * and one after its answer. The peer is nodemailer alone, a pool of one connection for each of the same accounts.
 */
bench(async (ground) => {
  const sink = await startSmtpSink();
  const room = openSendingRoom(ground, sink.port);
  await room.notices.start();
  const workspaceId = await createSlots(room.db, ACCOUNTS, room.seal);
  const turns = await takeTurns(
    ROUNDS,
    async () => {
      await queueEmails(room.db, workspaceId, EMAILS_EACH, { text: TEXT, html: HTML });
      const claiming = await costOf(() => claimAll(room));
      await queueAgain(room.db);
      return { ...(await costOf(() => sendAll(room, workspaceId))), claiming: claiming.cpu };
    },
    () => costOf(() => sendBare(sink.port)),
  );
  await room.notices.stop();
  await sink.stop();
  const perSecond = (seconds: number[]) => `${(EMAILS / median(seconds)).toFixed(0)} /s`;
  const milliseconds = (cpu: number[]) => `${((median(cpu) * 1000) / EMAILS).toFixed(2)} ms`;
  return [
    {
      what: 'messages a second',
      value: median(turns.map(({ ours, peer }) => peer.seconds / ours.seconds)),
      bound: { atLeast: 0.8 },
      ours: perSecond(turns.map(({ ours }) => ours.seconds)),
      peer: perSecond(turns.map(({ peer }) => peer.seconds)),
    },
    {
      what: 'CPU a message',
      value: median(turns.map(({ ours, peer }) => ours.cpu / peer.cpu)),
      bound: { atMost: 1.25 },
      ours: milliseconds(turns.map(({ ours }) => ours.cpu)),
      peer: milliseconds(turns.map(({ peer }) => peer.cpu)),
    },
    {
      what: 'claiming, of our CPU a message',
      value: median(turns.map(({ ours }) => (100 * ours.claiming) / ours.cpu)),
      unit: '%',
      bound: { atMost: 3 },
    },
  ];
});

/** Seconds of the clock, and of this process's CPU; the sink and PostgreSQL have processes of their own. */
async function costOf(work: () => Promise<void>): Promise<{ seconds: number; cpu: number }> {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - startedAt) / 1000, cpu: (user + system) / 1e6 };
}

async function sendBare(port: number): Promise<void> {
  await Promise.all(
    addresses().map(async (address) => {
      const transport = createTransport({
        host: '127.0.0.1',
        port,
        secure: false,
        ignoreTLS: true,
        pool: true,
        maxConnections: 1,
        maxMessages: Number.POSITIVE_INFINITY,
        auth: { user: address, pass: APP_PASSWORD },
      });
      for (let n = 1; n <= EMAILS_EACH; n += 1) {
        await transport.sendMail({
          from: { name: 'Olga Owner', address },
          to: `person${n}@example.com`,
          subject: `Hello ${n}`,
          text: TEXT,
          html: HTML,
          messageId: `<${randomUUID()}@gmail.com>`,
        });
      }
      transport.close();
    }),
  );
}

/** Until the ledger has told of each email twice: that it is on its way, and that it is sent. */
async function sendAll({ notices, ...room }: SendingRoom, workspaceId: string): Promise<void> {
  const sender = new Sender({ notices, ...room });
  await new Promise<void>((resolve) => {
    let told = 0;
    const unlisten = notices.listen(`outgoing:${workspaceId}`, () => {
      told += 1;
      if (told < 2 * EMAILS) return;
      unlisten();
      resolve();
    });
    sender.start();
  });
  await sender.stop();
  const [unsent] = await room.db.query("SELECT FROM outgoing_messages WHERE state <> 'SENT' LIMIT 1");
  if (unsent) throw new Error('Not all were sent');
}

/** Claims all that is queued, as the sender does it: of all accounts at once, batch by batch. */
async function claimAll(room: SendingRoom): Promise<void> {
  for (;;) {
    const claims = await claimBatches(room, (await findWork(room.db)).oneOffs);
    if (claims.every((claim) => claim === null)) return;
    await room.db.query("UPDATE outgoing_messages SET state = 'CANCELLED' WHERE state = 'RESERVED'");
  }
}

async function queueAgain(db: Database): Promise<void> {
  await db.query(
    "UPDATE outgoing_messages SET state = 'QUEUED', claimed_by = NULL WHERE state = 'CANCELLED'",
  );
  await db.query('VACUUM ANALYZE');
}

function addresses(): string[] {
  return Array.from({ length: ACCOUNTS }, (_, n) => `account${n}@gmail.com`);
}
