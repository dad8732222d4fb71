import { Anchor, Group, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import { CAMPAIGNS } from '../texts/campaigns';
import classes from './CampaignTable.module.css';
import type { CampaignsQuery } from './campaigns.generated';
import { ShareCell } from './ShareCell';
import { StateBadge } from './StateBadge';
import { countReached } from './sayNumbers';
import { sayNext } from './sayWhen';

type Campaign = CampaignsQuery['campaigns']['edges'][number]['node'];

/** One campaign a line; on a phone without the numbers that matter less. */
export function CampaignTable({ campaigns }: { campaigns: readonly Campaign[] }) {
  const { columns } = CAMPAIGNS;
  return (
    <Table className={classes['table']} horizontalSpacing="lg" verticalSpacing="md" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th className={classes['name']}>{columns.name}</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            {columns.people}
          </Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            {columns.sent}
          </Table.Th>
          <Table.Th ta="right">{columns.replied}</Table.Th>
          <Table.Th ta="right" visibleFrom="md">
            {columns.bounced}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="figures">
        {campaigns.map((campaign) => (
          <Row key={campaign.id} campaign={campaign} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ campaign: { id, name, state, stats, steps, blockers } }: { campaign: Campaign }) {
  const reached = countReached(steps);
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Anchor
            component={Link}
            href={`/campaigns/${id}`}
            fw={600}
            c="inherit"
            className={classes['title']}
          >
            {name}
          </Anchor>
          <StateBadge state={state} />
        </Group>
        {state === 'RUNNING' && (
          <Text size="xs" c="dimmed" lineClamp={2}>
            {sayNext(blockers)}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {stats.enrolled.toLocaleString('en')}
        {stats.queued > 0 && (
          <Text size="xs" c="dimmed">
            {CAMPAIGNS.waiting(stats.queued)}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {stats.sent.toLocaleString('en')}
      </Table.Td>
      <ShareCell count={stats.replied} of={reached} />
      <ShareCell count={stats.bounced} of={reached} visibleFrom="md" />
    </Table.Tr>
  );
}
