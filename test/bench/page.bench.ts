import { Apart } from './apart';
import { bench, median, takeTurns } from './bench';
import { ENCRYPTION_KEY, seedConnections, seedReceived, seedWorkspace } from './seed';

const FEW = 10_000;
const MANY = 1_000_000;
const ROUNDS = 100;

const QUERY = `{ conversations(first: 50) { edges { cursor node { id subject snippet unread lastMessageAt prospect { email } } }
  pageInfo { hasNextPage endCursor } } }`;

/** The first page of the inbox over HTTP, in a workspace with a million received messages and in one with ten thousand. */
bench(async ({ db, url }) => {
  const tokens: string[] = [];
  for (const [account, count] of [FEW, MANY].entries()) {
    const workspace = await seedWorkspace(db);
    const [connectionId = ''] = await seedConnections(db, workspace.id, 1, account);
    await seedReceived(db, workspace.id, connectionId, count);
    tokens.push(workspace.tokens[0] ?? '');
  }
  await db.query('ANALYZE');
  const product = Apart.start('product', {
    PORT: '0',
    DATABASE_URL: url,
    ENCRYPTION_KEY: ENCRYPTION_KEY.toString('base64'),
    ROLES: 'web',
  });
  try {
    const address = `${await product.ask<string>('start')}/graphql`;
    const turns = await takeTurns(
      ROUNDS,
      () => timePage(address, tokens[1] ?? ''),
      () => timePage(address, tokens[0] ?? ''),
    );
    const [many, few] = [
      median(turns.slice(10).map((turn) => turn.ours)),
      median(turns.slice(10).map((turn) => turn.peer)),
    ];
    return [
      {
        what: 'first page of conversations',
        value: many / few,
        bound: { atMost: 1.5 },
        ours: `${many.toFixed(1)} ms of ${MANY}`,
        peer: `${few.toFixed(1)} ms of ${FEW}`,
      },
    ];
  } finally {
    await product.end();
  }
});

/** Milliseconds of one request. */
async function timePage(address: string, token: string): Promise<number> {
  const since = performance.now();
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: QUERY }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { conversations: { edges: unknown[] } };
    errors?: unknown;
  };
  if (data?.conversations.edges.length !== 50) throw new Error(JSON.stringify(errors));
  return performance.now() - since;
}
