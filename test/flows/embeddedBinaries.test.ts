import { chmod, cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Account, chooseAccount } from '../../src/database/embedded/account';
import { findBinaries } from '../../src/database/embedded/binaries';

const isRoot = process.getuid?.() === 0;

let root: string;
let account: Account;
let shipped: string;

beforeAll(async () => {
  account = await chooseAccount(join(tmpdir(), 'no such cluster'));
  shipped = join(dirname((await findBinaries(tmpdir(), account, { copyTo: [] })).postgres), '..');
});

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'binaries-'));
  await chmod(root, 0o755);
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** An installation of the npm package as it is without install scripts: no symbolic links. */
async function install(directory: string): Promise<string> {
  const native = join(directory, 'native');
  await cp(shipped, native, { recursive: true, verbatimSymlinks: true });
  await cp(join(shipped, '..', 'package.json'), join(directory, 'package.json'));
  const links: { target: string }[] = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  for (const { target } of links) await rm(join(directory, target));
  return native;
}

it('mends an installation whose install scripts did not run', async () => {
  const native = await install(root);
  const { postgres, major } = await findBinaries(root, account, { native, copyTo: [] });
  expect(postgres).toBe(join(native, 'bin', 'postgres'));
  expect(major).toBe('18');
});

(isRoot ? it : it.skip)('copies what nobody could not run where it is, once', async () => {
  const native = await install(join(root, 'private'));
  await chmod(join(root, 'private'), 0o700);
  const copyTo = [join(root, 'cache')];
  const [first, second] = await Promise.all(
    [1, 2].map(() => findBinaries(root, account, { native, copyTo })),
  );
  expect(first?.postgres).toContain(join(root, 'cache'));
  expect(second).toEqual(first);
  expect(await readdir(join(root, 'cache'))).toHaveLength(1);
});

(isRoot ? it : it.skip)('does not run a copy that anybody could have written', async () => {
  const native = await install(join(root, 'private'));
  await chmod(join(root, 'private'), 0o700);
  const copyTo = [join(root, 'cache')];
  const { postgres } = await findBinaries(root, account, { native, copyTo });
  const place = join(dirname(postgres), '..', '..');
  await chmod(place, 0o777);
  await expect(findBinaries(root, account, { native, copyTo })).rejects.toThrow(
    /does not run on this machine/,
  );
  expect((await stat(place)).mode & 0o777).toBe(0o777);
});
