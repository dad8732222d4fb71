import { connect as connectPlain } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { ImapTransport } from 'imapflow';
import type { ImapLine } from './imapLine';
import { shareSecureContext } from './secureContext';

/** What a server said before the login was through, where imapflow keeps only half of it. */
export class OverheardLogin {
  /** The server's first line was a greeting. */
  greeted = false;
  /** The first line, where it was none. */
  gibberish: string | null = null;
  /** Untagged lines that refuse or warn, verbatim: imapflow has no event for [WEBALERT] and cuts BYE's code. */
  readonly alerts: string[] = [];

  private rest = '';
  private isListening = true;

  constructor(private readonly onFirstLine: () => void) {}

  /** From the login on, lines are part of mail, which anybody may have written. */
  stopListening(): void {
    this.isListening = false;
    this.rest = '';
  }

  hear(chunk: Buffer): void {
    if (!this.isListening) return;
    const lines = (this.rest + chunk.toString('utf8')).split(/\r?\n/);
    this.rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) this.hearLine(line.slice(0, LONGEST_LINE));
  }

  private hearLine(line: string): void {
    if (!this.greeted && this.gibberish === null) {
      this.greeted = /^\* (OK|PREAUTH)\b/i.test(line);
      if (!/^\* /.test(line)) this.gibberish = line;
      this.onFirstLine();
    }
    if (/^\* (NO|BAD|BYE|OK \[(WEB)?ALERT)\b/i.test(line) && this.alerts.length < MOST_ALERTS) {
      this.alerts.push(line);
    }
  }
}

/**
 * How much a server may say before it is asked anything else. imapflow bounds one line and one literal, and keeps as many
 * of them as a server cares to send: whatever a folder holds, no answer of ours is larger.
 */
export class Allowance {
  private left = LARGEST_ANSWER;

  /** A question begins. */
  renew(): void {
    this.left = LARGEST_ANSWER;
  }

  /** @returns whether that was still within it */
  take(bytes: number): boolean {
    this.left -= bytes;
    return this.left >= 0;
  }
}

/** Our own code for a server that says more than anybody asked for, beside those of Node and the libraries. */
export const FLOODED = 'EFLOODED';

/** Opens imapflow's socket, lets the login be overheard, and ends it where the allowance is used up. */
export function overhearingTransport(
  ear: OverheardLogin,
  allowance: Allowance,
  line: ImapLine,
): ImapTransport {
  return {
    connect({ host, port, servername, secure }, onConnect) {
      const socket = secure
        ? connectSecurely(
            { host, port, ...(servername && { servername }), secureContext: context() },
            onConnect,
          )
        : connectPlain({ host, port }, onConnect);
      line.join(socket, (chunk) => {
        ear.hear(chunk);
        if (!allowance.take(chunk.length)) {
          socket.destroy(Object.assign(new Error('The server said too much'), { code: FLOODED }));
        }
      });
      return socket;
    },
  };
}

/** A hundred heads of 64 KiB; the UIDs of a million messages; 4 MiB of one. */
const LARGEST_ANSWER = 16 * 1024 * 1024;
const LONGEST_LINE = 2_000;
const MOST_ALERTS = 5;

const context = shareSecureContext();
