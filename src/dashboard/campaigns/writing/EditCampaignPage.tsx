import { useQuery } from 'urql';
import { useParams } from 'wouter';
import { Loaded } from '../../states/Loaded';
import { NotFound } from '../../states/NotFound';
import { Wizard } from './Wizard';
import { CampaignDraftDocument } from './writing.generated';

/** /app/campaigns/:id/edit: a campaign in the parts of which it is written. */
export function EditCampaignPage() {
  const { id = '' } = useParams<{ id: string }>();
  const [result, ask] = useQuery({
    query: CampaignDraftDocument,
    variables: { id },
    requestPolicy: 'network-only',
  });
  return (
    <Loaded result={result} onRetry={ask}>
      {({ campaign }) => (campaign ? <Wizard key={campaign.id} campaign={campaign} /> : <NotFound />)}
    </Loaded>
  );
}
