import fc from 'fast-check';
import { classify } from '../../src/replies/classifying/classification';
import { isFreemail, referencedMessageIds } from '../../src/replies/matching/matching';
import { MOST_ATTACHMENTS } from '../../src/replies/reading/attachmentParts';
import { parseHeads, parseMail } from '../../src/replies/reading/mime';
import { extractReplyText } from '../../src/replies/reading/replyText';
import { alternative, deliveryReport, mail, multipart } from './mail/build';
import { writtenReplies } from './mail/replies';

describe('reading a mail', () => {
  test('names who wrote what to whom', async () => {
    const read = await parseMail(
      mail(
        {
          From: '=?utf-8?Q?J=C3=BCrgen?= <J@Prospect.Example>',
          Cc: 'Bob <bob@x.example>, me@ours.example',
          References: '<one@ours.example>\n <two@ours.example>',
        },
        'Grüße',
      ),
    );
    expect(read).toMatchObject({
      from: { address: 'j@prospect.example', name: 'Jürgen' },
      recipients: ['me@ours.example', 'bob@x.example'],
      subject: 'Re: Your new site',
      messageId: '<answer@prospect.example>',
      hasOwnMessageId: true,
      references: ['<one@ours.example>', '<two@ours.example>'],
      text: 'Grüße',
      html: null,
      attachments: [],
      report: null,
    });
    expect(read.date).toEqual(new Date('2025-03-03T09:00:00Z'));
  });

  test.each([
    ['=?UTF-8?B?0J/RgNC40LI=?=\n =?UTF-8?B?0LXRgg==?=', 'Привет'],
    ['=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=', 'テスト'],
    ['=?windows-1252?Q?caf=E9_au_lait?=', 'café au lait'],
    ['=?utf-8?B?8J8=?= =?utf-8?B?mYI=?=', '🙂'],
    ['=?no-such-charset?Q?a=E9?=', 'aé'],
    ['a\0b', 'ab'],
  ])('the subject %j', async (subject, read) => {
    expect((await parseMail(mail({ Subject: subject }, ''))).subject).toBe(read);
  });

  test.each([
    ['iso-8859-1', Buffer.from('café', 'latin1')],
    ['windows-1251', Buffer.from([0xea, 0xe0, 0xf4, 0xe5])],
    ['shift_jis', Buffer.from([0x83, 0x65, 0x83, 0x58, 0x83, 0x67])],
    ['nonsense', Buffer.from('café')],
  ])('a body in %s', async (charset, body) => {
    const source = Buffer.concat([
      mail({ 'Content-Type': `text/plain; charset=${charset}`, 'Content-Transfer-Encoding': '8bit' }, ''),
      body,
    ]);
    expect(['café', 'кафе', 'テスト']).toContain((await parseMail(source)).text.trim());
  });

  test('what PostgreSQL cannot hold is left out', async () => {
    const { text, attachments } = await parseMail(
      multipart({}, 'mixed', [
        [
          'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable',
          'a=00b=ED=A0=80c',
        ],
        [
          'Content-Type: application/pdf\nContent-Disposition: attachment; filename="a\0.pdf"\nContent-Transfer-Encoding: base64',
          'AAAA',
        ],
      ]),
    );
    expect(text).toMatch(/^ab\ufffd*c/);
    expect(attachments).toEqual([
      { name: 'a.pdf', contentType: 'application/pdf', size: 3, partId: '2', encoding: 'base64' },
    ]);
  });

  test.each([
    ['no id', ''],
    ['one that no index takes', `<${'界'.repeat(990)}@example.com>`],
  ])('a mail with %s is given the same each time', (_, id) => {
    const source = mail({ 'Message-ID': id }, 'Hello');
    expect(parseHeads(source)).toMatchObject({
      hasOwnMessageId: false,
      messageId: parseHeads(source).messageId,
    });
    expect(parseHeads(source).messageId).toMatch(/^<[0-9a-f]{40}@derived\.invalid>$/);
  });

  test.each([
    ['Thu, 1 Jan 1970 00:00:00 +0000', '1970-01-01T00:00:00.000Z'],
    ['Sun, 1 Jan 2090 00:00:00 +0000', '2090-01-01T00:00:00.000Z'],
    ['Thu, 29 Apr 2010 23:34:45 +0900 (JST)', '2010-04-29T14:34:45.000Z'],
    ['Fri, 1 Jan 99999 00:00:00 +0000', undefined],
    ['yesterday', undefined],
  ])('the date %s', async (date, read) => {
    expect((await parseMail(mail({ Date: date }, ''))).date?.toISOString()).toBe(read);
  });

  test('a mail cut off in an attachment keeps its text', async () => {
    const whole = multipart({}, 'mixed', [
      ['Content-Type: text/plain', 'Yes, see the plan.'],
      [
        'Content-Type: application/pdf\nContent-Disposition: attachment; filename=plan.pdf\nContent-Transfer-Encoding: base64',
        'QUJD'.repeat(10_000),
      ],
    ]);
    const read = await parseMail(whole.subarray(0, 5_000));
    expect(read.text.trim()).toBe('Yes, see the plan.');
    expect(read.attachments).toMatchObject([{ name: 'plan.pdf' }]);
  });

  test('an attachment whose type is empty', async () => {
    const read = await parseMail(
      multipart({}, 'mixed', [['Content-Type: \nContent-Disposition: attachment', 'x']]),
    );
    expect(read.attachments).toEqual([
      { name: 'attachment', contentType: 'application/octet-stream', size: 1, partId: '1', encoding: '' },
    ]);
  });

  test('HTML alone is read as text', async () => {
    const read = await parseMail(
      mail({ 'Content-Type': 'text/html; charset=utf-8' }, '<p>Yes &amp; <b>soon</b></p>'),
    );
    expect(read.text).toBe('Yes & soon');
  });

  test('a forwarded mail is listed, a returned one is not', async () => {
    const inner: readonly [string, string] = ['Content-Type: message/rfc822', 'Subject: Hi\n\nHello'];
    const forwarded = await parseMail(
      multipart({}, 'mixed', [['Content-Type: text/plain', 'See this.'], inner]),
    );
    expect(forwarded.attachments).toMatchObject([{ contentType: 'message/rfc822' }]);
    expect((await parseMail(deliveryReport({}, 'failed'))).attachments).toEqual([]);
  });
});

