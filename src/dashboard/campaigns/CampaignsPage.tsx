import { Button, Card, Stack } from '@mantine/core';
import { IconPlus, IconSend } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useLiveQuery } from '../api/useLiveQuery';
import { PageHeader } from '../shell/PageHeader';
import { Empty } from '../states/Empty';
import { Loaded } from '../states/Loaded';
import { CAMPAIGNS } from '../texts/campaigns';
import { CampaignTable } from './CampaignTable';
import { CampaignsChangedDocument, CampaignsDocument } from './campaigns.generated';
import { Pager } from './Pager';
import { usePaging } from './usePaging';

const PAGE = 20;

/** /app/campaigns: all of them, with their state, their numbers and what comes next, live. */
export function CampaignsPage() {
  const paging = usePaging();
  const { result, refetch } = useLiveQuery(
    { query: CampaignsDocument, variables: { first: PAGE, after: paging.after } },
    { query: CampaignsChangedDocument, variables: {} },
  );
  return (
    <Stack className="page" gap="lg">
      <PageHeader title={CAMPAIGNS.title} lead={CAMPAIGNS.lead} actions={<Create />} />
      <Loaded result={result} onRetry={refetch}>
        {({ campaigns }) =>
          campaigns.totalCount === 0 ? (
            <Empty icon={IconSend} title={CAMPAIGNS.emptyTitle} action={<Create />}>
              {CAMPAIGNS.empty}
            </Empty>
          ) : (
            <>
              <Card p={0}>
                <CampaignTable campaigns={campaigns.edges.map(({ node }) => node)} />
              </Card>
              <Pager paging={paging} size={PAGE} list={campaigns} />
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}

function Create() {
  return (
    <Button component={Link} href="/campaigns/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {CAMPAIGNS.create}
    </Button>
  );
}
