import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What is said in place of one response of the server, literals included; [response] is the truth. */
export type Lie = (response: string) => readonly string[];

/** Stands between a client and an IMAP server, and says what it wants to in place of the server. */
export interface LyingProxy {
  port: number;
  /** Lies from now on, in the sessions that are open as well. Resolves when it has lied, and said so much besides. */
  lie(lie: Lie, responses: number): Promise<void>;
  tellTheTruth(): void;
  close(): Promise<void>;
}

/** Opens one on a free port of loopback, before the server at this URL. */
export async function openLyingProxy(url: string): Promise<LyingProxy> {
  const sockets = new Set<Socket>();
  let change: Lie = (response) => [response];
  const server = createServer((client) => {
    const { hostname, port } = new URL(url);
    const upstream = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    client.pipe(upstream);
    let rest = '';
    upstream.on('data', (chunk) => {
      const { responses, left } = splitResponses(rest + chunk.toString('latin1'));
      rest = left;
      for (const response of responses) client.write(change(response).join(''), 'latin1');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lie: (lie, responses) =>
      new Promise((resolve) => {
        let hasLied = false;
        let left = responses;
        change = (response) => {
          const said = lie(response);
          hasLied ||= said.length !== 1 || said[0] !== response;
          left -= 1;
          if (hasLied && left < 0) resolve();
          return said;
        };
      }),
    tellTheTruth: () => {
      change = (response) => [response];
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whole responses: a line that announces a literal goes on after it (RFC 9051 §4.3). */
function splitResponses(text: string): { responses: string[]; left: string } {
  const responses: string[] = [];
  let start = 0;
  for (let at = start; ; ) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) break;
    const literal = /\{(\d+)\}$/.exec(text.slice(at, end));
    at = end + 2 + Number(literal?.[1] ?? 0);
    if (at > text.length) break;
    if (literal) continue;
    responses.push(text.slice(start, at));
    start = at;
  }
  return { responses, left: text.slice(start) };
}
