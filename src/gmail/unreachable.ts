import type { Endpoint } from './endpoints';
import { ProblemCode } from './problem';
import { type Refusal, refuse } from './refusals';

/**
 * Why there is no conversation with a server: by the error code of Node's DNS, TCP or TLS layer
 * (`ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`), or of a library's timeout.
 */
export function explainUnreachable(endpoint: Endpoint, codes: readonly string[], now: Date): Refusal {
  const where = `${endpoint.host}:${endpoint.port}`;
  const cause = CAUSES.find(({ pattern }) => codes.some((code) => pattern.test(code)));
  if (!cause)
    return refuse(ProblemCode.UNREACHABLE, now, { message: `The connection to ${where} broke off.` });
  return refuse(ProblemCode.UNREACHABLE, now, { message: cause.message(where), remedy: cause.remedy });
}

const CAUSES = [
  {
    pattern: /^(EDNS|ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL|EREFUSED)$/,
    message: (where: string) => `The name of ${where} could not be looked up.`,
    remedy: 'Check this machine’s network and its DNS servers; it is tried again by itself.',
  },
  {
    pattern: /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/,
    message: (where: string) => `No secure connection with ${where} came about.`,
    remedy: 'Check this machine’s clock and certificates, and whether a firewall opens TLS connections.',
  },
  {
    pattern: /^(ECONNREFUSED)$/,
    message: (where: string) => `Nothing accepts connections at ${where}.`,
    remedy: 'Check this machine’s firewall, as many providers block mail ports; it is tried again by itself.',
  },
  {
    pattern: /^(E?TIMEDOUT|ETIMEOUT|CONNECT_TIMEOUT|GREETING_TIMEOUT)$/,
    message: (where: string) => `The server at ${where} did not answer in time.`,
    remedy: 'Check this machine’s network and firewall; it is tried again by itself.',
  },
];
