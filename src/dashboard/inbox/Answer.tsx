import { Alert, Anchor, Button, Group, Text, Textarea } from '@mantine/core';
import { IconBan, IconPlugConnectedX, IconSend } from '@tabler/icons-react';
import { type RefObject, useState } from 'react';
import { Link } from 'wouter';
import { useAction } from '../api/useAction';
import { wordsOf } from '../api/wordsOf';
import { CONVERSATION } from '../texts/conversation';
import { nameOf } from './ConversationRow';
import classes from './ConversationView.module.css';
import { ReplyToConversationDocument } from './conversation.generated';
import { Drafts } from './drafts';
import type { Conversation } from './useConversation';
import type { Pending } from './usePending';

const TEXTS = CONVERSATION.answer;

interface AnswerProps {
  conversation: Conversation;
  fieldRef: RefObject<HTMLTextAreaElement | null>;
  onPending: (pending: Pending | null) => void;
  onSent: () => void;
}

/** The field to answer in; or why there can be no answer. */
export function Answer(props: AnswerProps) {
  const { prospect, slot } = props.conversation;
  if (prospect?.suppression) {
    const { value, reason } = prospect.suppression;
    return (
      <Alert className={classes['answer']} color="gray" icon={<IconBan />} title={TEXTS.suppressedTitle}>
        {TEXTS.suppressed(value, TEXTS.reasons[reason])}
      </Alert>
    );
  }
  if (!slot?.connection) {
    return (
      <Alert
        className={classes['answer']}
        color="yellow"
        icon={<IconPlugConnectedX />}
        title={TEXTS.disconnectedTitle}
      >
        {TEXTS.disconnected}{' '}
        <Anchor component={Link} href="/integrations/gmail" size="sm" c="inherit" td="underline">
          {TEXTS.connect}
        </Anchor>
      </Alert>
    );
  }
  return <AnswerForm {...props} from={slot.connection.email} />;
}

function AnswerForm({ conversation, fieldRef, onPending, onSent, from }: AnswerProps & { from: string }) {
  const { id, prospect } = conversation;
  const [draft, setDraft] = useState(() => DRAFTS.read(id));
  const [refusal, setRefusal] = useState('');
  const [answer, isSending] = useAction(ReplyToConversationDocument, (error) => {
    setRefusal(wordsOf(error));
    return true;
  });
  const write = (text: string) => setDraft(DRAFTS.write(id, text));
  const send = async () => {
    const text = draft.text.trim();
    if (!text || isSending) return;
    setRefusal('');
    onPending({ text });
    // It leaves the field at once; the key goes with it, so that a second try after a lost answer sends nothing twice.
    setDraft({ ...draft, text: '' });
    const outcome = (await answer({ conversationId: id, text, idempotencyKey: draft.key }))
      ?.replyToConversation;
    if (outcome?.__typename === 'EmailQueued') {
      setDraft(DRAFTS.discard(id));
      onSent();
      return;
    }
    if (outcome) setRefusal(outcome.message);
    onPending(null);
    setDraft(draft);
  };
  return (
    <form
      className={classes['answer']}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {refusal && (
        <Alert color="red" title={TEXTS.failed} role="alert">
          {refusal}
        </Alert>
      )}
      <Textarea
        ref={fieldRef}
        aria-label={TEXTS.label}
        dir="auto"
        placeholder={TEXTS.hint(nameOf(prospect))}
        autosize
        minRows={2}
        maxRows={10}
        value={draft.text}
        onChange={({ currentTarget }) => write(currentTarget.value)}
        onKeyDown={({ key, ctrlKey, metaKey, currentTarget }) => {
          if (key === 'Escape') currentTarget.blur();
          if (key === 'Enter' && (ctrlKey || metaKey)) void send();
        }}
      />
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {TEXTS.from(from)}
        </Text>
        <Button
          type="submit"
          size="sm"
          flex="none"
          disabled={!draft.text.trim()}
          rightSection={<IconSend size={15} aria-hidden />}
        >
          {TEXTS.submit}
        </Button>
      </Group>
    </form>
  );
}

const DRAFTS = new Drafts();
