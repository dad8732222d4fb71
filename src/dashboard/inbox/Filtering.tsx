import {
  ActionIcon,
  Group,
  Indicator,
  Popover,
  SegmentedControl,
  Select,
  Stack,
  TextInput,
} from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { type RefObject, useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { INBOX } from '../texts/inbox';
import type { FilterChange, Filters } from './filters';
import { InboxFiltersDocument } from './inbox.generated';

/** Long enough to write a word. */
const TYPING_MS = 250;

/** All or unread, of which account and campaign, with which words. */
export function Filtering(props: {
  filters: Filters;
  onChange: (change: FilterChange) => void;
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  const { filters, onChange, searchRef } = props;
  const [search, setSearch] = useState(filters.search ?? '');
  const searchSoon = useDebouncedCallback((words: string) => onChange({ search: words.trim() }), TYPING_MS);
  // The address may lose the words, by a link; while somebody writes, it only follows.
  useEffect(() => {
    if (document.activeElement !== searchRef.current) setSearch(filters.search ?? '');
  }, [filters.search, searchRef]);
  return (
    <Stack gap="xs">
      <TextInput
        ref={searchRef}
        type="search"
        aria-label={INBOX.search}
        placeholder={INBOX.searchHint}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={({ currentTarget: { value } }) => {
          setSearch(value);
          searchSoon(value);
        }}
        onKeyDown={({ key, currentTarget }) => key === 'Escape' && currentTarget.blur()}
      />
      <Group gap="xs" wrap="nowrap">
        <SegmentedControl
          flex={1}
          size="xs"
          aria-label={INBOX.view}
          value={filters.view}
          onChange={(view) => onChange({ view: view === 'unread' ? 'unread' : 'all' })}
          data={[
            { value: 'all', label: INBOX.views.all },
            { value: 'unread', label: INBOX.views.unread },
          ]}
        />
        <MoreFilters filters={filters} onChange={onChange} />
      </Group>
    </Stack>
  );
}

function MoreFilters({ filters, onChange }: { filters: Filters; onChange: (change: FilterChange) => void }) {
  const [isOpen, setOpen] = useState(false);
  const [{ data }] = useQuery({ query: InboxFiltersDocument, variables: {}, pause: !isOpen });
  const slots = data?.gmailIntegration.slots ?? [];
  const campaigns = data?.campaigns.edges ?? [];
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" shadow="md" trapFocus width={280}>
      <Indicator disabled={!filters.slotId && !filters.campaignId} size={8} offset={3}>
        <Popover.Target>
          <ActionIcon variant="default" size={30} aria-label={INBOX.filters} onClick={() => setOpen(!isOpen)}>
            <IconFilter size={16} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Select
            label={INBOX.slot}
            placeholder={INBOX.anySlot}
            clearable
            comboboxProps={{ withinPortal: false }}
            data={slots.flatMap(({ id, connection }) =>
              connection ? [{ value: id, label: connection.email }] : [],
            )}
            value={filters.slotId ?? null}
            onChange={(slotId) => onChange({ slotId })}
          />
          <Select
            label={INBOX.campaign}
            placeholder={INBOX.anyCampaign}
            clearable
            comboboxProps={{ withinPortal: false }}
            data={campaigns.map(({ node }) => ({ value: node.id, label: node.name }))}
            value={filters.campaignId ?? null}
            onChange={(campaignId) => onChange({ campaignId })}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
