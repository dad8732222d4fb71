import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SOCKET = /^running-[0-9a-f]+\.sock$/;

/** A live holder whose event loop is busy may not answer; that it accepts is proof enough. */
const ANSWER_WITHIN_MS = 1_000;

/**
 * Makes this process the only one on a directory until the returned function is called or the process dies.
 * Rejects, naming the holder, when another process holds it.
 *
 * The hold is a listening Unix socket in the directory: the kernel drops it with the process (no stale lock, no
 * recycled pid), and it is seen from other containers on the same volume. Each contender first listens under
 * a name of its own and only then looks for others, so of two at least one sees the other; a contender that sees
 * one withdraws, which can never leave two holders.
 */
export async function holdDirectory(directory: string): Promise<() => Promise<void>> {
  for (;;) {
    const contender = await announce(directory);
    const other = await findOther(directory, contender.name);
    if (other === null) {
      contender.state = `held ${process.pid}`;
      return contender.withdraw;
    }
    await contender.withdraw();
    if (other.startsWith('held')) throw new Error(heldMessage(directory, other));
    await sleep(20 + Math.random() * 100);
  }
}

function heldMessage(directory: string, holder: string): string {
  const pid = holder.split(' ')[1];
  return (
    `Another process${pid ? ` (${pid})` : ''} is running on the data directory ${directory}. ` +
    'Stop it first, or give this one a DATA_DIR of its own, or let both use one PostgreSQL through DATABASE_URL.'
  );
}

interface Contender {
  name: string;
  state: string;
  withdraw: () => Promise<void>;
}

async function announce(directory: string): Promise<Contender> {
  const id = randomBytes(6).toString('hex');
  const name = `running-${id}.sock`;
  const handle = await open(directory, 'r');
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // who asked has gone
    socket.end(contender.state);
  });
  const contender: Contender = {
    name,
    state: 'contending',
    withdraw: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(join(directory, name), { force: true });
      await handle.close().catch(() => undefined);
    },
  };
  try {
    // Under its name a socket always listens already, so one that refuses is dead, and is safe to clear away.
    await listen(server, socketPath(directory, handle.fd, `starting-${id}.sock`));
    await rename(join(directory, `starting-${id}.sock`), join(directory, name));
  } catch (error) {
    await handle.close();
    throw new Error(
      `Cannot make a socket in the data directory ${directory}; it needs a local file system that allows it`,
      { cause: error },
    );
  }
  server.unref();
  return contender;
}

/** Socket addresses end at 108 bytes and paths do not, so on Linux we go by the open directory. */
function socketPath(directory: string, fd: number, name: string): string {
  return process.platform === 'linux' ? `/proc/self/fd/${fd}/${name}` : join(directory, name);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, exclusive: true }, resolve);
  });
}

/** What the first other live process says of itself, or null. Clears away the sockets of the dead. */
async function findOther(directory: string, own: string): Promise<string | null> {
  const handle = await open(directory, 'r');
  try {
    for (const name of await readdir(directory)) {
      if (!SOCKET.test(name) || name === own) continue;
      const answer = await ask(socketPath(directory, handle.fd, name));
      if (answer !== null) return answer;
      await rm(join(directory, name), { force: true });
    }
    return null;
  } finally {
    await handle.close();
  }
}

/**
 * What the process behind a socket says of itself; null when nobody listens. What cannot be told counts as
 * somebody, since two holders are worse than none; but one that hangs up without a word is being killed
 * right now, and is asked again.
 */
function ask(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(path);
    const done = (result: string | null) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => done('held'));
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('end', () => done(answer || 'dying'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') done(null);
      else done(error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'dying' : 'held');
    });
  });
}
