import { setTimeout as sleep } from 'node:timers/promises';
import { Apart } from './apart';
import { bench, type Figure } from './bench';
import { composeReply } from './mailboxes';
import { seedConnections, seedSent, seedWorkspace } from './seed';
import { startWatched, untilIndexed, untilWatching, type Watched } from './watched';

const ACCOUNTS = 1_000;
const SENT_EACH = 100;
/** Deliveries a side. */
const REPLIES = 400;
/** Between a delivery for one side and the next for the other; both are far from busy. */
const EVERY_MS = 40;
/** A second reply comes so long after the first, when whoever takes it in may not yet listen again. */
const SECOND_AFTER_MS = 300;

const QUERY = `subscription { replyReceived { cursor message { id from subject replyText kind receivedAt evidence { matchedBy rule } }
  conversation { id } prospect { email } } }`;

/**
 * 1,000 accounts watched over TLS by the product, and another 1,000 by bare imapflow, which does nothing but hear of
 * new mail. A reply comes to one and to the other by turns: until the subscriber's WebSocket has it whole, and
 * until imapflow says `exists`. 100,000 emails were sent before, and the search knows them all, as some minutes after a start.
 */
bench(async ({ db, url }) => {
  const watched = await startWatched(url, 2 * ACCOUNTS);
  const subscriber = Apart.start('subscribers');
  try {
    const workspace = await seedWorkspace(db);
    const connections = await seedConnections(db, workspace.id, ACCOUNTS);
    await seedSent(db, workspace.id, connections, SENT_EACH);
    const { bare, gmailPort: port } = watched;
    await Promise.all([
      bare.ask('watch', { port, first: ACCOUNTS, count: ACCOUNTS, atOnce: 20 }),
      untilWatching(db, ACCOUNTS),
      untilIndexed(db),
    ]);
    await subscriber.ask('subscribe', {
      url: `${watched.productUrl.replace('http', 'ws')}/graphql`,
      tokens: workspace.tokens,
      query: QUERY,
    });
    await sleep(2_000); // the subscription begins
    await measure(watched, subscriber, 0, 20, EVERY_MS);
    const first = await measure(watched, subscriber, 1_000, REPLIES, EVERY_MS);
    const second = await measureSecond(watched, subscriber);

    return [...figuresOf('reply', first), ...figuresOf(`second, ${SECOND_AFTER_MS} ms later`, second)];
  } finally {
    await subscriber.end();
    await watched.end();
  }
});

interface Latencies {
  ours: number[];
  peer: number[];
}

async function measure(
  { gmail, bare }: Watched,
  subscriber: Apart,
  from: number,
  count: number,
  everyMs: number,
): Promise<Latencies> {
  await subscriber.ask('forget');
  const delivered: { ours: Map<string, number>; peer: Map<number, number> } = {
    ours: new Map(),
    peer: new Map(),
  };
  for (let n = 0; n < count; n += 1) {
    const account = n % ACCOUNTS;
    const mark = `${from + n}`;
    await sleep(everyMs);
    delivered.peer.set(
      ACCOUNTS + account,
      await gmail.ask<number>('deliver', {
        account: ACCOUNTS + account,
        mail: composeReply(account, from / 1000, 'Re: Hello'),
      }),
    );
    await sleep(everyMs);
    delivered.ours.set(
      mark,
      await gmail.ask<number>('deliver', {
        account,
        mail: composeReply(account, from / 1000, `mark:${mark}`),
      }),
    );
  }
  await subscriber.ask('lastOf', { count });
  return latenciesOf(bare, subscriber, delivered);
}

async function measureSecond({ gmail, bare }: Watched, subscriber: Apart): Promise<Latencies> {
  await subscriber.ask('forget');
  const delivered: { ours: Map<string, number>; peer: Map<number, number> } = {
    ours: new Map(),
    peer: new Map(),
  };
  const count = 100;
  for (let n = 0; n < count; n += 1) {
    const account = 500 + n;
    const both = async (k: number) => {
      delivered.peer.set(
        ACCOUNTS + account,
        await gmail.ask<number>('deliver', {
          account: ACCOUNTS + account,
          mail: composeReply(account, k, 'Re: Hello'),
        }),
      );
      await sleep(EVERY_MS);
      delivered.ours.set(
        `${k}.${n}`,
        await gmail.ask<number>('deliver', { account, mail: composeReply(account, k, `mark:${k}.${n}`) }),
      );
    };
    await both(10);
    await sleep(SECOND_AFTER_MS - EVERY_MS);
    await both(11);
    delivered.ours.delete(`10.${n}`);
    await sleep(EVERY_MS);
  }
  await subscriber.ask('lastOf', { count: 2 * count });
  return latenciesOf(bare, subscriber, delivered);
}

async function latenciesOf(
  bare: Apart,
  subscriber: Apart,
  delivered: { ours: Map<string, number>; peer: Map<number, number> },
): Promise<Latencies> {
  const arrivals = await subscriber.ask<{ at: number; mark: string }[]>('arrivals');
  const ours = arrivals.flatMap(({ at, mark }) => {
    const since = delivered.ours.get(mark);
    return since === undefined ? [] : [at - since];
  });
  const peer: number[] = [];
  for (const [account, at] of delivered.peer) {
    const heard = await bare.ask<number[]>('heard', { account });
    peer.push((heard.find((time) => time >= at) ?? Number.NaN) - at);
  }
  return { ours, peer };
}

function figuresOf(what: string, { ours, peer }: Latencies): Figure[] {
  return [
    [50, 5],
    [99, 15],
  ].map(([share = 0, more = 0]) => {
    const [own, other] = [percentile(ours, share), percentile(peer, share)];
    return {
      what: `${what}, p${share}`,
      value: own - other,
      unit: 'ms more than exists',
      bound: { atMost: more },
      ours: `${own.toFixed(1)} ms`,
      peer: `${other.toFixed(1)} ms`,
    };
  });
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))] ?? Number.NaN;
}
