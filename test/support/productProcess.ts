import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The product as a process of its own, which can be killed, stopped and frozen. */
export interface ProductProcess {
  /** Where it serves. */
  url: string;
  /** What it ended with, whoever ended it. */
  gone: Promise<number | null>;
  /** Sends a signal, and resolves when the process is gone. @returns its exit code */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
  /** It stands still, with everything open, until it is thawed. */
  freeze(): void;
  thaw(): void;
}

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts the built product, and resolves once it says that it is ready. It is killed when the test file ends. `descriptors` is how many files and sockets it may have open. */
export async function startProduct(
  env: Readonly<Record<string, string>>,
  { descriptors }: { descriptors?: number } = {},
): Promise<ProductProcess> {
  const limit = descriptors === undefined ? '' : `ulimit -n ${descriptors} && `;
  const child = spawn('sh', ['-c', `${limit}exec "$0" dist/src/main.js`, process.execPath], {
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: '0',
      ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      SIGN_UP: 'open',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const gone = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  for await (const line of createInterface(child.stdout)) {
    const { msg = '', graphql } = JSON.parse(line);
    if (!msg.startsWith('Ready at')) continue;
    child.stdout.resume();
    return {
      url: graphql.replace('/graphql', ''),
      gone,
      end: async (signal) => {
        child.kill(signal);
        return gone;
      },
      freeze: () => void child.kill('SIGSTOP'),
      thaw: () => void child.kill('SIGCONT'),
    };
  }
  throw new Error('The process ended without being ready');
}
