import { findFreePort } from '../../src/database/embedded/postmaster';
import { prepareFiles, startServer } from './debianServer';

/** A PgBouncer of a test's own, before one database. */
export interface PgBouncer {
  url: string;
  stop(): Promise<void>;
}

/** Starts it on a free port of loopback, as Debian ships it (apt-get install pgbouncer): no setting but these. */
export async function openPgBouncer(
  databaseUrl: string,
  mode: 'session' | 'transaction',
): Promise<PgBouncer> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const own = await findFreePort();
  const directory = await prepareFiles('pgbouncer', {
    'users.txt': `"${username}" "${password}"\n`,
    'pgbouncer.ini': `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = md5
auth_file = users.txt
pool_mode = ${mode}
`,
  });
  const server = await startServer(['pgbouncer', 'pgbouncer.ini'], {
    directory,
    ready: 'process up',
    install: 'pgbouncer',
  });
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${own}${pathname}`,
    stop: () => server.stop('SIGKILL'),
  };
}
