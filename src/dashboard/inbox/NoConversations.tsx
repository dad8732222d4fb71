import { Button } from '@mantine/core';
import { IconInbox, IconMailOpened, IconSearchOff } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Empty } from '../states/Empty';
import { INBOX } from '../texts/inbox';
import type { Filters } from './filters';

/** When the list is empty: because nobody wrote yet, all is read, or nothing fits. */
export function NoConversations({ isFiltered, view }: { isFiltered: boolean; view: Filters['view'] }) {
  if (!isFiltered && view === 'all') {
    return (
      <Empty
        icon={IconInbox}
        title={INBOX.emptyTitle}
        action={
          <Button component={Link} href="/" variant="default" size="xs">
            {INBOX.firstSteps}
          </Button>
        }
      >
        {INBOX.empty}
      </Empty>
    );
  }
  return (
    <Empty
      icon={isFiltered ? IconSearchOff : IconMailOpened}
      title={INBOX.nothingFoundTitle}
      action={
        <Button component={Link} href="/inbox" variant="default" size="xs">
          {INBOX.clearFilters}
        </Button>
      }
    >
      {isFiltered ? INBOX.nothingFound : INBOX.allRead}
    </Empty>
  );
}
