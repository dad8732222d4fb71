import type { Resolver } from 'node:dns/promises';
import { domainOf, isConsumerAddress } from '../gmail/address';

/** The part of a DNS resolver that is needed: null where there is no DNS to ask, as with a sandbox. */
export type DnsPort = Pick<Resolver, 'resolveTxt'> | null;

interface DomainVerdict {
  outcome: 'PASSED' | 'WARNING' | 'SKIPPED';
  detail: string;
}

/**
 * Whether a custom domain says that Google may send for it: SPF with Google's include, Google's DKIM key
 * (selector `google`, the default of the admin console) and a DMARC policy. Only ever a warning: mail goes
 * out without, but lands in spam more often.
 *
 * Sources: support.google.com/a/answer/33786 (SPF), 174124 (DKIM), 2466580 (DMARC); RFC 7208, 6376, 7489.
 */
export async function checkDomainAuthentication(dns: DnsPort, email: string): Promise<DomainVerdict> {
  if (isConsumerAddress(email))
    return { outcome: 'SKIPPED', detail: 'Google takes care of gmail.com itself' };
  if (dns === null) return { outcome: 'SKIPPED', detail: 'There is no DNS to ask in a sandbox' };
  const domain = domainOf(email);
  const records = await Promise.all([
    hasRecord(
      dns,
      domain,
      (text) => /^v=spf1\b/i.test(text) && /\b(include:|redirect=)_spf\.google\.com\b/i.test(text),
    ),
    hasRecord(dns, `google._domainkey.${domain}`, (text) => /\bp=\s*[^;\s]/i.test(text)),
    hasPolicy(dns, domain),
  ]);
  const named = ['SPF', 'DKIM', 'DMARC'].map((name, index) => ({ name, found: records[index] }));
  if (named.every(({ found }) => found === true)) {
    return { outcome: 'PASSED', detail: `SPF, DKIM and DMARC of ${domain} allow Google` };
  }
  const missing = named.filter(({ found }) => found === false).map(({ name }) => name);
  const unknown = named.filter(({ found }) => found === null).map(({ name }) => name);
  const words = [
    missing.length > 0 ? `${missing.join(', ')} of ${domain} missing or not allowing Google` : null,
    unknown.length > 0 ? `${unknown.join(', ')} of ${domain} could not be looked up` : null,
  ];
  return { outcome: 'WARNING', detail: words.filter((word) => word !== null).join('; ') };
}

/** A domain without a DMARC policy of its own has that of the domain above it (RFC 7489 section 6.6.3). */
async function hasPolicy(dns: NonNullable<DnsPort>, domain: string): Promise<boolean | null> {
  const labels = domain.split('.').slice(-MOST_LABELS);
  const names = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
  const found = await Promise.all(
    names.map((name) => hasRecord(dns, `_dmarc.${name}`, (text) => /^v=DMARC1\b/i.test(text))),
  );
  return found.includes(true) || (found.includes(null) ? null : false);
}

/** So that a name of a hundred labels does not cost a hundred lookups. */
const MOST_LABELS = 5;

/** True, false, or null when DNS did not answer. */
async function hasRecord(
  dns: NonNullable<DnsPort>,
  name: string,
  fits: (text: string) => boolean,
): Promise<boolean | null> {
  try {
    const records = await dns.resolveTxt(name);
    return records.some((chunks) => fits(chunks.join('')));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOTFOUND' || code === 'ENODATA' ? false : null;
  }
}
