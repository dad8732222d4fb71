import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react';
import { type Client, stringifyDocument } from 'urql';
import { useApi } from './ApiProvider';
import type { Api } from './createApi';
import {
  ReplyCursorDocument,
  ReplyReceivedDocument,
  type ReplyReceivedSubscription,
} from './replyFeed.generated';

export type Reply = ReplyReceivedSubscription['replyReceived'];

/**
 * Holds the one subscription to replies of this tab, for all pages. It resumes where it stopped: the cursor of the
 * last reply goes along with every new connection, so that none is lost or told of twice while the network was away.
 */
export function ReplyFeed({ children }: { children: ReactNode }) {
  const api = useApi();
  const listeners = useMemo(() => new Set<(reply: Reply) => void>(), []);
  useEffect(
    () =>
      followReplies(api, (reply) => {
        for (const listener of listeners) listener(reply);
      }),
    [api, listeners],
  );
  return <FeedContext value={listeners}>{children}</FeedContext>;
}

/** Calls `listener` for each reply that comes in while the component is shown. */
export function useReplies(listener: (reply: Reply) => void): void {
  const listeners = useContext(FeedContext);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const listen = (reply: Reply) => latest.current(reply);
    listeners.add(listen);
    return () => void listeners.delete(listen);
  }, [listeners]);
}

const FeedContext = createContext(new Set<(reply: Reply) => void>());

/** Returns what ends it. */
function followReplies({ client, socket }: Api, onReply: (reply: Reply) => void): () => void {
  let after: string | undefined;
  let isOver = false;
  let stop = () => {};

  const begin = async () => {
    after ??= await readCursor(client);
    if (isOver) return;
    if (after === undefined) return retry();
    stop = socket.subscribe<ReplyReceivedSubscription>(
      {
        query: stringifyDocument(ReplyReceivedDocument),
        // Read anew at each connection: graphql-ws sends the whole payload again when it has come back.
        get variables() {
          return { after };
        },
      },
      {
        next: ({ data: event }) => {
          if (!event) return;
          after = event.replyReceived.cursor;
          onReply(event.replyReceived);
        },
        error: retry,
        complete: () => undefined,
      },
    );
  };
  const retry = () => {
    const timer = setTimeout(() => void begin(), RETRY_MS);
    stop = () => clearTimeout(timer);
  };
  void begin();
  return () => {
    isOver = true;
    stop();
  };
}

async function readCursor(client: Client): Promise<string | undefined> {
  const { data } = await client.query(ReplyCursorDocument, {}, { requestPolicy: 'network-only' }).toPromise();
  return data?.replyCursor;
}

/** After an error of the operation itself; the network's troubles are the socket's. */
const RETRY_MS = 5_000;
