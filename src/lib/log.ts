import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** What LOG_LEVEL accepts, the gravest first. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One JSON line an event, to stdout unless told otherwise. A room takes `log.child({ room })`. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** The second line of defence: nobody should log these, and when somebody does they are not written. */
const SECRETS = [
  'password',
  'appPassword',
  'sealedPassword',
  'passwordHash',
  'token',
  'secret',
  'authorization',
  'cookie',
  'pass',
];

/**
 * Only what helps to find the fault. Errors of drivers carry the values of a query as `parameters` and
 * `detail`, which can be anybody's mail.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return {
    type: name,
    message,
    code,
    stack,
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}
