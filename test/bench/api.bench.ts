import type { Sql } from '../../src/database/database';
import { Apart } from './apart';
import { bench, type Figure, type Ground, median } from './bench';
import type { Burst } from './parts/load';
import { ENCRYPTION_KEY, seedConnections, seedSent, seedWorkspace } from './seed';

/**
 * GraphQL over HTTP under load: 16 connections that ask for the same again and again, by turns, so many in a burst.
 * What one operation costs the server's process of the processor, and how many it answers a second.
 */

const ROUNDS = 7;
const REQUESTS = 400;
/** Before the first round, until a server's code is compiled and its statements are prepared. */
const WARM_UP = 1_000;
/** Whose pages are asked for by turns: who ask at the same time are not the same. */
const WORKSPACES = 16;
const SLOTS = 50;

const LIST = '{ items { id name email count share isActive note state } }';
const SLOTS_PAGE = `{ gmailIntegration { self { label } fly { label } total { label }
  slots { id kind position connection { id email displayName state problem { code message } connectedAt lastProofAt } } } }`;
const INBOX_PAGE = `{ conversations(first: 50) { edges { cursor node { id subject snippet unread lastMessageAt prospect { id email } } }
  pageInfo { hasNextPage endCursor } } }`;

bench(async (ground) => {
  const load = Apart.start('load');
  try {
    return [...(await measureLists(load)), ...(await measurePages(ground, load))];
  } finally {
    await load.end();
  }
});

/** What is asked, and the process that answers. */
interface Target {
  server: Apart;
  url: string;
  body: string;
  tokens: (string | null)[];
}

interface Cost {
  cpuMs: number;
  perSecond: number;
}

async function measureLists(load: Apart): Promise<Figure[]> {
  const names = ['ours', 'apollo', 'yoga'] as const;
  const servers = names.map(() => Apart.start('lists'));
  try {
    const targets = [];
    for (const [index, server] of servers.entries()) {
      const url = await server.ask<string>(names[index] ?? '');
      targets.push({ server, url, body: JSON.stringify({ query: LIST }), tokens: [null] });
    }
    const [ours, apollo, yoga] = await askByTurns(load, targets);
    return [
      compareCpu('a list of 50, against Apollo', ours, apollo, { atMost: 0.65 }),
      comparePace('a list of 50, against Yoga', ours, yoga, { atLeast: 1 }),
    ];
  } finally {
    await Promise.all(servers.map((server) => server.end()));
  }
}

async function measurePages({ db, url }: Ground, load: Apart): Promise<Figure[]> {
  const tokens = await seed(db);
  const env = {
    DATABASE_URL: url,
    ENCRYPTION_KEY: ENCRYPTION_KEY.toString('base64'),
    PORT: '0',
    ROLES: 'web',
  };
  const [product, raw] = [Apart.start('product', env), Apart.start('rawPages', env)];
  try {
    const ours = { server: product, url: `${await product.ask<string>('start')}/graphql` };
    const peer = { server: raw, url: await raw.ask<string>('listen') };
    const figures = [];
    for (const [what, path, query] of [
      ['the slots page', 'slots', SLOTS_PAGE],
      ['the first inbox page', 'inbox', INBOX_PAGE],
    ] as const) {
      const [own, bare] = await askByTurns(load, [
        { ...ours, tokens, body: JSON.stringify({ query }) },
        { ...peer, tokens, body: '', url: `${peer.url}/${path}` },
      ]);
      figures.push(comparePace(`${what}, against raw pg`, own, bare, { atLeast: 0.7 }));
    }
    return figures;
  } finally {
    await Promise.all([product.end(), raw.end()]);
  }
}

/** Workspaces of 50 slots, each with 20 conversations. @returns a bearer token of each */
async function seed(db: Sql): Promise<string[]> {
  const tokens = [];
  for (let n = 0; n < WORKSPACES; n += 1) {
    const workspace = await seedWorkspace(db);
    const connections = await seedConnections(db, workspace.id, SLOTS, n * SLOTS);
    await seedSent(db, workspace.id, connections, 20, n * SLOTS);
    tokens.push(...workspace.tokens);
  }
  await db.query("UPDATE connections SET state = 'WATCHING', last_proof_at = now()");
  await db.query('VACUUM ANALYZE');
  return tokens;
}

/** Each once a round, and each round begins with another. @returns in the order of the targets */
async function askByTurns(load: Apart, targets: readonly Target[]): Promise<Cost[][]> {
  const costs: Cost[][] = targets.map(() => []);
  for (const target of targets) await burst(load, target, WARM_UP);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < targets.length; turn += 1) {
      const index = (round + turn) % targets.length;
      const target = targets[index];
      if (target) costs[index]?.push(await burst(load, target, REQUESTS));
    }
  }
  return costs;
}

async function burst(load: Apart, { server, ...request }: Target, amount: number): Promise<Cost> {
  const before = await server.ask<number>('cpuMs');
  const { requests, perSecond } = await load.ask<Burst>('ask', { ...request, amount });
  const after = await server.ask<number>('cpuMs');
  return { cpuMs: (after - before) / requests, perSecond };
}

function compareCpu(what: string, ours: Cost[] = [], peer: Cost[] = [], bound: Figure['bound']): Figure {
  return compare(`CPU of ${what}`, ours, peer, ({ cpuMs }) => cpuMs, bound);
}

function comparePace(what: string, ours: Cost[] = [], peer: Cost[] = [], bound: Figure['bound']): Figure {
  return compare(`requests of ${what}`, ours, peer, ({ perSecond }) => perSecond, bound);
}

function compare(
  what: string,
  ours: Cost[],
  peer: Cost[],
  pick: (cost: Cost) => number,
  bound: Figure['bound'],
): Figure {
  return {
    what,
    bound,
    ours: show(ours),
    peer: show(peer),
    value: median(ours.map((cost, round) => pick(cost) / pick(peer[round] ?? cost))),
  };
}

function show(costs: Cost[]): string {
  const perSecond = median(costs.map((cost) => cost.perSecond));
  return `${perSecond.toFixed(0)} /s, ${median(costs.map(({ cpuMs }) => cpuMs)).toFixed(2)} ms of CPU`;
}
