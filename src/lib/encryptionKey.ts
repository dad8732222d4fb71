import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The keys to seal with, the newest first: those of the environment, or the one in
 * `DATA_DIR/encryption.key` (one a line), which is made at the first start.
 *
 * @throws Error that names the file when it holds no key; never replaces it, since nothing else opens the sealed secrets
 */
export async function loadEncryptionKeys(config: {
  encryptionKeys: readonly Buffer[];
  dataDir: string;
}): Promise<readonly Buffer[]> {
  if (config.encryptionKeys.length > 0) return config.encryptionKeys;
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const file = join(config.dataDir, KEY_FILE);
  const text = (await readIfThere(file)) ?? (await createKey(file));
  const keys = text.split('\n').filter(Boolean).map(toKey);
  if (keys.length > 0 && keys.every((key) => key.length === 32)) return keys;
  throw new Error(
    `${file} must hold 32 bytes in base64; restore it from a backup, or remove it to begin anew`,
  );
}

/**
 * Puts a fresh key before those in `DATA_DIR/encryption.key`: from the next start on it seals, and they still open. The
 * file is replaced as a whole, so a crash leaves the old one or the new one.
 */
export async function addEncryptionKey(dataDir: string): Promise<void> {
  const file = join(dataDir, KEY_FILE);
  const text = await readIfThere(file);
  if (text === null) return; // the first key of a fresh installation is as new as a key can be
  const draft = await draftKey(file, text);
  await rename(draft, file);
}

const KEY_FILE = 'encryption.key';

function toKey(line: string): Buffer {
  return Buffer.from(line.trim(), 'base64');
}

async function readIfThere(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/**
 * Written aside and linked into place: a crash leaves no half a key, and of two processes that start at once
 * the second one's link fails, so that both read the first one's key.
 */
async function createKey(file: string): Promise<string> {
  const draft = await draftKey(file, '');
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(file, 'utf8');
}

/** A file beside this one with a fresh key, and then the older ones. */
async function draftKey(file: string, older: string): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const keys = `${randomBytes(32).toString('base64')}\n${older}`;
  await writeFile(draft, keys, { mode: 0o600, flush: true });
  return draft;
}
