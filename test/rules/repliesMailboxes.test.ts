import fc from 'fast-check';
import { parseAddressHeader } from 'mailparser';
import { readHeaders } from '../../src/replies/reading/headers';

const some = (...pieces: string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((chosen) => chosen.join(''));
const name = some(
  'Ann',
  'J.',
  'é',
  '界',
  'ß',
  '9',
  ' ',
  ' Other',
  "'",
  '_',
  '-',
  '.',
  '"',
  ',',
  '(',
  '@',
  '=?',
);
const word = some('a', 'B', '9', '.', '_', '-', '+', 'xn--', ' ', '"', '<', '>', '@', ':');
const quote = fc.constantFrom('', '"');
const mailbox = fc.oneof(
  fc.tuple(name, word, word, quote).map(([who, at, host, mark]) => `${mark}${who}${mark} <${at}@${host}>`),
  fc.tuple(word, word).map(([at, host]) => `${at}@${host}`),
  fc.tuple(word, word).map(([at, host]) => `<${at}@${host}>`),
);

test('a plain mailbox is read as mailparser reads it', () => {
  fc.assert(
    fc.property(mailbox, (value) => {
      const parsed = parseAddressHeader(value.trim(), { flatten: true, decodePunycode: false }).value;
      expect(readHeaders(`From: ${value}`).mailboxes('from')).toEqual(
        parsed.flatMap(({ address, name }) =>
          address?.includes('@') ? [{ address: address.toLowerCase(), name: name.trim() || null }] : [],
        ),
      );
    }),
    { numRuns: 2_000, seed: 1 },
  );
});
