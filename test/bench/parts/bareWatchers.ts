import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createSecureContext } from 'node:tls';
import { ImapFlow } from 'imapflow';
import { answer, sharedNow } from '../apart';
import { APP_PASSWORD, addressOf } from '../mailboxes';

/** What anybody can do with imapflow alone: log in, select, IDLE, and hear of new mail. At its thriftiest: without compression. */
const secureContext = createSecureContext();
const clients: ImapFlow[] = [];
/** When each account last heard of new mail. */
const heard = new Map<number, number[]>();

async function watch(port: number, account: number): Promise<void> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: true,
    auth: { user: addressOf(account), pass: APP_PASSWORD },
    tls: { secureContext },
    disableCompression: true,
    logger: false,
  });
  clients.push(client);
  client.on('error', () => undefined);
  client.on('exists', () => heard.set(account, [...(heard.get(account) ?? []), sharedNow()]));
  await client.connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  void client.idle();
}

answer({
  async watch({
    port,
    first,
    count,
    atOnce,
  }: {
    port: number;
    first: number;
    count: number;
    atOnce: number;
  }) {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const startedAt = sharedNow();
    const accounts = Array.from({ length: count }, (_, n) => first + n).values();
    const workers = Array.from({ length: atOnce }, async () => {
      for (const account of accounts) await watch(port, account);
    });
    await Promise.all(workers);
    delay.disable();
    return { seconds: (sharedNow() - startedAt) / 1000, loopDelayP99Ms: delay.percentile(99) / 1e6 };
  },
  heard: ({ account }: { account: number }) => heard.get(account) ?? [],
});
