import { useCallback, useEffect, useRef } from 'react';
import { useClient, useSubscription } from 'urql';
import { useOnReconnect } from '../../api/useLiveQuery';
import { useThrottled } from '../../api/useThrottled';
import { CampaignChangedDocument } from '../campaigns.generated';
import { CampaignAsItIsDocument, type CampaignTextFragment } from './writing.generated';

/**
 * Hands what stands in a campaign to `meet` whenever it may have changed elsewhere; null when it is gone. What was
 * asked for before a saving of ours may be older than what we saved: it is asked for again.
 *
 * @returns a way to save: it looks first, and nothing else is met until `save` has ended. `meet` must be stable
 */
export function useFreshText(
  id: string,
  meet: (fresh: CampaignTextFragment | null) => void,
): (save: () => Promise<boolean>) => Promise<boolean> {
  const client = useClient();
  const savings = useRef(0);
  const isSaving = useRef(false);
  const isAwaited = useRef(false);

  const ask = useCallback(async () => {
    const context = { requestPolicy: 'network-only' } as const;
    const { data } = await client.query(CampaignAsItIsDocument, { id }, context).toPromise();
    return data;
  }, [client, id]);
  const look = useCallback(async (): Promise<void> => {
    isAwaited.current = isSaving.current;
    if (isSaving.current) return;
    const begun = savings.current;
    const data = await ask();
    if (savings.current !== begun) return look();
    if (data) meet(data.campaign);
  }, [ask, meet]);

  const lookSoon = useThrottled(look);
  useSubscription({ query: CampaignChangedDocument, variables: { id } }, (_previous, event) => {
    lookSoon();
    return event;
  });
  useOnReconnect(look);
  // What changed after the page was loaded and before the subscription stood is told by nobody.
  useEffect(lookSoon, [lookSoon]);

  return async (save) => {
    savings.current += 1;
    isSaving.current = true;
    const data = await ask();
    if (data) meet(data.campaign);
    const isSaved = await save();
    isSaving.current = false;
    if (isAwaited.current) void look();
    return isSaved;
  };
}
