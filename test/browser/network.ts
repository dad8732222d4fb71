import type { Page, WebSocketRoute } from 'playwright-core';

/** The way of a page's WebSockets, which can be cut and mended. It holds from the next load of the page on. */
export interface Network {
  /** Resolves when the page has asked for replies. */
  followed: Promise<void>;
  /** Ends every connection, and refuses new ones. */
  cut(): Promise<void>;
  mend(): void;
}

export async function holdNetwork(page: Page): Promise<Network> {
  const open = new Set<WebSocketRoute>();
  let isCut = false;
  let follow = () => {};
  const followed = new Promise<void>((resolve) => {
    follow = resolve;
  });
  await page.routeWebSocket('**/graphql', async (socket) => {
    if (isCut) return socket.close(GOING_AWAY);
    open.add(socket);
    const server = socket.connectToServer();
    socket.onMessage((message) => {
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
  };
}

const GOING_AWAY = { code: 1001 };
