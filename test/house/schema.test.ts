import { readFileSync } from 'node:fs';
import { printSorted } from '../../src/server/printSchema';
import { createSchema } from '../../src/server/schema';

test('schema/schema.graphql is what the classes say: npm run schema', () => {
  expect(readFileSync('schema/schema.graphql', 'utf8')).toBe(printSorted(createSchema()));
});
