import { setImmediate } from 'node:timers/promises';
import type { WebSocket } from 'ws';

/** What may wait in a socket before the next answer is made, in characters: a slow client's buffer is this and one answer. */
const ROOM = 1_000_000;

/**
 * The answers of one socket, one after the other. A mail of some MB that a hundred subscriptions of a socket wait for would
 * else be a hundred texts of it in memory, for a client that may not read a single one. The event itself they share.
 */
export class SocketTurns {
  private waiting = 0;
  private last: Promise<void> = Promise.resolve();
  private onWritten: () => void = () => {};

  constructor(private readonly socket: Pick<WebSocket, 'send'>) {}

  /** Resolves when it is written, or the socket is closed. */
  send(text: string): Promise<void> {
    this.waiting += text.length;
    return new Promise((resolve) => {
      this.socket.send(text, () => {
        this.waiting -= text.length;
        this.onWritten();
        resolve();
      });
    });
  }

  /** Resolves when an answer may be made, which must be sent without waiting for anything: then comes the next. */
  async take(): Promise<void> {
    const turn = this.last.then(() => this.findRoom());
    this.last = turn.then(() => setImmediate());
    await turn;
  }

  private async findRoom(): Promise<void> {
    while (this.waiting > ROOM) {
      await new Promise<void>((resolve) => {
        this.onWritten = resolve;
      });
    }
  }
}
