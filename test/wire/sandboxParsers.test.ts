import fc from 'fast-check';
import { canonicalAddress, parseMailboxes } from '../../src/sandbox/addresses';
import { composeMessage, removeHeader } from '../../src/sandbox/compose';
import { parseCommand, parseSet, SyntaxProblem } from '../../src/sandbox/imapParser';
import { formatStructure } from '../../src/sandbox/imapStructure';
import {
  decodeWords,
  headerOf,
  leavesOf,
  type MimePart,
  parseMime,
  plainTextOf,
} from '../../src/sandbox/mime';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from '../../src/sandbox/modifiedUtf7';
import { guessBehaviour } from '../../src/sandbox/prospects';
import { subjectRoot } from '../../src/sandbox/threads';

// What reads bytes from outside: it must hold for any bytes.

const partsOf = (part: MimePart): MimePart[] => [part, ...part.children.flatMap(partsOf)];

test('modified UTF-7 is ASCII and comes back', () => {
  expect(encodeModifiedUtf7('[Gmail]/全部郵件 & mehr')).toBe('[Gmail]/&UWiQ6JD1TvY- &- mehr');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(encodeModifiedUtf7(name)).toMatch(/^[\x20-\x7e]*$/);
      expect(decodeModifiedUtf7(encodeModifiedUtf7(name))).toBe(name);
    }),
  );
});

test('a command is read or refused, whatever it is', () => {
  const alphabet = fc.constantFrom(
    ...'aA1 ()[]{}<>"\\*%+:,.-\r\n\0é'.split(''),
    'BODY[',
    '{3}\r\n',
    'UID ',
    't FETCH 1 ',
  );
  fc.assert(
    fc.property(fc.array(alphabet), (pieces) => {
      try {
        parseCommand(Buffer.from(pieces.join('')));
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxProblem);
      }
    }),
    { numRuns: 2000 },
  );
});

test('the parts of a message lie within it, whatever it is', () => {
  const piece = fc.constantFrom(
    '--b',
    '--b--',
    '\r\n',
    '\n',
    'x',
    ' ',
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Type: message/rfc822',
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const raw = Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${pieces.join('')}`);
      for (const part of partsOf(parseMime(raw))) {
        expect(part.start).toBeLessThanOrEqual(part.bodyStart);
        expect(part.bodyStart).toBeLessThanOrEqual(part.end);
        expect(part.end).toBeLessThanOrEqual(raw.length);
        for (const child of part.children) {
          expect(child.start).toBeGreaterThanOrEqual(part.bodyStart);
          expect(child.end).toBeLessThanOrEqual(part.end);
        }
      }
      expect(formatStructure(parseMime(raw), true)).toMatch(/^\(.*\)$/s);
    }),
    { numRuns: 1000 },
  );
});

test('what is composed is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (noise) => {
      const line = noise.replace(/[\r\n]/g, ' ');
      const subject = `S ${line
        .replace(/[\x00-\x1f"<>,;:@]/g, '')
        .replace(/\s+/g, ' ')
        .trim()}`.trim();
      const message = parseMime(
        composeMessage({ from: 'a@b.example', to: 'c@d.example', subject, text: `.${line}\n..` }),
      );
      expect(plainTextOf(message).replaceAll('\r\n', '\n')).toBe(`.${line}\n..\n`);
      expect(decodeWords(headerOf(message, 'Subject') ?? '').replace(/\s+/g, ' ')).toBe(subject);
      expect(leavesOf(message)).toHaveLength(1);
    }),
  );
});

test('a header goes with its folded lines, and nothing else does', () => {
  const raw = Buffer.from('A: 1\r\nBcc: x,\r\n\ty\r\nB: 2\r\n\r\nBcc: body\r\n');
  expect(removeHeader(raw, 'bcc').toString()).toBe('A: 1\r\nB: 2\r\n\r\nBcc: body\r\n');
});

test.each([
  ['a.n.a+news@googlemail.com', 'ana@gmail.com'],
  ['An.A+x@Corp.example', 'an.a@corp.example'],
])('%s is %s', (address, expected) => expect(canonicalAddress(address)).toBe(expected));

test.each([
  ['"Lee, \\"Bob\\"" <b@x.example>', [['Lee, "Bob"', 'b', 'x.example']]],
  [
    'a@b.example (a comment (nested)), c@d.example',
    [
      ['', 'a', 'b.example'],
      ['', 'c', 'd.example'],
    ],
  ],
  ['Bob Lee <"odd, one"@x.example>', [['Bob Lee', 'odd, one', 'x.example']]],
  ['not an address', [['', 'notanaddress', '']]],
  ['', []],
])('reads the addresses of %j', (field, expected) => {
  expect(parseMailboxes(field).map(({ name, local, domain }) => [name, local, domain])).toEqual(expected);
});

test.each([
  ['2:4', [[2, 4]]],
  [
    '4:2,*',
    [
      [2, 4],
      [9, 9],
    ],
  ],
  ['20:*', [[9, 20]]],
])('reads the set %s', (set, expected) => expect(parseSet(set, 9)).toEqual(expected));

test.each([
  ['Re: RE: Fwd:  A  question', 'a question'],
  ['Automatic reply: A question', 'a question'],
  ['Regarding you', 'regarding you'],
])('%j has the root %j', (subject, expected) => expect(subjectRoot(subject)).toBe(expected));

test.each([
  ['bounce-1@example.com', 'bounces'],
  ['ooo.anna@mail.example.org', 'away'],
  ['silent@acme.test', 'silent'],
  ['anna@acme.example', 'answers'],
  ['anna@notexample.com', undefined],
  ['anna@gmail.com', undefined],
])('%s: %s', (address, expected) => expect(guessBehaviour(address)).toBe(expected));
