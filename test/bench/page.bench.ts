import type { Sql } from '../../src/database/database';
import { queryOnClient } from '../../src/database/pool';
import { renewDocuments } from '../../src/replies/conversations/searchIndex';
import { Apart } from './apart';
import { bench, type Figure, median, takeTurns } from './bench';
import { loadQuickly } from './populate';
import { ENCRYPTION_KEY, seedConnections, seedReceived, seedWorkspace } from './seed';

const FEW = 10_000;
const MANY = 1_000_000;
const ROUNDS = 100;

const QUERY = `query ($search: String) { conversations(first: 50, search: $search) {
  edges { cursor node { id subject snippet unread lastMessageAt prospect { email } } } pageInfo { hasNextPage endCursor } } }`;

/** What is searched for, how many conversations have it on the first page in either workspace, and the bound. */
const SEARCHES: readonly (readonly [what: string, search: string, found: number, atMost: number])[] = [
  ['found nowhere', 'zeppelin', 0, 1.5],
  ['of one prospect', 'person7@company7.example', 1, 3],
  ['said in one of 50', 'holidays', 50, 5],
  ['said by all', 'interesting', 50, 1.5],
];

/**
 * The first page of the inbox, and of searches in it, over HTTP, in a workspace with a million received messages and in one
 * with ten thousand.
 */
bench(async ({ db, url }) => {
  const tokens: string[] = [];
  for (const [account, count] of [FEW, MANY].entries()) {
    const workspace = await seedWorkspace(db);
    const [connectionId = ''] = await seedConnections(db, workspace.id, 1, account);
    await loadQuickly(url, (client) => {
      const sql: Sql = { query: (statement, values = []) => queryOnClient(client, statement, values) };
      return seedReceived(sql, workspace.id, connectionId, count);
    });
    tokens.push(workspace.tokens[0] ?? '');
  }
  await db.query(
    'INSERT INTO outdated_documents (workspace_id, conversation_id) SELECT workspace_id, id FROM conversations',
  );
  while ((await renewDocuments(db)) > 0);
  await db.query('VACUUM ANALYZE');
  const product = Apart.start('product', {
    PORT: '0',
    DATABASE_URL: url,
    ENCRYPTION_KEY: ENCRYPTION_KEY.toString('base64'),
    ROLES: 'web',
  });
  try {
    const address = `${await product.ask<string>('start')}/graphql`;
    const compare = async (
      what: string,
      search: string | null,
      found: number,
      atMost = 1.5,
    ): Promise<Figure> => {
      const turns = await takeTurns(
        ROUNDS,
        () => timePage(address, tokens[1] ?? '', search, found),
        () => timePage(address, tokens[0] ?? '', search, found),
      );
      const many = median(turns.slice(10).map((turn) => turn.ours));
      const few = median(turns.slice(10).map((turn) => turn.peer));
      return {
        what,
        value: many / few,
        bound: { atMost },
        ours: `${many.toFixed(1)} ms of ${MANY}`,
        peer: `${few.toFixed(1)} ms of ${FEW}`,
      };
    };
    const figures = [await compare('first page of conversations', null, 50)];
    for (const [what, ...asked] of SEARCHES) figures.push(await compare(`search: ${what}`, ...asked));
    return figures;
  } finally {
    await product.end();
  }
});

/** Milliseconds of one request. */
async function timePage(
  address: string,
  token: string,
  search: string | null,
  found: number,
): Promise<number> {
  const since = performance.now();
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: QUERY, variables: { search } }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { conversations: { edges: unknown[] } };
    errors?: unknown;
  };
  if (data?.conversations.edges.length !== found) throw new Error(JSON.stringify(errors));
  return performance.now() - since;
}
