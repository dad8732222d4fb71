import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between us and Gmail that can be told to fail. */
export interface FaultProxy {
  port: number;
  /** How many connections pass through it now. */
  readonly connections: number;
  /** How many it has taken since it opened. */
  readonly taken: number;
  /** From now on nothing passes and nothing is closed, as behind a router that lost its table. */
  freeze(): void;
  /** What was held back passes, and all goes on. */
  resume(): void;
  /** Every connection ends with RST. New ones are welcome. */
  reset(): void;
  /**
   * The next SMTP messages reach the server with their final dot, and the server's answers do not come back:
   * the connection is reset instead.
   */
  cutAfterFinalDot(messages?: number): void;
  /** How many messages `cutAfterFinalDot` has still to lose. */
  readonly cutsLeft: number;
  close(): Promise<void>;
}

export async function openFaultProxy(target: { host?: string; port: number }): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  let frozen = false;
  let cutsLeft = 0;
  let taken = 0;
  const takeCut = () => cutsLeft > 0 && cutsLeft-- > 0;

  const server = createServer((client) => {
    taken += 1;
    const pair = new Pair(client, connect(target.port, target.host ?? '127.0.0.1'), takeCut);
    pairs.add(pair);
    pair.whenOver(() => pairs.delete(pair));
    if (frozen) pair.freeze();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const forEach = (act: (pair: Pair) => void) => {
    for (const pair of [...pairs]) act(pair);
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return pairs.size;
    },
    get taken() {
      return taken;
    },
    get cutsLeft() {
      return cutsLeft;
    },
    freeze() {
      frozen = true;
      forEach((pair) => pair.freeze());
    },
    resume() {
      frozen = false;
      forEach((pair) => pair.resume());
    },
    reset: () => forEach((pair) => pair.reset()),
    cutAfterFinalDot(messages = 1) {
      cutsLeft = messages;
    },
    async close() {
      forEach((pair) => pair.reset());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same address, by way of the proxy. */
export function through({ port }: FaultProxy, url: string): string {
  const led = new URL(url);
  led.hostname = '127.0.0.1';
  led.port = String(port);
  return led.href;
}

const FINAL_DOT = '\r\n.\r\n';

/** A client and the server it reached, with our hands on the wire between them. */
class Pair {
  private tail = '';
  private losesAnswer = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly takeCut: () => boolean,
  ) {
    client.on('data', (chunk) => this.toServer(chunk));
    server.on('data', (chunk) => this.toClient(chunk));
    client.on('end', () => server.end());
    server.on('end', () => client.end());
    for (const socket of [client, server]) socket.on('error', () => this.reset());
  }

  whenOver(act: () => void): void {
    this.client.on('close', act);
    this.client.on('close', () => this.server.destroy());
    this.server.on('close', () => this.client.destroySoon());
  }

  freeze(): void {
    this.client.pause();
    this.server.pause();
  }

  resume(): void {
    this.client.resume();
    this.server.resume();
  }

  reset(): void {
    for (const socket of [this.client, this.server]) {
      // A reset while its own FIN is under way would leave a handle that Node waits for, spinning, at its exit.
      if (socket.connecting || socket.destroyed || socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  private toServer(chunk: Buffer): void {
    const seen = this.tail + chunk.toString('latin1');
    this.tail = seen.slice(-(FINAL_DOT.length - 1));
    if (seen.includes(FINAL_DOT) && this.takeCut()) this.losesAnswer = true;
    this.server.write(chunk);
  }

  /** The server's first words after the dot are its answer: they prove that it took the message. */
  private toClient(chunk: Buffer): void {
    if (this.losesAnswer) this.reset();
    else this.client.write(chunk);
  }
}
