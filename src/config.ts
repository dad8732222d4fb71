import { isIP } from 'node:net';
import { ValidateBy, validateSync } from 'class-validator';
import { type GmailEndpoints, parseEndpoint } from './gmail/endpoints';
import { LOG_LEVELS, type LogLevel } from './lib/log';

/** What one process can do; several processes over one database may share the work. */
export const ROLES = ['web', 'send', 'watch'] as const;
export type ProcessRole = (typeof ROLES)[number];

/** All that the process takes from its environment, read and checked. */
export interface Config {
  port: number;
  host: string;
  /** null: an embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | null;
  /** Past a pooler that DATABASE_URL leads through; else the same. */
  databaseSessionUrl: string | null;
  dataDir: string;
  /** 32 bytes each, the newest first; empty: generated into `dataDir`. */
  encryptionKeys: readonly Buffer[];
  /** An origin without a slash at its end; null: wherever the server comes to listen. */
  publicUrl: string | null;
  gmail: GmailEndpoints;
  roles: ReadonlySet<ProcessRole>;
  signUp: 'first' | 'open';
  defaultSelfSlots: number;
  defaultFlySlots: number;
  supportUrl: string | null;
  logLevel: LogLevel;
}

/** The environment is wrong: `message` has one line for each wrong variable, with what it accepts. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads the whole configuration. An empty variable counts as unset, an unknown one is not ours.
 *
 * @throws ConfigError that names every wrong variable, and quotes none that may hold a secret
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.assign(new Environment(), pickKnown(env));
  const wrong = validateSync(given).flatMap((error) => Object.values(error.constraints ?? {}));
  if (given.DATABASE_URL && !given.ENCRYPTION_KEY) {
    wrong.push('ENCRYPTION_KEY is required with DATABASE_URL: 32 bytes in base64 (openssl rand -base64 32)');
  }
  if (given.DATABASE_SESSION_URL && !given.DATABASE_URL) {
    wrong.push('DATABASE_SESSION_URL goes with DATABASE_URL: the embedded database has no pooler');
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return {
    port: Number(given.PORT),
    host: given.HOST,
    databaseUrl: given.DATABASE_URL ?? null,
    databaseSessionUrl: given.DATABASE_SESSION_URL ?? given.DATABASE_URL ?? null,
    dataDir: given.DATA_DIR,
    encryptionKeys: list(given.ENCRYPTION_KEY ?? '').map((key) => Buffer.from(key, 'base64')),
    publicUrl: given.PUBLIC_URL ? new URL(given.PUBLIC_URL).origin : null,
    gmail: {
      smtp: parseEndpoint('smtp', given.GMAIL_SMTP_URL),
      imap: parseEndpoint('imap', given.GMAIL_IMAP_URL),
    },
    roles: new Set(ROLES.filter((role) => list(given.ROLES).includes(role))),
    signUp: given.SIGN_UP === 'open' ? 'open' : 'first',
    defaultSelfSlots: Number(given.DEFAULT_SELF_SLOTS),
    defaultFlySlots: Number(given.DEFAULT_FLY_SLOTS),
    supportUrl: given.SUPPORT_URL ?? null,
    logLevel: LOG_LEVELS.find((level) => level === given.LOG_LEVEL) ?? 'info',
  };
}

const SECRET = { secret: true };

/** The letterbox itself: one property a variable, still as text, with its default. */
class Environment {
  @Accepts('a whole number from 0 to 65535', (text) => isWholeNumber(text, 65_535))
  PORT = '4000';

  @Accepts('an IP address or a host name', (text) => isIP(text) > 0 || /^[a-z0-9]([a-z0-9.-]*)$/i.test(text))
  HOST = '127.0.0.1';

  @Accepts('a PostgreSQL URL, postgres://user:password@host:port/database', isDatabaseUrl, SECRET)
  DATABASE_URL?: string;

  @Accepts(
    'a PostgreSQL URL that leads to the database of DATABASE_URL without a pooler',
    isDatabaseUrl,
    SECRET,
  )
  DATABASE_SESSION_URL?: string;

