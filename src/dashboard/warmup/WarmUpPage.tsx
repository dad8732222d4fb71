import { Button, Stack } from '@mantine/core';
import { IconFlame } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useLiveQuery } from '../api/useLiveQuery';
import { SlotsChangedDocument } from '../integrations/gmail.generated';
import { PageHeader } from '../shell/PageHeader';
import { Empty } from '../states/Empty';
import { Loaded } from '../states/Loaded';
import { WARM_UP } from '../texts/warmup';
import { DomainCard } from './DomainCard';
import { byDomain } from './rampHistory';
import { WarmUpDocument } from './warmup.generated';

/** As many as fit beside each other on a telephone. */
const DAYS = 30;

/** Allowance and sent emails a day, by domain and by account, each day with its reason. */
export function WarmUpPage() {
  const { result, refetch } = useLiveQuery(
    { query: WarmUpDocument, variables: { days: DAYS } },
    { query: SlotsChangedDocument, variables: {} },
  );
  return (
    <Stack className="page" gap="lg">
      <PageHeader title={WARM_UP.title} lead={WARM_UP.lead} />
      <Loaded result={result} onRetry={refetch}>
        {({ gmailIntegration, domainCaps }) => {
          const domains = byDomain(gmailIntegration.slots, domainCaps);
          if (domains.length === 0) return <NoAccount />;
          return domains.map((domain) => <DomainCard key={domain.name} domain={domain} onChange={refetch} />);
        }}
      </Loaded>
    </Stack>
  );
}

function NoAccount() {
  return (
    <Empty
      icon={IconFlame}
      title={WARM_UP.emptyTitle}
      action={
        <Button component={Link} href="/integrations/gmail">
          {WARM_UP.connect}
        </Button>
      }
    >
      {WARM_UP.empty}
    </Empty>
  );
}
