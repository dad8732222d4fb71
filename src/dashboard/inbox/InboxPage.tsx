import { ActionIcon, Group, Stack, Title, Tooltip, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKeyboard, IconMessages } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useParams } from 'wouter';
import { useReplies } from '../api/ReplyFeed';
import { Empty } from '../states/Empty';
import { INBOX } from '../texts/inbox';
import { NAVIGATION } from '../texts/navigation';
import { ConversationList } from './ConversationList';
import { ConversationView } from './ConversationView';
import { Filtering } from './Filtering';
import { useFilters, writeFilters } from './filters';
import classes from './InboxPage.module.css';
import { KeysModal } from './KeysModal';
import { useShortcuts } from './useShortcuts';

/** /inbox and /inbox/:conversationId: the replies of all accounts, and one conversation beside them. */
export function InboxPage() {
  const { conversationId: openId } = useParams();
  const [filters, change] = useFilters();
  const query = writeFilters(filters).toString();
  const hrefOf = (path: string) => (query ? `${path}?${query}` : path);
  const search = useRef<HTMLInputElement>(null);
  const [isHelpOpen, help] = useDisclosure();
  useShortcuts({
    '/': () => search.current?.select(),
    '?': help.open,
  });
  return (
    <div className={classes['inbox']} data-open={openId ? true : undefined}>
      <section className={`${classes['pane']} ${classes['list']}`} aria-label={INBOX.list}>
        <Stack gap="sm" className={classes['head']}>
          <Group justify="space-between" wrap="nowrap">
            <Title order={1}>{NAVIGATION.pages.inbox}</Title>
            <Tooltip label={INBOX.keys.button}>
              <ActionIcon variant="subtle" color="gray" aria-label={INBOX.keys.button} onClick={help.open}>
                <IconKeyboard size={20} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Group>
          <Filtering filters={filters} onChange={change} searchRef={search} />
        </Stack>
        <ConversationList
          key={query}
          filters={filters}
          openId={openId}
          hrefOf={(id) => hrefOf(`/inbox/${id}`)}
        />
      </section>
      {openId ? (
        <section className={`${classes['pane']} ${classes['open']}`}>
          <ConversationView key={openId} id={openId} listHref={hrefOf('/inbox')} />
        </section>
      ) : (
        <div className={`${classes['pane']} ${classes['open']} ${classes['choose']}`}>
          <Empty icon={IconMessages} title={INBOX.chooseTitle}>
            {INBOX.choose}
          </Empty>
        </div>
      )}
      <KeysModal isOpen={isHelpOpen} onClose={help.close} />
      <Announcements />
    </div>
  );
}

/** Says each new reply to whoever listens to the page. */
function Announcements() {
  const [words, setWords] = useState('');
  useReplies(({ message, conversation }) =>
    setWords(INBOX.announce(message.fromName ?? message.from, conversation.subject)),
  );
  return <VisuallyHidden role="status">{words}</VisuallyHidden>;
}
