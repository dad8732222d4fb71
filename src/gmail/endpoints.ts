import { isIP } from 'node:net';

/** Where a server listens. `secure` is TLS from the first byte; STARTTLS is never used. */
export interface Endpoint {
  host: string;
  port: number;
  secure: boolean;
}

/** Both doors of one Gmail: the real one, or a sandbox on loopback. */
export interface GmailEndpoints {
  smtp: Endpoint;
  imap: Endpoint;
}

/** What opens an account. The password is in the clear only on its way to a session, never kept. */
export interface Credentials {
  email: string;
  appPassword: string;
}

/**
 * Reads `smtps://host:port` or `imaps://host:port`. An App Password never travels in the clear, so
 * the plaintext forms `smtp://` and `imap://` are for loopback only.
 *
 * @throws Error that says what is accepted
 */
export function parseEndpoint(protocol: 'smtp' | 'imap', text: string): Endpoint {
  const accepted = `${protocol}s://host:port, or ${protocol}://host:port on loopback`;
  const url = URL.canParse(text) ? new URL(text) : null;
  const secure = url?.protocol === `${protocol}s:`;
  const understood = url && (secure || url.protocol === `${protocol}:`) && url.hostname && isBare(url);
  if (!understood) throw new Error(`${accepted} is expected, not ${JSON.stringify(text)}`);
  const endpoint = {
    host: url.hostname.replace(/^\[|\]$/g, '').toLowerCase(),
    port: url.port ? Number(url.port) : DEFAULT_PORTS[protocol][secure ? 'secure' : 'plain'],
    secure,
  };
  if (!secure && !isLoopback(endpoint)) {
    throw new Error(`${accepted} is expected: ${endpoint.host} is not loopback, where plaintext is allowed`);
  }
  return endpoint;
}

/** Whether the endpoint is on this machine: a sandbox, never the real Gmail. */
export function isLoopback({ host }: Endpoint): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

const DEFAULT_PORTS = { smtp: { secure: 465, plain: 587 }, imap: { secure: 993, plain: 143 } } as const;

/** Credentials, a path or a query in the address would silently be ignored: better refused. */
function isBare(url: URL): boolean {
  return !url.username && !url.password && !url.search && !url.hash && /^\/?$/.test(url.pathname);
}
