import { domainToASCII } from 'node:url';
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { isSafeAddress } from '../gmail/address';

/**
 * One address in the spelling that we keep: lower case, and the domain in ASCII (`müller.de` becomes
 * `xn--mller-kva.de`). null when it is none, by RFC 5321's limits: a dot-atom of up to 64 characters, and a
 * domain name of at least two labels.
 */
export function parseEmailAddress(text: string): string | null {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, Math.max(at, 0)).toLowerCase();
  const domain = domainToASCII(trimmed.slice(at + 1)).toLowerCase();
  const address = `${local}@${domain}`;
  return LOCAL.test(local) && local.length <= 64 && DOMAIN.test(domain) && isSafeAddress(address)
    ? address
    : null;
}

/** Strict on the way in. On the way out whatever a mail really said: a strange address must not hide its mail. */
export const EmailAddress = new GraphQLScalarType<string, string>({
  name: 'EmailAddress',
  description:
    'Strict and normalised (lower-case domain, IDN) on the way in; whatever a mail really said on the way out, never an error.',
  parseValue: (value) => parse(value),
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined, node),
  serialize: String,
});

const LOCAL = /^[^\s.@"(),:;<>[\]\\\p{Cc}]+(\.[^\s.@"(),:;<>[\]\\\p{Cc}]+)*$/u;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

function parse(value: unknown, node?: ValueNode): string {
  const address = typeof value === 'string' ? parseEmailAddress(value) : null;
  if (address !== null) return address;
  const where = node ? { nodes: node } : {};
  throw new GraphQLError('an email address is expected, such as ann@example.com', where);
}
