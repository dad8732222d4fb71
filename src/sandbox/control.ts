import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account } from './accounts';
import { InputProblem, readFields } from './controlInput';
import { routes } from './controlRoutes';
import type { Sandbox } from './sandbox';

/** A control server that is up. */
export interface Control {
  readonly url: string;
  stop(): Promise<void>;
}

/** Opens the sandbox's HTTP control API on loopback; README.md has its routes. */
export async function startControl(sandbox: Sandbox, port = 0): Promise<Control> {
  const server = createServer((request, response) => {
    respond(sandbox, request, response).catch((error: unknown) => {
      const status = error instanceof InputProblem ? error.status : 500;
      send(response, status, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo; // a TCP server has no other kind of address
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const MAX_UNREAD = 1_000_000; // bytes of events

async function respond(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, ...steps] = url.pathname.split('/').map(decodeURIComponent);
  if (request.method === 'GET' && url.pathname === '/events') {
    streamEvents(sandbox, Number(url.searchParams.get('after') ?? 0), response);
    return;
  }
  const route = Object.keys(routes).find((known) => matches(known, request.method ?? '', steps));
  const answer = route ? routes[route] : undefined;
  if (!answer) throw new InputProblem(`there is no ${request.method} ${url.pathname}`, 404);
  const context = {
    sandbox,
    get account() {
      return findAccount(sandbox, steps[1] ?? '');
    },
    name: steps.at(-1) ?? '',
    body: await readFields(request),
  };
  send(response, 200, answer(context) ?? {});
}

/** One JSON line an event: those that are kept after a number, then each as it happens. */
function streamEvents(sandbox: Sandbox, after: number, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  const write = (event: unknown) => {
    response.write(`${JSON.stringify(event)}\n`);
    if (response.writableLength > MAX_UNREAD) response.destroy(); // a reader that does not read
  };
  for (const event of sandbox.events.after(after)) write(event);
  const end = sandbox.events.listen(write);
  response.on('close', end);
}

function findAccount(sandbox: Sandbox, address: string): Account {
  try {
    return sandbox.account(address);
  } catch (error) {
    throw new InputProblem(String(error), 404);
  }
}

function matches(route: string, method: string, steps: readonly string[]): boolean {
  const [wanted, path = ''] = route.split(' ');
  const pattern = path.split('/').slice(1);
  return (
    wanted === method &&
    pattern.length === steps.length &&
    pattern.every((step, index) => step === '*' || step === steps[index])
  );
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
