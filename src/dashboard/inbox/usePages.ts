import { useCallback, useEffect, useRef } from 'react';
import { type OperationResult, useClient } from 'urql';
import type { Filters } from './filters';
import { ConversationsDocument, type ConversationsQuery } from './inbox.generated';

export type Part = 'unread' | 'read';

type Answer = Partial<Pick<OperationResult<ConversationsQuery>, 'data' | 'error'>>;

/**
 * What asks for a page of a part. The newest question counts: one that is still on its way for the same page is taken
 * back, and answered by nothing. Its answer may be from before what is asked about now, and urql would take the two for one.
 */
export function usePages(filters: Filters): (part: Part, after: string | undefined) => Promise<Answer> {
  const client = useClient();
  const onTheirWay = useRef(new Map<string, () => void>());
  useEffect(() => {
    const { current } = onTheirWay;
    return () => {
      for (const takeBack of current.values()) takeBack();
    };
  }, []);
  return useCallback(
    (part, after) => {
      const { slotId, campaignId, search } = filters;
      const first = after ? NEXT : FIRST;
      const unread = part === 'unread';
      const variables = { first, unread, slotId, campaignId, search, after, isFirst: !after };
      const page = JSON.stringify([part, after]);
      onTheirWay.current.get(page)?.();
      return new Promise((resolve) => {
        const { unsubscribe } = client
          .query(ConversationsDocument, variables, { requestPolicy: 'network-only' })
          .subscribe((answer) => !answer.stale && end(answer));
        function end(answer: Answer) {
          onTheirWay.current.delete(page);
          unsubscribe();
          resolve(answer);
        }
        onTheirWay.current.set(page, () => end({}));
      });
    },
    [client, filters],
  );
}

/** The first page is asked for with every event; the next ones are as long as the server allows. */
const FIRST = 100;
const NEXT = 200;
