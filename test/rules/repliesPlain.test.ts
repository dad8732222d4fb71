import { type ParsedMail, simpleParser } from 'mailparser';
import { parseHeads } from '../../src/replies/reading/mime';
import { readPlainMail } from '../../src/replies/reading/plainMail';
import { mail, multipart } from './mail/build';
import { writtenReplies } from './mail/replies';
import { replyShapes } from './mail/replyShapes';

const says = 'Grüße = viele, ja!\n\n-- \nAnn\n火曜日';
const inBase64 = Buffer.from(says).toString('base64');
const quoted = 'Gr=C3=BC=C3=9Fe =3D vie=\nle, ja!\n\n--=20\nAnn\n=E7=81=AB=E6=9B=9C=E6=97=A5';
const plain = 'text/plain; charset="UTF-8"';
const encoded: readonly (readonly [string, Buffer])[] = [
  [
    'quoted-printable',
    mail({ 'Content-Type': plain, 'Content-Transfer-Encoding': 'quoted-printable' }, quoted),
  ],
  ['base64', mail({ 'Content-Type': plain, 'Content-Transfer-Encoding': 'base64' }, inBase64)],
  [
    'both, side by side',
    multipart({ 'Content-Type': 'multipart/alternative;\n boundary="edge"' }, 'alternative', [
      [`Content-Type: ${plain}\nContent-Transfer-Encoding: quoted-printable`, quoted],
      ['Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64', inBase64],
    ]),
  ],
];
const answers = [...writtenReplies, ...replyShapes].map(({ source }) => source);
const all = [...answers, ...encoded.map(([, source]) => source)];

/** What turns a plain mail into one that is not, or is not well formed. */
const PIECES =
  '\r\n|\n|\r|\r\n\r\n|=|=\r\n|=3D|=c3|=C3=BC|--|\r\n--|--\r\n| |\t|\r\n |"|(c)|\0|\xff|====|+|; charset=utf-8|; charset=koi8-r|; format=flowed|; name=x|base64|quoted-printable|text/html|multipart/mixed|Content-Type: text/plain\r\n\r\n|Content-Disposition: attachment\r\n|Content-Transfer-Encoding: base64\r\n'.split(
    '|',
  );

/** The same in every run (Numerical Recipes' constants). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function mutate(source: Buffer, roll: (sides: number) => number): Buffer {
  let text = source.toString('latin1');
  for (let change = roll(3); change >= 0; change -= 1) {
    const at = roll(text.length);
    text = text.slice(0, at) + PIECES[roll(PIECES.length)] + text.slice(at + roll(4) * roll(4));
  }
  return Buffer.from(text, 'latin1');
}

const wordsOf = ({ text, html }: Partial<ParsedMail>) => ({ text: text ?? '', html: html || '' });

test('what is read at once says what mailparser says, of whatever it takes', async () => {
  const roll = dice(1);
  const mutants = Array.from({ length: 1_500 }, (_, n) => mutate(all[n % all.length] as Buffer, roll));
  const read = [...all, ...mutants].flatMap((source) => {
    const words = readPlainMail(source, parseHeads(source).headers);
    return words ? [{ source, words }] : [];
  });
  expect(read.length).toBeGreaterThan(all.length);
  for (const { source, words } of read) {
    const parsed = await simpleParser(source, { skipHtmlToText: true, skipTextToHtml: true });
    expect({ ...wordsOf(words), source: String(source) }).toEqual({
      ...wordsOf(parsed),
      source: String(source),
    });
    expect(parsed.attachments).toEqual([]);
  }
});

test.each(encoded)('a plain answer in %s is read at once', (_, source) => {
  expect(readPlainMail(source, parseHeads(source).headers)?.text?.trimEnd()).toBe(says);
});
