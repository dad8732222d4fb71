import { useQuery } from 'urql';
import type { SavedCampaign } from './draft';
import { EnrolledCountDocument } from './writing.generated';

/** How many people are in the campaign, and what counts them anew. */
export function useEnrolledCount({ id, stats }: SavedCampaign): [count: number, recount: () => void] {
  const [{ data }, ask] = useQuery({ query: EnrolledCountDocument, variables: { id } });
  const recount = () => ask({ requestPolicy: 'network-only' });
  return [data?.campaign?.stats.enrolled ?? stats.enrolled, recount];
}
