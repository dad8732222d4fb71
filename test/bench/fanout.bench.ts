import { setTimeout as sleep } from 'node:timers/promises';
import { Apart, type Costs } from './apart';
import { bench, median } from './bench';
import { composeReply } from './mailboxes';
import { seedConnections, seedSent, seedWorkspace } from './seed';
import { startWatched, untilWatching } from './watched';

const SUBSCRIBERS = 1_000;
const STRANGERS = { few: 100, many: 5_000 };
const ROUNDS = 15;

const QUERY = `subscription { replyReceived { cursor message { id from subject replyText kind receivedAt evidence { matchedBy rule } }
  conversation { id } prospect { email } } }`;

const PAYLOAD = {
  replyReceived: {
    cursor: 'WyIxMjM0NSJd',
    message: {
      id: '0b3a1f8e-7f3e-4c56-9a8a-0a3c1de7e1aa',
      from: 'person1@company1.example.com',
      subject: 'mark:peer',
      replyText: 'Yes, that sounds interesting. Shall we say Tuesday?',
      kind: 'REPLY',
      receivedAt: '2026-11-23T09:00:00.000Z',
      evidence: { matchedBy: 'MESSAGE_ID', rule: 'written-by-a-person' },
    },
    conversation: { id: '0b3a1f8e-7f3e-4c56-9a8a-0a3c1de7e1ab' },
    prospect: { email: 'person1@company1.example.com' },
  },
};

/**
 * A mail that appears in the IMAP server, until the last of 1,000 subscribers has the reply, against graphql-ws alone,
 * which executes the same subscription on a payload that it has in memory already. Then one subscriber among few and
 * among many of other workspaces, and what they cost in memory against sockets of ws alone.
 */
bench(async ({ db, url }) => {
  const watched = await startWatched(url, 2);
  const [own, peers] = [Apart.start('subscribers'), Apart.start('subscribers')];
  const bare = Apart.start('bareServers');
  try {
    const address = `${watched.productUrl.replace('http', 'ws')}/graphql`;
    const bareAddress = await bare.ask<string>('listen');
    const [crowd, single] = [await seedWorkspace(db, SUBSCRIBERS), await seedWorkspace(db)];
    for (const [account, workspace] of [crowd, single].entries()) {
      await seedSent(db, workspace.id, await seedConnections(db, workspace.id, 1, account), 100, account);
    }
    await untilWatching(db, 2);

    await own.ask('subscribe', { url: address, tokens: crowd.tokens, query: QUERY });
    await peers.ask('subscribe', {
      url: `${bareAddress}/graphql`,
      tokens: crowd.tokens.map(() => null),
      query: QUERY,
    });
    await sleep(3_000);
    let n = 0;
    const toCrowd = async () => {
      await Promise.all([own.ask('forget'), peers.ask('forget')]);
      n += 1;
      const mail = composeReply(0, n, `mark:${n}`);
      const since = await watched.gmail.ask<number>('deliver', { account: 0, mail });
      return (await own.ask<number>('lastOf', { count: SUBSCRIBERS })) - since;
    };
    const toPeers = async () => {
      await peers.ask('forget');
      const since = await bare.ask<number>('publish', { event: PAYLOAD });
      return (await peers.ask<number>('lastOf', { count: SUBSCRIBERS })) - since;
    };
    const crowds: { ours: number; peer: number }[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      crowds.push({ ours: await toCrowd(), peer: await toPeers() });
      await sleep(300);
    }
    await Promise.all([own.ask('leave'), peers.ask('leave')]);

    const one = Apart.start('subscribers');
    await one.ask('subscribe', { url: address, tokens: single.tokens, query: QUERY });
    const among = async (): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < 3 * ROUNDS; round += 1) {
        await one.ask('forget');
        n += 1;
        const mail = composeReply(1, n, `mark:${n}`);
        const since = await watched.gmail.ask<number>('deliver', { account: 1, mail });
        times.push((await one.ask<number>('lastOf', { count: 1 })) - since);
        await sleep(150);
      }
      return median(times);
    };
    const subscribeStrangers = async (count: number) => {
      for (let had = 0; had < count; had += 100) {
        const { tokens } = await seedWorkspace(db, 100);
        await own.ask('subscribe', { url: address, tokens, query: QUERY });
      }
      await sleep(2_000);
    };
    await sleep(2_000);
    await subscribeStrangers(STRANGERS.few);
    await among();
    const amongFew = await among();
    const before = await watched.product.ask<Costs>('costs');
    await subscribeStrangers(STRANGERS.many - STRANGERS.few);
    const amongMany = await among();
    const after = await watched.product.ask<Costs>('costs');
    const bareBefore = await bare.ask<Costs>('costs');
    await peers.ask('connect', { url: bareAddress, count: STRANGERS.many - STRANGERS.few });
    const bareAfter = await bare.ask<Costs>('costs');
    await one.end();
    const each = (from: Costs, to: Costs) =>
      ((to.rssMiB - from.rssMiB) * 1024) / (STRANGERS.many - STRANGERS.few);
    const [ours, peer] = [each(before, after), each(bareBefore, bareAfter)];
    const [slowest, slowestPeer] = [
      median(crowds.slice(1).map((turn) => turn.ours)),
      median(crowds.slice(1).map((turn) => turn.peer)),
    ];
    return [
      {
        what: `last of ${SUBSCRIBERS}`,
        value: slowest / slowestPeer,
        bound: { atMost: 1.5 },
        ours: `${slowest.toFixed(0)} ms from IMAP`,
        peer: `${slowestPeer.toFixed(0)} ms (graphql-ws)`,
      },
      {
        what: `one among ${STRANGERS.many}`,
        value: amongMany / amongFew,
        bound: { atMost: 1.5 },
        ours: `${amongMany.toFixed(1)} ms`,
        peer: `${amongFew.toFixed(1)} ms among ${STRANGERS.few}`,
      },
      {
        what: 'memory of a subscriber',
        value: ours / peer,
        bound: { atMost: 4 },
        ours: `${ours.toFixed(1)} KiB`,
        peer: `${peer.toFixed(1)} KiB (ws)`,
      },
    ];
  } finally {
    await Promise.all([own.end(), peers.end(), bare.end()]);
    await watched.end();
  }
});
