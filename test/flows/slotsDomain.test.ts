import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { checkDomainAuthentication } from '../../src/slots/domainAuthentication';

/** Against a DNS server of our own on loopback, which speaks RFC 1035 as far as TXT goes. */

let server: Socket;
let dns: Resolver;
/** What it knows: the strings of one TXT record each, a failure, or nothing, which is silence. */
let zone: Record<string, string[] | 'SERVFAIL' | 'SILENCE'>;

beforeAll(async () => {
  server = createSocket('udp4');
  server.on('message', (query, { port, address }) => {
    const answer = answerTo(query);
    if (answer) server.send(answer, port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  dns = new Resolver({ timeout: 100, tries: 1 });
  dns.setServers([`127.0.0.1:${server.address().port}`]);
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const COMPLETE = {
  'agency.example': ['v=spf1 include:_spf.google.com ~all'],
  'google._domainkey.agency.example': ['v=DKIM1; k=rsa; ', 'p=MIIBIjANBgkq'],
  '_dmarc.agency.example': ['v=DMARC1; p=none'],
};

const check = (email = 'ann@agency.example') => checkDomainAuthentication(dns, email);

test('a domain that lets Google send for it passes', async () => {
  zone = COMPLETE;
  expect(await check()).toMatchObject({
    outcome: 'PASSED',
    detail: expect.stringContaining('agency.example'),
  });
  zone = { ...COMPLETE, 'agency.example': ['v=spf1 redirect=_spf.google.com'] };
  expect(await check()).toMatchObject({ outcome: 'PASSED' });
});

test('a part of a domain is under the policy of the whole', async () => {
  zone = {
    'mail.agency.example': COMPLETE['agency.example'],
    'google._domainkey.mail.agency.example': ['p=MIIBIjANBgkq'],
    '_dmarc.agency.example': ['v=DMARC1; p=reject'],
  };
  expect(await check('ann@mail.agency.example')).toMatchObject({ outcome: 'PASSED' });
});

test.each([
  ['nothing at all', {}, 'SPF, DKIM, DMARC of agency.example missing'],
  ['SPF for somebody else', { 'agency.example': ['v=spf1 include:spf.other.example -all'] }, 'SPF of'],
  ['SPF for a name like it', { 'agency.example': ['v=spf1 include:_spf.google.community -all'] }, 'SPF of'],
  ['a DKIM key that was revoked', { 'google._domainkey.agency.example': ['v=DKIM1; p='] }, 'DKIM of'],
  ['another text in place of DMARC', { '_dmarc.agency.example': ['hello'] }, 'DMARC of'],
])('%s is a warning that says what is missing', async (_what, changed, words) => {
  zone = Object.keys(changed).length === 0 ? {} : { ...COMPLETE, ...changed };
  expect(await check()).toMatchObject({
    outcome: 'WARNING',
    detail: expect.stringMatching(new RegExp(`^${words}`)),
  });
});

test.each(['SERVFAIL', 'SILENCE'] as const)(
  '%s is no finding: it says that nobody knows',
  async (trouble) => {
    zone = { ...COMPLETE, '_dmarc.agency.example': trouble };
    expect(await check()).toEqual({
      outcome: 'WARNING',
      detail: 'DMARC of agency.example could not be looked up',
    });
  },
);

test('gmail.com, and a sandbox without DNS, are not asked about', async () => {
  zone = {};
  expect(await check('ann@gmail.com')).toMatchObject({ outcome: 'SKIPPED' });
  expect(await check('ann@googlemail.com')).toMatchObject({ outcome: 'SKIPPED' });
  expect(await checkDomainAuthentication(null, 'ann@agency.example')).toMatchObject({ outcome: 'SKIPPED' });
});

function answerTo(query: Buffer): Buffer | null {
  const { name, end } = nameIn(query);
  const known = zone[name];
  if (known === 'SILENCE') return null;
  const strings = Array.isArray(known) ? known : null;
  const code = strings ? 0 : known === 'SERVFAIL' ? 2 : 3; // 3 is NXDOMAIN
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(strings ? 1 : 0, 6);
  const question = query.subarray(12, end + 4);
  return Buffer.concat([header, question, ...(strings ? [txtRecord(strings)] : [])]);
}

function nameIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** The name of the question (by pointer), TXT, IN, a second to live, and strings with their lengths. */
function txtRecord(strings: readonly string[]): Buffer {
  const data = Buffer.concat(strings.map((text) => Buffer.from([text.length, ...Buffer.from(text)])));
  const head = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1, 0, 0]);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
