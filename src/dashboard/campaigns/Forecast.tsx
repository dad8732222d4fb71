import { Skeleton, Stack, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useQuery } from 'urql';
import { useFreshContext } from '../api/useFreshContext';
import { SectionHeader } from '../shell/SectionHeader';
import { Loaded } from '../states/Loaded';
import { CAMPAIGNS } from '../texts/campaigns';
import { CampaignForecastDocument } from './campaigns.generated';

const DAYS = 14;

/**
 * What the sender would do in the coming days, as a chart. It is asked for again whenever `basis` is another: what
 * the forecast depends on, as far as the page knows it.
 */
export function Forecast({ campaignId, basis }: { campaignId: string; basis: unknown }) {
  const [result, ask] = useQuery({
    query: CampaignForecastDocument,
    variables: { id: campaignId, days: DAYS },
    context: useFreshContext(basis),
  });
  return (
    <Stack gap="xs">
      <SectionHeader title={CAMPAIGNS.forecast.title} lead={CAMPAIGNS.forecast.lead} />
      <Loaded result={result} onRetry={ask} loading={<Bones />}>
        {({ campaign }) => campaign && <Days days={campaign.forecast} />}
      </Loaded>
    </Stack>
  );
}

function Days({ days }: { days: readonly { date: string; sends: number }[] }) {
  const total = days.reduce((sum, { sends }) => sum + sends, 0);
  if (total === 0) return <Text size="sm">{CAMPAIGNS.forecast.nothing}</Text>;
  return (
    <>
      <Text fw={600} className="figures">
        {CAMPAIGNS.forecast.total(total, days.length)}
      </Text>
      <Suspense fallback={<Bones />}>
        <ForecastChart days={days} />
      </Suspense>
    </>
  );
}

function Bones() {
  return <Skeleton height={200} radius="md" />;
}

/** Charts are half a megabyte of script: they come when one is shown. */
const ForecastChart = lazy(async () => ({ default: (await import('./ForecastChart')).ForecastChart }));
