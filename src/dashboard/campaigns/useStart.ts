import { notifications } from '@mantine/notifications';
import { useAction } from '../api/useAction';
import { WRITING } from '../texts/campaignWriting';
import { StartCampaignDocument } from './campaigns.generated';

/** Starts a campaign, or lets it go on. It resolves to whether it runs; the person is told in either case. */
export function useStart(): [
  start: (campaign: { id: string; name: string }) => Promise<boolean>,
  isStarting: boolean,
] {
  const [start, isStarting] = useAction(StartCampaignDocument);
  const run = async ({ id, name }: { id: string; name: string }) => {
    const outcome = (await start({ id }))?.startCampaign;
    if (outcome?.__typename === 'CampaignInvalid') {
      notifications.show({ color: 'red', message: outcome.problems[0]?.message ?? outcome.message });
    }
    if (outcome?.__typename !== 'CampaignSaved') return false;
    notifications.show({ color: 'teal', message: WRITING.review.started(name) });
    return true;
  };
  return [run, isStarting];
}
