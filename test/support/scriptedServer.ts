import { type AddressInfo, createServer, type Socket } from 'node:net';

/** One client of a scripted server, as the script sees it. */
export interface Peer {
  /** Sends lines, each ended with CRLF. */
  say(...lines: string[]): void;
  /** Sends bytes as they are. */
  write(bytes: string | Buffer): void;
  /** Sends these bytes again and again, as fast as the client takes them, until it has gone. */
  pour(bytes: string | Buffer): Promise<void>;
  /** Waits for the next line, which must match; anything else is a fault of the test. */
  hear(pattern: RegExp): Promise<RegExpExecArray>;
  /** Forgets the lines that have come and were not asked for yet. @returns how many */
  forget(): number;
  /** Waits for the lines up to the single dot that ends an SMTP message, and gives them with it. */
  hearMessage(): Promise<string>;
  /** Ends the connection politely (FIN). */
  cut(): void;
  /** Ends it rudely (RST). */
  reset(): void;
  /** Reads nothing more, so that what the client writes piles up on its side. */
  freeze(): void;
  /** Says nothing more until the client has gone. */
  hang(): Promise<void>;
}

export interface ScriptedServer {
  port: number;
  /** How many clients have come so far. */
  readonly visits: number;
  /** Resolves once no client is connected. */
  empty(): Promise<void>;
  /** Ends everything. Throws what went wrong in a script, such as a line that was not expected. */
  close(): Promise<void>;
}

/** A server on loopback that plays `script` to each client: the shortest way to say exactly the wrong thing. */
export async function openScriptedServer(
  script: (peer: Peer, visit: number) => Promise<void>,
): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const faults: unknown[] = [];
  let visits = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    visits += 1;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) server.emit('empty');
    });
    script(peerOf(socket), visits).catch((fault) => {
      if (!(fault instanceof PeerGone)) faults.push(fault);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get visits() {
      return visits;
    },
    async empty() {
      // A frozen socket would never see its client go.
      for (const socket of sockets) socket.resume();
      if (sockets.size > 0) await new Promise((resolve) => server.once('empty', resolve));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      if (faults.length > 0) throw faults[0];
    },
  };
}

class PeerGone extends Error {}

function peerOf(socket: Socket): Peer {
  const lines: string[] = [];
  let rest = '';
  const wake = () => socket.emit('script');
  socket.on('data', (chunk) => {
    const parts = (rest + chunk.toString('latin1')).split('\r\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    wake();
  });
  socket.on('end', wake);
  socket.on('close', wake);

  const nextLine = async (): Promise<string> => {
    for (;;) {
      const line = lines.shift();
      if (line !== undefined) return line;
      if (socket.destroyed || socket.readableEnded) throw new PeerGone();
      await new Promise((resolve) => socket.once('script', resolve));
    }
  };
  return {
    say: (...spoken) => void socket.write(spoken.map((line) => `${line}\r\n`).join('')),
    write: (bytes) => void socket.write(bytes),
    async pour(bytes) {
      while (!socket.destroyed) {
        if (!socket.write(bytes)) {
          await new Promise<void>((resolve) => {
            const goOn = () => {
              socket.off('drain', goOn);
              socket.off('close', goOn);
              resolve();
            };
            socket.on('drain', goOn);
            socket.on('close', goOn);
          });
        }
      }
    },
    async hear(pattern) {
      const line = await nextLine();
      const match = pattern.exec(line);
      if (!match) throw new Error(`The client said ${JSON.stringify(line)} where ${pattern} was expected`);
      return match;
    },
    forget: () => lines.splice(0).length,
    async hearMessage() {
      const message: string[] = [];
      for (;;) {
        const line = await nextLine();
        if (line === '.') return message.join('\r\n');
        message.push(line);
      }
    },
    cut: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    freeze: () => void socket.pause(),
    hang: async () => {
      if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    },
  };
}
