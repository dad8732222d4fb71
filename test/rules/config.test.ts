import { ConfigError, readConfig } from '../../src/config';

const KEY = Buffer.alloc(32, 1).toString('base64');

function refusal(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error(`${JSON.stringify(env)} was accepted`);
}

test('nothing set gives the defaults of the table', () => {
  expect(readConfig({})).toEqual({
    port: 4000,
    host: '127.0.0.1',
    databaseUrl: null,
    databaseSessionUrl: null,
    dataDir: './data',
    encryptionKeys: [],
    publicUrl: null,
    gmail: {
      smtp: { host: 'smtp.gmail.com', port: 465, secure: true },
      imap: { host: 'imap.gmail.com', port: 993, secure: true },
    },
    roles: new Set(['web', 'send', 'watch']),
    signUp: 'first',
    defaultSelfSlots: 4,
    defaultFlySlots: 2,
    supportUrl: null,
    logLevel: 'info',
  });
});

test('all can be set, and spaces around a value do not matter', () => {
  const second = Buffer.alloc(32, 2).toString('base64');
  expect(
    readConfig({
      PORT: '0',
      HOST: '::1',
      DATABASE_URL: 'postgres://me:secret@db:5432/app',
      DATABASE_SESSION_URL: 'postgres://me:secret@db:5433/app',
      DATA_DIR: '/var/lib/app',
      ENCRYPTION_KEY: `${KEY}, ${second}`,
      PUBLIC_URL: 'https://Outreach.example.com/',
      GMAIL_SMTP_URL: 'smtp://127.0.0.1:2525',
      GMAIL_IMAP_URL: 'imap://localhost:1143',
      ROLES: 'watch, send',
      SIGN_UP: ' open ',
      DEFAULT_SELF_SLOTS: '0',
      DEFAULT_FLY_SLOTS: '12',
      SUPPORT_URL: 'mailto:help@example.com',
      LOG_LEVEL: 'silent',
      UNKNOWN: 'is not ours',
    }),
  ).toEqual({
    port: 0,
    host: '::1',
    databaseUrl: 'postgres://me:secret@db:5432/app',
    databaseSessionUrl: 'postgres://me:secret@db:5433/app',
    dataDir: '/var/lib/app',
    encryptionKeys: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)],
    publicUrl: 'https://outreach.example.com',
    gmail: {
      smtp: { host: '127.0.0.1', port: 2525, secure: false },
      imap: { host: 'localhost', port: 1143, secure: false },
    },
    roles: new Set(['send', 'watch']),
    signUp: 'open',
    defaultSelfSlots: 0,
    defaultFlySlots: 12,
    supportUrl: 'mailto:help@example.com',
    logLevel: 'silent',
  });
});

test('an empty variable counts as unset', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '', PUBLIC_URL: ' ', ROLES: '' })).toEqual(readConfig({}));
});

test.each([
  ['PORT', 'http', 'whole number from 0 to 65535'],
  ['PORT', '65536', 'whole number from 0 to 65535'],
  ['PORT', '-1', 'whole number from 0 to 65535'],
  ['PORT', '4000.5', 'whole number from 0 to 65535'],
  ['HOST', 'http://localhost', 'host name'],
  ['DATABASE_URL', 'mysql://localhost/x', 'PostgreSQL URL'],
  ['ENCRYPTION_KEY', 'too short', '32 bytes in base64'],
  ['ENCRYPTION_KEY', Buffer.alloc(31).toString('base64'), '32 bytes in base64'],
  ['ENCRYPTION_KEY', 'a'.repeat(64), '32 bytes in base64'],
  ['PUBLIC_URL', 'outreach.example.com', 'http:// or https:// URL'],
  ['PUBLIC_URL', 'https://example.com/outreach', 'without a path'],
  ['GMAIL_SMTP_URL', 'smtp://smtp.example.com:587', 'smtp://host:port on loopback'],
  ['GMAIL_SMTP_URL', 'imaps://imap.gmail.com:993', 'smtps://host:port'],
  ['GMAIL_IMAP_URL', 'imap://10.0.0.1:143', 'imap://host:port on loopback'],
  ['ROLES', 'web,serve', 'web,send,watch'],
  ['ROLES', ',', 'web,send,watch'],
  ['SIGN_UP', 'closed', 'first or open'],
  ['DEFAULT_SELF_SLOTS', 'many', 'whole number'],
  ['DEFAULT_FLY_SLOTS', '1001', 'from 0 to 1000'],
  ['SUPPORT_URL', 'javascript:alert(1)', 'http://, https:// or mailto:'],
  ['LOG_LEVEL', 'verbose', 'fatal, error, warn, info, debug, trace, silent'],
])('%s=%s is refused, naming the variable and what it accepts', (name, value, accepted) => {
  const message = refusal({ [name]: value });
  expect(message).toContain(accepted);
  expect(message.split('\n')[0]).toMatch(new RegExp(`^${name} accepts `));
});

test('all that is wrong is told at once', () => {
  const lines = refusal({ PORT: 'x', LOG_LEVEL: 'y', SIGN_UP: 'z' }).split('\n');
  expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(['LOG_LEVEL', 'PORT', 'SIGN_UP']);
});

test('a database of one’s own wants a key of one’s own', () => {
  expect(refusal({ DATABASE_URL: 'postgres://db/app' })).toMatch(
    /^ENCRYPTION_KEY is required with DATABASE_URL/,
  );
  const { databaseUrl, databaseSessionUrl } = readConfig({
    DATABASE_URL: 'postgres://db/app',
    ENCRYPTION_KEY: KEY,
  });
  expect(databaseUrl).not.toBeNull();
  expect(databaseSessionUrl).toBe(databaseUrl);
});

test('a way past the pooler is one to the same database', () => {
  expect(refusal({ DATABASE_SESSION_URL: 'postgres://db/app' })).toMatch(
    /^DATABASE_SESSION_URL goes with DATABASE_URL/,
  );
});

test('a wrong secret is not repeated', () => {
  const message = refusal({ DATABASE_URL: 'mysql://me:hunter2@db/x', ENCRYPTION_KEY: 'hunter2' });
  expect(message).not.toContain('hunter2');
});
