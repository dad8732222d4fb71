import { Stack } from '@mantine/core';
import { useParams } from 'wouter';
import { useLiveQuery } from '../../api/useLiveQuery';
import { PageHeader } from '../../shell/PageHeader';
import { Loaded } from '../../states/Loaded';
import { NotFound } from '../../states/NotFound';
import { CampaignChangedDocument } from '../campaigns.generated';
import { saySchedule } from '../sayNumbers';
import { Actions } from './Actions';
import { Figures } from './Figures';
import { Outlook } from './Outlook';
import { PeopleCard } from './PeopleCard';
import { CampaignRunDocument, type CampaignRunQuery } from './running.generated';
import { StepsCard } from './StepsCard';
import { useAskWhenDue } from './useAskWhenDue';

export type Campaign = NonNullable<CampaignRunQuery['campaign']>;

/** /app/campaigns/:id: what a campaign does, has done and will do, live. */
export function CampaignPage() {
  const { id = '' } = useParams<{ id: string }>();
  const { result, refetch } = useLiveQuery(
    { query: CampaignRunDocument, variables: { id } },
    { query: CampaignChangedDocument, variables: { id } },
  );
  useAskWhenDue(result.data?.campaign?.blockers ?? [], refetch);
  return (
    <Loaded result={result} onRetry={refetch}>
      {({ campaign }) => (campaign ? <Running campaign={campaign} /> : <NotFound />)}
    </Loaded>
  );
}

function Running({ campaign }: { campaign: Campaign }) {
  return (
    <Stack className="page" gap="lg">
      <PageHeader
        title={campaign.name}
        lead={saySchedule(campaign.schedule)}
        actions={<Actions campaign={campaign} />}
      />
      <Outlook campaign={campaign} />
      <Figures campaign={campaign} />
      <StepsCard campaign={campaign} />
      <PeopleCard campaign={campaign} />
    </Stack>
  );
}
