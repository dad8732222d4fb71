import { simpleParser } from 'mailparser';
import {
  asciiAddress,
  canonicalAddress,
  domainOf,
  isConsumerAddress,
  isSafeAddress,
} from '../../src/gmail/address';
import { normaliseAppPassword } from '../../src/gmail/appPassword';
import { composeMessage, createMessageId, type Letter, UnwritableLetter } from '../../src/gmail/compose';
import { isLoopback, parseEndpoint } from '../../src/gmail/endpoints';
import { quoteServer } from '../../src/gmail/serverReply';

test.each([
  ['abcdefghijklmnop', 'abcdefghijklmnop'],
  ['abcd efgh ijkl mnop', 'abcdefghijklmnop'],
  ['abcd\u00a0efgh\u00a0ijkl\u00a0mnop', 'abcdefghijklmnop'],
  ['\tABCD efgh\u2003ijkl\u200bMnop\r\n', 'abcdefghijklmnop'],
  ['abcdefghijklmno', null],
  ['abcdefghijklmnopq', null],
  ['abcdefghijklmn0p', null],
  ['abcd-efgh-ijkl-mnop', null],
  ['', null],
])('the App Password %j is %j', (input, password) => {
  expect(normaliseAppPassword(input)).toBe(password);
});

test.each([
  ['J.Doe+sales@GoogleMail.com', 'jdoe@gmail.com', true],
  [' jdoe@gmail.com ', 'jdoe@gmail.com', true],
  ['J.Doe+x+y@Firm.example', 'j.doe@firm.example', false],
  ['j.doe@gmail.com.example', 'j.doe@gmail.com.example', false],
])('%j is canonically %j', (email, canonical, consumer) => {
  expect(canonicalAddress(email)).toBe(canonical);
  expect(isConsumerAddress(email)).toBe(consumer);
});

test('a domain goes out in ASCII', () => {
  expect(domainOf('x@Müller.de')).toBe('xn--mller-kva.de');
  expect(asciiAddress('Xa@Müller.de')).toBe('Xa@xn--mller-kva.de');
});

test.each([
  ['smtps://smtp.gmail.com:465', 'smtp', { host: 'smtp.gmail.com', port: 465, secure: true }],
  ['imaps://imap.gmail.com', 'imap', { host: 'imap.gmail.com', port: 993, secure: true }],
  ['smtp://127.0.0.1:2525', 'smtp', { host: '127.0.0.1', port: 2525, secure: false }],
  ['imap://[::1]:1143/', 'imap', { host: '::1', port: 1143, secure: false }],
  ['imap://LOCALHOST', 'imap', { host: 'localhost', port: 143, secure: false }],
] as const)('%s', (text, protocol, endpoint) => {
  expect(parseEndpoint(protocol, text)).toEqual(endpoint);
});

test.each([
  ['smtp', 'smtp://smtp.gmail.com:587'],
  ['smtp', 'smtp://127.evil.example'],
  ['imap', 'imap://192.168.0.1'],
  ['smtp', 'imaps://imap.gmail.com'],
  ['smtp', 'https://smtp.gmail.com'],
  ['smtp', 'smtps://me:secret@smtp.gmail.com'],
  ['smtp', 'smtps://smtp.gmail.com/path'],
  ['smtp', 'smtps://smtp.gmail.com?x=1'],
  ['smtp', 'smtps://'],
  ['smtp', 'smtp.gmail.com:465'],
  ['smtp', ''],
] as const)('%s refuses %j', (protocol, text) => {
  expect(() => parseEndpoint(protocol, text)).toThrow('on loopback is expected');
});

test('only loopback is loopback', () => {
  expect(isLoopback({ host: '127.9.9.9', port: 1, secure: true })).toBe(true);
  expect(isLoopback({ host: 'smtp.gmail.com', port: 465, secure: true })).toBe(false);
});

describe('a server’s words', () => {
  const credentials = { email: 'me@gmail.com', appPassword: 'abcdefghijklmnop' };

  test('are kept as they are', () => {
    expect(quoteServer('550-5.4.5 One\r\n550 5.4.5  Two\r\n', credentials)).toBe(
      '550-5.4.5 One\n550 5.4.5  Two',
    );
    expect(quoteServer('\u0000 \r\n', credentials)).toBeNull();
  });

  test.each([
    ['in the clear', 'pass=abcdefghijklmnop!'],
    ['in capitals', 'ABCDEFGHIJKLMNOP'],
    ['as Google shows it', 'abcd efgh ijkl mnop'],
    ['over two lines', '535-5.7.8 abcdefgh\r\n535 ijklmnop'],
    ['as AUTH PLAIN', Buffer.from('\0me@gmail.com\0abcdefghijklmnop').toString('base64')],
    ['as AUTH LOGIN', Buffer.from('abcdefghijklmnop').toString('base64')],
    ['with any neighbours', Buffer.from('x=abcdefghijklmnop;y').toString('base64')],
    ['with other neighbours', Buffer.from('xyzabcdefghijklmnop').toString('base64')],
  ])('lose the App Password %s', (_, words) => {
    const quoted = quoteServer(`535 5.7.8 ${words} refused`, credentials) ?? '';
    expect(quoted).toContain('[hidden]');
    const letters = quoted.replace(/[^a-z]/gi, '').toLowerCase();
    expect(letters).not.toContain('efghijkl');
    const decoded = (quoted.match(/[A-Za-z0-9+/]{6,}/g) ?? []).map((run) =>
      Buffer.from(run, 'base64').toString(),
    );
    for (const text of decoded) expect(text).not.toMatch(/bcd|efg|hij|klm|nop/);
  });

  test('are bounded, and never end in half a character', () => {
    expect(quoteServer('x'.repeat(100_000), credentials)).toHaveLength(2_000);
    const quoted = quoteServer(`x${'🙂'.repeat(2_000)}`, credentials) ?? '';
    expect(Buffer.from(quoted).toString()).toBe(quoted);
    expect(quoteServer('a\u0000b\u001b[31mc', credentials)).toBe('ab[31mc');
  });
});