describe('what a mail refers to', () => {
  test.each([
    [{ 'X-Original-From': 'Ann <ann@firm.example>', 'Reply-To': 'sales@firm.example' }, 'ann@firm.example'],
    [{ 'Reply-To': 'Ann <ann@firm.example>' }, 'ann@firm.example'],
    [{}, 'sales@firm.example'],
  ])('who wrote through a group that rewrites senders: %j', (fields, address) => {
    const source = mail({ From: `"'Ann' via Sales" <sales@firm.example>`, ...fields }, 'Yes.');
    expect(parseHeads(source).from?.address).toBe(address);
  });

  test('the nearest parent first, each once, never itself', async () => {
    const source = mail(
      {
        'In-Reply-To': '<c@x.example>',
        References: '<a@x.example> <b@x.example> <c@x.example> <answer@prospect.example>',
      },
      '',
    );
    expect(referencedMessageIds(parseHeads(source))).toEqual([
      '<c@x.example>',
      '<b@x.example>',
      '<a@x.example>',
    ]);
  });

  test('the mail that came back', async () => {
    expect(referencedMessageIds(await parseMail(deliveryReport({}, 'failed')))).toEqual([
      '<ours@ours.example>',
    ]);
    const pasted = mail(
      { From: 'mailer-daemon@mx.example' },
      'failed\n\n--- Below this line is a copy of the message.\n\nReceived: from x\nMessage-ID: <ours@ours.example>\n\nHello',
    );
    expect(referencedMessageIds(await parseMail(pasted))).toEqual(['<ours@ours.example>']);
  });

  test.each([
    ['gmail.com', true],
    ['Yahoo.co.uk', true],
    ['hotmail.fr', true],
    ['web.de', true],
    ['qq.com', true],
    ['prospect.example', false],
    ['mail.prospect.com', false],
    ['outlook-partners.com', false],
  ])('%s is freemail: %s', (domain, is) => {
    expect(isFreemail(domain)).toBe(is);
  });
});

