/**
 * Copies an address that is plain ASCII into `target`, lower-cased, and returns its length there. 0 where
 * parseEmailAddress must decide: addresses beyond ASCII, IDN, and all that may be none. Whatever this accepts
 * parseEmailAddress accepts, with the same spelling; it is there because it makes no string (a test holds them
 * together).
 */
export function copyPlainAddress(
  source: Buffer,
  start: number,
  end: number,
  target: Buffer,
  at: number,
): number {
  if (end - start > LONGEST) return 0;
  let length = 0;
  let labels = 0;
  let labelStart = -1; // within the address; -1 before the @
  let before = DOT; // what stood before: a dot may not begin, follow a dot, or end
  for (let n = start; n < end; n += 1) {
    const byte = LOWER[source[n] ?? 0] ?? 0;
    if (labelStart < 0 ? !(byte === AT || IN_LOCAL[byte]) : !IN_DOMAIN[byte]) return 0;
    if (byte === AT) {
      if (before === DOT || length > 64) return 0;
      labelStart = length + 1;
    } else if (byte === DOT) {
      if (before === DOT || before === AT) return 0;
      if (labelStart >= 0) {
        if (before === HYPHEN || length - labelStart > 63) return 0;
        labels += 1;
        labelStart = length + 1;
      }
    } else if (byte === HYPHEN && labelStart >= 0) {
      if (before === DOT || before === AT || before === HYPHEN) return 0; // `--` may be Punycode
    }
    target[at + length] = byte;
    length += 1;
    before = byte;
  }
  const first = target[at + labelStart] ?? 0;
  const isWhole = labels > 0 && before !== DOT && before !== HYPHEN && before !== AT;
  const last = length - labelStart;
  return isWhole && last >= 2 && last <= 63 && first >= 0x61 && first <= 0x7a ? length : 0;
}

/** isSafeAddress's limit: 254, of which 253 could be the domain. */
const LONGEST = 254;

const AT = 0x40;
const DOT = 0x2e;
const HYPHEN = 0x2d;

const LOWER = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte,
);
/** RFC 5321's dot-atom as parseEmailAddress has it; the @ ends it. */
const IN_LOCAL = tableOf(/[^\s@"(),:;<>[\]\\\x00-\x20\x7f-\xff]/);
const IN_DOMAIN = tableOf(/[a-z0-9.-]/);

function tableOf(accepted: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => Number(accepted.test(String.fromCharCode(byte))));
}