describe('a letter', () => {
  const letter: Letter = {
    from: { name: 'Jö "Doe', address: 'me@firm.example' },
    to: 'you@elsewhere.example',
    subject: 'Grüße, ein langer Betreff, der über die Zeile hinaus geht und gefaltet werden muss 🙂',
    text: 'Hello\n.\n..dots\n.end of line\nFrom here\nGrüße',
    html: '<p>Grüße</p>\n.<p>.</p>',
    messageId: '<0190a@firm.example>',
    inReplyTo: '<parent@x>',
    references: ['<root@x>', 'no id', '<parent@x>'],
    date: new Date('2026-11-22T10:00:00Z'),
    headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  };

  test('says what it is told, in seven bits', async () => {
    const raw = composeMessage(letter);
    expect(raw.toString('latin1')).toMatch(/^[\t\r\n -~]*$/);
    expect(raw.toString()).toMatch(/^Message-ID: <0190a@firm\.example>\r$/im);
    expect(raw.toString()).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    const parsed = await simpleParser(raw);
    expect(parsed.from?.value).toEqual([{ name: 'Jö "Doe', address: 'me@firm.example' }]);
    expect(parsed.subject).toBe(letter.subject);
    expect(parsed.text?.trimEnd()).toBe(letter.text);
    expect(parsed.html).toContain('Grüße');
    expect(parsed.inReplyTo).toBe('<parent@x>');
    expect(parsed.references).toEqual(['<root@x>', '<parent@x>']);
    expect(parsed.date).toEqual(letter.date);
  });

  test.each([
    ['subject', { subject: 'Hi\r\nBcc: victim@x.example\r\n\r\nbody' }],
    ['subject', { subject: 'Hi\u2028Bcc: victim@x.example' }],
    ['subject', { subject: 'Hi\rBcc: victim@x.example\u0000' }],
    ['name', { from: { name: 'Me\r\nBcc: victim@x.example', address: 'me@firm.example' } }],
    ['name', { from: { name: 'Me" <evil@x.example>, "', address: 'me@firm.example' } }],
    ['header', { headers: { 'X-One': 'a\r\nBcc: victim@x.example' } }],
    ['reference', { references: ['<a@b>\r\nBcc: victim@x.example'] }],
  ])('cannot be injected through its %s', async (_, poison: Partial<Letter>) => {
    const parsed = await simpleParser(composeMessage({ ...letter, ...poison }));
    expect(parsed.bcc).toBeUndefined();
    expect(parsed.from?.value).toHaveLength(1);
    expect(parsed.from?.value[0]?.address).toBe('me@firm.example');
    expect(parsed.text?.trimEnd()).toBe(letter.text);
  });

  test.each<[Partial<Letter>]>([
    [{ to: 'a@b.example\r\nBcc: c@d.example' }],
    [{ to: 'a@b.example, c@d.example' }],
    [{ to: 'a@b.example>' }],
    [{ to: 'nobody' }],
    [{ from: { address: 'a b@c.example' } }],
    [{ messageId: 'no-brackets@x' }],
    [{ messageId: '<a@b>\r\nBcc: c@d.example' }],
    [{ headers: { 'Bad Name': 'x' } }],
    [{ headers: { 'X:\r\nBcc': 'x' } }],
  ])('cannot be written with %j', (poison) => {
    expect(() => composeMessage({ ...letter, ...poison })).toThrow(UnwritableLetter);
  });

  test('has an id of its own in the sender’s domain', () => {
    expect(createMessageId('me@Firm.example')).toMatch(/^<[0-9a-f-]{36}@firm\.example>$/);
    expect(createMessageId('me@firm.example')).not.toBe(createMessageId('me@firm.example'));
  });

  test.each([
    ['a.b+c@firm.example', true],
    ['ü@firm.example', true],
    ['a@b@c', false],
    ['a\u0000@b', false],
    [`${'a'.repeat(250)}@b.example`, false],
  ])('%j may be an address: %s', (address, safe) => {
    expect(isSafeAddress(address)).toBe(safe);
  });
});
