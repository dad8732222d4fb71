import { Alert, Badge, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CONVERSATION } from '../texts/conversation';
import { sayBriefly, sayMoment } from '../time/sayTime';
import { Attachments } from './Attachments';
import classes from './ConversationView.module.css';
import type { ManualEntryFragment, OutgoingEntryFragment } from './conversation.generated';

/** An email that we sent, or are about to. */
export function OutgoingEntry({ entry }: { entry: OutgoingEntryFragment }) {
  const { to, state, sentAt, queuedAt, bouncedAt, problem, text } = entry;
  return (
    <OwnEntry
      to={to}
      at={sentAt ?? queuedAt}
      text={text}
      badge={
        bouncedAt ? (
          <Badge color="red">{CONVERSATION.bounced}</Badge>
        ) : (
          <Badge color={COLORS[state]} role="status">
            {CONVERSATION.states[state]}
          </Badge>
        )
      }
    >
      {problem && state !== 'SENT' && (
        <Alert color={state === 'FAILED' ? 'red' : 'yellow'} mt="sm" title={problem.message}>
          {problem.remedy}
        </Alert>
      )}
    </OwnEntry>
  );
}

/** What the person wrote in Gmail itself. */
export function ManualEntry({ entry }: { entry: ManualEntryFragment }) {
  return (
    <OwnEntry
      to={entry.recipients.join(', ')}
      at={entry.sentAt}
      text={entry.text}
      badge={<Badge color="gray">{CONVERSATION.byHand}</Badge>}
    >
      <Attachments attachments={entry.attachments} />
    </OwnEntry>
  );
}

/** An answer that is on its way to the server. */
export function PendingEntry({ text }: { text: string }) {
  return (
    <OwnEntry
      to={null}
      at={null}
      text={text}
      badge={<Badge color={COLORS.QUEUED}>{CONVERSATION.states.QUEUED}</Badge>}
    />
  );
}

const COLORS = {
  QUEUED: 'gray',
  RESERVED: 'gray',
  TRANSMITTING: 'blue',
  SENT: 'teal',
  UNKNOWN: 'yellow',
  FAILED: 'red',
  CANCELLED: 'gray',
} as const;

function OwnEntry(props: {
  to: string | null;
  at: string | null;
  text: string;
  badge: ReactNode;
  children?: ReactNode;
}) {
  const { to, at, text, badge, children } = props;
  return (
    <article className={classes['own']} aria-label={CONVERSATION.you}>
      <header className={classes['entryHead']}>
        <EntryFrom name={CONVERSATION.you} address={to && CONVERSATION.to(to)} />
        <span className={classes['marks']}>
          {badge}
          {at && <EntryTime at={at} />}
        </span>
      </header>
      <div className={classes['words']}>{text.trim()}</div>
      {children}
    </article>
  );
}

/** When an entry was written. */
export function EntryTime({ at }: { at: string }) {
  return (
    <Text span component="time" size="xs" c="dimmed" className="figures" dateTime={at} title={sayMoment(at)}>
      {sayBriefly(at)}
    </Text>
  );
}

/** Who wrote an entry, and what address belongs to that. */
export function EntryFrom({ name, address }: { name: string; address: string | null }) {
  return (
    <span className={classes['who']} title={address ?? undefined}>
      <Text span fw={600} size="sm">
        {name}
      </Text>{' '}
      <Text span size="sm" c="dimmed">
        {address}
      </Text>
    </span>
  );
}
