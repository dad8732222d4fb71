import { composeMessage } from '../../src/gmail/compose';
import { Seal } from '../../src/lib/seal';
import {
  createUnsubscribeLinks,
  type OptOut,
  unsubscribeHeaders,
} from '../../src/prospects/unsubscribeLinks';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);
const ORIGIN = 'https://outreach.example.com';

const ANN: OptOut = {
  workspaceId: '0f3b8a52-6c1d-4e7f-9a20-5d84c7b1e603',
  address: 'ann@example.com',
  outgoingId: 'b7d09e14-2f6a-4c35-8e91-03fa6d5c2b78',
};

const links = createUnsubscribeLinks([OLD], ORIGIN);

function tokenFor(optOut: OptOut, from = links): string {
  const link = from.linkFor(optOut);
  if (link === null) throw new Error('There is no link');
  expect(link).toMatch(/^https:\/\/outreach\.example\.com\/u\/[\w.-]+$/);
  return link.slice(`${ORIGIN}/u/`.length);
}

describe('an unsubscribe link', () => {
  test.each([
    ANN,
    { ...ANN, outgoingId: null },
    { ...ANN, workspaceId: '00000000-0000-0000-0000-000000000000' },
    { ...ANN, address: "o'neil.anna+x=1@a.b.example.co.uk" },
    { ...ANN, address: `${'x'.repeat(64)}@${'y'.repeat(60)}.${'z'.repeat(60)}.example.com` },
  ])('is read back as it was meant: $address', (optOut) => {
    expect(links.read(tokenFor(optOut))).toEqual(optOut);
  });

  test('means the address that suppressions know, however it was spelled', () => {
    expect(links.read(tokenFor({ ...ANN, address: ' Ann@MÜLLER.de' }))?.address).toBe('ann@xn--mller-kva.de');
  });

  test('tells nothing to whoever reads it', () => {
    const token = tokenFor(ANN);
    const bytes = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    for (const text of [token, ...bytes]) {
      expect(text).not.toContain('ann');
      expect(text).not.toContain('example');
      expect(text).not.toContain(Buffer.from(ANN.workspaceId.slice(0, 8), 'hex').toString('latin1'));
    }
    expect(tokenFor(ANN)).not.toBe(token);
  });

  test('is void once any character of it was changed, was taken away, or came to it', () => {
    const token = tokenFor(ANN);
    for (const [index, was] of [...token].entries()) {
      const changed = token.slice(0, index) + (was === 'A' ? 'B' : 'A') + token.slice(index + 1);
      expect([changed, links.read(changed)]).toEqual([changed, null]);
      expect(links.read(token.slice(0, index))).toBeNull();
    }
    for (const more of ['A', 'AAAA', '.', '=', '\0', ' ', '>', '.AAAA']) {
      expect([more, links.read(token + more)]).toEqual([more, null]);
    }
  });

  test('of one recipient cannot be put together with parts of another', () => {
    const ann = tokenFor(ANN).split('.');
    const bob = tokenFor({ ...ANN, address: 'bob@example.com' }).split('.');
    for (const index of [2, 3, 4]) {
      expect(links.read(ann.with(index, bob[index] ?? '').join('.'))).toBeNull();
    }
  });

  test.each(['', '.', 'v1', 'v1.0.0.0.0', '\0', '../../etc/passwd', '💌', 'v1....', 'A'.repeat(10_000)])(
    'is not %j',
    (garbage) => {
      expect(links.read(garbage)).toBeNull();
    },
  );

  test('works on while its key is kept, and only then', () => {
    const token = tokenFor(ANN);
    const rotated = createUnsubscribeLinks([NEW, OLD], ORIGIN);
    expect(rotated.read(token)).toEqual(ANN);
    expect(createUnsubscribeLinks([NEW], ORIGIN).read(tokenFor(ANN, rotated))).toEqual(ANN);
    expect(createUnsubscribeLinks([NEW], ORIGIN).read(token)).toBeNull();
  });

  test('and a sealed password never stand in for each other', () => {
    const password = new Seal([OLD]).seal(`${'A'.repeat(22)}..ann@example.com`, 'unsubscribe link 1');
    expect(links.read(password)).toBeNull();
    expect(() => new Seal([OLD]).open(tokenFor(ANN), 'unsubscribe link 1')).toThrow('ENCRYPTION_KEY');
  });

  test.each([
    ['https://outreach.example.com', true],
    ['https://outreach.example.com:8443', true],
    ['http://localhost:4000', true],
    ['http://127.0.0.1:4000', true],
    ['http://[::1]:4000', true],
    ['http://outreach.example.com', false],
    ['http://localhost.example.com', false],
    ['http://127.0.0.1.example.com', false],
    [null, false],
  ])('can lead to %s: %s', (publicUrl, can) => {
    const link = createUnsubscribeLinks([OLD], publicUrl).linkFor(ANN);
    expect(link?.startsWith(`${publicUrl}/u/`) ?? false).toBe(can);
  });

  test('is read wherever people come from, also after PUBLIC_URL has changed', () => {
    expect(createUnsubscribeLinks([OLD], null).read(tokenFor(ANN))).toEqual(ANN);
  });

  test('is not made for what could not be suppressed', () => {
    expect(links.linkFor({ ...ANN, address: 'a..b@example.com' })).toBeNull();
  });
});

