import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A sealed text that cannot be opened here: damaged, moved to another owner, or under a key that we lack. */
export class SealBroken extends Error {
  override name = 'SealBroken';
}

/**
 * Keeps secrets in the database, under AES-256-GCM, with the key elsewhere.
 *
 * The sealed text is `v1.<key id>.<iv>.<tag>.<data>` in base64url. It opens only for the owner it was bound
 * to (authenticated with it, not stored in it), so that a row's secret cannot be moved to another row.
 */
export class Seal {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #newest: string;

  /** @param keys 32 bytes each; the first seals, all of them open, which is how a key is rotated */
  constructor(keys: readonly Buffer[]) {
    if (keys.length === 0 || keys.some((key) => key.length !== 32))
      throw new Error('A seal needs keys of 32 bytes');
    this.#keys = new Map(keys.map((key) => [keyId(key), key]));
    this.#newest = [...this.#keys.keys()][0] ?? '';
  }

  /** @param boundTo id of the row that owns the secret; needed again to open it */
  seal(plain: string, boundTo: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key(this.#newest), iv).setAAD(Buffer.from(boundTo));
    const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return [
      'v1',
      this.#newest,
      ...[iv, cipher.getAuthTag(), data].map((part) => part.toString('base64url')),
    ].join('.');
  }

  /** @throws SealBroken, in words that hold no secret */
  open(sealed: string, boundTo: string): string {
    const [version, id = '', ...rest] = sealed.split('.');
    const [iv, tag, data] = rest.map((part) => Buffer.from(part, 'base64url'));
    if (version !== 'v1' || rest.length !== 3 || !iv || !tag || !data || iv.length !== IV_BYTES) {
      throw new SealBroken('This is not a sealed secret');
    }
    const key = this.#key(id);
    try {
      const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: 16 });
      decipher.setAAD(Buffer.from(boundTo)).setAuthTag(tag);
      return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8');
    } catch {
      throw new SealBroken('The sealed secret was changed, or belongs to something else');
    }
  }

  /** Whether it was sealed with an older key than the one in use, and ought to be sealed anew. */
  isOutdated(sealed: string): boolean {
    return sealed.split('.')[1] !== this.#newest;
  }

  #key(id: string): Buffer {
    const key = this.#keys.get(id);
    if (!key)
      throw new SealBroken(`The secret was sealed with key ${id}, which ENCRYPTION_KEY does not hold`);
    return key;
  }
}

const CIPHER = 'aes-256-gcm';
/** The length that GCM is defined for; any other is hashed first (NIST SP 800-38D, 5.2.1.1). */
const IV_BYTES = 12;

/** Names a key without telling it: 8 of 64 hex digits of a hash of 256 random bits. */
function keyId(key: Buffer): string {
  return createHash('sha256').update('key id').update(key).digest('hex').slice(0, 8);
}
