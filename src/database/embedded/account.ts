import { chown, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Whom PostgreSQL runs as; null for whoever we are. It refuses to run as root. */
export type Account = { uid: number; gid: number } | null;

const NOBODY = { uid: 65_534, gid: 65_534 };

/**
 * Chooses the account for a cluster directory (which need not exist yet): ourselves, or, when we are root,
 * the directory's owner, else `nobody`. A directory that root owns, from a restored backup say, is handed over.
 * Rejects when the directory is another user's and we cannot act as them.
 */
export async function chooseAccount(cluster: string): Promise<Account> {
  const own = process.getuid?.();
  const owner = await stat(cluster).catch(() => null);
  if (own !== 0) {
    if (owner && owner.uid !== own) {
      throw new Error(
        `The database in ${cluster} belongs to user ${owner.uid}, and this process is user ${own}. ` +
          `Start it as the same user as before (root will do), or run: chown -R ${own} ${cluster}`,
      );
    }
    return null;
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = await findNobody();
  if (owner) await handOver(cluster, account);
  return account;
}

/** Gives a file or a whole directory to the account. */
export async function handOver(path: string, account: Account): Promise<void> {
  if (!account) return;
  await chown(path, account.uid, account.gid);
  if (!(await stat(path)).isDirectory()) return;
  for (const entry of await readdir(path)) await handOver(join(path, entry), account);
}

/** initdb wants an account with a name, and systems differ on the number of `nobody`. */
async function findNobody(): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : NOBODY;
}
