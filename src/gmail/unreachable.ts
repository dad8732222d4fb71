import type { Endpoint } from './endpoints';
import { FLOODED } from './imapTransport';
import { ProblemCode } from './problem';
import { type Refusal, refuse } from './refusals';

/** How far a conversation came before it ended without an answer. */
export type Reached = 'NOTHING' | 'GREETING';

/** Our own code for what the caller's AbortSignal ended, beside those of Node and the libraries. */
export const STOPPED = 'ESTOPPED';

/**
 * Why there is no answer from a server: by the error codes of Node's DNS, TCP or TLS layer
 * (`ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`), or of a library's timeout. A server that never
 * greeted is unreachable; one that went silent later fails for the moment.
 */
export function explainSilence(
  endpoint: Endpoint,
  codes: readonly (string | undefined)[],
  reached: Reached,
  now: Date,
): Refusal {
  const code = reached === 'NOTHING' ? ProblemCode.UNREACHABLE : ProblemCode.TEMPORARY_FAILURE;
  const cause = CAUSES.find(({ pattern }) => codes.some((candidate) => candidate && pattern.test(candidate)));
  const where = `${endpoint.host}:${endpoint.port}`;
  return cause
    ? refuse(code, now, { message: cause.message(where), ...(cause.remedy && { remedy: cause.remedy }) })
    : refuse(code, now, { message: `The server at ${where} closed the connection.` });
}

/** A server that answers in another tongue: an HTTP server on this port, or a port that wants TLS. */
export function explainGibberish(endpoint: Endpoint, serverReply: string | null, now: Date): Refusal {
  return refuse(ProblemCode.UNREACHABLE, now, {
    message: `What answers at ${endpoint.host}:${endpoint.port} does not speak the language of mail.`,
    remedy: 'Check the address and port of the mail server in the configuration.',
    serverReply,
  });
}

const CAUSES: readonly { pattern: RegExp; message: (where: string) => string; remedy?: string }[] = [
  {
    pattern: new RegExp(`^${STOPPED}$`),
    message: (where) => `The conversation with ${where} was ended from here before it was done.`,
  },
  {
    pattern: new RegExp(`^${FLOODED}$`),
    message: (where) => `The server at ${where} sent far more than it was asked for.`,
  },
  {
    pattern: /^(EDNS|ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL|EREFUSED)$/,
    message: (where) => `The name of ${where} could not be looked up.`,
    remedy: 'Check this machine’s network and its DNS servers; it is tried again by itself.',
  },
  {
    pattern: /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|EPROTO$|ETLS$)/,
    message: (where) => `No secure connection with ${where} came about.`,
    remedy: 'Check this machine’s clock and certificates, and whether a firewall opens TLS connections.',
  },
  {
    pattern: /^ECONNREFUSED$/,
    message: (where) => `Nothing accepts connections at ${where}.`,
    remedy: 'Check this machine’s firewall, as many providers block mail ports; it is tried again by itself.',
  },
  {
    pattern: /^(E?TIMEDOUT|ETIMEOUT|CONNECT_TIMEOUT|GREETING_TIMEOUT)$/,
    message: (where) => `The server at ${where} did not answer in time.`,
  },
];
