import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { RateLimited } from '../lib/failures';

/** NIST SP 800-63B asks for at least 8; the upper end keeps a password out of the business of uploads. */
export const PASSWORD_LENGTH = { min: 10, max: 200 } as const;

/**
 * scrypt (RFC 7914), as `scrypt$N$r$p$salt$key` in base64url: the parameters stay with the hash, so that
 * stronger ones can come without a reset.
 *
 * @throws RateLimited when too many passwords wait to be hashed
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/**
 * @param hash null for an account that does not exist, which takes the same time, and is never right
 * @throws RateLimited when too many passwords wait to be hashed
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [scheme, N, r, p, salt = '', key = ''] = (hash ?? NOBODY).split('$');
  if (scheme !== 'scrypt') throw new Error('A password hash of an unknown scheme');
  const expected = Buffer.from(key, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return actual.length === expected.length && timingSafeEqual(actual, expected) && hash !== null;
}

/** OWASP's Password Storage Cheat Sheet, the 64 MiB row of the equivalent ones. */
const COST = { N: 2 ** 16, r: 8, p: 2 } as const;

const KEY_BYTES = 32;
const NOBODY = `scrypt$${COST.N}$${COST.r}$${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Two at once take 128 MiB and half of Node's four I/O threads; behind 64 in the line waits half a minute. */
const AT_ONCE = 2;
const LINE_LENGTH = 64;

const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const line: (() => void)[] = [];
let running = 0;

async function derive(
  password: string,
  salt: Buffer,
  cost: { N: number; r: number; p: number },
): Promise<Buffer> {
  await enter();
  try {
    const maxmem = 256 * cost.N * cost.r; // twice what the first 128 N r of RFC 7914 need
    return await scryptAsync(password.normalize('NFKC'), salt, KEY_BYTES, { ...cost, maxmem });
  } finally {
    leave();
  }
}

async function enter(): Promise<void> {
  if (running < AT_ONCE) {
    running += 1;
    return;
  }
  if (line.length >= LINE_LENGTH) {
    throw new RateLimited(new Date(Date.now() + 30_000), 'Too many people are signing in at this moment.');
  }
  await new Promise<void>((resolve) => line.push(resolve));
}

/** The place goes to the next in the line, without becoming free between. */
function leave(): void {
  const next = line.shift();
  if (next) next();
  else running -= 1;
}
