import { openTestDatabase, type TestDatabase } from '../support/database';

let opened: TestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});

afterAll(() => opened.close());

it('answers', async () => {
  expect(await opened.database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
