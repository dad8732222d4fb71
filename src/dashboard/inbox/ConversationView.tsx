import { ActionIcon, Group, Text, Title, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconMail, IconMailOpened, IconMessageOff } from '@tabler/icons-react';
import { useRef } from 'react';
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
  const toggleRead = useReading(conversation);
  const field = useRef<HTMLTextAreaElement>(null);
  const { pending, setPending } = usePending(conversation.entries.edges);
  useShortcuts({
    e: toggleRead,
    r: () => field.current?.focus(),
    escape: () => navigate(listHref),
  });
  return (
    <>
      <Head conversation={conversation} listHref={listHref} onToggleRead={toggleRead} />
      <Entries conversation={conversation} pending={pending} />
      <Answer conversation={conversation} fieldRef={field} onPending={setPending} onSent={onChange} />
    </>
  );
}

function Head(props: { conversation: Conversation; listHref: string; onToggleRead: () => void }) {
  const { conversation, listHref, onToggleRead } = props;
  const { prospect, campaign, slot, subject, unread } = conversation;
  const facts = [
    prospect?.company,
    slot?.connection && CONVERSATION.through(slot.connection.email),
    campaign && CONVERSATION.inCampaign(campaign.name),
  ].filter(Boolean);
  const ReadIcon = unread ? IconMailOpened : IconMail;
  const action = unread ? CONVERSATION.markRead : CONVERSATION.markUnread;
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
        <Title order={2} lineClamp={2}>
          {subject || INBOX.noSubject}
        </Title>
        <Text size="sm">
          <Text span size="sm" fw={550}>
            {nameOf(prospect)}
          </Text>
          {prospect && nameOf(prospect) !== prospect.email && ` <${prospect.email}>`}
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
