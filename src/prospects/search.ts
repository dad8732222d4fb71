import { domainToASCII } from 'node:url';
import { anywhere } from '../lib/anywhere';
import { BadInput } from '../lib/failures';

/**
 * What ILIKE takes to find a text anywhere, with the text's own % and _ meaning themselves; null when there
 * is nothing to search for.
 *
 * @throws BadInput see refuseUnsearchable
 */
export function searchPattern(search: string | null | undefined): string | null {
  const text = search?.trim() ?? '';
  refuseUnsearchable('search', text);
  return text === '' ? null : anywhere(text);
}

/** The same for addresses, whose domains are kept in ASCII: `müller.de` finds `xn--mller-kva.de`. */
export function searchAddressPattern(search: string | null | undefined): string | null {
  const text = search?.trim() ?? '';
  const domain = text.slice(text.lastIndexOf('@') + 1);
  const kept = /[^\p{ASCII}]/u.test(domain) ? domainToASCII(domain) : '';
  return searchPattern(kept === '' ? text : text.slice(0, text.length - domain.length) + kept);
}

/** @throws BadInput for NUL, which PostgreSQL cannot hold, and for what is longer than anything we keep */
export function refuseUnsearchable(path: string, text: string): void {
  if (!text.includes('\0') && text.length <= LONGEST) return;
  throw new BadInput([{ path, message: `must have at most ${LONGEST} characters, and no NUL` }]);
}

/** The longest address: 64 characters, `@`, and a domain of 253 (RFC 5321), rounded up. */
const LONGEST = 320;
