import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { Account } from '../../../src/sandbox/accounts';
import { EventLog } from '../../../src/sandbox/events';
import { createImapServer } from '../../../src/sandbox/imapServer';
import { Orders } from '../../../src/sandbox/refusals';
import { answer, sharedNow } from '../apart';
import { APP_PASSWORD, addressOf } from '../mailboxes';

/**
 * The sandbox's IMAP server behind TLS: as Gmail does, it tells of new mail only during IDLE or with the answer to a
 * command. CERTIFICATE and KEY name files.
 */
const events = new EventLog();
const accounts: Account[] = [];
const byAddress = new Map<string, Account>();
const imap = createImapServer({
  orders: new Orders(),
  events,
  without: new Set(),
  findAccount: (address) => byAddress.get(address),
});
const sockets = new Set<TLSSocket>();
/** When each login was tried, on the shared clock. */
let connections: number[] = [];
const server = createServer(
  {
    cert: readFileSync(process.env['CERTIFICATE'] ?? ''),
    key: readFileSync(process.env['KEY'] ?? ''),
  },
  (socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    connections.push(sharedNow());
    imap.emit('connection', socket);
  },
);

answer({
  async listen({ count }: { count: number }): Promise<number> {
    for (let n = 0; n < count; n += 1) {
      const address = addressOf(n);
      const account = new Account({ address, appPassword: APP_PASSWORD }, events, () => new Date());
      accounts.push(account);
      byAddress.set(address, account);
    }
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  },
  /** @returns when the mail was there to be seen */
  deliver({ account, mail }: { account: number; mail: string }): number {
    const at = sharedNow();
    accounts[account]?.deliver(mail);
    return at;
  },
  /** Cuts every connection without a word. */
  cutAll(): void {
    connections = [];
    for (const socket of sockets) socket.destroy();
  },
  /** How many are in IDLE now. */
  open: () => sockets.size,
  connections: () => connections,
});
