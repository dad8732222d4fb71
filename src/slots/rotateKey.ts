import 'reflect-metadata';
import { readConfig } from '../config';
import { type Database, openDatabase } from '../database/database';
import { startEmbeddedPostgres } from '../database/embedded';
import { addEncryptionKey, loadEncryptionKeys } from '../lib/encryptionKey';
import { createLog } from '../lib/log';
import { Seal, SealBroken } from '../lib/seal';

interface Resealed {
  /** App Passwords that were under an older key, and are now under the newest. */
  renewed: number;
  /** The addresses whose App Password opens with none of the keys. */
  lost: string[];
}

/**
 * Seals every App Password under the newest key. The product may run meanwhile, in as many processes as it likes: a
 * password that is replaced at the same moment is left as it is. Killed half-way, it is run again.
 */
async function resealPasswords(db: Database, seal: Seal): Promise<Resealed> {
  const done: Resealed = { renewed: 0, lost: [] };
  for (let after = NIL; ; ) {
    const page = await db.query<{ id: string; email: string; sealed: string }>(
      `SELECT id, email, sealed_password AS sealed FROM connections
        WHERE id > $1 AND sealed_password IS NOT NULL ORDER BY id LIMIT ${PAGE}`,
      [after],
    );
    for (const row of page) {
      if (!seal.isOutdated(row.sealed)) continue;
      const renewed = reseal(seal, row);
      if (renewed === null) done.lost.push(row.email);
      else done.renewed += await replace(db, row, renewed);
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return done;
    after = last.id;
  }
}

const PAGE = 500;
/** Before every id. */
const NIL = '00000000-0000-0000-0000-000000000000';

function reseal(seal: Seal, { id, sealed }: { id: string; sealed: string }): string | null {
  try {
    return seal.seal(seal.open(sealed, id), id);
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}

/** @returns 1, or 0 when somebody connected or disconnected meanwhile */
async function replace(db: Database, row: { id: string; sealed: string }, renewed: string): Promise<number> {
  const replaced = await db.query(
    'UPDATE connections SET sealed_password = $3 WHERE id = $1 AND sealed_password = $2 RETURNING id',
    [row.id, row.sealed, renewed],
  );
  return replaced.length;
}

/**
 * `npm run rotate-key`: with ENCRYPTION_KEY, seals everything under the first of its keys; without it, makes a new key in
 * DATA_DIR first. docs/self-hosting.md says in which order to do what.
 */
async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog('silent');
  const postgres = config.databaseUrl ? null : await startEmbeddedPostgres(config.dataDir, log);
  try {
    if (config.encryptionKeys.length === 0) await addEncryptionKey(config.dataDir);
    const keys = await loadEncryptionKeys(config);
    const db = await openDatabase({ url: config.databaseUrl ?? postgres?.url ?? '', log, poolSize: 2 });
    const { renewed, lost } = await resealPasswords(db, new Seal(keys)).finally(() => db.close());
    process.stdout.write(
      `${renewed} App Passwords were sealed anew; ${keys.length} keys are in use, the newest first.\n` +
        'Keep the older ones for as long as somebody may use an unsubscribe link from a mail sent under them.\n',
    );
    if (lost.length > 0) {
      throw new Error(`None of the keys opens the App Password of ${lost.join(', ')}: connect them again.`);
    }
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