describe('whatever the bytes are', () => {
  const seeds = [
    ...writtenReplies.map(({ source }) => source),
    deliveryReport({}, 'failed', 'Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1'),
    alternative({}, 'a', '<div class="gmail_quote">b</div>'),
  ];
  const mutated = fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 6 })), { maxLength: 8 }),
      fc.nat(),
    )
    .map(([seed, changes, cut]) => {
      const bytes = Buffer.from(seed);
      for (const [at, change] of changes) bytes.set(change, at % Math.max(1, bytes.length - change.length));
      return bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length);
    });

  const understand = async (source: Buffer) => {
    const read = await parseMail(source);
    const said = JSON.stringify([read, classify(read), extractReplyText(read), referencedMessageIds(read)]);
    expect(said).not.toMatch(/\\u0000|\\ud[89a-f][0-9a-f]{2}/);
    expect(read.messageId).toMatch(/^<[^<>\s]+>$/);
  };

  test('mutated mails are understood somehow', async () => {
    await fc.assert(fc.asyncProperty(mutated, understand), { numRuns: 300 });
  });

  test('arbitrary bytes are understood somehow', async () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
    await fc.assert(fc.asyncProperty(bytes, understand), { numRuns: 200 });
  });

  // A rule whose time grows faster than its input would not come back within the test's time limit.
  test.each([
    ['quote marks', '> '.repeat(5_000_000)],
    ['attributions', 'On Mon, Mar 3, 2025 at 9:00 AM\n'.repeat(300_000)],
    ['Dutch attributions', 'Op schreef '.repeat(900_000)],
    ['header labels', 'From: \n'.repeat(1_400_000)],
    ['addresses', 'a@b.c '.repeat(1_600_000)],
    ['failed people', Array.from({ length: 700_000 }, (_, at) => `a${at}@b.c: 550\n`).join('')],
    ['one endless address', 'a'.repeat(10_000_000)],
    ['dots', 'a.'.repeat(5_000_000)],
    ['dashes', '-'.repeat(10_000_000)],
    ['empty lines', '\n'.repeat(5_000_000)],
    ['spaces', `${' '.repeat(10_000_000)}x`],
    ['statuses', '550 5.1.1 '.repeat(1_000_000)],
    ['copies', 'Received: \n'.repeat(900_000)],
  ])('10 MB of %s', async (_, body) => {
    const daemon = { From: 'mailer-daemon@googlemail.com', Subject: 'failure notice' };
    await understand(mail(daemon, body));
  });

  test.each([
    ['elements', '<div>'.repeat(400_000)],
    ['quotes', '<blockquote type="cite">'.repeat(100_000)],
    ['open tags', '<'.repeat(5_000_000)],
    ['lines in quotes in quotes', '<blockquote>'.repeat(195) + '<br>a'.repeat(90_000)],
    ['lines in lists in lists', '<ul><li>'.repeat(95) + '<br>a'.repeat(90_000)],
    ['numbered lists', '<ol><li>'.repeat(15_000)],
    ['rules of style', `<p style="${'{'.repeat(400_000)}">x</p>`],
    ['attributes', `<div ${'a="b" '.repeat(500_000)}>gmail_quote`],
  ])('HTML of endless %s', async (_, html) => {
    await understand(alternative({}, '', html));
  });

  test.each([
    [
      'parts',
      multipart(
        {},
        'mixed',
        Array.from({ length: 3_000 }, () => ['Content-Type: text/plain', 'x'] as const),
      ),
    ],
    [
      'recipients of a report',
      deliveryReport(
        {},
        'a@b.c\n'.repeat(5_000),
        ...Array.from({ length: 8_000 }, (_, at) => `Final-Recipient: rfc822; a${at}@b.c`),
      ),
    ],
    ['fields', mail(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`X-${at}`, 'y'])), 'x')],
    ['references', mail({ References: '<a@b.c> '.repeat(200_000) }, 'x')],
    ['recipients', mail({ To: 'a@b.c, '.repeat(200_000) }, 'x')],
    ['brackets', mail({ From: '<('.repeat(500_000) }, 'x')],
    ['encoded words', mail({ Subject: '=?utf-8?q?'.repeat(500_000) }, 'x')],
    [
      'mails in mails',
      Buffer.from(`From: a@b.c\r\n${'Content-Type: message/rfc822\r\n\r\n'.repeat(5_000)}x`),
    ],
    ['multiparts in multiparts', Buffer.from(nested(1_000))],
    ['lines of a field', mail({ 'X-Long': 'a\n '.repeat(500_000) }, 'x')],
    ['field', mail({ 'X-Long': 'a'.repeat(10_000_000) }, 'x')],
    ['comments', mail({ To: '('.repeat(5_000_000) }, 'x')],
    ['boundary', mail({ 'Content-Type': `multipart/mixed; boundary=${'b'.repeat(1_000_000)}` }, '--x')],
    ['UTF-7', mail({ 'Content-Type': 'text/plain; charset=utf-7' }, '+AGE-'.repeat(1_000_000))],
    [
      'shifts of charset',
      mail({ 'Content-Type': 'text/plain; charset=iso-2022-jp' }, '\x1b$B\x1b(B'.repeat(500_000)),
    ],
    ['soft breaks', mail({ 'Content-Transfer-Encoding': 'quoted-printable' }, '=\n'.repeat(200_000))],
    ['noise for base64', mail({ 'Content-Transfer-Encoding': 'base64' }, '!'.repeat(5_000_000))],
    [
      'uuencode',
      mail({ 'Content-Transfer-Encoding': 'x-uuencode' }, `begin 644 x\n${'M'.repeat(5_000_000)}`),
    ],
  ])('endless %s', async (_, source) => {
    await understand(source);
  });

  test('10,000 parts are listed up to a bound, and the words above them are read', async () => {
    const zip = 'Content-Type: application/zip\nContent-Disposition: attachment; filename=a.zip';
    const files = Array.from({ length: 10_000 }, () => [zip, 'UEsDBA=='] as const);
    const source = multipart({}, 'mixed', [['Content-Type: text/plain', 'See these.'], ...files]);
    const read = await parseMail(source);
    expect(read.text.trim()).toBe('See these.');
    expect(read.attachments.length).toBeLessThanOrEqual(MOST_ATTACHMENTS);
  });

  test('a quote in more quotes than anybody reads keeps its words', async () => {
    const read = await parseMail(
      mail({ 'Content-Type': 'text/html' }, `${'<blockquote>'.repeat(60)}Deep${'</blockquote>'.repeat(60)}`),
    );
    expect(read.text.trim()).toBe(`${'> '.repeat(30)}Deep`);
  });
});

/** A multipart in a multipart, so many times. */
function nested(depth: number): string {
  const levels = Array.from(
    { length: depth },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  );
  return `From: a@b.c\r\n${levels.join('')}Content-Type: text/plain\r\n\r\nx`;
}
