import { validateSync } from 'class-validator';
import { parseEmailAddress } from '../../src/identity/emailAddress';
import { hashPassword, verifyPassword } from '../../src/identity/password';
import { SignUpInput } from '../../src/identity/person.types';
import { bearerToken, isOurOrigin } from '../../src/server/whoIsAsking';

test.each([
  [' Ann@Example.COM ', 'ann@example.com'],
  ['o’brien+tag@müller.de', 'o’brien+tag@xn--mller-kva.de'],
  ['a.b-c_d=e%f@sub.example.co', 'a.b-c_d=e%f@sub.example.co'],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  [`${'a'.repeat(65)}@example.com`, null],
  ['', null],
  ['@', null],
  ['ann', null],
  ['ann@', null],
  ['@example.com', null],
  ['ann@localhost', null],
  ['ann@127.0.0.1', null],
  ['ann@[127.0.0.1]', null],
  ['ann@@example.com', null],
  ['ann@example.com.', null],
  ['ann@-example.com', null],
  ['.ann@example.com', null],
  ['ann.@example.com', null],
  ['an..n@example.com', null],
  ['ann b@example.com', null],
  ['"ann"@example.com', null],
  ['Ann <ann@example.com>', null],
  ['ann@example.com, bob@example.com', null],
  ['ann@example.com\r\nBcc: bob@example.com', null],
  ['ann\0@example.com', null],
  [`ann@${'a.'.repeat(130)}com`, null],
])('the address %j is %j', (text, address) => {
  expect(parseEmailAddress(text)).toBe(address);
});

test.each([
  [{ password: '123456789' }, ['password']],
  [{ password: '1234567890' }, []],
  [{ password: 'x'.repeat(200) }, []],
  [{ password: 'x'.repeat(201) }, ['password']],
  [{ password: '🐎🐎🐎🐎🐎' }, ['password']],
  [{ workspaceName: ' ' }, ['workspaceName']],
  [{ workspaceName: 'a\nb' }, ['workspaceName']],
  [{ workspaceName: 'x'.repeat(201) }, ['workspaceName']],
  [{ timezone: 'Europe/Berlin' }, []],
  [{ timezone: 'UTC' }, []],
  [{ timezone: '' }, ['timezone']],
  [{ timezone: '+02:00' }, ['timezone']],
  [{ timezone: 'Europe/Nowhere' }, ['timezone']],
])('signing up with %j is wrong in %j', (given, wrong) => {
  const input = Object.assign(new SignUpInput(), { password: 'long enough', workspaceName: 'A', ...given });
  const errors = validateSync(input, { skipMissingProperties: true });
  expect(errors.map(({ property }) => property)).toEqual(wrong);
});

test('a password fits its own hash alone, and a hash says how it was made', async () => {
  const hash = await hashPassword('correct horse');
  expect(hash).toMatch(/^scrypt\$65536\$8\$2\$[\w-]{22}\$[\w-]{43}$/);
  expect(await hashPassword('correct horse')).not.toBe(hash);
  expect(await verifyPassword('correct horse', hash)).toBe(true);
  expect(await verifyPassword('correct horsf', hash)).toBe(false);
  expect(await verifyPassword('correct horse', null)).toBe(false);
});

test('a password is the same however its letters were composed', async () => {
  expect(await verifyPassword('zu\u0308rich-zurich', await hashPassword('z\u00fcrich-zurich'))).toBe(true);
});

test('a weaker hash of before still opens', async () => {
  // RFC 7914, section 12: scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1, dkLen=64), its first 32 bytes
  const salt = Buffer.from('SodiumChloride').toString('base64url');
  const key = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
  const hash = `scrypt$16384$8$1$${salt}$${key.toString('base64url')}`;
  expect(await verifyPassword('pleaseletmein', hash)).toBe(true);
});

test.each([
  ['Bearer abc', 'abc'],
  ['bearer   abc ', 'abc'],
  ['Basic abc', null],
  ['Bearer', null],
  ['Bearer a b', null],
  ['', null],
  [undefined, null],
  [['Bearer abc'], null],
])('%j bears %j', (header, token) => {
  expect(bearerToken(header)).toBe(token);
});

test.each([
  ['http://localhost:4000', 'http://127.0.0.1:4000', true],
  ['http://[::1]:4000', 'http://localhost:4000', true],
  ['https://a.example', 'https://a.example', true],
  ['https://a.example:443', 'https://a.example', true],
  ['http://a.example', 'https://a.example', false],
  ['https://a.example.evil', 'https://a.example', false],
  ['http://localhost:4001', 'http://localhost:4000', false],
  ['null', 'http://localhost:4000', false],
  [undefined, 'http://localhost:4000', false],
])('the origin %j is one with %j: %j', (origin, publicUrl, expected) => {
  expect(isOurOrigin(origin, publicUrl)).toBe(expected);
});
