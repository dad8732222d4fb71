import { Badge, Button, Group, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { MailFrame } from '../mail/MailFrame';
import { CONVERSATION } from '../texts/conversation';
import { sayDay } from '../time/sayTime';
import { Attachments } from './Attachments';
import classes from './ConversationView.module.css';
import type { ReceivedEntryFragment } from './conversation.generated';
import { Evidence } from './Evidence';
import { EntryFrom, EntryTime } from './OwnEntry';

/** What somebody wrote to us: their own words first, the whole of it when asked for. */
export function ReceivedEntry({
  entry,
  conversationId,
}: {
  entry: ReceivedEntryFragment;
  conversationId: string;
}) {
  const { kind, from, fromName, receivedAt, replyText, text, html, inSpam, returnDate, replyTo } = entry;
  const who = fromName ?? from;
  const [shown, show] = useState<'reply' | 'text' | 'html'>('reply');
  const [isWhyOpen, setWhyOpen] = useState(false);
  const whyId = useId();
  const toggle = (what: 'text' | 'html') => show(shown === what ? 'reply' : what);
  return (
    <article className={classes['theirs']} aria-label={who}>
      <header className={classes['entryHead']}>
        <EntryFrom name={who} address={fromName && from} />
        <span className={classes['marks']}>
          {inSpam && <Badge color="yellow">{CONVERSATION.inSpam}</Badge>}
          {returnDate && <Badge color="gray">{CONVERSATION.back(sayDay(returnDate))}</Badge>}
          <Badge color={COLORS[kind]}>{CONVERSATION.kinds[kind]}</Badge>
          <EntryTime at={receivedAt} />
        </span>
      </header>
      {replyTo && (
        <Text size="xs" c="dimmed" pb="xs">
          {CONVERSATION.wantsAnswerAt(replyTo)}
        </Text>
      )}
      {shown === 'html' && html ? (
        <MailFrame html={html} text={text} title={CONVERSATION.htmlFrame(who)} />
      ) : (
        <Words text={shown === 'text' ? text : replyText} />
      )}
      <Attachments attachments={entry.attachments} />
      <Group gap={4} mt="sm" ml={-8}>
        {text.trim() !== replyText.trim() && (
          <QuietButton isOn={shown === 'text'} onClick={() => toggle('text')}>
            {shown === 'text' ? CONVERSATION.hideQuoted : CONVERSATION.showQuoted}
          </QuietButton>
        )}
        {html && (
          <QuietButton isOn={shown === 'html'} onClick={() => toggle('html')}>
            {shown === 'html' ? CONVERSATION.hideHtml : CONVERSATION.showHtml}
          </QuietButton>
        )}
        <QuietButton isOn={isWhyOpen} controls={whyId} onClick={() => setWhyOpen(!isWhyOpen)}>
          {CONVERSATION.why}
        </QuietButton>
      </Group>
      <div id={whyId}>{isWhyOpen && <Evidence entry={entry} conversationId={conversationId} />}</div>
    </article>
  );
}

const COLORS = {
  REPLY: 'sphere',
  OUT_OF_OFFICE: 'grape',
  AUTO_REPLY: 'gray',
  UNSUBSCRIBE: 'orange',
  BOUNCE: 'red',
  DELAY: 'yellow',
  COMPLAINT: 'red',
  SENDING_REFUSED: 'red',
  OTHER: 'gray',
} as const;

function Words({ text }: { text: string }) {
  const words = text.trim();
  if (words) return <div className={classes['words']}>{words}</div>;
  return (
    <Text size="sm" c="dimmed" fs="italic">
      {CONVERSATION.noWords}
    </Text>
  );
}

function QuietButton(props: { isOn: boolean; controls?: string; onClick: () => void; children: string }) {
  const { isOn, controls, onClick, children } = props;
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      color="gray"
      aria-expanded={isOn}
      aria-controls={controls}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}
