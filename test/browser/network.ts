import type { Page, WebSocketRoute } from 'playwright-core';

/** The way of a page's WebSockets, which can be cut and mended. It holds from the next load of the page on. */
export interface Network {
  /** Resolves when the page has asked for replies. */
  followed: Promise<void>;
  /** Ends every connection, and refuses new ones. */
  cut(): Promise<void>;
  mend(): void;
  /**
   * From now on, subscriptions to this field do not come to the server. The returned function ends that, and tells those
   * that did not that the server has failed at them.
   */
  failAt(field: string): () => void;
}

export async function holdNetwork(page: Page): Promise<Network> {
  const open = new Set<WebSocketRoute>();
  let isCut = false;
  let failing: string | undefined;
  const failed: (() => void)[] = [];
  let follow = () => {};
  const followed = new Promise<void>((resolve) => {
    follow = resolve;
  });
  await page.routeWebSocket('**/graphql', async (socket) => {
    if (isCut) return socket.close(GOING_AWAY);
    open.add(socket);
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const { id, payload } = JSON.parse(String(message));
      if (failing && payload?.query?.includes(failing)) {
        const error = { id, type: 'error', payload: [{ message: 'It failed', extensions: FAILED }] };
        return void failed.push(() => socket.send(JSON.stringify(error)));
      }
      server.send(message);
      if (String(message).includes('replyReceived')) follow();
    });
  });
  return {
    followed,
    async cut() {
      isCut = true;
      for (const socket of open) await socket.close(GOING_AWAY);
      open.clear();
    },
    mend() {
      isCut = false;
    },
    failAt(field) {
      failing = field;
      return () => {
        failing = undefined;
        for (const tell of failed.splice(0)) tell();
      };
    },
  };
}

const GOING_AWAY = { code: 1001 };
const FAILED = { code: 'INTERNAL_SERVER_ERROR' };
