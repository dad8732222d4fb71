import { type Client, CloseCode, createClient } from 'graphql-ws';
import type { LiveStatusStore } from './liveStatus';

/** The server pings every 12 s; we ask as often, so that both sides notice a dead socket. */
const PING_EVERY_MS = 12_000;
const PONG_WITHIN_MS = 5_000;
/** Doubles from the first to the last wait, with up to half of it as jitter: not all tabs come back at once. */
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 15_000;

/**
 * The WebSocket of this tab, opened with the first subscription. The session cookie says who we are. It comes back
 * by itself, forever, until the server says that the session has ended.
 */
export function openSocket(status: LiveStatusStore, onSessionEnded: () => void): Client {
  let patience: ReturnType<typeof setTimeout> | undefined;
  const socket: Client = createClient({
    url: '/graphql',
    keepAlive: PING_EVERY_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => wakeUp(Math.min(FIRST_WAIT_MS * 2 ** retries, LAST_WAIT_MS)),
    on: {
      connected: () => status.set('live'),
      closed: (event) => {
        clearTimeout(patience);
        const { code, wasClean } = event as CloseEvent;
        if (code === CloseCode.Forbidden) onSessionEnded();
        // 1000 is our own goodbye, when the last subscription has ended.
        else status.set(wasClean && code === 1000 ? 'idle' : 'lost');
      },
      ping: (received) => {
        if (!received) patience = setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(patience);
      },
    },
  });
  return socket;
}

/** Ends early when the browser says that the network is back. */
function wakeUp(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      window.removeEventListener('online', wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds * (1 + Math.random() / 2));
    window.addEventListener('online', wake);
  });
}
