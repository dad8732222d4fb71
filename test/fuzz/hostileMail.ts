import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { alternative, deliveryReport, mail, multipart } from '../rules/mail/build';
import { noticesOfServers } from '../rules/mail/notices';
import { writtenReplies } from '../rules/mail/replies';

/** Real bounces lie beside a clone that the judge made; where they are, they are mutated, too. */
const CORPUS = resolve('../shared/corpus/bounces');

const seeds: readonly Buffer[] = [
  ...writtenReplies.map(({ source }) => source),
  ...noticesOfServers.map(({ from, subject, words }) => mail({ From: from, Subject: subject }, words)),
  deliveryReport({}, 'failed', 'Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1'),
  alternative({}, 'Yes.', '<p onclick="x()">Yes.</p><div class="gmail_quote">You wrote</div>'),
  multipart({}, 'mixed', [
    ['Content-Type: message/rfc822', 'Subject: Inner\n\nHello'],
    ["Content-Type: text/calendar; name*=utf-8''%E2%82%AC.ics", 'BEGIN:VCALENDAR'],
  ]),
  mail({ 'Content-Type': 'text/html; charset=windows-1252' }, '<style>p{}</style><img src=x onerror=x()>'),
  ...(existsSync(CORPUS) ? readdirSync(CORPUS).map((file) => readFileSync(join(CORPUS, file))) : []),
];

/** What parsers trip over: marks of their languages, torn, nested, or where they do not belong. */
const TOKENS = [
  '\0',
  '\r',
  '\n',
  '\r\n\r\n',
  '\x1b$B',
  '\ufeff',
  '\u202e',
  '\ud83d',
  '=',
  '==',
  '=0',
  '=\r\n',
  '&#0;',
  '&#xd800;',
  '=?utf-8?B?',
  '=?utf-16?Q?=FF=FE?=',
  '=?iso-2022-jp?B?GyRC?=',
  '?=',
  '<',
  '>',
  '<!--',
  '<![CDATA[',
  '<svg><script>',
  '<a href="java\tscript:x">',
  '<base href=//x>',
  '<form action=x>',
  '<meta http-equiv=refresh>',
  '"',
  '(',
  ')',
  ';',
  ',',
  '<@>',
  '@',
  ' a b@c',
  'group: a@b, c@d;',
  '--edge\r\n',
  '--edge--\r\n',
  '--\r\n',
  '-- \r\n',
  '> ',
  '>>>>',
  'Content-Type: multipart/mixed; boundary=edge\r\n',
  'Content-Type: multipart/mixed; boundary=""\r\n',
  'Content-Type: message/rfc822\r\n',
  'Content-Type: text/html; charset=utf-7\r\n',
  'Content-Type: text/plain; charset=x\r\n',
  'Content-Type: message/delivery-status\r\n\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  "Content-Disposition: attachment; filename*=x'\r\n",
  'Content-Transfer-Encoding: quoted-printable\r\n',
  'Content-Transfer-Encoding: x-uuencode\r\n',
  'Auto-Submitted: auto-replied\r\n',
  'Final-Recipient: rfc822; \r\n',
  'Status: 9.9.9\r\n',
  'Date: 31 Feb 99999\r\n',
  'Subject: unsubscribe\r\n',
  'References: <\r\n',
  'On Mon wrote:\r\n',
  'I am back on 31.02.2026',
  'until 99/99/9999',
  'unsubscribe',
  '550 5.1.1 ',
  'begin 644 x\r\n',
] as const;

type Change = (source: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 1, noNaN: true });
const bytes = fc.oneof(
  fc.constantFrom(...TOKENS).map((token) => Buffer.from(token)),
  fc.uint8Array({ minLength: 1, maxLength: 8 }).map((array) => Buffer.from(array)),
);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, bytes).map(
    ([at, insert]): Change =>
      (source) =>
        Buffer.concat([before(source, at), insert, after(source, at)]),
  ),
  fc.tuple(place, bytes).map(
    ([at, over]): Change =>
      (source) =>
        Buffer.concat([before(source, at), over, after(source, at).subarray(over.length)]),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Change =>
      (source) =>
        Buffer.concat([before(source, from), after(source, Math.max(from, to))]),
  ),
  // A stretch of it again and again.
  fc.tuple(place, place, fc.integer({ min: 2, max: 60 })).map(
    ([from, length, times]): Change =>
      (source) => {
        const stretch = after(source, from).subarray(0, 1 + Math.floor(length * 200));
        return Buffer.concat([
          before(source, from),
          ...Array<Buffer>(times).fill(stretch),
          after(source, from),
        ]);
      },
  ),
  fc.tuple(place, fc.constantFrom(...seeds), place).map(
    ([at, other, from]): Change =>
      (source) =>
        Buffer.concat([before(source, at), after(other, from)]),
  ),
  // In a mail in a mail.
  fc.integer({ min: 1, max: 12 }).map(
    (depth): Change =>
      (source) =>
        Buffer.concat([...Array<Buffer>(depth).fill(Buffer.from(WRAPPER)), source]),
  ),
  place.map(
    (at): Change =>
      (source) =>
        before(source, at),
  ),
);

const WRAPPER = 'From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n';

/** A mail as nobody should write it, made of real ones; fast-check's seed gives the same again. */
export const hostileMail: fc.Arbitrary<Buffer> = fc
  .tuple(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 6 }))
  .map(([seed, changes]) => changes.reduce((source, apply) => apply(source), seed).subarray(0, LONGEST));

/** Longer ones have tests of their own: each is slow for a good reason. */
const LONGEST = 256 * 1024;

function before(source: Buffer, at: number): Buffer {
  return source.subarray(0, Math.floor(at * source.length));
}

function after(source: Buffer, at: number): Buffer {
  return source.subarray(Math.floor(at * source.length));
}
