import { limitAttempts } from '../../src/identity/attempts';
import { removeWhatIsOver } from '../../src/identity/housekeeping';
import { identify } from '../../src/identity/sessions';
import { signUp } from '../../src/identity/signUp';
import { RateLimited } from '../../src/lib/failures';
import { openTestDatabase, type TestDatabase, testLog } from '../support/database';

let testDatabase: TestDatabase;

beforeAll(async () => {
  testDatabase = await openTestDatabase();
});
afterAll(() => testDatabase.close());

const room = () => ({
  db: testDatabase.database,
  log: testLog,
  signUp: 'open' as const,
  publicUrl: () => 'http://localhost',
  onWorkspaceCreated: async () => undefined,
});

test('a session opens nothing after its 30 days, and is then removed; what still counts stays', async () => {
  const { db } = room();
  const request = { password: 'correct horse battery', workspaceName: 'A' };
  const old = await signUp(room(), { ...request, email: 'old@example.com' }, '1.1.1.1');
  const young = await signUp(room(), { ...request, email: 'young@example.com' }, '1.1.1.1');
  if (old.outcome !== 'SignedIn' || young.outcome !== 'SignedIn') throw new Error('Nobody came in');
  await db.query(`UPDATE sessions SET expires_at = expires_at - interval '30 days' WHERE person_id = $1`, [
    old.viewer.personId,
  ]);
  await db.query(`INSERT INTO attempts (scope, key, at) VALUES ('x', 'y', now() - interval '25 hours')`);

  expect(await identify(db, old.token)).toBeNull();
  expect(await identify(db, young.token)).toMatchObject({ email: 'young@example.com', via: 'session' });
  await removeWhatIsOver(room());
  expect(await db.query('SELECT person_id FROM sessions')).toEqual([{ person_id: young.viewer.personId }]);
  expect(await db.query('SELECT DISTINCT scope FROM attempts')).toEqual([{ scope: 'sign-up' }]);
});

test('a limit holds for attempts at once, for each key on its own, and ends with its window', async () => {
  const { db } = room();
  const limit = { max: 3, windowSeconds: 60 };
  const attempts = await Promise.allSettled(
    Array.from({ length: 9 }, () => limitAttempts(db, 'scope', 'key', limit)),
  );
  expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  await limitAttempts(db, 'scope', 'other key', limit);
  await limitAttempts(db, 'other scope', 'key', limit);

  await expect(limitAttempts(db, 'scope', 'key', limit)).rejects.toBeInstanceOf(RateLimited);
  await db.query(`UPDATE attempts SET at = at - interval '61 seconds'`);
  await limitAttempts(db, 'scope', 'key', limit);
});
