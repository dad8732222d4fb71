import { hkdfSync } from 'node:crypto';
import { asciiAddress } from '../gmail/address';
import { parseEmailAddress } from '../identity/emailAddress';
import { Seal, SealBroken } from '../lib/seal';

/** Who wants no more mail from which workspace. */
export interface OptOut {
  workspaceId: string;
  address: string;
  /** The email that they had before them, where the link was made for one. */
  outgoingId: string | null;
}

export interface UnsubscribeLinks {
  /**
   * A link that unsubscribes this recipient, for as long as one of the keys is kept. It says nothing to whoever reads it.
   *
   * @returns null when there is nowhere for it to lead, and for what is no address that could be suppressed
   */
  linkFor(optOut: OptOut): string | null;
  /** Who is meant by the last part of a link; null when we never wrote it. */
  read(token: string): OptOut | null;
}

/**
 * Makes and reads unsubscribe links: `PUBLIC_URL/u/TOKEN`, the token sealed under keys of its own, so that it can be
 * neither read nor forged, and so that a link and a password never stand in for each other.
 *
 * @param keys the encryption keys, the newest first: links made under an older one go on working
 * @param publicUrl where the operator says that people reach us; null when nobody said so
 */
export function createUnsubscribeLinks(keys: readonly Buffer[], publicUrl: string | null): UnsubscribeLinks {
  // A random IV is safe for 2^32 seals under one key (NIST SP 800-38D, 8.3): mails must not use up that of passwords.
  const seal = new Seal(keys.map((key) => Buffer.from(hkdfSync('sha256', key, '', PURPOSE, 32))));
  const origin = publicUrl !== null && MAY_CARRY_LINKS.test(publicUrl) ? publicUrl : null;
  return {
    linkFor: (optOut) => {
      const address = parseEmailAddress(optOut.address);
      if (origin === null || address === null) return null;
      return `${origin}/u/${seal.seal(writeDown({ ...optOut, address }), PURPOSE)}`;
    },
    read: (token) => {
      if (!isSpelledAsWeDo(token)) return null;
      try {
        return readBack(seal.open(token, PURPOSE));
      } catch (error) {
        if (error instanceof SealBroken) return null;
        throw error;
      }
    },
  };
}

/**
 * The header fields by which mail programs offer to unsubscribe (RFC 2369, RFC 8058). Without a link there is still the
 * mail to the sender, which is read like any other answer. Its subject names the email, since who has several addresses
 * may ask from another one; mail programs fill in a subject, and few fill in In-Reply-To.
 *
 * @param link as `linkFor` made it
 * @param email whom it comes from, and its Message-ID
 */
export function unsubscribeHeaders(
  link: string | null,
  { fromAddress, messageId }: { fromAddress: string; messageId: string },
): Record<string, string> {
  // Of what an address may hold these would end it in a URI (RFC 6068 §2); encodeURI leaves them alone.
  const address = encodeURI(asciiAddress(fromAddress)).replace(/[?#&/]/g, encodeURIComponent);
  const mailto = `<mailto:${address}?subject=${encodeURIComponent(`unsubscribe ${messageId}`)}>`;
  if (link === null) return { 'List-Unsubscribe': mailto };
  return {
    'List-Unsubscribe': `<${link}>, ${mailto}`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/** Of what it is sealed for, and in which form: another form gets another name. */
const PURPOSE = 'unsubscribe link 1';

/** One-click wants https (RFC 8058 §3.1); on this machine there is nobody to listen in. */
const MAY_CARRY_LINKS = /^https:\/\/|^http:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/;

function writeDown({ workspaceId, outgoingId, address }: OptOut): string {
  return `${shorten(workspaceId)}.${outgoingId === null ? '' : shorten(outgoingId)}.${address}`;
}

function readBack(text: string): OptOut | null {
  const [, workspace, outgoing, address] = /^([\w-]{22})\.([\w-]{22})?\.(.+)$/s.exec(text) ?? [];
  if (workspace === undefined || address === undefined) return null;
  return {
    workspaceId: lengthen(workspace),
    address,
    outgoingId: outgoing === undefined ? null : lengthen(outgoing),
  };
}

/** A UUID in 22 letters instead of 36: the link stands in a header line. */
function shorten(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

function lengthen(short: string): string {
  return Buffer.from(short, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Node passes over what is no base64url, so that one token could be spelled in many ways. */
function isSpelledAsWeDo(token: string): boolean {
  const [, , ...parts] = token.split('.');
  return parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}
