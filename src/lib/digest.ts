import { createHash, randomBytes } from 'node:crypto';

/** SHA-256 suffices for tokens of 256 random bits, unlike for passwords: there is nothing to guess. */
export function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** 256 random bits in 43 letters, digits, - and _, after a prefix that tells a secret scanner what it found. */
export function randomToken(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url');
}
