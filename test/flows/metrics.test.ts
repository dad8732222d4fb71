import { createMetrics } from '../../src/server/gauges';
import { serveOperator } from '../../src/server/serveOperator';
import { startTestApp, type TestApp } from '../support/app';
import { openOnceMore, testLog } from '../support/database';

/** What a process tells of itself that serves nobody. */

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ ROLES: 'send,watch' });
});
afterAll(() => app.stop());

test('without the role web it tells how it is, and nothing else', async () => {
  const told = async (path: string) => (await fetch(`${app.url}${path}`)).status;
  expect([await told('/healthz'), await told('/readyz'), await told('/graphql')]).toEqual([200, 200, 404]);
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  expect(metrics).toContain('connectionsphere_database_up 1\n');
  expect(metrics).toContain('connectionsphere_push_seconds_count');
});

test('where its port is taken, it goes on untold', async () => {
  const db = await openOnceMore(app.databaseUrl);
  const port = Number(new URL(app.url).port);
  const second = await serveOperator({
    host: '127.0.0.1',
    port,
    log: testLog,
    readiness: async () => [],
    metrics: createMetrics(db),
  });
  expect(second.port).toBeNull();
  await second.close();
  await db.close();
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
});
