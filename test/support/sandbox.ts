import { connect } from 'node:net';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox';

const open = new Set<{ stop(): Promise<void> }>();
afterAll(() => Promise.all([...open].map((opened) => opened.stop())));

/** A Gmail double whose prospects answer at once; it is stopped when the test file ends. */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ answerMs: 5, bounceMs: 5, ...options });
  open.add(sandbox);
  return sandbox;
}

/** A raw connection that speaks and listens line by line. */
export interface Wire {
  send(...lines: string[]): void;
  /** The next line, without its end. Rejects when the other side has hung up. */
  read(): Promise<string>;
  /** The lines up to and including the first that matches. */
  readUntil(pattern: RegExp): Promise<string[]>;
  /** Everything that has come in and was not read. */
  pending(): string[];
  /** Resolves when the other side has hung up. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Opens a raw connection to a sandbox's URL. */
export function dial(url: string): Wire {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines: string[] = [];
  const readers: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const parts = (rest + text).split('\r\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      const reader = readers.shift();
      if (reader) reader.resolve(line);
      else lines.push(line);
    }
  });
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const hangUp = () => {
    for (const reader of readers.splice(0)) reader.reject(new Error('the server hung up'));
  };
  closed.then(hangUp);
  const read = () => {
    const line = lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (socket.destroyed) return Promise.reject(new Error('the server hung up'));
    return new Promise<string>((resolve, reject) => readers.push({ resolve, reject }));
  };
  open.add({ stop: async () => void socket.destroy() });
  return {
    send: (...sent) => void socket.write(sent.map((line) => `${line}\r\n`).join('')),
    read,
    async readUntil(pattern) {
      const found = [await read()];
      while (!pattern.test(found.at(-1) ?? '')) found.push(await read());
      return found;
    },
    pending: () => [...lines],
    closed,
    close: () => void socket.destroy(),
  };
}
