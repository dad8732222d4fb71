import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addEncryptionKey, loadEncryptionKeys } from '../../src/lib/encryptionKey';
import { Seal, SealBroken } from '../../src/lib/seal';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);

describe('a seal', () => {
  const seal = new Seal([OLD]);
  const sealed = seal.seal('abcdefghijklmnop', 'connection-1');

  test('opens for its owner, and is never the same twice', () => {
    expect(seal.open(sealed, 'connection-1')).toBe('abcdefghijklmnop');
    expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]{22}\.[\w-]{22}$/);
    expect(seal.seal('abcdefghijklmnop', 'connection-1')).not.toBe(sealed);
    expect(seal.open(seal.seal('', 'x'), 'x')).toBe('');
  });

  test('does not open for another owner', () => {
    expect(() => seal.open(sealed, 'connection-2')).toThrow(SealBroken);
  });

  test('does not open once any part of it was changed', () => {
    const parts = sealed.split('.');
    for (const index of parts.keys()) {
      const part = parts[index] ?? '';
      const changed = parts.with(index, (part.startsWith('0') ? '1' : '0') + part.slice(1)).join('.');
      expect(() => seal.open(changed, 'connection-1')).toThrow(SealBroken);
    }
  });

  test.each([
    '',
    'v1',
    'plain',
    'v1.a.b.c',
    `${sealed}.more`,
    sealed.slice(0, -4),
    sealed.replace(/\.[\w-]{22}\./, '.AAAA.'),
  ])('does not take %j for one', (text) => {
    expect(() => seal.open(text, 'connection-1')).toThrow(SealBroken);
  });

  test('of an older key opens while that key is kept, and says that it is old', () => {
    const rotated = new Seal([NEW, OLD]);
    expect(rotated.open(sealed, 'connection-1')).toBe('abcdefghijklmnop');
    expect(rotated.isOutdated(sealed)).toBe(true);
    expect(rotated.isOutdated(rotated.seal('x', 'y'))).toBe(false);
    expect(() => new Seal([NEW]).open(sealed, 'connection-1')).toThrow(/ENCRYPTION_KEY does not hold/);
  });

  test('takes keys of 32 bytes, and at least one', () => {
    expect(() => new Seal([])).toThrow('32 bytes');
    expect(() => new Seal([Buffer.alloc(16)])).toThrow('32 bytes');
  });
});

describe('the key', () => {
  let dataDir: string;
  const file = () => join(dataDir, 'encryption.key');

  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'key-')), 'data');
  });
  afterEach(() => rm(join(dataDir, '..'), { recursive: true }));

  test('of the environment wins, and nothing is written', async () => {
    expect(await loadEncryptionKeys({ encryptionKeys: [NEW], dataDir })).toEqual([NEW]);
    await expect(stat(dataDir)).rejects.toThrow('ENOENT');
  });

  test('is made once, for us alone, also when two processes start at once', async () => {
    const [first, second] = await Promise.all([
      loadEncryptionKeys({ encryptionKeys: [], dataDir }),
      loadEncryptionKeys({ encryptionKeys: [], dataDir }),
    ]);
    expect(first).toEqual(second);
    expect(first[0]).toHaveLength(32);
    expect(await loadEncryptionKeys({ encryptionKeys: [], dataDir })).toEqual(first);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  });

  test('can be several, one a line', async () => {
    await loadEncryptionKeys({ encryptionKeys: [], dataDir });
    await writeFile(file(), `${NEW.toString('base64')}\n${OLD.toString('base64')}\n`);
    expect(await loadEncryptionKeys({ encryptionKeys: [], dataDir })).toEqual([NEW, OLD]);
  });

  test('a fresh one is put before those in the file', async () => {
    await addEncryptionKey(dataDir); // nothing there yet: the first one will be made at the first start
    const first = await loadEncryptionKeys({ encryptionKeys: [], dataDir });
    await addEncryptionKey(dataDir);
    const keys = await loadEncryptionKeys({ encryptionKeys: [], dataDir });
    expect(keys).toEqual([expect.any(Buffer), ...first]);
    expect(keys[0]).not.toEqual(first[0]);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  test('that is damaged is never replaced', async () => {
    await loadEncryptionKeys({ encryptionKeys: [], dataDir });
    for (const damaged of ['', 'AAAA\n']) {
      await writeFile(file(), damaged);
      await expect(loadEncryptionKeys({ encryptionKeys: [], dataDir })).rejects.toThrow(file());
      expect(await readFile(file(), 'utf8')).toBe(damaged);
    }
  });
});
