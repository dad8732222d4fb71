import { type ByteRange, cutRange, parseRange } from '../../src/server/byteRange';

/** RFC 9110 section 14.1.2, of a file of ten bytes. */
test.each<[string | undefined, ReturnType<typeof parseRange>]>([
  [undefined, null],
  ['bytes=0-9', { first: 0, last: 9 }],
  ['BYTES=3-3', { first: 3, last: 3 }],
  ['bytes=3-', { first: 3, last: 9 }],
  ['bytes=3-99999999999999999999999', { first: 3, last: 9 }],
  ['bytes=-3', { first: 7, last: 9 }],
  ['bytes=-99', { first: 0, last: 9 }],
  ['bytes=10-', 'UNSATISFIABLE'],
  ['bytes=10-20', 'UNSATISFIABLE'],
  ['bytes=-0', 'UNSATISFIABLE'],
  ['bytes=20-10', null],
  ['bytes=5-4', null],
  ['bytes=-', null],
  ['bytes=a-b', null],
  ['bytes=0-1,3-4', null],
  ['0-1', null],
])('%s', (header, expected) => {
  expect(parseRange(header, 10)).toEqual(expected);
});

test('of an empty file there is no range', () => {
  expect(parseRange('bytes=0-', 0)).toBe('UNSATISFIABLE');
  expect(parseRange('bytes=-1', 0)).toBe('UNSATISFIABLE');
});

async function cut(chunks: readonly string[], range: ByteRange, size: number): Promise<[string, boolean]> {
  let isEnded = false;
  async function* stream() {
    try {
      for (const chunk of chunks) yield Buffer.from(chunk);
    } finally {
      isEnded = true;
    }
  }
  const pieces: Buffer[] = [];
  for await (const piece of cutRange(stream(), range, size)) pieces.push(piece);
  return [Buffer.concat(pieces).toString(), isEnded];
}

test('bytes are cut out of chunks, wherever those end, and the rest is not read', async () => {
  for (const chunks of [['0123456789'], ['0', '123', '456', '789'], [...'0123456789', '']]) {
    for (let first = 0; first < 10; first += 1) {
      for (let last = first; last < 10; last += 1) {
        expect(await cut(chunks, { first, last }, 10)).toEqual(['0123456789'.slice(first, last + 1), true]);
      }
    }
  }
});

test('a range that ends with the file is refused of one that is shorter or longer than was said', async () => {
  await expect(cut(['01234', '567'], { first: 2, last: 9 }, 10)).rejects.toThrow('not as large');
  await expect(cut(['01234', '56789'], { first: 2, last: 8 }, 9)).rejects.toThrow('not as large');
  await expect(cut(['0123456789', 'x'], { first: 2, last: 9 }, 10)).rejects.toThrow('not as large');
  expect(await cut(['0123456789', 'x'], { first: 2, last: 8 }, 10)).toEqual(['2345678', true]);
});
