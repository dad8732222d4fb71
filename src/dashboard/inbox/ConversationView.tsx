import { ActionIcon, Group, Text, Title, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconMail, IconMailOpened, IconMessageOff } from '@tabler/icons-react';
import { type Ref, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { Empty } from '../states/Empty';
import { Loaded } from '../states/Loaded';
import { CONVERSATION } from '../texts/conversation';
import { INBOX } from '../texts/inbox';
import { Answer } from './Answer';
import { nameOf } from './ConversationRow';
import classes from './ConversationView.module.css';
import { Entries } from './Entries';
import { type Conversation, useConversation } from './useConversation';
import { usePending } from './usePending';
import { useReading } from './useReading';
import { useShortcuts } from './useShortcuts';

/** One conversation: what was written, and a field to answer in. Its `key` is the id. */
export function ConversationView({ id, listHref }: { id: string; listHref: string }) {
  const { result, refetch } = useConversation(id);
  return (
    <Loaded result={result} onRetry={refetch}>
      {({ conversation }) =>
        conversation ? (
          <OpenConversation conversation={conversation} listHref={listHref} onChange={refetch} />
        ) : (
          <Empty icon={IconMessageOff} title={CONVERSATION.gone}>
            {CONVERSATION.goneLead}
          </Empty>
        )
      }
    </Loaded>
  );
}

function OpenConversation(props: { conversation: Conversation; listHref: string; onChange: () => void }) {
  const { conversation, listHref, onChange } = props;
  const [, navigate] = useLocation();
  const { isUnread, toggle } = useReading(conversation);
  const field = useRef<HTMLTextAreaElement>(null);
  const title = useFocusWhenLost<HTMLHeadingElement>();
  const { pending, setPending } = usePending(conversation.entries.edges);
  useShortcuts({
    e: toggle,
    r: () => field.current?.focus(),
    escape: () => navigate(listHref),
  });
  return (
    <>
      <Head
        titleRef={title}
        conversation={conversation}
        listHref={listHref}
        isUnread={isUnread}
        onToggleRead={toggle}
      />
      <Entries conversation={conversation} pending={pending} />
      <Answer conversation={conversation} fieldRef={field} onPending={setPending} onSent={onChange} />
    </>
  );
}

/** On a small screen the list disappears with the row that had the focus: it goes on at the beginning of what came. */
function useFocusWhenLost<Target extends HTMLElement>() {
  const target = useRef<Target>(null);
  useEffect(() => {
    const { activeElement } = document;
    // Nothing that is not drawn has one; nor has the body, which has the focus when nothing else does.
    const isLost = activeElement instanceof HTMLElement && activeElement.offsetParent === null;
    if (isLost) target.current?.focus({ preventScroll: true });
  }, []);
  return target;
}

function Head(props: {
  titleRef: Ref<HTMLHeadingElement>;
  conversation: Conversation;
  listHref: string;
  isUnread: boolean;
  onToggleRead: () => void;
}) {
  const { titleRef, conversation, listHref, isUnread, onToggleRead } = props;
  const { prospect, campaign, slot, subject } = conversation;
  const facts = [
    nameOf(prospect) !== prospect?.email && prospect?.email,
    prospect?.company,
    slot?.connection && CONVERSATION.through(slot.connection.email),
    campaign && CONVERSATION.inCampaign(campaign.name),
  ].filter(Boolean);
  const ReadIcon = isUnread ? IconMailOpened : IconMail;
  const action = isUnread ? CONVERSATION.markRead : CONVERSATION.markUnread;
  return (
    <Group className={classes['head']} wrap="nowrap" align="flex-start" gap="sm">
      <ActionIcon
        component={Link}
        href={listHref}
        hiddenFrom="md"
        variant="subtle"
        color="gray"
        aria-label={INBOX.back}
      >
        <IconArrowLeft size={20} aria-hidden />
      </ActionIcon>
      <div className={classes['titles']}>
        <Title ref={titleRef} tabIndex={-1} order={2} lineClamp={2} className={classes['title']} dir="auto">
          {subject || INBOX.noSubject}
        </Title>
        <Text size="sm" fw={550}>
          {nameOf(prospect)}
        </Text>
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
      </div>
      <Tooltip label={action}>
        <ActionIcon variant="subtle" color="gray" aria-label={action} onClick={onToggleRead}>
          <ReadIcon size={20} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
