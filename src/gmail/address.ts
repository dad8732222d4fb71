import { domainToASCII } from 'node:url';

/**
 * One spelling for all the spellings of one Google account: `J.Doe+sales@GoogleMail.com` and
 * `jdoe@gmail.com` are the same mailbox. Dots matter in Workspace, so only consumer names lose them.
 *
 * For accounts in slots, which are Google's by definition. A prospect's server has rules of its own.
 */
export function canonicalAddress(email: string): string {
  const { local, domain } = splitAddress(email.trim().toLowerCase());
  const mailbox = local.replace(/\+.*$/, '');
  return CONSUMER_DOMAINS.has(domain) ? `${mailbox.replaceAll('.', '')}@gmail.com` : `${mailbox}@${domain}`;
}

/** Whether Google gave this address away for free: 500 recipients a day instead of Workspace's 2,000. */
export function isConsumerAddress(email: string): boolean {
  return CONSUMER_DOMAINS.has(domainOf(email));
}

/** The domain in lower case and in ASCII (`müller.de` is `xn--mller-kva.de`), as SMTP and DNS need it. */
export function domainOf(email: string): string {
  const { domain } = splitAddress(email.trim().toLowerCase());
  return domainToASCII(domain) || domain;
}

/** The address as it may stand in MAIL FROM and RCPT TO of a server without SMTPUTF8. */
export function asciiAddress(email: string): string {
  return `${splitAddress(email.trim()).local}@${domainOf(email)}`;
}

/**
 * Whether an address may be written into a header or a command: one `@`, and nothing that could end the
 * field or begin another (control characters, space, angle brackets, comma, semicolon, quotes).
 */
export function isSafeAddress(email: string): boolean {
  return /^[^\s\p{Cc}<>()[\]",:;\\@]+@[^\s\p{Cc}<>()[\]",:;\\@]+$/u.test(email) && email.length <= 254;
}

const CONSUMER_DOMAINS = new Set(['gmail.com', 'googlemail.com']);

function splitAddress(email: string): { local: string; domain: string } {
  const at = email.lastIndexOf('@');
  return at < 0 ? { local: email, domain: '' } : { local: email.slice(0, at), domain: email.slice(at + 1) };
}
