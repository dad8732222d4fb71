import { ImapLines } from '../../src/gmail/imapLines';

/** What is taken out of these bytes, however they are cut, and what is left. */
function sift(text: string, cuts: readonly number[]): { taken: string[]; left: string } {
  const lines = new ImapLines();
  const taken: string[] = [];
  const take = (line: string) => line.startsWith('L') && taken.push(line) > 0;
  const bytes = Buffer.from(text, 'latin1');
  const chunks = [...cuts, bytes.length].map((cut, at) => bytes.subarray(cuts[at - 1] ?? 0, cut));
  const left = chunks.map((chunk) => lines.sift(chunk, take));
  return { taken, left: Buffer.concat([...left, lines.release()]).toString('latin1') };
}

test.each<[string, string, string[], string]>([
  [
    'whole lines',
    '* 1 EXISTS\r\nL1 OK x\r\n* 2 EXISTS\r\nL2 OK\n',
    ['L1 OK x\r\n', 'L2 OK\n'],
    '* 1 EXISTS\r\n* 2 EXISTS\r\n',
  ],
  [
    'nothing of a literal',
    '* 1 FETCH (X {9}\r\n\r\nL1 OK\r\n)\r\nL2 OK\r\n',
    ['L2 OK\r\n'],
    '* 1 FETCH (X {9}\r\n\r\nL1 OK\r\n)\r\n',
  ],
  [
    'nothing of a line that goes on after one',
    'A {2}\r\nxxL1 OK\r\nL2 OK\r\n',
    ['L2 OK\r\n'],
    'A {2}\r\nxxL1 OK\r\n',
  ],
  ['no line with a literal', 'L1 {3}\r\nabc\r\nL2 OK\r\n', ['L2 OK\r\n'], 'L1 {3}\r\nabc\r\n'],
  [
    'nothing of an empty literal',
    'A {0}\r\nL1 {00}\r\n\r\nL2 OK\r\n',
    ['L2 OK\r\n'],
    'A {0}\r\nL1 {00}\r\n\r\n',
  ],
  ['no half a line', 'L1 OK\r\nL2', ['L1 OK\r\n'], 'L2'],
  ['nothing', '', [], ''],
])('takes %s, wherever the bytes are cut', (_, text, taken, left) => {
  for (let first = 0; first <= text.length; first += 1) {
    for (let second = first; second <= text.length; second += 1) {
      expect(sift(text, [first, second])).toEqual({ taken, left });
    }
  }
});

test('of an endless line little is kept back, and what ends it is still seen', () => {
  const endless = `L1 ${'x'.repeat(100_000)} {5}\r\n`;
  const text = `${endless}L2 OKL3 OK\r\nL4 OK\r\n`;
  const cuts = Array.from({ length: 100 }, (_, at) => at * 1_000 + 17);
  expect(sift(text, cuts)).toEqual({ taken: ['L4 OK\r\n'], left: `${endless}L2 OKL3 OK\r\n` });
  const lines = new ImapLines();
  expect(lines.sift(Buffer.alloc(100_000, 'L'), () => true).length).toBeGreaterThan(99_000);
});
