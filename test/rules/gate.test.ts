import { Gate } from '../../src/lib/gate';

const PATIENT = 60_000;

/** A work that ends when it is told to. */
function work() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { begin: () => ended, end };
}

test('never more are under way than there are places, whoever comes in the moment in which one leaves', async () => {
  const gate = new Gate(2, PATIENT);
  const { signal } = new AbortController();
  let underWay = 0;
  let most = 0;
  const works = Array.from({ length: 6 }, work);
  const pass = ({ begin }: (typeof works)[number]) =>
    gate.pass(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await begin();
      underWay -= 1;
    }, signal);
  const passed = works.slice(0, 5).map(pass);
  const late = works.slice(5).map((each) => Promise.race(passed).then(() => pass(each)));
  for (const each of works) each.end();
  await Promise.all([...passed, ...late]);
  expect(most).toBe(2);
});

test('whoever is told to stop begins at once, and sees it', async () => {
  const gate = new Gate(1, PATIENT);
  const stopping = new AbortController();
  const first = work();
  const held = gate.pass(first.begin, new AbortController().signal);
  const waiting = gate.pass(async () => stopping.signal.aborted, stopping.signal);
  stopping.abort();
  expect(await waiting).toBe(true);
  first.end();
  await held;
  expect(await gate.pass(async () => 'next', new AbortController().signal)).toBe('next');
});