  @Accepts('a directory', (text) => !text.includes('\0'))
  DATA_DIR = './data';

  @Accepts(
    '32 bytes in base64 (while rotating several, the newest first, with commas between)',
    areKeys,
    SECRET,
  )
  ENCRYPTION_KEY?: string;

  @Accepts('an http:// or https:// URL without a path', isOrigin)
  PUBLIC_URL?: string;

  @Accepts('smtps://host:port, or smtp://host:port on loopback', (text) => isEndpoint('smtp', text))
  GMAIL_SMTP_URL = 'smtps://smtp.gmail.com:465';

  @Accepts('imaps://host:port, or imap://host:port on loopback', (text) => isEndpoint('imap', text))
  GMAIL_IMAP_URL = 'imaps://imap.gmail.com:993';

  @Accepts(`some of ${ROLES.join(',')} with commas between`, (text) => isSubset(list(text), ROLES))
  ROLES = ROLES.join(',');

  @Accepts('first or open', (text) => ['first', 'open'].includes(text))
  SIGN_UP = 'first';

  @Accepts('a whole number from 0 to 1000', (text) => isWholeNumber(text, 1000))
  DEFAULT_SELF_SLOTS = '4';

  @Accepts('a whole number from 0 to 1000', (text) => isWholeNumber(text, 1000))
  DEFAULT_FLY_SLOTS = '2';

  @Accepts('an http://, https:// or mailto: URL', (text) => hasProtocol(text, ['http:', 'https:', 'mailto:']))
  SUPPORT_URL?: string;

  @Accepts(`one of ${LOG_LEVELS.join(', ')}`, (text) => isSubset([text], LOG_LEVELS))
  LOG_LEVEL = 'info';
}

function Accepts(what: string, check: (text: string) => boolean, { secret = false } = {}): PropertyDecorator {
  return ValidateBy({
    name: 'accepts',
    validator: {
      validate: (value: string | undefined) => value === undefined || check(value),
      defaultMessage: (args) =>
        `${args?.property} accepts ${what}${secret ? '' : `, not ${JSON.stringify(args?.value)}`}`,
    },
  });
}

const VARIABLES = [
  'PORT',
  'HOST',
  'DATABASE_URL',
  'DATABASE_SESSION_URL',
  'DATA_DIR',
  'ENCRYPTION_KEY',
  'PUBLIC_URL',
  'GMAIL_SMTP_URL',
  'GMAIL_IMAP_URL',
  'ROLES',
  'SIGN_UP',
  'DEFAULT_SELF_SLOTS',
  'DEFAULT_FLY_SLOTS',
  'SUPPORT_URL',
  'LOG_LEVEL',
] as const satisfies readonly (keyof Environment)[];

function pickKnown(env: Readonly<Record<string, string | undefined>>): Partial<Environment> {
  const set = VARIABLES.map((name) => [name, env[name]?.trim()] as const).filter(([, text]) => text);
  return Object.fromEntries(set);
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function isWholeNumber(text: string, max: number): boolean {
  return /^\d{1,6}$/.test(text) && Number(text) <= max;
}

function isSubset(parts: readonly string[], whole: readonly string[]): boolean {
  return parts.length > 0 && parts.every((part) => whole.includes(part));
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

function isOrigin(text: string): boolean {
  if (!hasProtocol(text, ['http:', 'https:'])) return false;
  const url = new URL(text);
  return url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
}

function isDatabaseUrl(text: string): boolean {
  return hasProtocol(text, ['postgres:', 'postgresql:']);
}

function areKeys(text: string): boolean {
  const keys = list(text);
  return keys.length > 0 && keys.every((key) => /^[A-Za-z0-9+/_-]{43}=?$/.test(key));
}

function isEndpoint(protocol: 'smtp' | 'imap', text: string): boolean {
  try {
    parseEndpoint(protocol, text);
    return true;
  } catch {
    return false;
  }
}
