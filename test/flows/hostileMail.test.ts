import { fuzzIntake } from '../fuzz/fuzzIntake';

/** Mail of people who wish us ill, through the intake into a real database. `npm run fuzz` sends more of it. */

test('2,000 mutated mails are read, and the cursor passes each', async () => {
  const { kept } = await fuzzIntake(2_000, 7);
  expect(kept).toBeGreaterThan(1_000);
}, 120_000);
