import { Button, Group, Text } from '@mantine/core';
import { CAMPAIGNS } from '../texts/campaigns';
import type { Paging } from './usePaging';

/** Where one is in a list, and the way on and back; nothing while all of it fits on one page. */
export function Pager(props: {
  paging: Paging;
  size: number;
  list: { totalCount: number; edges: readonly unknown[]; pageInfo: PageInfo };
}) {
  const { paging, size, list } = props;
  const { hasNextPage, endCursor } = list.pageInfo;
  if (paging.page === 0 && !hasNextPage) return null;
  const from = paging.page * size + 1;
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" c="dimmed" className="figures">
        {CAMPAIGNS.pages.of(from, from + list.edges.length - 1, list.totalCount)}
      </Text>
      <Button.Group>
        <Button size="compact-sm" variant="default" disabled={paging.page === 0} onClick={paging.back}>
          {CAMPAIGNS.pages.newer}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={!hasNextPage}
          onClick={() => endCursor && paging.forth(endCursor)}
        >
          {CAMPAIGNS.pages.older}
        </Button>
      </Button.Group>
    </Group>
  );
}

interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}
