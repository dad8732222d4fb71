import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { readConfig } from '../config';
import { type Database, openDatabase } from '../database/database';
import { startEmbeddedPostgres } from '../database/embedded';
import { createLog } from '../lib/log';
import { forgetAttempts } from './attempts';
import { parseEmailAddress } from './emailAddress';
import { hashPassword } from './password';
import { endSessions } from './sessions';
import { SIGN_IN_SCOPE } from './signIn';

/**
 * Gives a person a new password, ends their sessions, and opens a door that failed sign-ins have closed.
 *
 * @returns the password, or null when nobody has this address
 */
export async function resetPassword(db: Database, email: string): Promise<string | null> {
  const password = randomBytes(15).toString('base64url'); // 20 characters
  const passwordHash = await hashPassword(password);
  return db.transaction(async (tx) => {
    const [person] = await tx.query<{ id: string }>(
      'UPDATE people SET password_hash = $2 WHERE email = $1 RETURNING id',
      [email, passwordHash],
    );
    if (!person) return null;
    await endSessions(tx, person.id);
    await forgetAttempts(tx, SIGN_IN_SCOPE, email);
    return password;
  });
}

/** `npm run password -- EMAIL`, on the machine itself: who can read DATA_DIR needs no mail to prove who they are. */
async function main(): Promise<void> {
  const email = parseEmailAddress(process.argv[2] ?? '');
  if (email === null) throw new Error('Usage: npm run password -- EMAIL');
  const config = readConfig();
  const log = createLog('silent');
  const postgres = config.databaseUrl ? null : await startEmbeddedPostgres(config.dataDir, log);
  try {
    const url = config.databaseUrl ?? postgres?.url ?? '';
    const db = await openDatabase({ url, sessionUrl: config.databaseSessionUrl, log, poolSize: 2 });
    const password = await resetPassword(db, email).finally(() => db.close());
    if (password === null) throw new Error(`Nobody here has the address ${email}.`);
    process.stdout.write(`The new password of ${email} is ${password}\nTheir sessions have ended.\n`);
  } finally {
    await postgres?.stop();
  }
}

if (require.main === module) {
  main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`); // what went wrong is told in words; a stack would hide them
    process.exitCode = 1;
  });
}
