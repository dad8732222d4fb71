import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { Account } from '../../../src/sandbox/accounts';
import { EventLog, type EventName } from '../../../src/sandbox/events';
import { createImapServer } from '../../../src/sandbox/imapServer';
import { Orders } from '../../../src/sandbox/refusals';
import { answer, sharedNow } from '../apart';
import { APP_PASSWORD, addressOf } from '../mailboxes';

/**
 * The sandbox's IMAP server behind TLS: as Gmail does, it tells of new mail only during IDLE or with the answer to a
 * command. CERTIFICATE and KEY name files.
 */
const idling = new Set<string>();
let loggingIn = 0;
let mostLoggingIn = 0;

/** Counts, and keeps nothing. */
class Counts extends EventLog {
  override emit(name: EventName, { address }: { address: string | undefined }): void {
    if (name === 'idle' && address) idling.add(address);
    if (name === 'login') loggingIn -= 1;
  }
}

const events = new Counts();
const accounts: Account[] = [];
const byAddress = new Map<string, Account>();
const imap = createImapServer({
  orders: new Orders(),
  events,
  without: new Set(),
  findAccount: (address) => byAddress.get(address),
});
const sockets = new Set<TLSSocket>();
const server = createServer(
  {
    cert: readFileSync(process.env['CERTIFICATE'] ?? ''),
    key: readFileSync(process.env['KEY'] ?? ''),
  },
  (socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    loggingIn += 1;
    mostLoggingIn = Math.max(mostLoggingIn, loggingIn);
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
    mostLoggingIn = 0;
    idling.clear();
    for (const socket of sockets) socket.destroy();
  },
  /** How many accounts have gone into IDLE since. */
  idling: () => idling.size,
  /** How many sessions were at once between their connection and the answer to their login since. */
  mostLoggingIn: () => mostLoggingIn,
});
