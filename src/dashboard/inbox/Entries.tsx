import { Button, Loader, Stack } from '@mantine/core';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useQuery } from 'urql';
import { Failed } from '../states/Failed';
import { CONVERSATION } from '../texts/conversation';
import classes from './ConversationView.module.css';
import { EarlierEntriesDocument } from './conversation.generated';
import { ManualEntry, OutgoingEntry, PendingEntry } from './OwnEntry';
import { ReceivedEntry } from './ReceivedEntry';
import { type Conversation, ENTRIES, type Entry } from './useConversation';
import type { Pending } from './usePending';

/** So near to the end, in pixels, one follows what is written. */
const AT_END = 160;

/** What was written, the newest at the end and before one's eyes. */
export function Entries({ conversation, pending }: { conversation: Conversation; pending: Pending | null }) {
  const { id, entries } = conversation;
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const newest = pending ? 'pending' : entries.edges.at(-1)?.node.id;
  const follow = useEffectEvent(() => {
    const element = scroller.current;
    const last = element?.querySelector('article:last-of-type');
    if (!element || !last || !isAtEnd.current) return;
    // The beginning of a long one is read first.
    element.scrollTop += last.getBoundingClientRect().top - element.getBoundingClientRect().top - AIR;
  });
  useEffect(() => {
    if (newest) follow();
  }, [newest]);
  return (
    <div
      ref={scroller}
      className={classes['entries']}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < AT_END;
      }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: Safari scrolls by keys only what Tab comes to.
      tabIndex={0}
      role="log"
      aria-label={conversation.subject}
    >
      <EarlierEntries id={id} page={entries} />
      {entries.edges.map(({ node }) => (
        <OneEntry key={node.id} entry={node} conversation={conversation} />
      ))}
      {pending && <PendingEntry text={pending.text} />}
    </div>
  );
}

/** Pixels above the entry that is shown first. */
const AIR = 16;

function OneEntry({ entry, conversation }: { entry: Entry; conversation: Pick<Conversation, 'id'> }) {
  switch (entry.__typename) {
    case 'ReceivedMessage':
      return <ReceivedEntry entry={entry} conversationId={conversation.id} />;
    case 'OutgoingMessage':
      return <OutgoingEntry entry={entry} />;
    case 'ManualMessage':
      return <ManualEntry entry={entry} />;
  }
}

/** A button for what was written before this page of entries; each page has the button of the one before. */
function EarlierEntries({ id, page }: { id: string; page: Conversation['entries'] }) {
  const { hasPreviousPage, startCursor } = page.pageInfo;
  // The page may begin elsewhere once something new has come in: what was asked for stays asked for.
  const [before, setBefore] = useState<string | null>(null);
  const [{ data, error, fetching }, ask] = useQuery({
    query: EarlierEntriesDocument,
    variables: { id, last: ENTRIES, before: before ?? '' },
    pause: before === null,
  });
  const earlier = data?.conversation?.entries;
  if (earlier) {
    const shown = new Set(page.edges.map(({ node }) => node.id));
    return (
      <>
        <EarlierEntries id={id} page={earlier} />
        {earlier.edges
          .filter(({ node }) => !shown.has(node.id))
          .map(({ node }) => (
            <OneEntry key={node.id} entry={node} conversation={{ id }} />
          ))}
      </>
    );
  }
  if (error) return <Failed error={error} onRetry={ask} />;
  if (fetching) return <Loader size="sm" mx="auto" />;
  if (!hasPreviousPage || !startCursor) return null;
  return (
    <Stack align="center">
      <Button size="compact-sm" variant="default" onClick={() => setBefore(startCursor)}>
        {CONVERSATION.earlier}
      </Button>
    </Stack>
  );
}
