import { Card, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { EnrolmentState } from '../../api/schema.generated';
import { useLiveQuery } from '../../api/useLiveQuery';
import { Loaded } from '../../states/Loaded';
import { CAMPAIGNS } from '../../texts/campaigns';
import { CampaignChangedDocument } from '../campaigns.generated';
import { Pager } from '../Pager';
import { usePaging } from '../usePaging';
import type { Campaign } from './CampaignPage';
import { PeopleTable } from './PeopleTable';
import { CampaignPeopleDocument } from './running.generated';

const PAGE = 25;

/** Who is in the campaign and where they stand, the newest first, all or those in one state. */
export function PeopleCard({ campaign: { id } }: { campaign: Campaign }) {
  const [state, setState] = useState<EnrolmentState | null>(null);
  const paging = usePaging();
  const { result, refetch } = useLiveQuery(
    {
      query: CampaignPeopleDocument,
      variables: { id, first: PAGE, after: paging.after, ...(state && { state }) },
    },
    { query: CampaignChangedDocument, variables: { id } },
  );
  const show = (value: string | null) => {
    setState(STATES.find((each) => each === value) ?? null);
    paging.reset();
  };
  return (
    <Card component="section" aria-label={TEXTS.title} p={0}>
      <Group justify="space-between" p="lg" pb="xs">
        <Title order={2}>{TEXTS.title}</Title>
        <Select
          aria-label={TEXTS.filter}
          w={170}
          allowDeselect={false}
          data={[
            { value: ALL, label: TEXTS.all },
            ...STATES.map((value) => ({ value, label: TEXTS.states[value] })),
          ]}
          value={state ?? ALL}
          onChange={show}
        />
      </Group>
      <Loaded result={result} onRetry={refetch}>
        {({ campaign }) =>
          campaign && campaign.enrolments.totalCount > 0 ? (
            <Stack gap="sm" pb="lg">
              <PeopleTable enrolments={campaign.enrolments.edges.map(({ node }) => node)} />
              <Group px="lg" display="block">
                <Pager paging={paging} size={PAGE} list={campaign.enrolments} />
              </Group>
            </Stack>
          ) : (
            <Text c="dimmed" size="sm" px="lg" pb="lg">
              {state ? TEXTS.noneInState : TEXTS.none}
            </Text>
          )
        }
      </Loaded>
    </Card>
  );
}

const TEXTS = CAMPAIGNS.people;
const STATES = Object.keys(TEXTS.states) as EnrolmentState[];
const ALL = 'ALL';