describe('the header fields', () => {
  const SAMS = { fromAddress: 'sam@example.com', messageId: '<1@example.com>' };
  const SUBJECT = 'unsubscribe%20%3C1%40example.com%3E';

  test('offer one click, and a mail', () => {
    expect(unsubscribeHeaders('https://outreach.example.com/u/x', SAMS)).toEqual({
      'List-Unsubscribe': `<https://outreach.example.com/u/x>, <mailto:sam@example.com?subject=${SUBJECT}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  test('offer a mail alone where there is no link', () => {
    expect(unsubscribeHeaders(null, SAMS)).toEqual({
      'List-Unsubscribe': `<mailto:sam@example.com?subject=${SUBJECT}>`,
    });
  });

  test.each([
    ['sam+sales@example.com', 'sam+sales@example.com'],
    ['s&m?#/%@example.com', 's%26m%3F%23%2F%25@example.com'],
    ["o'neil@müller.de", "o'neil@xn--mller-kva.de"],
  ])('write %s as it may stand in a URI', (sender, written) => {
    const { 'List-Unsubscribe': field } = unsubscribeHeaders(null, { ...SAMS, fromAddress: sender });
    expect(field).toBe(`<mailto:${written}?subject=${SUBJECT}>`);
    const { pathname, searchParams } = new URL(field?.slice(1, -1) ?? '');
    expect(searchParams.get('subject')).toBe('unsubscribe <1@example.com>');
    expect(decodeURIComponent(pathname)).toBe(sender.replace('müller.de', 'xn--mller-kva.de'));
  });

  test('reach the wire whole, for the longest address too, in lines that RFC 5322 allows', () => {
    const address = `${'x'.repeat(64)}@${'y'.repeat(60)}.${'z'.repeat(60)}.${'w'.repeat(60)}.com`;
    const link = links.linkFor({ ...ANN, address });
    const headers = unsubscribeHeaders(link, SAMS);
    const raw = composeMessage({
      from: { address: 'sam@example.com' },
      to: 'ann@example.com',
      subject: 'Hello',
      text: 'Hello',
      messageId: '<1@example.com>',
      date: new Date(0),
      headers,
    });
    const lines = raw.toString().split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(998);
    const unfolded = lines.join('\n').replace(/\n +/g, ' ').split('\n');
    for (const [name, value] of Object.entries(headers)) expect(unfolded).toContain(`${name}: ${value}`);
  });
});
