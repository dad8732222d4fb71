import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

/**
 * Ends a connection: at once when there is nothing to say, otherwise after the last words went out. The socket is not
 * destroyed right behind them, since unread input would turn the end into a reset and the words would be lost.
 */
export function hangUp(socket: Socket, lastWords: string): void {
  if (lastWords === '') {
    socket.destroy();
    return;
  }
  socket.end(lastWords);
  socket.setTimeout(5_000, () => socket.destroy());
}

/** A connection's id as smtp.gmail.com writes it: d9443c01a7336-2e49f74d093sm13051525ad.83. */
export function formatConnectionId(): string {
  const hex = randomBytes(12).toString('hex');
  const serial = randomBytes(4).readUInt32BE() % 100_000_000;
  return `${hex.slice(0, 13)}-${hex.slice(13)}sm${serial}ad.${serial % 100}`;
}

/** A session's id as Gimap writes it: x2mb241876667wmk. */
export function formatGimapId(): string {
  return `x2mb${randomBytes(4).readUInt32BE() % 1_000_000_000}wmk`;
}

/** The other side's address, an IPv4 one in its usual form. */
export function clientIpOf(socket: Socket): string {
  return (socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
}
