import { Client } from 'pg';
import { Notices } from '../../src/database/notices';
import { bench, type Ground, median, takeTurns, timed } from './bench';

/**
 * What one PostgreSQL carries of notices between processes, all of which hear all: ours, gathered, against one
 * NOTIFY a notice; and how many commits with a NOTIFY of some 2 KB it carries at all, which is what bounds the
 * number of processes (src/database/README.md does the sum).
 */

const PROCESSES = 20;
const NOTICES = 6_000;
const COMMITS = 3_000;
const ROUNDS = 5;

bench(async ({ url, log }: Ground) => {
  const ours = Array.from({ length: PROCESSES }, () => new Notices({ url, log }));
  await Promise.all(ours.map((notices) => notices.start()));
  const peers = await Promise.all(Array.from({ length: PROCESSES }, () => listener(url)));

  const turns = await takeTurns(
    ROUNDS,
    async () => {
      const heard = ours.map((notices) => hearAll(notices));
      const seconds = await timed(async () => {
        for (let n = 0; n < NOTICES; n += 1) ours[n % PROCESSES]?.publish('slots:bench', `${n}`);
        await Promise.all(heard);
      });
      return NOTICES / seconds;
    },
    async () => NOTICES / (await timed(() => notifyOneByOne(peers, NOTICES, 'one'))),
  );
  const commits = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    commits.push(COMMITS / (await timed(() => notifyOneByOne(peers, COMMITS, 'x'.repeat(2_000)))));
  }
  await Promise.all([...ours.map((notices) => notices.stop()), ...peers.map((peer) => peer.end())]);
  const rate = (pick: (turn: (typeof turns)[number]) => number) =>
    `${Math.round(median(turns.map(pick)))} /s`;
  return [
    {
      what: `notices that ${PROCESSES} processes tell each other`,
      value: median(turns.map((turn) => turn.ours / turn.peer)),
      bound: { atLeast: 4 },
      ours: rate((turn) => turn.ours),
      peer: rate((turn) => turn.peer),
    },
    {
      what: `commits with a NOTIFY of 2 KB, ${PROCESSES} processes`,
      value: median(commits),
      unit: '/s',
      bound: { atLeast: 500 }, // 100,000 slots need some 400
    },
  ];
});

function hearAll(notices: Notices): Promise<void> {
  const heard = new Set<string>();
  return new Promise((resolve) => {
    const unlisten = notices.listen('slots:bench', (id) => {
      if (id !== null) heard.add(id);
      if (heard.size < NOTICES) return;
      unlisten();
      resolve();
    });
  });
}

async function listener(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('LISTEN bench');
  return client;
}

/** Each in a commit of its own, by all at the same time, until all have heard all. */
async function notifyOneByOne(clients: readonly Client[], count: number, payload: string): Promise<void> {
  const heard = clients.map((client) => hearSoMany(client, count));
  await Promise.all(
    clients.map(async (client, index) => {
      for (let n = index; n < count; n += clients.length) {
        await client.query('SELECT pg_notify($1, $2)', ['bench', `${n} ${payload}`]);
      }
    }),
  );
  await Promise.all(heard);
}

function hearSoMany(client: Client, count: number): Promise<void> {
  let heard = 0;
  return new Promise((resolve) => {
    const onNotification = () => {
      heard += 1;
      if (heard < count) return;
      client.off('notification', onNotification);
      resolve();
    };
    client.on('notification', onNotification);
  });
}
